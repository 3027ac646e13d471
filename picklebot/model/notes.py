"""Notes: findings of picklebot's own about a report, an error, or how a suite was made, as codes with typed values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

__all__ = ["Note", "NoteCode", "NoteDetail"]


class NoteCode(StrEnum):
    """The findings; i18n/qqq.json explains each. The values are stored."""

    # Any report.
    POINTS_KEPT = "points-kept"
    NOTES_DROPPED = "notes-dropped"
    LINES_UNREAD = "lines-unread"
    REPORT_TOO_LONG = "report-too-long"
    TOO_MANY_MATCHES = "too-many-matches"
    HEADLINE_TOTAL = "headline-total"
    HEADLINE_PASSED = "headline-passed"
    HEADLINE_FAILED = "headline-failed"
    HEADLINE_SKIPPED = "headline-skipped"
    HEADLINE_TODO = "headline-todo"
    SCRIPT_ERROR_BESIDE = "script-error-beside"
    PAGE_CUT = "page-cut"
    PLAN_MISMATCH = "plan-mismatch"
    # Points.
    VALUES_ALIKE = "values-alike"
    MASKED_ERROR = "masked-error"
    # Reports of Pickle.
    LINES_SUM_UP = "lines-sum-up"
    # Reports of TAP.
    NOT_TAP = "not-tap"
    SECOND_VERSION = "second-version"
    VERSION_NOT_FIRST = "version-not-first"
    UNKNOWN_VERSION = "unknown-version"
    LOOSE_DIRECTIVE = "loose-directive"
    TALK = "talk"
    NUMBER_REPEATED = "number-repeated"
    HUGE_NUMBER_REPEATED = "huge-number-repeated"
    NO_PLAN = "no-plan"
    SEVERAL_PLANS = "several-plans"
    PLAN_IN_MIDDLE = "plan-in-middle"
    POINT_OUTSIDE_PLAN = "point-outside-plan"
    HUGE_POINT_OUTSIDE_PLAN = "huge-point-outside-plan"
    POINTS_MISSING = "points-missing"
    POINTS_FAILED = "points-failed"
    SUBTEST_NOT_OK = "subtest-not-ok"
    SUBTEST_RENAMED = "subtest-renamed"
    SUBTEST_UNFINISHED = "subtest-unfinished"
    NAMELESS_SUBTEST_UNFINISHED = "nameless-subtest-unfinished"
    SUBTESTS_TOO_DEEP = "subtests-too-deep"
    STRICT = "strict"
    DIAGNOSTICS_DROPPED = "diagnostics-dropped"
    YAML_WITHOUT_END = "yaml-without-end"
    YAML_TOO_MUCH = "yaml-too-much"
    YAML_UNREAD = "yaml-unread"
    YAML_TAGS = "yaml-tags"
    YAML_ALIASES = "yaml-aliases"
    YAML_TOO_DEEP = "yaml-too-deep"
    YAML_INVALID = "yaml-invalid"
    # The console beside the page.
    CONSOLE_COUNTS = "console-counts"
    CONSOLE_COUNTS_WORSE = "console-counts-worse"
    CONSOLE_POINTS = "console-points"
    CONSOLE_SKIPPED = "console-skipped"
    DETAIL_HIDDEN = "detail-hidden"
    DETAIL_UNAVAILABLE = "detail-unavailable"
    MARKS_UNCLEAR = "marks-unclear"
    # Runs.
    LOGGED = "logged"
    CALL_NOT_TAKEN = "call-not-taken"
    OUTPUT_ABOVE_API = "output-above-api"
    OUTPUT_ABOVE_PAGE = "output-above-page"
    NO_LUA = "no-lua"
    WRITTEN_CALL_COUNTS = "written-call-counts"
    FUNCTION_REPLACED = "function-replaced"
    FUNCTION_UNCLEAR = "function-unclear"
    DEPENDENCIES_UNFOLLOWED = "dependencies-unfollowed"
    NOT_UNDERSTOOD = "not-understood"
    NO_STRATEGY = "no-strategy"
    ONLY_DATA = "only-data"
    NO_FUNCTION = "no-function"
    # How a suite was made.
    SOURCE = "source"
    OFFERED = "offered"
    OFFER_SILENT = "offer-silent"
    OFFER_UNLOADED = "offer-unloaded"
    OFFER_DATA = "offer-data"
    CALL_FOUND = "call-found"
    CALL_WITHOUT_FUNCTION = "call-without-function"
    OWN_CALL_FIRST = "own-call-first"
    PAGE_TOO_LARGE = "page-too-large"
    PAGE_UNREAD = "page-unread"
    SOURCE_TOO_LARGE = "source-too-large"
    TESTEE_ABOVE = "testee-above"
    TESTEE_NOT_NAMED = "testee-not-named"
    TESTEE_MISSING = "testee-missing"
    TESTEE_FIRST_BELOW = "testee-first-below"
    TESTEE_ONLY_ONE = "testee-only-one"
    TESTEE_ALIKE = "testee-alike"
    TESTEE_UNCLEAR = "testee-unclear"
    MODULES_CONSIDERED = "modules-considered"
    STANDS_ALONE = "stands-alone"
    #: Words of a plugin, or of another version, as they are.
    OTHER = "other"


#: Numbers, words of the wiki or the report, titles or names in a row, or another note.
NoteDetail: TypeAlias = "int | str | tuple[str, ...] | Note"


@dataclass(frozen=True, slots=True)
class Note:
    """A finding.

    :param details: in the order of the message's parameters
    """

    code: NoteCode
    details: tuple[NoteDetail, ...] = ()
