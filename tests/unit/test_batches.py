"""How suites are packed into requests, and how their outputs are told apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.invocation.batches import _containers
from picklebot.invocation.output import Limits, cost_of, limit_usage_of
from picklebot.invocation.packing import BatchItem, Part, pack, page_for, take_batch
from picklebot.model import Call, Cost, ErrorKind, Page

LIMITS = Limits(lua_ms=1000, memory_bytes=50_000_000)


def item(number: int, lua_ms: int = 0, memory: int = 0, *arguments: str) -> BatchItem:
    tester = Page(f"Module:{number}/testcases", number, 1)
    part = Part(tester, Call("run", arguments, tester.title), page=True)
    return BatchItem((part,), Cost(lua_ms, memory), tester)


ITEMS = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 90_000_000), st.integers(0, 90_000)), max_size=150).map(
    lambda costs: [item(n, lua, memory, "x" * size) for n, (lua, memory, size) in enumerate(costs)]
)


@given(ITEMS)
def test_every_suite_is_in_one_batch(items: list[BatchItem]) -> None:
    packed = [each.parts[0].tester.page_id for batch in pack(items, LIMITS) for each in batch]
    assert sorted(packed) == list(range(len(items)))


@given(ITEMS)
def test_batches_stay_well_below_the_limits_and_what_does_not_has_one_of_its_own(items: list[BatchItem]) -> None:
    for batch in pack(items, LIMITS):
        assert batch
        assert len(batch) <= 40
        if len(batch) > 1:
            *others, last = batch if max(batch[-1].shares(LIMITS)) >= 0.8 else (*batch, item(-1))
            assert sum(each.cost.lua_ms for each in others) <= LIMITS.lua_ms * (0.1 if last.cost.lua_ms >= 800 else 0.4)
            assert sum(each.shares(LIMITS)[1] for each in others) <= (0.2 if last.shares(LIMITS)[1] >= 0.8 else 0.6001)
            assert sum(len(each.parts[0].call.arguments[0]) for each in batch) <= 100_000


@given(ITEMS)
def test_the_order_in_which_suites_come_does_not_matter_to_the_number_of_requests(items: list[BatchItem]) -> None:
    there, back = (len(list(pack(some, LIMITS))) for some in (items, items[::-1]))
    assert abs(there - back) <= 1 + there // 10


def test_small_suites_share_a_request() -> None:
    assert [len(batch) for batch in pack([item(n, 1, 500_000) for n in range(100)], LIMITS)] == [40, 40, 20]
    assert list(pack([], LIMITS)) == []


def test_what_prints_much_has_few_neighbours_and_all_stay_below_what_an_answer_holds() -> None:
    printing = [replace(item(n), cost=Cost(1, 1_000, permille)) for n, permille in enumerate([90] * 12 + [700])]
    batches = [[each.cost.permille for each in batch] for batch in pack(printing, LIMITS)]
    assert len(batches) == 3
    assert all(sum(batch) <= 800 for batch in batches)
    assert sorted(permille for batch in batches for permille in batch) == [90] * 12 + [700]


def test_suites_that_need_titles_of_their_own_have_a_batch_each_and_the_others_fill_it_up() -> None:
    titled = [replace(item(n, 1), home=Page(f"Module:{n}/testcases"), title_dependent=True) for n in range(2)]
    batches = list(pack([*(item(n, 5) for n in range(2, 70)), *titled], LIMITS))
    assert [{each.home.title for each in batch if each.title_dependent} for batch in batches] == [
        {"Module:0/testcases"},
        {"Module:1/testcases"},
    ]
    assert [page_for(batch) for batch in batches] == [each.home for each in titled]


def test_a_batch_is_run_on_the_page_of_a_suite_that_any_will_do_for_and_else_on_nobodys() -> None:
    assert page_for([item(0), replace(item(1), title_free=True)]) == item(1).home
    assert page_for([item(0), item(1)]) is None
    assert page_for([item(0)]) is None
    assert page_for([near(0)]) == item(0).home


def named(batch: Iterable[BatchItem]) -> list[int]:
    return [each.parts[0].tester.page_id for each in batch]


def ended(number: int, kind: ErrorKind) -> BatchItem:
    lua_ms, memory = (1003, 900_000) if kind is ErrorKind.TIME else (130, 49_000_000)
    return replace(item(number, lua_ms, memory), near=True, ended_by=kind)


def near(number: int, lua_ms: int = 0, memory: int = 0, permille: int = 0) -> BatchItem:
    return replace(item(number), cost=Cost(lua_ms, memory, permille), near=True)


LIGHT = [item(n, 1, 700_000) for n in range(10)]


def test_a_suite_that_a_limit_ended_is_the_last_of_a_batch_and_the_only_such_one() -> None:
    loops, exhausts = ended(20, ErrorKind.TIME), ended(21, ErrorKind.MEMORY)
    batches = [named(batch) for batch in pack([loops, exhausts, *LIGHT], LIMITS)]
    assert [batch[-1] for batch in batches] in ([20, 21], [21, 20])
    assert sorted(n for batch in batches for n in batch) == [*range(10), 20, 21]


def test_beside_a_suite_that_ran_out_of_time_the_others_take_a_tenth_of_it_at_most() -> None:
    first, second = pack([ended(20, ErrorKind.TIME), *(item(n, 30) for n in range(5))], LIMITS)
    assert (len(first), first[-1].ended_by) == (4, ErrorKind.TIME)
    assert len(second) == 2


def test_a_suite_that_takes_much_time_is_beside_one_that_memory_ended_and_not_beside_one_that_loops() -> None:
    slow, large = near(30, lua_ms=500), near(31, memory=30_000_000)
    batches = [
        set(named(b)) for b in pack([slow, large, ended(20, ErrorKind.TIME), ended(21, ErrorKind.MEMORY)], LIMITS)
    ]
    assert sorted(map(sorted, batches)) == [[20, 31], [21, 30]]


def test_near_a_limit_two_suites_share_a_request_as_long_as_they_take_four_fifths_together() -> None:
    assert [len(b) for b in pack([near(1, lua_ms=400), near(2, lua_ms=400)], LIMITS)] == [2]
    assert [len(b) for b in pack([near(1, lua_ms=400), near(2, lua_ms=401)], LIMITS)] == [1, 1]


def test_the_heavy_ones_come_behind_the_light_ones() -> None:
    (batch,) = pack([near(30, lua_ms=500), *LIGHT], LIMITS)
    assert named(batch)[-1] == 30


def test_before_the_limits_are_known_only_suites_that_are_not_near_them_share_a_request() -> None:
    batch, left = take_batch([near(30, lua_ms=500), *LIGHT], None)
    assert (sorted(named(batch)), named(left)) == ([*range(10)], [30])
    assert named(take_batch(left, None)[0]) == [30]


def test_one_of_which_it_is_known_that_another_limit_is_the_one_does_not_wait() -> None:
    (batch, left) = take_batch([near(30, permille=600), *LIGHT], None)
    assert (len(batch), left) == (11, [])


def test_a_suite_that_takes_nearly_all_of_a_limit_that_can_be_felt_has_a_request_of_its_own() -> None:
    batches = [named(batch) for batch in pack([near(30, permille=800), *LIGHT], LIMITS)]
    assert [30] in batches
    assert len(batches) == 2


def test_so_has_one_whose_answer_was_cut_so_that_its_cost_is_not_known() -> None:
    assert [30] in [named(batch) for batch in pack([near(30), *LIGHT], LIMITS)]


def test_of_suites_that_disturb_others_a_batch_has_one_at_its_end() -> None:
    meddling = [replace(item(n), meddles=True) for n in (20, 21)]
    assert sorted(named(batch)[-1] for batch in pack([*meddling, *LIGHT], LIMITS)) == [20, 21]


BATCH = [item(0), item(1), item(2)]


def contents(document: str) -> list[str]:
    return _containers(document, "n", [each.parts[0] for each in BATCH])


def boxes(*texts: str) -> str:
    return "\n".join(f'<div id="n-{n}">{text}</div>' for n, text in enumerate(texts))


def test_each_output_is_read_from_its_own_container() -> None:
    assert contents(boxes("a", "<b>b</b> <div>c</div>", "d")) == ["a", "<b>b</b> <div>c</div>", "d"]


A, B, C = boxes("a", "b", "c").split("\n")


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (f"{A}{B}stray{C}", ["a"]),
        (f"{A}{B}<p>more</p>{C}", ["a"]),
        (f'{A}<div id="n-1">b{C}</div>', ["a"]),
        (f"{A}{B}{C}stray", ["a", "b"]),
        (f"{A}{B}{C}<p>more</p>", ["a", "b"]),
        (f"{A}{B}", ["a"]),
        (f"{A}{C}{B}", []),
        (f"{A}{B}{B}{C}", ["a"]),
        (f"<section>{A}{B}{C}</section>", []),
        (f"stray{A}{B}{C}", []),
        (f"<p>more</p>{A}{B}{C}", []),
        ("", []),
    ],
)
def test_a_suite_that_broke_out_of_its_container_and_what_comes_after_are_not_told(
    document: str, told: list[str]
) -> None:
    assert contents(document) == told


@given(st.lists(st.text(alphabet="<>/divabc\"= -!&;'\n"), min_size=3, max_size=3))
def test_no_output_is_taken_for_a_neighbours(texts: list[str]) -> None:
    """Whatever is printed: a container that counts holds what was printed there, as a browser would read it."""
    for n, content in enumerate(contents(boxes(*(f"<i>{k}</i>{text}" for k, text in enumerate(texts))))):
        assert content.startswith(f"<i>{n}</i>")
        assert not any(f"<i>{k}</i>" in content for k in range(3) if k != n)


def report(**items: tuple[object, object]) -> dict[str, object]:
    data = [{"name": name.replace("_", "-"), "0": used, "1": limit} for name, (used, limit) in items.items()]
    return {"limitreportdata": data}


def test_a_limit_report_says_what_a_run_cost_and_which_limit_it_came_nearest() -> None:
    parse = report(
        scribunto_limitreport_timeusage=("0.500", "10.000"),
        scribunto_limitreport_memusage=(26_214_400, 52_428_800),
        limitreport_expensivefunctioncount=(60, 100),
        limitreport_expansiondepth=(99, 100),
    )
    assert cost_of(parse) == Cost(500, 26_214_400, 600)
    use = limit_usage_of(parse)
    assert (use.most, use.time, use.memory, use.others) == (0.6, 0.05, 0.5, 0.6)
    assert use.limits == Limits(10_000, 52_428_800)


@pytest.mark.parametrize("parse", [{}, report(), report(scribunto_limitreport_timeusage=(None, "x"))])
def test_a_report_that_does_not_tell_says_nothing(parse: dict[str, object]) -> None:
    assert cost_of(parse) == Cost()
    assert (limit_usage_of(parse).most, limit_usage_of(parse).limits) == (0.0, None)
