#!/usr/bin/env bash
# Everything that can be judged without running the tests. Called by `make check`, with the environment's programs in PATH.
set -euo pipefail
step() { printf '== %s\n' "$*"; "$@"; }

# As in production; the keys live as long as this script.
SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(50))')
FIELD_ENCRYPTION_KEY=$(python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')
export SECRET_KEY FIELD_ENCRYPTION_KEY HTTPS=1 SITE_URL=https://portal.example.cn ALLOWED_HOSTS=portal.example.cn

mapfile -t templates < <(find templates -name '*.html' | sort)
step ruff check .
step ruff format --check .
printf '== djade --check (%s templates)\n' "${#templates[@]}"
djade --check "${templates[@]}"
step lint-imports --no-logo
printf '== mypy\n'
DATABASE_URL=postgresql://unused@localhost/unused REDIS_URL=redis://localhost mypy .
step python manage.py makemigrations --check --dry-run
step python manage.py build_docs --check
step python manage.py check --deploy --fail-level WARNING
