"""Files as people bring them, and as nobody should. All are made here, none is kept."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

SCRIPT = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
MEGABYTE = 1024 * 1024


# --- Pictures ------------------------------------------------------------------------------------


def picture(kind: str = "JPEG", size: tuple[int, int] = (320, 200), **more: Any) -> bytes:
    """A plain picture."""
    made = io.BytesIO()
    Image.new("RGB", size, "seagreen").save(made, kind, **more)
    return made.getvalue()


def with_position() -> bytes:
    """A photograph as a telephone takes it: lying on its side, with place, maker and thumbnail."""
    notes = Image.Exif()
    notes[0x010F] = "Telephone of Ana"
    notes[0x0112] = 6  # turn it to look at it
    notes.get_ifd(0x8825).update({1: "N", 2: (50.0, 49.0, 30.0), 3: "E", 4: (4.0, 22.0, 1.0)})
    xmp = b"<x:xmpmeta><exif:GPSLatitude>50,49.5N</exif:GPSLatitude></x:xmpmeta>"
    return picture(exif=notes, comment=b"rue du Page 12" + SCRIPT, xmp=xmp, icc_profile=b"ICC" * 99)


def archive() -> bytes:
    """A ZIP file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("evil.html", SCRIPT)
    return made.getvalue()


def png(width: int, height: int, *chunks: tuple[bytes, bytes], pixels: bytes = b"") -> bytes:
    """A PNG of one bit a pixel that says what it likes of itself."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in body)


# --- PDFs ----------------------------------------------------------------------------------------


def pdf(change: Callable[[PdfWriter], object] = lambda writer: None, *, pages: int = 1) -> bytes:
    """A PDF, after something was done to it."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def entry(**values: Any) -> DictionaryObject:
    """A dictionary of a PDF."""
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})


def opening(**action: Any) -> bytes:
    """A PDF that does something when it is opened."""
    return pdf(lambda writer: writer.root_object.update(entry(OpenAction=entry(**action))))


def stream(data: bytes, *filters: str, **more: Any) -> StreamObject:
    """A stream of a PDF, its data as they are written."""
    made = StreamObject()
    made.set_data(data)
    made[NameObject("/Filter")] = ArrayObject(NameObject(f"/{name}") for name in filters)
    made.update(entry(**more))
    return made


def shown(made: StreamObject) -> bytes:
    """A PDF whose page is drawn with this stream."""

    def change(writer: PdfWriter) -> None:
        writer.pages[0][NameObject("/Contents")] = writer._add_object(made)

    return pdf(change)


def swollen(times: int) -> bytes:
    """Zeros, packed over and over."""
    packed = b"\0" * 300 * MEGABYTE
    for _ in range(times):
        packed = zlib.compress(packed, 9)
    return packed


def many_things(count: int) -> bytes:
    """A PDF of more objects than any page needs."""
    return pdf(lambda writer: [writer._add_object(NumberObject(7)) for _ in range(count)])


def packed() -> bytes:
    """A PDF whose script stands in no byte of it: its objects are packed into a stream."""
    things = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    starts = [sum(len(thing) for thing in things[:number]) for number in range(3)]
    index = b"".join(b"%d %d " % (number + 1, start) for number, start in enumerate(starts))
    holder = zlib.compress(index + b"".join(things))
    made = (
        b"%%PDF-1.7\n4 0 obj<</Type/ObjStm/N 3/First %d/Length %d/Filter/FlateDecode>>stream\n"
        % (
            len(index),
            len(holder),
        )
    )
    made += holder + b"\nendstream endobj\n"
    rows = [(0, 0, 255), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, 9, 0), (1, len(made), 0)]
    table = b"".join(struct.pack(">BHB", *row) for row in rows)
    end = b"5 0 obj<</Type/XRef/Size 6/W[1 2 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return made + end + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(made)


def looping() -> bytes:
    """A PDF whose pages contain themselves."""

    def change(writer: PdfWriter) -> None:
        pages = writer.root_object["/Pages"]
        pages["/Kids"].append(writer.root_object.raw_get("/Pages"))

    return pdf(change)


NAME, TEXT = NameObject, TextStringObject
RUNS = {"S": NAME("/JavaScript"), "JS": TEXT("app.alert(1)")}

# a file -> why it is not taken as it is: what `office.opening` answers, "" when it is harmless
PICTURES: dict[str, tuple[Callable[[], bytes], str]] = {
    "position and notes": (with_position, ""),
    "JPEG and ZIP": (lambda: picture() + archive(), ""),
    "PNG and HTML": (lambda: picture("PNG") + SCRIPT, ""),
    "PNG with words": (lambda: png(8, 8, (b"tEXt", b"Comment\0" + SCRIPT), pixels=b"\0" * 16), ""),
    "half a picture": (lambda: picture(size=(900, 900))[:2000], "unreadable"),
    "swelling picture": (lambda: png(30_000, 30_000), "swelling"),
    "swelling words": (
        lambda: png(
            8, 8, (b"zTXt", b"a\0\0" + zlib.compress(b"a" * 99 * MEGABYTE)), pixels=b"\0" * 16
        ),
        "unreadable",
    ),
    "long line": (lambda: png(2**31 - 1, 1), "swelling"),
    "no pixels": (lambda: png(0, 0), "unreadable"),
}
PDFS: dict[str, tuple[Callable[[], bytes], str]] = {
    "script": (lambda: opening(**RUNS), "acting"),
    "script by another spelling": (
        lambda: opening(**RUNS).replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS"),
        "acting",
    ),
    "script packed away": (packed, "acting"),
    "launch": (lambda: opening(S=NAME("/Launch"), F=TEXT("cmd.exe")), "acting"),
    "file inside": (lambda: pdf(lambda writer: writer.add_attachment("a.exe", b"MZ")), "acting"),
    "form that sends": (lambda: opening(S=NAME("/SubmitForm"), F=TEXT("http://x.y")), "acting"),
    "form of another kind": (
        lambda: pdf(lambda w: w.root_object.update(entry(AcroForm=entry(XFA=TEXT("<x/>"))))),
        "acting",
    ),
    "password": (lambda: pdf(lambda writer: writer.encrypt("secret")), "locked"),
    "PDF and HTML": (lambda: pdf() + SCRIPT, "unreadable"),
    "PDF and ZIP": (lambda: pdf() + archive(), "unreadable"),
    "PDF and ZIP that ends well": (
        lambda: pdf().removesuffix(b"%%EOF\n") + archive() + b"\n%%EOF\n",
        "unreadable",
    ),
    "HTML as PDF": (lambda: b"%PDF-1.7\n" + SCRIPT + b"\n%%EOF\n", "unreadable"),
    "swelling page": (lambda: shown(stream(swollen(1), "FlateDecode")), "swelling"),
    "swelling twice": (
        lambda: shown(stream(swollen(2), "FlateDecode", "FlateDecode")),
        "unreadable",
    ),
    "swelling picture inside": (
        lambda: shown(
            stream(b"", "DCTDecode", Width=NumberObject(90_000), Height=NumberObject(9_000))
        ),
        "swelling",
    ),
    "too many things": (lambda: many_things(60_000), "swelling"),
    "too many pages": (lambda: pdf(pages=120), "long"),
    "no page": (lambda: pdf(pages=0), "long"),
    "pages in themselves": (looping, "unreadable"),
}
OTHERS: dict[str, Callable[[], bytes]] = {
    "SVG": lambda: SVG,
    "HTML": lambda: SCRIPT,
    "GIF and script": lambda: b"GIF89a/*" + picture("GIF") + b"*/=1;alert(1)",
    "program": lambda: b"MZ\x90\x00 not a paper",
    "ZIP": archive,
    "PDF after HTML": lambda: SCRIPT + pdf(),
    "nothing but a beginning": lambda: b"\xff\xd8\xff",
    "HEIC": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
}
