"""What the words of a headline say, in the languages that are known."""

# ruff: noqa: RUF001 (letters of other scripts)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.reports.words import says_all, says_passed


@pytest.mark.parametrize(
    "words",
    [
        "All tests passed.",
        "ALL 12 TESTS PASSED",
        "Success!",
        "Alle Tests bestanden",
        "Tous les tests ont réussi.",
        "Todas las pruebas superadas",
        "Все тесты пройдены.",
        "Усі тести пройдено успішно",
        "すべてのテストに合格しました。",
        "所有测试通过。",
        "모든 테스트를 통과했습니다",
        "اجتازت جميع الاختبارات",
        "Wszystkie testy zaliczone",
        "Tüm testler ba\u015far\u0131l\u0131",
        "Tất cả đều thành công",
    ],
)
def test_words_of_a_passed_suite(words: str) -> None:
    assert says_passed(words) is True


@pytest.mark.parametrize(
    "words",
    [
        "Some tests failed.",
        "There were errors",
        "Einige Tests sind fehlgeschlagen.",
        "Certains tests ont échoué",
        "Algunas pruebas fallaron",
        "Некоторые тесты провалены",
        "いくつかのテストが失敗しました。",
        "部分测试失败。",
        "일부 테스트가 실패했습니다",
    ],
)
def test_words_of_a_failed_suite(words: str) -> None:
    assert says_passed(words) is False


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Zorblat vrexin",
        "Passed: false",
        "Bestanden: nein",
        "Geslaagd: nee",
        "Godkänd: nej",
        "合格：いいえ",
        "通过：否",
        "Not all tests passed.",
        "Some tests passed",
        "Half passed",
        "Die Hälfte bestanden",
        "Половина тестов пройдена",
        "半数のテストに合格しました",
        "Only half of the tests passed",
        "The tests didn't pass: passed none",
        "No errors",
        "Keine Fehler",
        "Sin errores",
        "3 passed, 1 failed",
        "Не все тесты пройдены",
        "测试未通过",
        "不合格",
        "テストに合格していない",
        "Unsuccessful",
    ],
)
def test_words_that_may_say_either(words: str) -> None:
    assert says_passed(words) is None


@pytest.mark.parametrize(
    "words",
    [
        "All tests passed.",
        "Alle Tests bestanden",
        "Tous les tests ont réussi.",
        "Todas superadas",
        "全部合格",
        "모두 통과",
    ],
)
def test_words_that_speak_of_all_tests(words: str) -> None:
    assert says_all(words)


@pytest.mark.parametrize(
    "words",
    ["Passed", "Half of all tests passed", "Hälfte aller Tests", "La moitié de tous les tests", "Small", "合格"],
)
def test_words_that_speak_of_a_part_or_of_no_number_of_tests(words: str) -> None:
    assert not says_all(words)


@given(st.text())
def test_no_text_raises_anything(words: str) -> None:
    assert says_passed(words) in (True, False, None)
