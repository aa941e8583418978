"""The seal of the house on its papers, and what a file that is brought to us still bears of it.

A seal is a PAdES signature (B-B; B-T when a timestamp server is named) by the organisation's own
key. It proves that a paper comes from the house and is whole since; it is not a qualified seal, and
it is not the signature of the person who signed an order.

Loaded by workers, and by the page where a paper is checked: pyHanko takes most of a second to load.
"""

import asyncio
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import lru_cache
from io import BytesIO
from itertools import islice

from asn1crypto import cms, keys, pem, x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator.registry import SimpleCertificateStore

from office.rules import sha256

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # it quotes what papers hold

DIGEST = "sha256"
FIELD = "Seal"
RESERVED = 12_288  # hexadecimal digits kept free in the paper for the seal
RESERVED_WITH_TIME = 40_960  # the timestamp server's certificates come with its token
TIMESTAMP_SECONDS = 10


class NoSeal(RuntimeError):
    """This deployment holds no key to seal with."""

    code = "no_seal"


# --- Sealing -------------------------------------------------------------------------------------


def seal(content: bytes, *, name: str, reason: str, at: datetime) -> bytes:
    """A PDF under an invisible seal that allows no change; what was there is an exact prefix.

    Two seals of one paper differ in their bytes. Raises ``NoSeal`` without a key, and what the
    timestamp server's silence raises when one is named.
    """
    signer = _signer(settings.SEAL_KEY, settings.SEAL_CERTIFICATE)
    server = settings.COOP_TIMESTAMP_URL
    timestamper = HTTPTimeStamper(server, timeout=TIMESTAMP_SECONDS) if server else None
    writer = IncrementalPdfFileWriter(BytesIO(content))
    writer.register_extension(ESIC_EXTENSION_1)
    steps = PdfCMSEmbedder().write_cms(field_name=FIELD, writer=writer)
    next(steps)
    placeholder = SignatureObject(
        timestamp=at,
        subfilter=SigSeedSubFilter.PADES,
        name=name,
        reason=reason,
        bytes_reserved=RESERVED_WITH_TIME if server else RESERVED,
    )
    no_changes = SigMDPSetup(DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
    steps.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=no_changes))
    prepared, output = steps.send(SigIOSetup(md_algorithm=DIGEST))
    signature = signer.async_sign(
        prepared.document_digest, DIGEST, use_pades=True, timestamper=timestamper
    )
    steps.send(asyncio.run(signature))
    sealed: bytes = output.getvalue()
    return sealed


@lru_cache(maxsize=4)
def _signer(key: str, certificate: str) -> SimpleSigner:
    """The signer, kept for the life of the process."""
    if not key or not certificate:
        raise NoSeal("seal.key and seal.crt are missing from COOP_KEYS_DIR")
    private = load_pem_private_key(key.encode(), password=None)
    plain = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    own, *issuers = _certificates(certificate)
    known = SimpleCertificateStore.from_certs(issuers)  # type: ignore[no-untyped-call]
    return SimpleSigner(own, keys.PrivateKeyInfo.load(plain), known)


@lru_cache(maxsize=8)
def _certificates(text: str) -> tuple[x509.Certificate, ...]:
    if not text:
        return ()
    found = pem.unarmor(text.encode(), multiple=True)
    return tuple(x509.Certificate.load(der) for _kind, _headers, der in found)


# --- Checking ------------------------------------------------------------------------------------
#
# The file comes from anybody. It is never opened as a PDF: the place of a seal is found in its
# bytes and the signature is checked against our own certificates, in time that grows with its
# length only. When our signature holds over all bytes but its own digits, the words are those we
# sealed, whatever a reader would make of the file. The digits themselves can be rewritten (they
# carry certificates): whether the file is the very one that was kept, its hash tells.


class State(IntEnum):
    """What a file bears of our seal, from nothing to whole."""

    NONE = 0  # no seal, or somebody else's
    BROKEN = 1  # names our certificate, and does not hold
    ADDED_TO = 2  # holds for what we sealed; something was added behind it
    WHOLE = 3  # holds for every byte but its own


@dataclass(frozen=True, slots=True)
class Found:
    """The best seal of a file. ``at`` is when the seal says it was put, only when it holds."""

    state: State
    at: datetime | None = None


NOTHING = Found(State.NONE)
CANDIDATES = 32
NUMBER = rb"\s{0,20}(\d{1,10})\s{0,20}"
RANGE = re.compile(rb"/ByteRange\s{0,20}\[" + rb"\s".join([NUMBER] * 4) + rb"\]")
AROUND = RESERVED_WITH_TIME + 4096  # digits before and behind a range where its seal stands
DIGITS = re.compile(rb"/Contents\s{0,20}<([0-9A-Fa-f]{512,%d}+)>" % RESERVED_WITH_TIME)
DICTIONARY = 2048  # behind a range: name, reason and time of the seal
PUT_AT = re.compile(rb"/M\s{0,20}\(D(?::|\\072)(\d{14})(?:Z|([+-]\d\d)'(\d\d)'?)\)")


def check(content: bytes) -> Found:
    """What a file bears of our seal. Never raises, whatever the file is."""
    found = (_seal_at(content, place) for place in islice(RANGE.finditer(content), CANDIDATES))
    return max(found, key=lambda one: one.state, default=NOTHING)


def _seal_at(content: bytes, place: re.Match[bytes]) -> Found:
    digits = _nearest(content, place)
    if digits is None:
        return NOTHING
    try:
        return _judged(content, place, digits)
    except Exception:  # a hostile container may stumble anywhere in the parser
        return NOTHING


def _nearest(content: bytes, place: re.Match[bytes]) -> re.Match[bytes] | None:
    """The digits that go with a range: the last before it, where we write them, or the next."""
    before = DIGITS.finditer(content, max(0, place.start() - AROUND), place.start())
    behind = DIGITS.finditer(content, place.end(), place.end() + AROUND)
    written = list(before) or list(islice(behind, 1))
    return written[-1] if written else None


def _judged(content: bytes, place: re.Match[bytes], digits: re.Match[bytes]) -> Found:
    container = bytes.fromhex(digits[1].decode())
    [signer] = (signature := cms.ContentInfo.load(container))["content"]["signer_infos"]
    certificate = next((own for own in _ours() if _names(signer, own)), None)
    if certificate is None:
        return NOTHING
    begin, before, behind, rest = (int(number) for number in place.groups())
    gap = (digits.start(1) - 1, digits.end(1) + 1)
    padding = container[len(signature.dump()) :]
    if begin or (before, behind) != gap or padding.strip(b"\0"):
        return Found(State.BROKEN)
    end = behind + rest
    signed = content[:before] + content[behind:end]
    intact, valid = validate_sig_integrity(
        signer, certificate, "data", bytes.fromhex(sha256(signed))
    )
    algorithm = signer["digest_algorithm"]["algorithm"].native
    if not (intact and valid) or algorithm != DIGEST or end > len(content):
        return Found(State.BROKEN)
    state = State.WHOLE if end == len(content) else State.ADDED_TO
    return Found(state, _put_at(content[place.end() : min(end, place.end() + DICTIONARY)]))


def _ours() -> Iterator[x509.Certificate]:
    """The certificates we seal or once sealed with; not those of their issuers."""
    yield from _certificates(settings.SEAL_CERTIFICATE)[:1]
    yield from _certificates(settings.SEAL_OLD_CERTIFICATES)


def _names(signer: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    named = signer["sid"].chosen
    return bool(
        isinstance(named, cms.IssuerAndSerialNumber)
        and named["issuer"] == certificate.issuer
        and named["serial_number"].native == certificate.serial_number
    )


def _put_at(signed: bytes) -> datetime | None:
    """The time that stands beside the seal, in what it covers."""
    place = PUT_AT.search(signed)
    if place is None:
        return None
    digits, hours, minutes = (part.decode() for part in place.groups(b""))
    return datetime.strptime(f"{digits}{hours or '+00'}{minutes or '00'}", "%Y%m%d%H%M%S%z")
