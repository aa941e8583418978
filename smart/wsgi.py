"""Where gunicorn finds the platform; refuses to start with unsafe settings."""

import os

from django.core.wsgi import get_wsgi_application

from smart import checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smart.settings")

application = get_wsgi_application()
checks.refuse_unsafe()
