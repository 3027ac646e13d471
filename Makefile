bin := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help bootstrap bootstrap-tests demo test life month browser pictures lint coverage mutants pythons fuzz bench clean

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 18

bootstrap: ## install what is missing: Debian packages, the virtual environment
	@tools/bootstrap

demo: bootstrap ## start a wiki, harvest it, show what was recorded
	@$(bin)/picklebot demo

bootstrap-tests:
	@tools/bootstrap --for-tests

# Four workers on two processors: tests wait more than they compute.
test: bootstrap-tests ## every check: lint, types, tests (some against real wikis); ALL=1 for all of them on every release
	@$(MAKE) --no-print-directory lint & lint=$$!; \
	echo "test: pytest"; \
	$(bin)/pytest -q -n 4 --dist loadgroup $(if $(ALL),--all-releases); tests=$$?; \
	wait $$lint && exit $$tests

life: bootstrap-tests ## let EVENTS=60 things befall the pages of a wiki of each release, drawn from SEED=1, and check every harvest
	@$(bin)/pytest -q tests/live/test_life.py --all-releases --life-seed=$(or $(SEED),1) --life-events=$(or $(EVENTS),60)

month: bootstrap-tests ## count the edits of a whole month of harvests on the scripted wiki; takes some minutes
	@MONTH_HOURS=720 $(bin)/pytest -q tests/flow/test_month.py

browser: bootstrap-tests ## look at wikis in a browser; pictures of all that was looked at are in build/screenshots
	@$(bin)/pytest -q -n 2 --dist loadgroup tests/browser

pictures: browser ## take the pictures of docs/editors.md anew
	@for each in docs/pictures/*.png; do cp build/screenshots/manual/$$(basename $$each) $$each; done

lint: bootstrap ## style and types
	@echo "lint: ruff"
	@$(bin)/ruff check --quiet
	@$(bin)/ruff format --check --quiet
	@echo "lint: mypy"
	@$(bin)/mypy --no-error-summary
	@echo "lint: imports"
	@found=$$($(bin)/lint-imports --no-logo --no-cache) || { echo "$$found"; exit 1; }

# Without MariaDB and without a wiki.
mutants: bootstrap ## break the flow on purpose and count what no test notices; SAMPLE=300 breaks drawn by SEED=1, or SAMPLE=0 for all; ONLY=picklebot/watch
	@$(bin)/python tools/mutants.py --sample $(or $(SAMPLE),300) --seed $(or $(SEED),1) $(if $(ONLY),--only $(ONLY))

coverage: bootstrap-tests ## how much of the flow unit, store and flow tests run, with branches; fails below 90 % of a room
	@mkdir -p build && $(bin)/coverage erase
	@$(bin)/coverage run -m pytest -q -n 2 --dist loadgroup tests/unit tests/store tests/flow
	@$(bin)/coverage combine --quiet
	@$(bin)/coverage json --quiet -o build/coverage.json
	@$(bin)/python tools/coverage_by_room.py build/coverage.json

pythons: bootstrap-tests ## unit, store and flow tests on each supported Python that this machine has
	@tools/pythons

fuzz: bootstrap ## look for inputs that break a parser, for SECONDS=60
	@$(bin)/python tests/fuzz/fuzz.py --seconds $(or $(SECONDS),60) --corpus .fuzz/corpus --found .fuzz

bench: bootstrap ## measure harvests against plain requests, and parsers (docs/performance.md); LARGE=1 for 10,000 modules
	@$(bin)/python benchmarks/reports.py
	@$(bin)/python benchmarks/startup.py
	@$(bin)/python benchmarks/memory.py
	@$(bin)/python benchmarks/specs.py
	@$(bin)/python benchmarks/sweep.py
	@$(bin)/python benchmarks/gate.py
	@$(bin)/python benchmarks/status_box.py
	@$(bin)/python benchmarks/unchanged.py $(if $(LARGE),--large)

clean: ## delete what was made in this folder; sandboxes stay (picklebot sandbox down NAME --delete)
	@rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .fuzz .mutants .pythons .coverage*
	@find picklebot tests -name __pycache__ -prune -exec rm -rf {} +
