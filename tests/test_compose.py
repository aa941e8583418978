"""No container engine runs here: what the compose file and the Dockerfile name must exist."""

import importlib.machinery
import importlib.util
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from smart.embedded import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("build")}


def launcher() -> Any:
    """./coop as a module, to read what it installs."""
    loader = importlib.machinery.SourceFileLoader("coop_launcher", str(ROOT / "coop"))
    spec = importlib.util.spec_from_loader("coop_launcher", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def commands() -> list[list[str]]:
    image = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert image is not None
    listed = [yaml.safe_load(image[1])]
    for service in OURS.values():
        listed += [service["command"]] if "command" in service else []
        listed += [service["healthcheck"]["test"][1:]] if "healthcheck" in service else []
    return listed


def test_the_five_services_and_the_one_shot() -> None:
    assert set(SERVICES) == {"postgres", "valkey", "migrate", "web", "worker", "beat"}
    assert set(OURS) == {"migrate", "web", "worker", "beat"}
    for name, service in SERVICES.items():
        assert "healthcheck" in service or name in ("migrate", "worker", "beat"), name
        for after in service.get("depends_on", {}):
            assert after in SERVICES


def test_no_secret_has_a_default() -> None:
    for name, rest in re.findall(r"\$\{(\w+)([^}]*)\}", COMPOSE):
        if name != "COOP_TIMESTAMP_URL" and re.search(r"PASSWORD|KEY|SECRET|URL", name):
            assert rest.startswith(":?"), name
    assert not re.search(r"PASSWORD: (?!\$\{)", COMPOSE)


def test_every_variable_is_read_by_the_settings() -> None:
    read = set(re.findall(r'"([A-Z_]+)", default=', (ROOT / "smart/settings.py").read_text()))
    for name, service in OURS.items():
        passed = set(service["environment"]) - {"WEB_DATABASE_PASSWORD"}
        assert passed <= read, name
    image = re.search(r"^ENV ((?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE)
    assert image is not None
    of_other_programs = {"PYTHONUNBUFFERED", "FONTCONFIG_FILE", "DJANGO_SETTINGS_MODULE"}
    assert set(re.findall(r"([A-Z_]+)=", image[1])) <= read | of_other_programs


def test_every_setting_of_a_deployment_is_passed() -> None:
    read = set(re.findall(r'"([A-Z_]+)", default=', (ROOT / "smart/settings.py").read_text()))
    assert read - {"COOP_DEMO"} == set(SERVICES["web"]["environment"])


@pytest.mark.parametrize("words", commands(), ids=lambda words: " ".join(words)[:40])
def test_every_command_exists(words: list[str]) -> None:
    line = " ".join(words)
    for module in re.findall(r"python -m ([\w.]+)|-A ([\w.]+)|gunicorn ([\w.]+)", line):
        assert importlib.util.find_spec("".join(module)) is not None, line
    for command in re.findall(r"manage\.py (\w+)", line):
        assert command in get_commands()
    if words[0] in ("gunicorn", "celery"):
        probe = [sys.executable, "-m", words[0], "--help"]
        if words[0] == "celery":
            probe = [sys.executable, "-m", "celery", "-A", "smart", words[3], "--help"]
        told = subprocess.run(probe, capture_output=True, text=True, check=True, cwd=ROOT).stdout
        for option in re.findall(r"(?<!\S)--[a-z-]+", line):
            assert option in told, option


def test_every_copied_file_exists_and_volumes_are_declared() -> None:
    for source in re.findall(r"^COPY (\S+) ", DOCKERFILE, re.MULTILINE):
        assert (ROOT / source).exists()
    declared = set(yaml.safe_load(COMPOSE)["volumes"])
    mounted = {
        mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])
    }
    assert {name for name in mounted if re.fullmatch(r"\w+", name)} == declared


def test_image_and_launcher_install_the_same_packages() -> None:
    installed = re.search(r"--no-install-recommends (.*) \\", DOCKERFILE)
    assert installed is not None
    assert installed[1].split() == launcher().PANGO_PACKAGES


def test_the_image_runs_as_nobody_in_particular() -> None:
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users[-1] not in ("root", "0")


def test_the_readme_fits_one_screen_and_starts_with_two_commands() -> None:
    readme = (ROOT / "README.md").read_text()
    assert len(readme.splitlines()) <= 40
    assert re.findall(r"^    (\./coop \w+)", readme, re.MULTILINE)[:2] == [
        "./coop demo",
        "./coop test",
    ]
    assert set(re.findall(r"\./coop (\w+)", readme)) == set(launcher().COMMANDS)
