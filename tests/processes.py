"""Real worlds for tests: a cloned database, its own Valkey, real web, worker and beat."""

import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import kombu.pools
import psycopg2
from django.conf import settings
from django.db import connections

from office import outbox
from smart import embedded
from smart.celery import app as celery_app
from tests import world

T = TypeVar("T")
TEMPLATE, PEOPLED = "coop_template", "coop_peopled"


# --- Databases -----------------------------------------------------------------------------------


def server_address() -> str:
    """The server of this test run, as ./coop test named it."""
    return os.environ["DATABASE_URL"]


def address_of(database: str) -> str:
    """The address of another database on the same server."""
    return server_address().rsplit("/", 1)[0] + "/" + database


@contextmanager
def _server() -> Iterator[Any]:
    connection = psycopg2.connect(address_of("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def make_template() -> str:
    """The migrated database."""

    def migrate(database: str) -> None:
        environment = os.environ | {"DATABASE_URL": address_of(database)}
        words = [sys.executable, str(embedded.ROOT / "manage.py"), "migrate", "-v0"]
        done = subprocess.run(
            [*words, "--skip-checks"], env=environment, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"the test template could not be migrated:\n{done.stderr[-3000:]}")

    return _made_once(TEMPLATE, migrate)


def make_peopled() -> str:
    """The migrated database with the people of every story in it."""

    def people(database: str) -> None:
        with connected_to(database):
            world.people()

    return _made_once(PEOPLED, people, copy_of=make_template)


def _made_once(
    name: str, fill: Callable[[str], None], *, copy_of: Callable[[], str] | None = None
) -> str:
    """Make a database once per run, whichever test process comes first; gives its name."""
    with _server() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [zlib.crc32(name.encode())])  # freed on close
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone():
            return name
        unfinished = f"{name}_{os.getpid()}"
        template = f' TEMPLATE "{copy_of()}"' if copy_of else ""
        cursor.execute(f'CREATE DATABASE "{unfinished}"{template}')
        fill(unfinished)
        cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


@contextmanager
def cloned_database(template: str) -> Iterator[str]:
    """A fresh copy of a template (about 50 ms), dropped at the end; gives its name."""
    name = f"coop_{os.getpid()}_{secrets.token_hex(3)}"
    with _server() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        with _server() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def connected_to(database: str) -> Iterator[None]:
    """Point this process's default connection, and that of every new thread, to a database.

    All wrappers share one settings dict, so changing its NAME is enough once the open
    connection is closed.
    """
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


# --- Broker --------------------------------------------------------------------------------------


def _use_broker(url: str) -> None:
    settings.REDIS_URL = settings.CELERY_BROKER_URL = url
    celery_app.conf.broker_url = url
    celery_app._pool = celery_app.amqp._producer_pool = None
    kombu.pools.reset()
    outbox._forget_publisher()  # what it knew of a broker was of another one


@contextmanager
def publishing_to(url: str) -> Iterator[None]:
    """Point what this process publishes to a broker."""
    before = settings.REDIS_URL
    _use_broker(url)
    try:
        yield
    finally:
        _use_broker(before)


# --- Processes -----------------------------------------------------------------------------------


class RealWorld:
    """A database of its own, a Valkey of its own, and real processes that tests start and kill."""

    def __init__(self, home: Path, database: str) -> None:
        self.home = home
        self.valkey = embedded.Valkey(home / "valkey")
        self.port = embedded.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = os.environ | {
            "DATABASE_URL": address_of(database),
            "REDIS_URL": self.valkey.url,
            "COOP_PUBLIC_URL": self.url,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start_worker(self, *options: str, name: str = "worker") -> None:
        """A Celery worker, ready to take tasks; several may live under several names."""
        words = ["--concurrency", "2", "--without-mingle", "--without-gossip", "--loglevel", "INFO"]
        hostname = ["--hostname", f"{name}-{self.port}@test"]
        self._start(name, "celery", "-A", "smart", "worker", *words, *hostname, *options)
        self.wait_until(lambda: " ready." in self.log(name), 30)

    def start_beat(self, name: str = "beat") -> None:
        """Celery beat, hurried; a second name is a second beat."""
        schedule = str(self.home / f"{name}-schedule")
        words = ["--schedule", schedule, "--pidfile", "", "--loglevel", "WARNING"]
        self._start(name, "celery", "-A", "tests.hurried", "beat", *words)

    def start_web(self) -> str:
        """gunicorn on a free port, answering; gives its address."""
        bind = ["--bind", f"127.0.0.1:{self.port}", "--log-level", "warning"]
        threads = ["--preload", "--workers", "2", "--worker-class", "gthread", "--threads", "4"]
        self._start("web", "gunicorn", "smart.wsgi", *bind, *threads)
        self.wait_until(self._web_answers, 30)
        return self.url

    def kill(self, name: str, sig: int = signal.SIGKILL) -> None:
        """End a process and its children: by surprise with SIGKILL, politely with SIGTERM."""
        process = self.processes.pop(name)
        if sig == signal.SIGKILL:
            os.killpg(process.pid, sig)
        else:
            process.send_signal(sig)
        process.wait(20)

    def start_valkey(self) -> None:
        """Start it (again): same address, same data."""
        self.valkey.start()

    def stop_valkey(self) -> None:
        """The broker is gone: connections are refused."""
        self.valkey.stop()

    def freeze_valkey(self) -> None:
        """The broker accepts connections and stays silent."""
        self._signal_valkey(signal.SIGSTOP)

    def thaw_valkey(self) -> None:
        """The broker goes on where it was frozen."""
        self._signal_valkey(signal.SIGCONT)

    def manage(self, *words: str) -> str:
        """Run manage.py in this world; gives what it printed."""
        command = [sys.executable, str(embedded.ROOT / "manage.py"), *words]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def log(self, name: str) -> str:
        """All that a process wrote."""
        path = self.home / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def wait_until(self, happened: Callable[[], T], seconds: float = 10) -> T:
        """Ask again and again until the answer is true; gives it. Fails with the logs' ends."""
        deadline = time.monotonic() + seconds
        while True:
            if answer := happened():
                return answer
            for name, process in self.processes.items():
                if process.poll() is not None:
                    raise AssertionError(f"{name} stopped by itself:\n{self.log(name)[-3000:]}")
            if time.monotonic() > deadline:
                ends = [f"--- {name}\n{self.log(name)[-1500:]}" for name in self.processes]
                raise AssertionError(f"not within {seconds} s\n" + "\n".join(ends))
            time.sleep(0.05)

    def close(self) -> None:
        """Stop everything that still runs."""
        with suppress(ProcessLookupError):
            self.thaw_valkey()
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            embedded.stop(process)
        self.valkey.stop()

    def _start(self, name: str, *words: str) -> None:
        assert name not in self.processes, f"{name} already runs"
        log = self.home / f"{name}.log"
        log.unlink(missing_ok=True)
        self.processes[name] = embedded.spawn(
            [sys.executable, "-m", *words], log=log, cwd=embedded.ROOT, env=self.env
        )

    def _signal_valkey(self, sig: int) -> None:
        if self.valkey.process is not None and self.valkey.process.poll() is None:
            self.valkey.process.send_signal(sig)

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def real_world(home: Path, template: str) -> Iterator[RealWorld]:
    """A world with Valkey running, and this process switched to its database and broker."""
    with cloned_database(template) as database:
        world = RealWorld(home, database)
        world.start_valkey()
        try:
            with connected_to(database), publishing_to(world.valkey.url):
                yield world
        finally:
            world.close()
