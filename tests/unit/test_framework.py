"""pywikibot, as recorders use it: asks nobody anything, and sends nothing by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.test_transport import OK, redirect, server

# In a process of its own: pywikibot keeps its settings for the whole of one.
ASK = """
import sys
from pathlib import Path
from picklebot.account.framework import import_pywikibot
from picklebot.errors import RecordingError
bot = import_pywikibot(Path(sys.argv[1]), "picklebot", 0.0)
try:
    {question}
except RecordingError as error:
    print(error, "/", sys.stdin.read())
"""


@pytest.mark.parametrize(
    "question",
    [
        "bot.input('Password?', password=True)",
        "bot.input_yn('Really?')",
        "bot.input_choice('Which?', [('Yes', 'y'), ('No', 'n')])",
        "bot.bot.input_list_choice('Which?', ['a', 'b'])",
    ],
)
def test_a_question_is_an_error_and_leaves_the_standard_input_alone(question: str, tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ASK.format(question=question), str(tmp_path)],
        input="an answer",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    asked = question.partition("'")[2].partition("'")[0]
    assert ran.stdout.strip() == f"pywikibot asks {asked!r}, and nobody is asked anything at the keyboard / an answer"


TWO_WIKIS = """
import sys
from pathlib import Path
from picklebot.account.framework import import_pywikibot, pace
for name in ("one", "two"):
    folder = Path(sys.argv[1]) / name
    folder.mkdir()
    import_pywikibot(folder, "picklebot", 0.0)
    pace(folder)
"""


def test_a_process_may_write_to_two_wikis_one_after_the_other(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", TWO_WIKIS, str(tmp_path)], check=True, timeout=60)
    assert {path.name for path in tmp_path.iterdir() if (path / "throttle.ctrl").exists()} == {"one", "two"}


RECORD = """
import sys
from pathlib import Path
from picklebot.errors import RecordingError
from picklebot.account.account import Account
from picklebot.account.observer import Observer
from picklebot.wiki.target import Target
account, folder = Account("Bot", "a password"), Path(sys.argv[1])
try:
    Observer(Target(sys.argv[2]), account, folder, contact="", write_interval=None, timeout=5)
except RecordingError as error:
    print(error)
"""


def test_all_that_recorders_send_goes_by_the_one_way_to_the_wiki(tmp_path: Path) -> None:
    with server(OK + b"Content-Length: 2\r\n\r\n{}") as other, server(redirect(other.url, 307)) as wiki:
        command = [sys.executable, "-c", RECORD, str(tmp_path), wiki.url]
        ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        assert "which is not followed, for it is another host" in ran.stdout
        assert len(wiki.asked) == 1
        assert not other.asked
