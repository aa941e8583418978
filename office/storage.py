"""Files under the hash of their content: written once, whole, before the commit that names them.

The store is the folder of `STORAGES["documents"]`, shared by all workers. A file gets its name only
when all of it is on the disk, so that whatever stands under a hash is that content.
"""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.core.files.storage import storages

from office.models import Document, SealedFile
from office.rules import sha256

ORPHAN_AFTER = timedelta(days=1)
HASH_LENGTH = 64


class FileDamaged(RuntimeError):
    """A stored file is not what was put there."""

    code = "file_damaged"


def put(content: bytes) -> str:
    """Store bytes; gives their SHA-256. The same bytes are stored once."""
    digest = sha256(content)
    path = _path(digest)
    with suppress(FileNotFoundError):
        os.utime(path)  # young again: the sweep of orphans leaves it alone
        return digest
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{digest}.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    _sync_folder(path.parent)
    return digest


def get(digest: str) -> bytes:
    """The bytes under a hash; `FileDamaged` when they changed, FileNotFoundError when gone."""
    content = _path(digest).read_bytes()
    if sha256(content) != digest:
        raise FileDamaged(digest)
    return content


def sweep_orphans() -> int:
    """Remove files older than a day that no document names; gives how many.

    A file that is wanted again while it is being removed is put back: it is first renamed, and a
    `put` that came before has made it young, one that comes after writes it anew.
    """
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    oldest = _file_system_time() - ORPHAN_AFTER.total_seconds()
    return sum(_remove(path, oldest) for path in sorted(_folder().glob("??/*")))


def _remove(path: Path, oldest: float) -> bool:
    """Whether a file was an old orphan, or the remains of a write that died."""
    digest = path.name[:HASH_LENGTH]
    with suppress(FileNotFoundError):  # somebody else removed it
        if path.stat().st_mtime > oldest:
            return False
        doomed = path.with_name(f"{digest}.doomed")
        if path.suffix != ".part":
            path.rename(doomed)
            if doomed.stat().st_mtime > oldest or _is_named(digest):
                doomed.rename(doomed.with_suffix(""))
                return False
            path = doomed
        path.unlink()
        return True
    return False


def _is_named(digest: str) -> bool:
    tables = (Document, SealedFile)
    return any(table.objects.filter(sha256=digest).exists() for table in tables)


def _path(digest: str) -> Path:
    return _folder() / digest[:2] / digest


def _folder() -> Path:
    return Path(storages["documents"].path(""))


def _file_system_time() -> float:
    """What the files' own dates are counted in, whatever the platform's clock says."""
    mark = _folder() / "swept"
    mark.touch()
    return mark.stat().st_mtime


def _sync_folder(folder: Path) -> None:
    """The name is on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
