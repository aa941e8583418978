"""A real world that mails through SMTP and knows the office's own templates.

The demo's mailbox never fails; here the test plays the mail server.
"""

import os
from pathlib import Path

from smart.settings import *  # noqa: F403
from smart.settings import TEMPLATES as HOUSE_TEMPLATES

_own = Path(__file__).parent / "templates"
TEMPLATES = [{**HOUSE_TEMPLATES[0], "DIRS": [*HOUSE_TEMPLATES[0]["DIRS"], _own]}]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("TEST_MAIL_PORT", "25"))
