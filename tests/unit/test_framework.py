"""pywikibot, as recorders use it: asks nobody anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# In a process of its own: pywikibot keeps its settings for the whole of one.
ASK = """
import sys
from pathlib import Path
from picklebot.recording.framework import import_pywikibot
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
