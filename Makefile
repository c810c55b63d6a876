# From a bare machine (Python 3.11 or later): `make run` to use the portal, `make test` to test it.
PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help run setup code test faults look fuzz check format lock bench

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Everything on 127.0.0.1:8000 (PORT, DATABASE_URL, REDIS_URL override); Ctrl-C ends it
	@$(PYTHON) config/local/bootstrap.py
	@exec $(BIN)/python -m config.local.run

setup: ## Prepare the same and start nothing
	@$(PYTHON) config/local/bootstrap.py
	@$(BIN)/python -m config.local.run --setup

code: ## The six digits that the demo accounts of staff and experts sign in with
	@$(BIN)/python config/local/code.py

test: ## The whole test suite on real servers and in a real browser
	@$(PYTHON) config/local/bootstrap.py --dev
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

faults: ## Kill worker, web, Redis and PostgreSQL twenty times each, award and approve in parallel, and see that all is well
	@$(PYTHON) config/local/bootstrap.py --dev
	FAULT_RUNS=$${FAULT_RUNS:-20} AWARD_RUNS=20 APPROVAL_RUNS=20 $(BIN)/python -m pytest tests/faults \
	  tests/stations/test_two_hundred_awards.py tests/funding/test_fifty_approvals.py

look: ## Open every page of the role matrix and walk all walks in Chromium: axe, width, console; pictures in var/screenshots
	@$(PYTHON) config/local/bootstrap.py --dev
	PICTURES=1 $(BIN)/python -m pytest tests/browser/every_page.py tests/browser/pages_of_*.py tests/browser/test_*.py

fuzz: ## Schemathesis: more than ten thousand right and wrong requests to the interface (FUZZ_EXAMPLES, FUZZ_SEED)
	@$(PYTHON) config/local/bootstrap.py --dev
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-350} $(BIN)/python -m pytest -s -q tests/integration/test_fuzz.py

check: ## Lint, types, import contracts, migrations, templates, deployment settings
	@$(PYTHON) config/local/bootstrap.py --dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash config/local/check.sh

format: ## Put the sources into their one form
	@$(PYTHON) config/local/bootstrap.py --dev
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .
	$(BIN)/djade $$(git ls-files 'templates/*.html')

lock: ## Resolve the dependencies of pyproject.toml anew, with hashes (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" --quiet --upgrade -o config/requirements-dev.lock
	uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" --quiet -c config/requirements-dev.lock -o config/requirements.lock

bench: ## Floor and portal under load side by side; writes docs/performance.md (ARGS="--rounds 1", see bench/run.py)
	@$(PYTHON) config/local/bootstrap.py
	@$(BIN)/python -m bench.run $(ARGS)
