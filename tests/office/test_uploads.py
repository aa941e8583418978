"""Files people bring: what is kept of them, what is refused, and that nothing hides in them."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from office import opening, uploads
from tests import files

MEGABYTE = uploads.MEGABYTE


def brought(content: bytes, name: str = "x.exe", says: str = "text/html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, says)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_drawn_anew_whatever_it_is_called(kind: str) -> None:
    kept = uploads.accept(brought(files.picture(kind)))
    assert (kept.media_type, kept.extension) == ("image/jpeg", ".jpg")
    image = Image.open(BytesIO(kept.content))
    red, green, blue = image.getpixel((10, 10))  # type: ignore[misc]
    assert image.size == (320, 200) and abs(green - 139) < 4 and abs(red - 46) < 4 and blue


def test_a_pdf_is_kept_as_it_came() -> None:
    content = files.pdf()
    assert uploads.accept(brought(content)) == uploads.Upload(
        content=content, media_type="application/pdf", extension=".pdf"
    )


def test_a_pdf_one_only_looks_at_is_drawn() -> None:
    kept = uploads.accept_as_picture(brought(files.pdf(pages=2)))
    assert kept.media_type == "image/jpeg"
    width, height = Image.open(BytesIO(kept.content)).size
    assert abs(width - opening.DRAWN_WIDTH) < 3 and 2.7 < height / width < 2.9


def test_nothing_but_pixels_is_left_of_a_photograph() -> None:
    photograph = files.with_position()
    assert b"Telephone" in photograph and b"rue du Page" in photograph
    assert Image.open(BytesIO(photograph)).getexif().get_ifd(0x8825)
    kept = uploads.accept(brought(photograph))
    image = Image.open(BytesIO(kept.content))
    assert image.size == (200, 320)  # upright
    assert not image.getexif() and not set(image.info) - {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
    }
    for told in (b"Telephone", b"rue du Page", b"GPS", b"ICC", b"Exif", b"xmp", b"script"):
        assert told not in kept.content, told


def test_a_large_photograph_is_kept_as_large_as_one_reads() -> None:
    kept = uploads.accept(brought(files.picture(size=(8000, 6000))))
    assert Image.open(BytesIO(kept.content)).size == (2400, 1800)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    content = BytesIO()
    Image.new(mode, (64, 64)).save(content, "PNG")
    image = Image.open(BytesIO(uploads.accept(brought(content.getvalue())).content))
    assert image.mode == "RGB"
    if mode in ("LA", "RGBA"):  # transparent: white
        assert image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("name", files.PICTURES)
def test_hostile_pictures(name: str) -> None:
    make, why = files.PICTURES[name]
    if why:
        with pytest.raises(uploads.REFUSALS[why]):
            uploads.accept(brought(make()))
        return
    kept = uploads.accept(brought(make())).content
    assert kept.startswith(b"\xff\xd8\xff") and kept.endswith(b"\xff\xd9")
    assert b"alert" not in kept and b"PK\x03\x04" not in kept and b"html" not in kept


@pytest.mark.parametrize("name", files.PDFS)
def test_hostile_pdfs(name: str) -> None:
    make, why = files.PDFS[name]
    content = make()
    with pytest.raises(uploads.REFUSALS[why]):
        uploads.accept(brought(content))
    try:
        kept = uploads.accept_as_picture(brought(content)).content
    except uploads.UploadRefused:
        return
    assert kept.startswith(b"\xff\xd8\xff") and b"alert" not in kept


@pytest.mark.parametrize("name", files.OTHERS)
def test_other_kinds(name: str) -> None:
    with pytest.raises(uploads.UploadRefused) as refused:
        uploads.accept(brought(files.OTHERS[name](), "carte.jpg", "image/jpeg"))
    assert isinstance(
        refused.value, uploads.UploadHeic if name == "HEIC" else uploads.UploadOfOtherKind
    )


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        (None, uploads.UploadMissing),
        (brought(b""), uploads.UploadMissing),
        (brought(files.picture() + b"\0" * 10 * MEGABYTE), uploads.UploadTooBig),
    ],
)
def test_none_empty_and_too_big(file: Any, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as refused:
        uploads.accept(file)
    assert len(str(refused.value)) > 20


def test_ten_megabytes_are_read() -> None:
    content = files.picture()
    content += b"\0" * (10 * MEGABYTE - len(content))
    assert uploads.accept(brought(content)).extension == ".jpg"


def test_of_many_files_the_first_are_kept_and_all_together_bounded() -> None:
    handler = uploads.InMemory()
    told = []
    for number in range(4):
        handler.new_file("file", f"../../{number}", "x", None)
        for start in range(0, 4 * MEGABYTE, MEGABYTE):
            handler.receive_data_chunk(b"x" * MEGABYTE, start)
        file = handler.file_complete(4 * MEGABYTE)
        told.append((file.name, file.size, len(file.read())))
    whole = 4 * MEGABYTE
    assert told == [
        ("file", whole, whole),
        ("file", whole, whole),
        ("file", whole, 2 * MEGABYTE + 1),
        ("file", whole, 0),
    ]
    with pytest.raises(uploads.SkipFile):
        handler.new_file("file", "5", "x", None)


@pytest.mark.parametrize("limit", ["MEMORY_BYTES", "CPU_SECONDS"])
def test_a_process_that_leaves_its_bounds_is_a_refusal(
    limit: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    greedy = tmp_path / "opening.py"
    heavy = "b'x' * MEMORY_BYTES * 2" if limit == "MEMORY_BYTES" else "[None for _ in iter(int, 1)]"
    source = uploads.OPENING.read_text().replace("CPU_SECONDS = 10", "CPU_SECONDS = 1")
    greedy.write_text(
        source.replace('WORK = {"picture": picture', f'WORK = {{"picture": lambda c: {heavy}')
    )
    monkeypatch.setattr(uploads, "OPENING", greedy)
    with pytest.raises(uploads.UploadSwelling):
        uploads.accept(brought(files.picture()))


def test_a_process_that_never_answers_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    asleep = tmp_path / "opening.py"
    asleep.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(uploads, "OPENING", asleep)
    monkeypatch.setattr(uploads, "SECONDS", 1)
    with pytest.raises(uploads.UploadSwelling):
        uploads.accept(brought(files.picture()))
