# One image for migrate, web, worker and beat.
FROM python:3.11-slim-bookworm

# what WeasyPrint draws with; the same packages as ./coop installs
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/coop
COPY requirements/runtime.txt requirements/runtime.txt
RUN pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes -r requirements/runtime.txt
COPY . .
RUN python -c "from pathlib import Path; from smart import embedded; embedded.write_fonts_conf(Path('.')); embedded.compile_messages()" \
 && python manage.py collectstatic --noinput -v0 \
 && useradd --system --uid 10001 coop \
 && install -d -o coop -g coop -m 700 /var/lib/coop

USER coop
ENV DJANGO_SETTINGS_MODULE=smart.settings \
    PYTHONUNBUFFERED=1 \
    COOP_STATE_DIR=/var/lib/coop \
    FONTCONFIG_FILE=/srv/coop/fonts.conf
CMD ["gunicorn", "smart.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "3", "--threads", "4"]
