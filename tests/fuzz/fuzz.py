"""Fuzzes everything that reads a wiki's words (``make fuzz``); targets.py has the rules that must hold.

Ends with status 0 after its time, or at the first input that breaks something, which it leaves in a file and names. To
look at such a file again: ``python tests/fuzz/fuzz.py FILE``.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import sys
import tempfile
from pathlib import Path

import atheris

with contextlib.redirect_stderr(io.StringIO()), atheris.instrument_imports(include=["picklebot"]):  # it names them all
    from tests.fuzz import targets

LONGEST = 4096  # bytes of an input: texts that break a parser are short
SLOWEST = 10  # seconds for one input
MEMORY = 2048  # MB


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, help="folder in which inputs are kept from one run to the next")
    parser.add_argument("--found", type=Path, default=Path(), help="folder for an input that breaks something")
    parser.add_argument("files", nargs="*", type=Path, help="inputs to look at again")
    given = parser.parse_args()
    if given.files:
        for file in given.files:
            targets.read(file.read_bytes())
        return
    with tempfile.TemporaryDirectory() as temporary:
        given.found.mkdir(parents=True, exist_ok=True)
        folder = given.corpus or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for seed in targets.seeds():
            (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed[:LONGEST])
        options = [
            f"-max_total_time={given.seconds}",
            f"-max_len={LONGEST}",
            f"-timeout={SLOWEST}",
            f"-rss_limit_mb={MEMORY}",
            f"-artifact_prefix={given.found}/",
            "-print_final_stats=1",
            "-verbosity=0" if not sys.stderr.isatty() else "-verbosity=1",
        ]
        atheris.Setup([sys.argv[0], *options, str(folder)], targets.read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
