"""What it costs a wiki to show states: Lua time of a module page, and articles that use a module, before and after."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from statistics import median

import requests

from benchmarks.bench import PICKLEBOT, World, trivial, world
from picklebot.sandbox import RELEASES

_SHARD = 800
_ENTRY = {
    "state": "good",
    "since": "2026-11-25T10:00:00Z",
    "revision": 1,
    "passed": 40,
    "failed": 0,
    "skipped": 0,
    "todo": 0,
    "testers": ["Module:A module of many/testcases"],
}
_MODULE = "Module:Bench 00001"
_CALL = "{{#invoke:Test status|box}}"
_ARTICLE = "{{#invoke:Bench 00001/shown|main}}" * 400
_SHOWN = "return { main = function () return require( 'Module:Bench 00001' ).double( 2 ) end }"


def data_page(modules: int, shards: int) -> str:
    """A data page, in which one module fails."""
    point = {"name": "a test of some length", "expected": "x" * 150, "actual": "y" * 150}
    fail = {**_ENTRY, "state": "fail", "failed": 5, "failing": [point] * 5}
    fail["cause"] = {"pages": [{"title": "Module:Bench 00002", "old": 1, "new": 2}]}
    entries = {f"Module:A module of many {number}": _ENTRY for number in range(modules - 1)}
    return json.dumps({"version": 1, "shards": shards, "testers": {}, "modules": {**entries, _MODULE: fail}})


def parse(made: World, text: str, title: str) -> dict[str, float]:
    """The limits report of a piece of wikitext: seconds."""
    form = {"action": "parse", "text": text, "title": title, "contentmodel": "wikitext", "format": "json"}
    answer = requests.post(made.sandbox.api, data={**form, "prop": "text|limitreportdata"}, timeout=60).json()["parse"]
    if "Tests failed" not in answer["text"]["*"] and text == _CALL:
        raise RuntimeError("the state is not shown")
    wanted = ("scribunto-limitreport-timeusage", "limitreport-cputime")
    return {each["name"]: float(each["0"]) for each in answer["limitreportdata"] if each["name"] in wanted}


def set_up(made: World) -> None:
    """Install what shows states."""
    admin = made.sandbox.admin
    environment = {**os.environ, "PICKLEBOT_WIKI": made.sandbox.api, "PICKLEBOT_DATA": str(made.folder)}
    environment |= {"PICKLEBOT_USER": admin.user, "PICKLEBOT_PASSWORD": admin.password}
    subprocess.run([*PICKLEBOT, "setup"], env=environment, cwd=made.folder, check=True, stdout=subprocess.DEVNULL)


def lua_milliseconds(made: World, rounds: int) -> float:
    """Lua time of the box."""
    times = [parse(made, _CALL, _MODULE)["scribunto-limitreport-timeusage"] for _ in range(rounds)]
    return median(times) * 1000


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    print("\n| release | modules on the data page | data pages | Lua ms of the box | at most |")
    print("| --- | ---: | ---: | ---: | ---: |")
    articles = []
    for release in RELEASES:
        with world(trivial(2) | {f"{_MODULE}/shown": _SHOWN}, release=release) as made:
            before = [parse(made, _ARTICLE, "Article")["limitreport-cputime"] for _ in range(rounds)]
            set_up(made)
            for modules, shards in ((1, 1), (_SHARD, 1), (_SHARD, 2)):
                for number in range(shards):
                    made.edit(f"User:PickleBot/Tests/{number}.json", data_page(modules, shards))
                print(f"| {release} | {modules} | {shards} | {lua_milliseconds(made, rounds):.0f} | 12 |", flush=True)
            after = [parse(made, _ARTICLE, "Article")["limitreport-cputime"] for _ in range(rounds)]
            articles.append((release, min(before), min(after)))
    print("\n| release | article before, CPU ms | after | ratio |\n| --- | ---: | ---: | ---: |")
    for release, first, second in articles:
        print(f"| {release} | {first * 1000:.0f} | {second * 1000:.0f} | {second / first:.2f} |")


if __name__ == "__main__":
    main()
