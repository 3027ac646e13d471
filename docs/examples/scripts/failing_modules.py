"""Prints the modules of a wiki whose tests do not pass: ``failing_modules.py WIKI``. Records nothing."""

from __future__ import annotations

import sys

from picklebot import App, PicklebotError, load_settings


def main(wiki: str) -> int:
    """Harvest with the settings of file and environment; 1 where a module does not pass, 2 or 3 for an error."""
    app = App(load_settings({"wiki": wiki}).settings)
    try:
        modules = app.harvest().modules
    except PicklebotError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    failing = [module for module in modules if not module.state.passing]
    for module in failing:
        print(f"{module.state}\t{module.page.title}")
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
