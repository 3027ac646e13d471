"""From what a user calls a wiki to the URL of its api.php."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from picklebot.errors import ConfigError
from picklebot.wiki.address import from_user_config, resolve


@pytest.mark.parametrize(
    "url",
    [
        "https://en.wikipedia.org/w/api.php",
        "http://127.0.0.1:8080/api.php",
        "https://wiki.example.org:8443/a/b/api.php5",
    ],
)
def test_a_url_is_taken_as_it_is(url: str) -> None:
    assert resolve(url) == url


@pytest.mark.parametrize("given", ["", "en.wikipedia.org", "ftp://example.org/api.php", "https://", "a:b:c", "http:/x"])
def test_what_is_neither_is_refused_with_an_example_of_each(given: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(given)
    assert "https://en.wikipedia.org/w/api.php" in str(caught.value)
    assert "wikipedia:en" in str(caught.value)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder and an empty home."""
    for name in ("home", "work"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PYWIKIBOT_DIR", raising=False)
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def test_a_family_of_pywikibots_is_looked_up_offline_and_leaves_no_file(elsewhere: Path) -> None:
    assert resolve("wikipedia:da") == "https://da.wikipedia.org/w/api.php"
    assert resolve("commons:commons") == "https://commons.wikimedia.org/w/api.php"
    assert list((elsewhere / "home").iterdir()) == []
    assert list((elsewhere / "work").iterdir()) == []


@pytest.mark.parametrize(("given", "said"), [("nosuch:en", "nosuch"), ("wikipedia:qqq", "has no qqq")])
def test_a_family_or_code_that_does_not_exist_is_named(elsewhere: Path, given: str, said: str) -> None:
    assert elsewhere
    with pytest.raises(ConfigError, match=f"pywikibot does not know {given}: .*{said}"):
        resolve(given)


def test_families_of_ones_own_come_from_the_user_config_of_the_working_folder(elsewhere: Path) -> None:
    config = elsewhere / "work" / "user-config.py"
    config.write_text(
        "family_files['own'] = 'https://wiki.example.org/w/api.php'\nregister_families_folder('families')\n",
        encoding="utf-8",
    )
    config.chmod(0o600)
    (elsewhere / "work" / "families").mkdir()
    (elsewhere / "work" / "families" / "club_family.py").write_text(
        "from pywikibot import family\n\n\nclass Family(family.Family):\n    name = 'club'\n"
        "    langs = {'xx': 'xx.example.org'}\n",
        encoding="utf-8",
    )
    assert resolve("own:own") == "https://wiki.example.org/w/api.php"
    assert resolve("club:xx") == "https://xx.example.org/w/api.php"


def test_the_wiki_of_a_user_config_is_taken(elsewhere: Path) -> None:
    config = elsewhere / "work" / "user-config.py"
    config.write_text("family = 'wikipedia'\nmylang = 'test'\nusernames['wikipedia']['*'] = 'Bot'\n", encoding="utf-8")
    config.chmod(0o600)
    assert from_user_config() == ("wikipedia:test", "Bot")


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ("family = 'commons'\nmylang = 'commons'\n", 0o666, "others may write it, .*: chmod 600"),
        ("family = 'commons\n", 0o600, "pywikibot cannot use it: "),
        ("family = 3\nmylang = 'commons'\n", 0o600, "pywikibot cannot use it: .*family.* is defined as"),
        ("raise SystemExit(0)\n", 0o600, "pywikibot cannot use it: no answer"),
        (
            "put_throttle = 1\n",
            0o600,
            "pywikibot cannot use it: it does not .*: it needs family and mylang",
        ),
        ("family = 'wikipedia'\n", 0o600, "pywikibot cannot use it: it does not say which wiki: it needs mylang"),
    ],
)
def test_a_user_config_that_pywikibot_would_pass_over_chooses_no_wiki(
    elsewhere: Path, text: str, mode: int, said: str
) -> None:
    config = elsewhere / "work" / "user-config.py"
    config.write_text(text, encoding="utf-8")
    config.chmod(mode)
    with pytest.raises(ConfigError, match=f"user-config.py: {said}"):
        from_user_config()


def test_a_user_config_of_another_user_is_refused(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = elsewhere / "work" / "user-config.py"
    config.write_text("family = 'commons'\nmylang = 'commons'\n", encoding="utf-8")
    config.chmod(0o644)
    owner = config.stat().st_uid
    monkeypatch.setattr("os.getuid", lambda: owner + 2)
    if owner == 0:  # whose files everybody trusts
        os.chown(config, 1, -1)
    with pytest.raises(ConfigError, match=r"user-config\.py: it belongs to another user"):
        from_user_config()


def test_a_user_config_that_cannot_be_read_is_told(elsewhere: Path) -> None:
    (elsewhere / "work" / "user-config.py").mkdir()
    with pytest.raises(ConfigError, match=r"user-config\.py: cannot be read: Is a directory"):
        from_user_config()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("hostless:hostless", "the family hostless cannot be made: AssertionError"),  # an AutoFamily of its URL
        ("brackets:brackets", "the family brackets cannot be made: Invalid IPv6 URL"),
        ("broken:xx", "the family broken cannot be made: .* was never closed"),
        ("empty:xx", "the family empty cannot be made: .* has no attribute 'Family'"),
        ("bare:xx", "the family bare names no host for xx"),
    ],
)
def test_a_family_that_cannot_be_made_is_told_of_in_words(elsewhere: Path, given: str, said: str) -> None:
    families = elsewhere / "work" / "families"
    families.mkdir()
    (families / "broken_family.py").write_text("class Family(", encoding="utf-8")
    (families / "empty_family.py").write_text("Famly = object", encoding="utf-8")
    (families / "bare_family.py").write_text(
        "from pywikibot import family\n\n\nclass Family(family.Family):\n    name = 'bare'\n    langs = {'xx': None}\n",
        encoding="utf-8",
    )
    config = elsewhere / "work" / "user-config.py"
    config.write_text(
        "family_files['hostless'] = 'https://'\nfamily_files['brackets'] = 'http://[::1/api.php'\n"
        "register_families_folder('families')\n",
        encoding="utf-8",
    )
    config.chmod(0o600)
    with pytest.raises(ConfigError, match=f"pywikibot does not know {given}: {said}"):
        resolve(given)
