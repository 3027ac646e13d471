"""Refusals that come again at every attempt, until somebody changes something: their codes, and the remedies. Pure.

A wiki may count attempts: a filter that disallows an edit has an entry in its log for each of them.
"""

from __future__ import annotations

__all__ = ["JSON_GRANT", "KEEPS_BOTS_OUT", "OVERWRITTEN_TODAY", "is_lasting", "remedy"]

#: The grant of a bot password that brings the right to edit one's own pages of JSON (editmyuserjson), and little else.
JSON_GRANT = 'editmyoptions (Special:BotPasswords: "Edit your user preferences and JSON configuration")'
#: Code of the error of a page that says ``{{nobots}}``, or the like.
KEEPS_BOTS_OUT = "nobots"
#: Code of the error of a page whose changes by somebody else are overwritten again after a day.
OVERWRITTEN_TODAY = "overwritten-today"

_ABUSE_FILTER = "abusefilter"
_PROTECTED = "the page is protected: give the account the right that its protection asks for, or leave it"
_NO_RIGHT = "the account may not: give it the right, or its bot password the grant"
_BLACKLISTED = (
    "MediaWiki:Titleblacklist has the title: let it stand on MediaWiki:Titlewhitelist, or give the account the right"
    " tboverride"
)
_REMEDIES = {
    KEEPS_BOTS_OUT: "",
    OVERWRITTEN_TODAY: "",
    "autoblocked": "whoever blocked the account can say why",
    "blocked": "whoever blocked the account can say why",
    "cantcreate": _NO_RIGHT,
    "captcha": "the wiki asks for a captcha before it saves, and nobody is there to solve one: give the account the"
    " right skipcaptcha, which the group bot has",
    "cascadeprotected": _PROTECTED,
    "contenttoobig": "the page would be too big: shorten it, or have the wiki allow more ($wgMaxArticleSize)",
    "customjsonprotected": "the page is another user's: data_page must lie below the bot's own user page",
    "hookaborted": "an extension of the wiki does not take it",
    "mycustomjsonprotected": f"the bot password lacks the grant {JSON_GRANT}",
    "namespaceprotected": _PROTECTED,
    "noedit": _NO_RIGHT,
    "permissiondenied": _NO_RIGHT,
    "protectednamespace": _PROTECTED,
    "protectedpage": _PROTECTED,
    "protectedtitle": _PROTECTED,
    "spamblacklist": "MediaWiki:Spam-blacklist has a link of the text: take it off there, or let it stand on"
    " MediaWiki:Spam-whitelist",
    "titleblacklist-forbidden": _BLACKLISTED,
    "titleblacklist-forbidden-edit": _BLACKLISTED,
    "writeapidenied": _NO_RIGHT,
}
_FILTERED = "a filter does not take it: who looks after Special:AbuseFilter can exempt the account"


def is_lasting(code: str) -> bool:
    """Whether an error comes again at every attempt, until somebody changes something."""
    return code in _REMEDIES or code.startswith(_ABUSE_FILTER)


def remedy(code: str) -> str:
    """The way out of a refusal; empty where its words say it, or none is known."""
    return _FILTERED if code.startswith(_ABUSE_FILTER) else _REMEDIES.get(code, "")
