# One image for web, worker, beat and the migration; compose.yaml says which command each runs.
FROM python:3.12-slim-bookworm AS build
ENV UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1
RUN pip install --no-cache-dir 'uv>=0.7,<1'
WORKDIR /srv/crossover
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-default-groups --no-install-project
COPY . .
RUN uv sync --locked --no-default-groups
# Collecting needs settings, none of them secret and none kept.
RUN CROSSOVER_MODE=production SECRET_KEY=build FIELD_ENCRYPTION_KEY=build \
    DATABASE_URL=postgresql:///none REDIS_URL=redis://none \
    .venv/bin/python manage.py collectstatic --noinput

FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
        fontconfig fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin crossover \
    && install -d -o crossover -g crossover -m 0700 /var/lib/crossover/deliverables
COPY --from=build /srv/crossover /srv/crossover
WORKDIR /srv/crossover
ENV PATH=/srv/crossover/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    CROSSOVER_MODE=production DELIVERABLES_ROOT=/var/lib/crossover/deliverables
USER crossover
EXPOSE 8000
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi:application"]
