"""Settings: where each comes from, which wins, and what is said about a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from picklebot.config import Settings, category_names, load_settings
from picklebot.errors import ConfigError
from picklebot.model import State

NOWHERE: dict[str, str] = {}


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def file_with(text: str, name: str = "picklebot.toml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_given_leaves_every_default() -> None:
    found = load_settings({}, NOWHERE)
    assert found.settings == Settings()
    assert found.sources == {}


def test_flags_beat_the_environment_which_beats_the_file() -> None:
    file_with('wiki = "file"\nuser = "file"\ncontact = "ops@file"\n')
    environment = {"PICKLEBOT_WIKI": "environment", "PICKLEBOT_USER": "environment"}
    found = load_settings({"wiki": "flag", "user": None, "only": ()}, environment)
    assert (found.settings.wiki, found.settings.user, found.settings.contact) == ("flag", "environment", "ops@file")
    assert found.sources == {"wiki": "--wiki", "user": "PICKLEBOT_USER", "contact": "picklebot.toml"}


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - {"categories"}))
def test_every_setting_has_a_variable(name: str) -> None:
    default = getattr(Settings(), name)
    text = isinstance(default, str | tuple | SecretStr)
    value = str(not default) if isinstance(default, bool) else "x" if text else "17"
    special = {
        "header": "X-Name: x",
        "contact": "a@b",
        "log_format": "json",
        "language": "de",
        "output_language": "de",
        "show": "nothing",
        "data_page": "User:{user}/X",
    }
    found = load_settings({}, {f"PICKLEBOT_{name.upper()}": special.get(name, value)})
    assert found.sources == {name: f"PICKLEBOT_{name.upper()}"}
    assert getattr(found.settings, name) != getattr(Settings(), name)


def test_words_are_written_in_languages_that_there_are_words_in() -> None:
    with pytest.raises(ConfigError, match="language: there are words in de, en, fr, he, nb only, got 'xx'"):
        load_settings({}, {"PICKLEBOT_LANGUAGE": "xx"})


def test_a_variable_holds_several_values_one_a_line() -> None:
    found = load_settings({}, {"PICKLEBOT_ONLY": "Foo*\n\nBar\n"})
    assert found.settings.only == ("Foo*", "Bar")


def test_an_empty_variable_is_none() -> None:
    file_with('wiki = "file"\n')
    assert load_settings({}, {"PICKLEBOT_WIKI": ""}).settings.wiki == "file"


def test_another_file_is_named_by_a_flag_or_a_variable() -> None:
    file_with('wiki = "here"\n')
    there = file_with('wiki = "there"\n', "there.toml")
    assert load_settings({}, NOWHERE, there).settings.wiki == "there"
    assert load_settings({}, {"PICKLEBOT_CONFIG": "there.toml"}).settings.wiki == "there"


def test_a_file_that_was_named_has_to_be_there() -> None:
    for environment, file in (({"PICKLEBOT_CONFIG": "gone.toml"}, None), (NOWHERE, Path("gone.toml"))):
        with pytest.raises(ConfigError, match=r"gone\.toml: there is no such file of settings"):
            load_settings({}, environment, file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wiki = ", r"picklebot\.toml: expected TOML: "),
        ("wikki = 'x'", r"picklebot\.toml: there is no setting wikki; did you mean wiki\?"),
        ("zzz = 'x'", r"picklebot\.toml: there is no setting zzz$"),
        ("retries = 'many'", r"picklebot\.toml: retries: .*valid integer.*, got 'many'"),
        ("retries = 99", r"picklebot\.toml: retries: expected .*20, got 99"),
        ("timeout = 0", r"picklebot\.toml: timeout: expected greater than 0, got 0"),
        ("write_interval = -1", r"picklebot\.toml: write_interval: expected .*0, got -1"),
        ("[categories]\nbroken = 'x'", r"picklebot\.toml: categories\.broken"),
        ("wiki = 3", r"picklebot\.toml: wiki: expected a valid string, got 3"),
    ],
)
def test_a_mistake_is_named_with_where_it_stands_and_what_was_expected(text: str, said: str) -> None:
    file_with(text)
    with pytest.raises(ConfigError, match=said):
        load_settings({}, NOWHERE)


def test_a_mistake_names_the_layer_that_it_came_from() -> None:
    with pytest.raises(ConfigError, match=r"^PICKLEBOT_RETRIES: retries: "):
        load_settings({}, {"PICKLEBOT_RETRIES": "many"})
    with pytest.raises(ConfigError, match=r"^--write-interval: write_interval: "):
        load_settings({"write_interval": -1}, NOWHERE)


def test_all_mistakes_are_told_at_once() -> None:
    file_with("retries = 99\ntimeout = 0\n")
    with pytest.raises(ConfigError) as caught:
        load_settings({}, NOWHERE)
    assert len(str(caught.value).splitlines()) == 2


def test_a_password_is_never_shown() -> None:
    secret = "correct horse"
    found = load_settings({}, {"PICKLEBOT_PASSWORD": secret})
    assert found.settings.password.get_secret_value() == secret
    assert secret not in repr(found)
    assert secret not in str(found.settings)
    file_with("password = 20261120\n")
    with pytest.raises(ConfigError) as caught:
        load_settings({}, NOWHERE)
    assert "20261120" not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("PICKLEBOT_WIKKI", "there is no setting wikki; did you mean PICKLEBOT_WIKI?"),
        ("PICKLEBOT_DATE", "there is no setting date; did you mean PICKLEBOT_DATA?"),
        ("PICKLEBOT_XYZZY", "there is no setting xyzzy"),
        ("PICKLEBOT_CATEGORIES", "categories can only be set in picklebot.toml"),
    ],
)
def test_a_variable_that_is_no_setting_is_a_mistake(variable: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({}, {variable: "x"})
    assert str(caught.value) == f"{variable}: {said}"


def test_variables_of_other_programs_and_of_other_purposes_are_none_of_the_settings() -> None:
    others = {"PICKLEBOT_DATA": "y", "PICKLEBOT_FAULT": "z", "OTHER": "z", "XPICKLEBOT_WIKKI": "z"}
    assert load_settings({}, others).settings == Settings()


@pytest.mark.parametrize(
    "contact",
    [
        "ops@example.org",
        "mailto:ops@example.org",
        "https://meta.wikimedia.org/wiki/User:Example",
        "http://wiki.example:8080/User:X",
        "https://例え.jp/利用者:X",
        "öps@example.org",
    ],
)
def test_a_contact_is_an_address_of_somebody(contact: str) -> None:
    assert load_settings({"contact": contact}, NOWHERE).settings.contact == contact


@pytest.mark.parametrize(
    "contact", ["me", "User:Example", "ops at example.org", "a@b@c", "ftp://x/y", "https://", "https://?x", "www.x.org"]
)
def test_a_contact_that_nobody_can_write_to_is_refused(contact: str) -> None:
    with pytest.raises(ConfigError, match=r"^--contact: contact: expected an e-mail address, or the URL"):
        load_settings({"contact": contact}, NOWHERE)


def test_blanks_at_the_ends_are_no_part_of_a_value() -> None:
    file_with('wiki = " https://x/api.php\\n"\nonly = [" A*", "B "]\n[wikis.club]\nwiki = " https://club/api.php "\n')
    found = load_settings({"user": " Me "}, {"PICKLEBOT_PASSWORD": "secret\n", "PICKLEBOT_RECORDERS": " tags \n \n"})
    settings = found.settings
    assert (settings.wiki, settings.user, settings.only) == ("https://x/api.php", "Me", ("A*", "B"))
    assert (settings.password.get_secret_value(), settings.recorders) == ("secret", ("tags",))
    assert load_settings({"wiki": "club\n"}, NOWHERE).settings.wiki == "https://club/api.php"


def test_relative_paths_of_a_file_are_relative_to_it() -> None:
    Path("etc").mkdir()
    values = 'strategies = ["mine", "/all/theirs"]\ntls_ca = "ca.pem"\nstore = "sqlite:///states.sqlite"\n'
    found = load_settings({}, NOWHERE, file_with(f"{values}[wikis.club]\n{values}", "etc/picklebot.toml"))
    for settings in (found.settings, found.wikis["club"]):
        assert settings.strategies == (Path("etc/mine"), Path("/all/theirs"))
        assert settings.tls_ca == Path("etc/ca.pem")
        assert settings.store == "sqlite:///etc/states.sqlite"


@pytest.mark.parametrize(
    "store", ["sqlite:////var/states.sqlite", "sqlite://", "sqlite:///:memory:", "mysql+pymysql://u@h/d", "toolsdb:x"]
)
def test_a_store_that_is_no_relative_file_is_the_same_in_every_folder(store: str) -> None:
    Path("etc").mkdir()
    file = file_with(f'store = "{store}"\n', "etc/picklebot.toml")
    assert load_settings({}, NOWHERE, file).settings.store == store


def test_paths_of_options_and_variables_are_relative_to_the_working_folder() -> None:
    Path("etc").mkdir()
    file_with("", "etc/picklebot.toml")
    environment = {"PICKLEBOT_CONFIG": "etc/picklebot.toml", "PICKLEBOT_STORE": "sqlite:///states.sqlite"}
    found = load_settings({"strategies": ("mine",)}, environment).settings
    assert (found.strategies, found.store) == ((Path("mine"),), "sqlite:///states.sqlite")


FARM = """
contact = "bot@example.org"
recheck_after = 3
[categories]
fail = "Broken"
[wikis.club]
wiki = "https://club.example.org/api.php"
recheck_after = 1
[wikis.club.categories]
good = "Fine"
[wikis.school]
wiki = "https://school.example.org/api.php"
"""


def test_a_wiki_by_its_name_has_settings_of_its_own_over_those_at_the_top() -> None:
    file_with(FARM)
    found = load_settings({"wiki": "club"}, NOWHERE)
    assert found.settings.wiki == "https://club.example.org/api.php"
    assert (found.settings.contact, found.settings.recheck_after) == ("bot@example.org", 1)
    assert (found.settings.categories[State.GOOD], found.settings.categories[State.FAIL]) == ("Fine", "Broken")
    assert found.sources["recheck_after"] == "picklebot.toml [wikis.club]"
    assert {name: settings.recheck_after for name, settings in found.wikis.items()} == {"club": 1, "school": 3}


def test_the_environment_beats_the_file_and_has_settings_of_a_wiki_too() -> None:
    file_with(FARM)
    environment = {"PICKLEBOT_WIKIS__CLUB__USER": "Bot", "PICKLEBOT_USER": "Other", "PICKLEBOT_RECHECK_AFTER": "9"}
    found = load_settings({}, environment)
    assert (found.wikis["club"].user, found.wikis["school"].user) == ("Bot", "Other")
    assert found.wikis["club"].recheck_after == 9
    assert load_settings({"wiki": "club", "user": "Me"}, environment).settings.user == "Me"


def test_a_mistake_in_the_table_of_a_wiki_is_told_whichever_is_asked_for() -> None:
    file_with(f"{FARM}retrys = 3\n")
    with pytest.raises(ConfigError, match=r"picklebot\.toml \[wikis\.school\]: there is no setting retrys; did"):
        load_settings({"wiki": "club"}, NOWHERE)


def test_a_wiki_by_its_name_needs_an_address() -> None:
    file_with('[wikis.club]\ncontact = "bot@example.org"\n')
    with pytest.raises(ConfigError, match=r"wikis\.club: wiki: expected the URL"):
        load_settings({"wiki": "club"}, NOWHERE)


@pytest.mark.parametrize("text", ["wikis = 3", "[wikis]\nclub = 'https://example.org'"])
def test_wikis_are_tables(text: str) -> None:
    file_with(text)
    with pytest.raises(ConfigError, match=r"expected tables of settings, \[wikis\.NAME\] each"):
        load_settings({}, NOWHERE)


def test_a_category_of_ones_own_leaves_the_others_as_they_are() -> None:
    file_with('[categories]\nfail = "Broken modules"\n')
    found = load_settings({}, NOWHERE).settings.categories
    assert found == {**category_names("en"), State.FAIL: "Broken modules"}


def test_every_state_has_a_category() -> None:
    assert set(category_names("en")) == set(State)


def test_states_are_kept_in_the_data_folder_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PICKLEBOT_DATA", "/somewhere")
    assert Settings().store_url == "sqlite:////somewhere/picklebot.sqlite"
    assert Settings(store="sqlite://").store_url == "sqlite://"


def test_a_file_that_is_not_utf_8_is_refused() -> None:
    Path("picklebot.toml").write_bytes(b'wiki = "\xff"\n')
    with pytest.raises(ConfigError, match="expected TOML"):
        load_settings({}, NOWHERE)
