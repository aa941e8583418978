"""A deployment that is unsafe or incomplete does not start, and hears every fault at once."""

import json
import logging
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from office import clock
from smart import checks, embedded
from smart.celery import PERIODIC, app
from smart.middleware import visitor_address

SERVERS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS", "DJANGO_SETTINGS_MODULE")
OTHER_SEAL = embedded.make_seal("Autre SA", "BE0404040404")
RSA_KEY = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)
PRODUCTION = {
    "COOP_DEMO": False,
    "COOP_PUBLIC_URL": "https://portal.example",
    "ALLOWED_HOSTS": ["portal.example"],
    "DEFAULT_FROM_EMAIL": "cooperative@portal.example",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "mail.example",
    "EMAIL_USE_TLS": True,
    "COOP_EINVOICING": "elsewhere",
    "COOP_CONTRACT_SIGNATURE": "wet",
}


def run_bare(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code with nothing of this deployment in its environment."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COOP_") and k not in SERVERS}
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=embedded.ROOT, env=kept | environment, capture_output=True, text=True
    )


@pytest.fixture
def production(settings: Any) -> Any:
    """Settings without a fault, for a test to spoil one."""
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    return settings


@pytest.mark.parametrize(
    "start",
    ["import smart.wsgi", "from smart.celery import refuse_unsafe_start as start; start()"],
)
def test_an_empty_environment_names_all_that_is_missing(start: str) -> None:
    refused = run_bare(start)
    assert refused.returncode != 0
    for name in ("DATABASE_URL", "REDIS_URL", "COOP_KEYS_DIR", "COOP_PUBLIC_URL", "EMAIL_URL"):
        assert name in refused.stderr, refused.stderr
    assert "COOP_MAIL_FROM" in refused.stderr


def test_static_files_are_collected_without_any_setting(tmp_path: Path) -> None:
    """The image is built before there is a key or a database."""
    code = (
        "import django; from django.conf import settings; import smart.settings; django.setup(); "
        f"settings.STATIC_ROOT = {str(tmp_path)!r}; "
        "from django.core.management import call_command as call; "
        "call('collectstatic', interactive=False, verbosity=0)"
    )
    done = run_bare(code, DJANGO_SETTINGS_MODULE="smart.settings")
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("staticfiles.json"))


def test_complete_settings_have_no_fault(production: Any) -> None:
    assert list(checks.faults()) == []


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("REDIS_URL", "", "REDIS_URL is missing"),
        ("COOP_KEYS_DIR", "", "COOP_KEYS_DIR is missing"),
        ("SECRET_KEY", "", "django.key is missing"),
        ("INDEX_KEY", "short", "index.key is missing or shorter"),
        ("LINK_KEY", "", "links.key is missing"),
        ("FIELD_KEYS", (), "fields.key is missing"),
        ("FIELD_KEYS", ("no key",), "line 1 of fields.key is not a Fernet key"),
        ("SEAL_KEY", "", "seal.key is missing"),
        ("SEAL_KEY", RSA_KEY, "seal.key must be of the curve P-256"),
        ("SEAL_KEY", OTHER_SEAL[0], "the first certificate of seal.crt is not of seal.key"),
        ("SEAL_CERTIFICATE", "", "seal.crt is missing"),
        ("SEAL_CERTIFICATE", OTHER_SEAL[1], "the first certificate of seal.crt is not of seal.key"),
        ("SEAL_OLD_CERTIFICATES", "no certificate", "seal.old.crt holds something else"),
        ("COOP_TIMESTAMP_URL", "ftp://time.example", "COOP_TIMESTAMP_URL must be"),
        ("COOP_CONTRACT_SIGNATURE", "quick", "COOP_CONTRACT_SIGNATURE must be one of: wet, simple"),
        ("COOP_EINVOICING", "on", "COOP_EINVOICING must be one of: off, elsewhere"),
        ("COOP_PUBLIC_URL", "http://portal.example", "COOP_PUBLIC_URL must be the https address"),
        ("COOP_PUBLIC_URL", "https://other.example", "ALLOWED_HOSTS must name other.example"),
        ("ALLOWED_HOSTS", ["portal.example", "*"], "ALLOWED_HOSTS must not contain *"),
        ("DEFAULT_FROM_EMAIL", "", "COOP_MAIL_FROM is missing"),
        ("EMAIL_HOST", "localhost", "EMAIL_URL is missing"),
        ("EMAIL_USE_TLS", False, "EMAIL_URL must use TLS"),
        ("COOP_DEMO", True, "COOP_DEMO is for one machine only"),
    ],
)
def test_each_fault_has_its_sentence(production: Any, name: str, value: Any, sentence: str) -> None:
    setattr(production, name, value)
    assert any(sentence in fault for fault in checks.faults()), list(checks.faults())
    with pytest.raises(ImproperlyConfigured, match="unsafe or incomplete"):
        checks.refuse_unsafe()
    assert checks.deployment(None)


def test_a_certificate_that_has_ended_is_refused(
    production: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_twenty_years = clock.now() + timedelta(days=20 * 365)
    monkeypatch.setattr(clock, "now", lambda: in_twenty_years)
    assert "the certificate of seal.crt is not valid today" in " ".join(checks.faults())


def test_two_files_with_the_same_key_are_refused(production: Any) -> None:
    production.LINK_KEY = production.INDEX_KEY
    assert "COOP_KEYS_DIR: two files hold the same key" in list(checks.faults())


def test_a_database_that_is_not_postgresql_is_refused(
    production: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(production.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert "DATABASE_URL must name a PostgreSQL database" in list(checks.faults())
    monkeypatch.setitem(production.DATABASES["default"], "NAME", "")
    assert any("DATABASE_URL is missing" in fault for fault in checks.faults())


def test_a_demo_stays_on_its_machine(settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.COOP_PUBLIC_URL = ["127.0.0.1", "[::1]"], "http://localhost:1"
    assert list(checks.faults()) == []
    checks.refuse_unsafe()
    assert checks.web_role(None, databases=["default"]) == []


def test_no_einvoicing_is_a_warning(settings: Any) -> None:
    settings.COOP_EINVOICING = "elsewhere"
    assert checks.einvoicing(None) == []
    settings.COOP_EINVOICING = "off"
    assert "invoices stay drafts" in checks.einvoicing(None)[0].msg


def test_the_owner_of_the_tables_may_not_serve_the_web(production: Any, db: None) -> None:
    owned, truncatable = checks.role_faults()
    assert "owns" in owned
    assert "TRUNCATE" in truncatable
    assert len(checks.web_role(None, databases=["default"])) == 2


def test_the_web_role_reads_and_writes_and_owns_nothing(production: Any, db: None) -> None:
    for _ in range(2):  # the second time renews it
        call_command("create_web_role", "coop_web_of_a_test", password="it's a secret")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE coop_web_of_a_test")
        assert list(checks.role_faults()) == []
        cursor.execute("SELECT count(*) FROM django_content_type")
        cursor.execute("UPDATE django_session SET session_data = ''")
        for statement in (
            "TRUNCATE django_session",
            "ALTER TABLE django_session DISABLE TRIGGER ALL",
            "CREATE TABLE public.mine (a int)",
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(statement)


def test_health_tells_what_is_down(client: Client, db: None, settings: Any) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "broker": True, "beat": False}
    settings.REDIS_URL = f"redis://127.0.0.1:{embedded.free_port()}/0"
    assert client.get("/healthz").json()["broker"] is False


def test_every_periodic_task_exists() -> None:
    app.loader.import_default_modules()
    assert set(PERIODIC) <= set(app.tasks)
    assert set(app.conf.beat_schedule) == set(PERIODIC)


def test_pages_are_strict_about_scripts_and_the_staff_desk_less(client: Client, db: None) -> None:
    strict = client.get("/healthz").headers["Content-Security-Policy"]
    assert "unsafe" not in strict
    assert "default-src 'none'" in strict
    assert client.get("/healthz").headers["Cache-Control"] == "no-store"
    desk = client.get("/admin/").headers["Content-Security-Policy"]
    assert "'unsafe-eval'" in desk


def test_a_logged_request_line_keeps_no_address() -> None:
    """A path may hold a sealed link, and a sealed link is a key."""
    from django.conf import settings

    formatter = settings.LOGGING["formatters"]["json"]
    json_lines = formatter["()"](
        processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
    )
    request = RequestFactory().get("/sign/a-sealed-token/")
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Not Found: %s", (request.path,), None
    )
    record.request, record.status_code = request, 404
    line = json_lines.format(record)
    assert "sealed" not in line
    assert json.loads(line)["event"] == "404 GET"


def test_the_visitors_address_is_what_our_own_proxy_saw(rf: RequestFactory, settings: Any) -> None:
    seen: list[str] = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    forged = {"HTTP_X_FORWARDED_FOR": "10.1.1.1, 203.0.113.7", "REMOTE_ADDR": "127.0.0.1"}
    for proxies in (0, 1):
        settings.COOP_PROXIES = proxies
        visitor_address(page)(rf.get("/", **forged))

    assert seen == ["127.0.0.1", "203.0.113.7"]  # never the 10.1.1.1 the visitor wrote
