"""pywikibot, imported for one wiki and account: its files in a folder of their own, its questions answered by an error.

pywikibot keeps its session, settings and files for a whole process: one wiki and one account a process.
"""

from __future__ import annotations

import logging
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from picklebot.errors import RecordingError
from picklebot.wiki.transport import Transport

__all__ = ["import_pywikibot", "pace", "send_through"]

# The wiki's name in pywikibot's list of processes; the folder of each wiki and account has a list of its own.
_SITE = "picklebot"
_QUESTIONS = ("input", "input_choice", "input_list_choice", "editText")


def import_pywikibot(folder: Path, agent: str, write_interval: float) -> Any:  # noqa: ANN401 (a module without types)
    """Import pywikibot with a folder of its own, so that none of its files lands anywhere else."""
    os.environ["PYWIKIBOT_NO_USER_CONFIG"] = "2"
    # It would read our arguments as its own; and without a folder named here it makes one in the user's home.
    arguments, sys.argv = sys.argv, [*sys.argv[:1], f"-dir:{folder}"]
    try:
        import pywikibot  # noqa: PLC0415 (reading a wiki must never import it, and the folder comes first)
        import pywikibot.comms.http  # noqa: PLC0415
    finally:
        sys.argv = arguments
    config = pywikibot.config
    config.base_dir = str(folder)  # where it was imported before, with another folder
    config.put_throttle = write_interval
    config.minthrottle = min(config.minthrottle, write_interval)  # between reads
    config.user_agent_format = agent.replace("{", "{{").replace("}", "}}")
    # Its messages reach us as exceptions too; its own lines would say them twice.
    pywikibot.bot.init_handlers()
    logger = logging.getLogger("pywiki")
    logger.handlers = [logging.NullHandler()]
    logger.propagate = False
    for question in _QUESTIONS:
        setattr(pywikibot.bot.ui, question, _refuse)
    return pywikibot


def send_through(transport: Transport) -> Any:  # noqa: ANN401
    """Let pywikibot's requests, and its cookies, go through our way to the wiki; its jar.

    https://doc.wikimedia.org/pywikibot/stable/api_ref/pywikibot.comms.html. Its own session sends cookies and tokens
    wherever a redirect leads, and reads answers of any size.
    """
    from pywikibot.comms import http  # noqa: PLC0415 (as the rest of it)

    transport.cookies = http.cookie_jar
    http.session.close()
    http.session = transport
    return http.cookie_jar


@cache
def pace(folder: Path) -> Any:  # noqa: ANN401
    """The throttle that pywikibot keeps for a folder: for all processes that write there, and from harvest to harvest.

    It is made without a `Site` of pywikibot's, which asks the wiki who we are as soon as it is made: cookies in hand,
    wherever a redirect leads, and again for as long as no answer comes.

    :param folder: the one that pywikibot was imported with
    """
    from pywikibot.throttle import Throttle  # noqa: PLC0415 (as the rest of it)

    # A process that took its number from another folder's list must find one here.
    (folder / "throttle.ctrl").touch()
    return Throttle(_SITE)


def _refuse(question: object = "", *_: object, **__: object) -> NoReturn:
    """Nobody is there to answer, and a standard input that is there is not for this."""
    raise RecordingError(f"pywikibot asks {str(question).strip()!r}, and nobody is asked anything at the keyboard")
