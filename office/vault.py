"""What is kept under a key of its own, so that it can be forgotten: scans of identity papers.

The file stands on the disk like every other, but sealed by a key that exists once: in its row,
itself sealed. To forget a file is to drop that key, in the transaction of whoever decides it. What
is left of the file, here or in a copy of the disk, is noise from then on; the sweep of orphans
takes it away.
"""

from datetime import datetime

from cryptography.fernet import Fernet
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from office import crypto, storage, uploads
from office.models import SealedFile
from office.refusals import Refusal
from office.uploads import Upload


class Forgotten(Refusal):
    code = "forgotten"
    sentence = _("Ce fichier est effacé : il n’était plus nécessaire.")


def keep(upload: Upload, *, at: datetime) -> SealedFile:
    """Seal a file under a new key."""
    key = Fernet.generate_key()
    return SealedFile.objects.create(
        sha256=storage.put(Fernet(key).encrypt(upload.content)),
        key=crypto.seal_bytes(key),
        media_type=upload.media_type,
        extension=upload.extension,
        kept_at=at,
    )


def content(file: SealedFile) -> bytes:
    """What was sealed. Raises ``Forgotten``."""
    if file.key is None or file.sha256 is None:
        raise Forgotten
    return Fernet(crypto.unseal_bytes(file.key)).decrypt(storage.get(file.sha256))


def forget(file: SealedFile, *, at: datetime) -> None:
    """Drop the key: nobody reads the file again. Twice changes nothing."""
    if file.forgotten_at is None:
        file.sha256, file.key, file.forgotten_at = None, None, at
        file.save(update_fields=["sha256", "key", "forgotten_at"])


def response(file: SealedFile, *, file_name: str) -> HttpResponse:
    """The answer of a view that has checked who asks, and written down who looked."""
    answer = HttpResponse(content(file), content_type=file.media_type)
    answer["Content-Disposition"] = (
        content_disposition_header(False, file_name + file.extension) or "inline"
    )
    return uploads.stay_harmless(answer)
