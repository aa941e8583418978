"""Opens one file somebody brought: a process of its own, with little memory and little time.

    python -I opening.py picture|pdf|drawn

takes the file, gives "kept" and what is kept of it on the next line, or "refused: " and why.

Started by `office.uploads`, never imported by the platform's processes and importing nothing of
them: what breaks here, or is broken into, is a process without keys, database or environment.

``picture``  a JPEG or PNG, drawn anew: pixels are all that is left of it
``pdf``      a PDF, kept as it came once nothing in it acts or swells
``drawn``    a PDF, its pages drawn one below the other as one picture
"""

import io
import re
import resource
import sys
import zlib
from collections.abc import Iterator
from typing import Any

MEMORY_BYTES = 1024**3
CPU_SECONDS = 10
OPEN_FILES = 64

MOST_PIXELS = 64_000_000  # more than any telephone takes
LONGEST_SIDE = 20_000
KEPT_SIDE = 2_400  # a page of A4 at 200 points an inch
QUALITY = 85

MOST_PAGES = 100
MOST_OBJECTS = 50_000
MOST_INFLATED = 256 * 1024**2  # all that a PDF unpacks to
DRAWN_PAGES = 6
DRAWN_WIDTH = 1_600
DRAWN_HEIGHT = 4_000

ACTING_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"}
ACTING_VALUES = {
    "/EmbeddedFile",
    "/FileAttachment",
    "/GoToE",
    "/GoToR",
    "/ImportData",
    "/JavaScript",
    "/Launch",
    "/Movie",
    "/Rendition",
    "/RichMedia",
    "/RichMediaExecute",
    "/Screen",
    "/Sound",
    "/SubmitForm",
    "/3D",
}
ACTING_BYTES = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)\b")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
END_OF_PDF = re.compile(rb"%%EOF[\s\0]*\Z")
ZIP_END = b"PK\x05\x06"
ZIP_END_WITHIN = 66_000  # the comment of an archive may be that long


class Refused(Exception):
    """Why a file is not taken: ``unreadable``, ``locked``, ``acting``, ``swelling``, ``long``."""


def limit() -> None:
    """From here on this process is small, short and writes nothing."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# --- Pictures ------------------------------------------------------------------------------------


def picture(content: bytes) -> bytes:
    """The pixels of a JPEG or PNG as a fresh JPEG, upright, no larger than is read on a screen."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is unpacked
    image: Image.Image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    if max(image.size) > LONGEST_SIDE or image.width * image.height > MOST_PIXELS:
        raise Refused("swelling")
    if image.mode == "P":
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((KEPT_SIDE, KEPT_SIDE))  # a JPEG is unpacked at the smaller size at once
    return as_jpeg(upright(image))


def upright(image: Any) -> Any:
    """As it was held; a picture that tells this in a broken way stays as it lies."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        return image


def as_jpeg(image: Any) -> bytes:
    """A JPEG of the pixels, on white where they were transparent. Nothing else goes along."""
    from PIL import Image

    sheet = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        sheet.paste(layer, mask=layer.getchannel("A"))
    else:
        sheet.paste(image.convert("RGB"))
    made = io.BytesIO()
    sheet.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


# --- PDFs kept as they came ----------------------------------------------------------------------


def pdf(content: bytes) -> bytes:
    """The same bytes, when they are a PDF only, of sane size, in which nothing acts."""
    from pypdf import PdfReader

    if not END_OF_PDF.search(content) or ZIP_END in content[-ZIP_END_WITHIN:]:
        raise Refused("unreadable")
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise Refused("locked")
    if ACTING_BYTES.search(ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), content)):
        raise Refused("acting")
    inflated = 0
    for thing in things(reader):
        inflated += look_at(thing, room=MOST_INFLATED - inflated)
    if not 0 < len(reader.pages) <= MOST_PAGES:
        raise Refused("long")
    return content


def things(reader: Any) -> Iterator[Any]:
    """Every object of a PDF, whether a page uses it or not."""
    from pypdf.generic import IndirectObject

    named = {(key, generation) for generation, keys in reader.xref.items() for key in keys}
    named |= {(key, 0) for key in reader.xref_objStm}
    if len(named) > MOST_OBJECTS:
        raise Refused("swelling")
    for key, generation in sorted(named):
        if key:
            yield IndirectObject(key, generation, reader).get_object()


def look_at(thing: Any, *, room: int) -> int:
    """How much one object unpacks to; refused when it acts or leaves the room it is given."""
    from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ArrayObject):
            waiting.extend(part)
        elif isinstance(part, DictionaryObject):
            said = {str(part.raw_get(key)) for key in ("/S", "/Type", "/Subtype") if key in part}
            if ACTING_KEYS & set(part) or ACTING_VALUES & said:
                raise Refused("acting")
            waiting.extend(dict.values(part))
    return unpacked(thing, room=room) if isinstance(thing, StreamObject) else 0


def unpacked(stream: Any, *, room: int) -> int:
    """How many bytes a stream unpacks to, read no further than the room there is."""
    width, height = (stream.get(side, 0) for side in ("/Width", "/Height"))
    if isinstance(width, int) and isinstance(height, int) and width * height > MOST_PIXELS:
        raise Refused("swelling")
    filters = stream.get("/Filter", [])
    names = [str(name) for name in (filters if isinstance(filters, list) else [filters])]
    if names[:1] in (["/FlateDecode"], ["/Fl"]) and len(names) == 1:
        size = len(zlib.decompressobj().decompress(stream._data, room + 1))
    elif set(names) <= {"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"}:
        size = len(stream._data)
    else:
        size = len(stream.get_data())  # several steps, or an old one: pypdf has its own limits
    if size > room:
        raise Refused("swelling")
    return size


# --- PDFs drawn ----------------------------------------------------------------------------------


def drawn(content: bytes) -> bytes:
    """The pages of a PDF one below the other, as one JPEG."""
    import pypdfium2
    from PIL import Image

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as fault:
        raise Refused("locked" if "password" in str(fault).lower() else "unreadable") from None
    if not 0 < len(document) <= DRAWN_PAGES:
        raise Refused("long")
    if document.get_formtype():
        document.init_forms()  # what was typed into it is drawn too
    pages = []
    for page in document:
        width, height = page.get_size()
        scale = min(DRAWN_WIDTH / width, DRAWN_HEIGHT / height)
        pages.append(page.render(scale=scale).to_pil().convert("RGB"))
    sheet = Image.new(
        "RGB", (max(page.width for page in pages), sum(page.height for page in pages)), "white"
    )
    top = 0
    for page in pages:
        sheet.paste(page, (0, top))
        top += page.height
    return as_jpeg(sheet)


# --- The process ---------------------------------------------------------------------------------

WORK = {"picture": picture, "pdf": pdf, "drawn": drawn}


def answer(what: str, content: bytes) -> bytes:
    """What the process says: the kept file, or why there is none."""
    try:
        return b"kept\n" + WORK[what](content)
    except Refused as refused:
        return f"refused: {refused}\n".encode()
    except MemoryError:
        return b"refused: swelling\n"
    except Exception:  # whatever a library says of a file it cannot read
        return b"refused: unreadable\n"


if __name__ == "__main__":
    limit()
    sys.stdout.buffer.write(answer(sys.argv[1], sys.stdin.buffer.read()))
