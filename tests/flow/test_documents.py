"""The JSON documents of commands."""

from __future__ import annotations

import json

from picklebot.text.terminal import json_text
from tests.flow.bot import Bot


def test_a_harvest_prints_its_document_in_parts_as_one_text(bot: Bot) -> None:
    for _ in range(2):  # the second has no transitions
        out = bot.harvest().out
        assert out == json_text(json.loads(out)) + "\n"
