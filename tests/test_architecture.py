"""The house rules that a machine can watch."""

import re
import subprocess
import sys

import pytest
from django.apps import apps
from django.db.models import ForeignObjectRel

from smart.embedded import ROOT

ROOMS = ["office", "ledger", "members", "invoicing", "payroll", "orders", "smart"]  # lowest first
REGISTRY = re.compile(
    r"(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|deb\.debian\.org|index-url|find-links)"
)
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(work|root|home/\w+)/[\w.]")


def tracked_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [name for name in listed if (ROOT / name).is_file()]


def test_imports_walk_one_way() -> None:
    script = "import sys; from importlinter.cli import lint_imports_command as check; check()"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_foreign_keys_walk_one_way() -> None:
    """A foreign key may be a string, which no import shows."""
    upwards = []
    for model in apps.get_models():
        room = model._meta.app_label
        for field in model._meta.get_fields():
            target = field.related_model
            if room not in ROOMS or isinstance(field, ForeignObjectRel) or not target:
                continue
            above = getattr(target, "_meta").app_label  # noqa: B009  # the string "self" has none
            if above in ROOMS and ROOMS.index(above) > ROOMS.index(room):
                upwards.append(f"{model._meta.label}.{field.name} -> {above}")
    assert not upwards


CLOCK_READING = re.compile(
    r"\b(timezone\.now|datetime\.now|datetime\.today|utcnow|date\.today|time\.time|localdate)\("
    r"|localtime\(\)|auto_now|default=timezone\.now|\bNow\(\)"
)


def test_only_the_clock_reads_the_clock() -> None:
    """Ruff bans the names; this also sees what Django would read by itself."""
    readings = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name in ("office/clock.py", "smart/embedded.py") or "migrations" in path.parts:
                continue
            for number, line in enumerate(path.read_text().splitlines(), start=1):
                if CLOCK_READING.search(line.split("#")[0]):
                    readings.append(f"{name}:{number}: {line.strip()}")
    assert not readings


@pytest.mark.parametrize(("what", "pattern"), [("registry", REGISTRY), ("path", MACHINE_PATH)])
def test_no_tracked_file_names_this_machine(what: str, pattern: re.Pattern[str]) -> None:
    found = []
    for name in tracked_files():
        if name == "tests/test_architecture.py":
            continue
        try:
            text = (ROOT / name).read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {line[:120]}" for line in text.splitlines() if pattern.search(line)]
    assert not found


def test_the_locks_carry_hashes_and_no_address() -> None:
    runtime, dev = (
        (ROOT / "requirements" / f"{name}.txt").read_text() for name in ("runtime", "dev")
    )
    for lock in (runtime, dev):
        assert "://" not in lock
        pinned = [line for line in lock.splitlines() if re.match(r"[a-z0-9].*==", line)]
        assert pinned
        assert lock.count("--hash=sha256:") > len(pinned)
    versions = {line.rstrip(" \\") for line in dev.splitlines() if "==" in line}
    missing = [line for line in runtime.splitlines() if re.match(r"[a-z0-9].*==", line)]
    assert not [line for line in missing if line.rstrip(" \\") not in versions]
