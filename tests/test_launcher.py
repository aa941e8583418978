"""./coop demo as a stranger meets it: started, called twice, killed, started again."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from smart import embedded

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]

SECONDS_TO_SERVE = 400
STARTED_SERVERS = {"DATABASE_URL", "REDIS_URL", "FONTCONFIG_FILE"}


class Demo:
    """The command line of one demo with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = embedded.free_port()
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("COOP_") and name not in STARTED_SERVERS
        }
        self.env = inherited | {"COOP_STATE_DIR": str(home)}
        self.launchers: list[subprocess.Popen[str]] = []

    def command(self, *words: str) -> list[str]:
        return [str(embedded.ROOT / "coop"), *words]

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), env=self.env, capture_output=True, text=True, timeout=300
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Type the command and read until it says how to stop."""
        launcher = subprocess.Popen(
            self.command("demo", "--port", str(self.port), *words),
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.launchers.append(launcher)
        assert launcher.stdout is not None
        said = []
        deadline = time.monotonic() + SECONDS_TO_SERVE
        for line in launcher.stdout:
            said.append(line)
            if "Stop" in line:
                return launcher
            assert time.monotonic() < deadline, "".join(said)
        raise AssertionError("the demo did not start:\n" + "".join(said))

    def start_twice_at_once(self) -> list[subprocess.Popen[str]]:
        """Two people type it on an empty home: the one that ended, and the one that runs."""
        words = self.command("demo", "--port", str(self.port))
        both = [
            subprocess.Popen(words, env=self.env, stdout=subprocess.DEVNULL, text=True)
            for _ in range(2)
        ]
        self.launchers += both
        deadline = time.monotonic() + SECONDS_TO_SERVE
        while all(launcher.poll() is None for launcher in both):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        return sorted(both, key=lambda launcher: launcher.poll() is None)

    def state(self) -> dict[str, Any]:
        return dict(json.loads((self.home / "demo" / "running.json").read_text()))

    def processes(self) -> list[str]:
        """All that runs for this home, known by its folder or by its environment."""
        mark, found = str(self.home).encode(), []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes()
                here = os.fsencode(os.readlink(folder / "cwd"))
                if mark in command or mark in here or mark in (folder / "environ").read_bytes():
                    found.append(command.replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
        return found

    def wait_until_nothing_runs(self) -> None:
        deadline = time.monotonic() + 20
        while left := self.processes():
            assert time.monotonic() < deadline, left
            time.sleep(0.1)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(self.state()["environment"]["DATABASE_URL"])
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def end(launcher: subprocess.Popen[str], sig: int) -> int:
    launcher.send_signal(sig)
    launcher.communicate(timeout=60)
    return launcher.returncode


@pytest.fixture
def demo() -> Iterator[Demo]:
    home = Path(tempfile.mkdtemp(prefix="coop-launcher-", dir="/var/tmp"))
    demo = Demo(home)  # not below pytest's closed folder: PostgreSQL's own account must reach it
    yield demo
    for launcher in demo.launchers:
        if launcher.poll() is None:
            launcher.kill()
    demo.wait_until_nothing_runs()
    shutil.rmtree(home)


def test_a_demo_from_two_first_starts_to_a_fresh_start(demo: Demo) -> None:
    """One world is made for the whole story, and another once it is thrown away."""
    ended, launcher = demo.start_twice_at_once()
    assert ended.returncode == 0
    address = f"http://127.0.0.1:{demo.port}"
    assert demo.state()["url"] == address
    with urllib.request.urlopen(f"{address}/healthz") as answer:
        assert json.load(answer)["database"]
    assert (demo.home / "demo" / "running.json").stat().st_mode & 0o077 == 0
    assert all(key.stat().st_mode & 0o077 == 0 for key in (demo.home / "demo/keys").iterdir())

    second = demo.call("demo")
    assert second.returncode == 0
    assert address in second.stdout
    told = demo.call("manage", "shell", "-v0", "-c", "print('port', __import__('os').getppid())")
    assert told.returncode == 0, told.stderr
    demo.sql("CREATE TABLE kept (at_all int)")

    end(launcher, signal.SIGKILL)
    launcher = demo.start()  # at once: what was killed may still be ending
    assert demo.sql("SELECT count(*) FROM kept") == [(0,)]

    assert end(launcher, signal.SIGTERM) == 0
    demo.wait_until_nothing_runs()

    pid_file = demo.home / "demo/postgres/cluster/postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n")  # the machine lost power; another has the number now
    launcher = demo.start("--fresh")
    assert demo.sql("SELECT to_regclass('kept')") == [(None,)]
    assert end(launcher, signal.SIGINT) == 0
    demo.wait_until_nothing_runs()


def test_a_taken_port_is_said_in_a_sentence(demo: Demo) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", demo.port))
        other.listen()
        refused = demo.call("demo", "--port", str(demo.port))
    assert refused.returncode == 1
    assert re.search(rf"port {demo.port} is taken", refused.stderr)
    assert "Traceback" not in refused.stderr


def test_a_stopped_valkey_keeps_its_address_and_data(tmp_path: Path) -> None:
    import redis

    valkey = embedded.Valkey(tmp_path / "valkey")
    valkey.start()
    with redis.Redis.from_url(valkey.url) as client:
        client.set("kept", "yes")
    valkey.stop()
    valkey.start()
    with redis.Redis.from_url(valkey.url) as client:
        assert client.get("kept") == b"yes"
    valkey.stop()


def test_keys_are_made_once(tmp_path: Path) -> None:
    embedded.make_keys(tmp_path)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    embedded.make_keys(tmp_path)
    assert before == {path.name: path.read_text() for path in tmp_path.iterdir()}
    keys = ["django.key", "fields.key", "index.key", "links.key"]
    assert sorted(before) == [*keys, "seal.crt", "seal.key"]
