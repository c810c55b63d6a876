#!/usr/bin/env bash
# Everything that can be judged without running the tests. Called by `make check` with the environment's programs in PATH.
set -euo pipefail
step() { printf '== %s\n' "$*"; "$@"; }

step ruff check .
step ruff format --check .
mapfile -t templates < <(git ls-files 'templates/*.html')
((${#templates[@]} == 0)) || step djade --check "${templates[@]}"
step lint-imports
step mypy .
step python manage.py makemigrations --check --dry-run
step python manage.py build_docs --check
