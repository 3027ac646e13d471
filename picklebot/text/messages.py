"""Words for people: messages by key, in the files of ``i18n/``, one a language, as translatewiki.net keeps them.

https://translatewiki.net/wiki/FAQ#Special_private_language_codes_qqq: ``qqq.json`` describes each message.
A file is read when its first message is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

__all__ = ["ENGLISH", "Messages", "languages"]

_FILES = files("picklebot") / "i18n"
_DOCUMENTATION = "qqq"
_SOURCE = "en"
_PLURAL = re.compile(r"\{\{PLURAL:\$(\d+)\|((?:[^{}]|\{(?!\{))*)\}\}")
_PARAMETER = re.compile(r"\$(\d+)")


def languages() -> tuple[str, ...]:
    """Codes of the languages that there are messages in."""
    names = (file.name.removesuffix(".json") for file in _FILES.iterdir() if file.name.endswith(".json"))
    return tuple(sorted(name for name in names if name != _DOCUMENTATION))


class Messages:
    """The messages of one language; English stands in for missing ones.

    :param language: one of `languages`
    """

    def __init__(self, language: str = _SOURCE) -> None:
        self.language = language

    def __call__(self, key: str, *parameters: object) -> str:
        """A message, with its parameters in the places of ``$1``, ``$2`` and so on.

        >>> Messages("en")("points-failed", 1)
        '1 point failed'

        :raises KeyError: there is no such message
        """
        translated = _read(self.language)
        language = self.language if key in translated else _SOURCE
        text = translated[key] if key in translated else _read(_SOURCE)[key]
        if "{{PLURAL:" in text:
            text = _PLURAL.sub(lambda match: _form(match[2].split("|"), parameters[int(match[1]) - 1], language), text)
        return _PARAMETER.sub(lambda match: str(parameters[int(match[1]) - 1]), text)

    def all(self) -> Mapping[str, str]:
        """The messages that there are in this language itself, by key."""
        return _read(self.language)

    def of(self, family: str, code: str, *parameters: object) -> str:
        """The message of a code.

        >>> Messages("en").of("reason", "changed", "Module:A")
        'changed: Module:A'
        """
        return self(f"{family}-{code}", *parameters)


#: The messages as they are written first.
ENGLISH = Messages()


@cache
def _read(language: str) -> Mapping[str, str]:
    found = json.loads((_FILES / f"{language}.json").read_text(encoding="utf-8"))
    return {key: text for key, text in found.items() if not key.startswith("@")}


def _form(forms: list[str], number: object, language: str) -> str:
    """The form that goes with a number, in the order in which the language has them; the last one for all others."""
    count = int(str(number).replace(",", ""))
    return forms[min(_PLURAL_RULES.get(language, _one_or_more)(count), len(forms) - 1)]


def _one_or_more(count: int) -> int:
    return int(count != 1)


def _one_few_or_many(count: int) -> int:
    if count % 10 == 1 and count % 100 != 11:  # noqa: PLR2004
        return 0
    return 1 if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else 2


#: From a number to the place of its form, where a language is not like English and German in that.
#: https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html
_PLURAL_RULES: Mapping[str, Callable[[int], int]] = {
    **dict.fromkeys(("ja", "ko", "vi", "zh", "zh-hans", "zh-hant"), lambda _: 0),
    "fr": lambda count: int(count > 1),
    **dict.fromkeys(("be", "ru", "uk"), _one_few_or_many),
}
