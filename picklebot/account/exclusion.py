"""``{{bots}}`` and ``{{nobots}}``: pages that keep bots out. Pure.

https://en.wikipedia.org/wiki/Template:Bots
"""

from __future__ import annotations

from collections.abc import Callable

import re2

from picklebot.account.pages import BasePage
from picklebot.account.refusals import KEEPS_BOTS_OUT
from picklebot.errors import RecordingError
from picklebot.text.wikitext import NO_WIKITEXT
from picklebot.wiki.capitals import usual_capital

__all__ = ["lets_in", "see_that_bots_may"]

_TAGS = "|".join(rf"<{tag}\b[^>]*>.*?</{tag}\s*>" for tag in NO_WIKITEXT.split("|"))
_NOT_SHOWN = re2.compile(rf"(?is)<!--.*?-->|{_TAGS}")
_TEMPLATE = re2.compile(r"(?i)\{\{\s*(?:template\s*:\s*)?(bots|nobots)\s*(?:\|([^{}]*))?\}\}")


def see_that_bots_may(page: BasePage, user: str, capital: Callable[[str], str] = usual_capital) -> None:
    """See that a page lets an account in, as `lets_in` has it.

    :raises RecordingError: it does not
    """
    if not lets_in(page.text, user, capital):
        raise RecordingError(f"{page.title} keeps bots out with {{{{bots}}}} or {{{{nobots}}}}", code=KEEPS_BOTS_OUT)


def lets_in(wikitext: str, user: str, capital: Callable[[str], str] = usual_capital) -> bool:
    """Whether a page's text lets an account in, in time that grows with its length alone.

    :param user: its name as the wiki writes it
    :param capital: the wiki's capital of a letter

    >>> lets_in("{{nobots}}", "Bot"), lets_in("{{bots|allow=Bot}}", "Bot"), lets_in("{{bots|deny=Bot, Other}}", "Bot")
    (False, True, False)
    """
    for template in _TEMPLATE.finditer(_NOT_SHOWN.sub("", wikitext)):
        name, parameters = template.group(1).lower(), template.group(2)
        if name == "nobots":
            if parameters is None or {"all", user} & _names(parameters, capital):
                return False
            continue
        key, equals, value = (parameters or "").partition("|")[0].partition("=")
        names, key = _names(value, capital), key.strip().lower()
        if not equals or not names:
            continue
        if key == "allow" and not {"all", user} & names:
            return False
        if key == "deny" and {"all", user} & names:
            return False
    return True


def _names(text: str, capital: Callable[[str], str]) -> set[str]:
    names = {name.strip().replace("_", " ") for name in text.split(",")}
    return {name.lower() if name.lower() in ("all", "none") else capital(name[0]) + name[1:] for name in names if name}
