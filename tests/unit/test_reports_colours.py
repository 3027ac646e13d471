"""Which colours mean passed, and which failed, however CSS writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.reports.colours import hue_of, named
from picklebot.reports.html import background, colour

PASSED = [
    "green",
    "Green",
    "forestgreen",
    "#0a0",
    "#0a0f",
    "#14866d",
    "#008000 !important",
    "#dfd",
    "rgb(0,128,0)",
    "rgb(0 128 0 / 50%)",
    "rgba(0%, 50%, 0%, 1)",
    "hsl(120, 100%, 25%)",
    "hsl(120deg 100% 25%)",
    "hsl(0.33turn 100% 25%)",
    "hwb(120 0% 50%)",
    "oklch(52% 0.18 142)",
    "var(--color-success)",
    "var( --color-success, #d33 )",
    "var(--background-color-success-subtle,#d5fdf4)",
    "var(--wiki-theme, green)",
    "var(--a, var(--b, rgb(0, 100, 0)))",
    "light-dark(#080, #8f8)",
    "color-mix(in srgb, green 80%, white)",
]
FAILED = [
    "red",
    "Crimson",
    "#f00",
    "#b32424",
    "#fee7e6",
    "rgb(200, 0, 0)",
    "hsl(0, 100%, 40%)",
    "hsl(350deg 80% 50%)",
    "hwb(0 10% 10%)",
    "oklch(60% 0.2 29)",
    "var(--color-error, #bf3c2c)",
    "var(--color-destructive)",
    "var(--test-failed, green)",
    "var(--x, maroon)",
]
NEITHER = [
    "",
    "black",
    "gray",
    "inherit",
    "blue",
    "#36c",
    "#0645ad",
    "#fff",
    "#f8f9fa",
    "#eaecf0",
    "#12",
    "rgb(120,120,120)",
    "rgb(1,2)",
    "hsl(120, 0%, 40%)",
    "hsl(240, 100%, 50%)",
    "var(--color-progressive)",
    "var(--color-success-or-error)",
    "var(",
    "url(green)",
    "yellow",
]


@pytest.mark.parametrize("value", PASSED)
def test_green_in_every_way_of_css_means_passed(value: str) -> None:
    assert hue_of(value) is True
    assert colour(f"\x02span class=a style=font-weight:bold; color: {value}; margin:0\x03") is True
    assert background(f"\x02td style=background-color:{value}\x03") is True
    assert colour(f"\x02td style=background-color:{value}\x03") is None


@pytest.mark.parametrize("value", FAILED)
def test_red_in_every_way_of_css_means_failed(value: str) -> None:
    assert hue_of(value) is False
    assert colour(f"\x02span style=color:{value}\x03") is False
    assert background(f"\x02td style=background:{value}\x03") is False


@pytest.mark.parametrize("value", NEITHER)
def test_other_colours_say_nothing(value: str) -> None:
    assert hue_of(value) is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("test-passed", True),
        ("cdx-message--success", True),
        ("mw-message-box-error", False),
        ("wikitable", None),
        ("pass fail", None),
        ("bypass", None),
    ],
)
def test_names_say_it_by_whole_words(name: str, meant: bool | None) -> None:
    assert named(name) is meant


@given(st.text(), st.sampled_from(["", "rgb(", "hsl(", "var(--", "#", "oklch("]))
def test_no_text_raises_anything(text: str, before: str) -> None:
    assert hue_of(before + text) in (True, False, None)


@given(st.lists(st.sampled_from(["var(--a,", "rgb(", "1", ",", "%", ")", " ", "9" * 400, "e9", "-"]), max_size=40))
def test_no_css_raises_anything(parts: list[str]) -> None:
    assert hue_of("".join(parts)) in (True, False, None)
