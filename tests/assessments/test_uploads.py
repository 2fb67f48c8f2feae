"""U1: what an uploaded file is, by its content; what could hurt is refused."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest

from assessments.uploads import (
    CSV,
    DOCX,
    JPEG,
    MAX_FILE_BYTES,
    MAX_UNPACKED_BYTES,
    PDF,
    PNG,
    TEXT,
    XLSX,
    clean_filename,
    recognize_file,
)
from organizations.exceptions import Invalid

PDF_BYTES = b"%PDF-1.7\nbody\n%%EOF\n"
SHEET = b'<Override ContentType="application/x.spreadsheetml.sheet.main+xml"/>'
WORDS = b'<Override ContentType="application/x.wordprocessingml.document.main+xml"/>'


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int) -> bytes:
    """Return a sound grey PNG, one bit a pixel: 20,000 × 20,000 of them take some 50 KB."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", packed), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg(width: int, height: int) -> bytes:
    """Return a JPEG of that size as far as its headers go."""
    segment = b"\xff\xe0" + struct.pack(">H", 7) + b"JFIF\0"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 8, 8, height, width, 0)
    return b"\xff\xd8" + segment + frame + b"body\xff\xd9"


PNG_BYTES, JPEG_BYTES = png(2, 3), jpeg(2, 3)


def office(listing: bytes, **others: bytes) -> bytes:
    """Return an Office file of that listing and other parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", listing)
        for name, content in others.items():
            archive.writestr(name, content)
    return stream.getvalue()


def bomb() -> bytes:
    """Return an Office file that unpacks to one byte more than is taken."""
    return office(SHEET, sheet=b"\0" * MAX_UNPACKED_BYTES)


def huge_png() -> bytes:
    """Return a picture that unpacks to far more than is taken."""
    return png(20_000, 20_000)


def huge_picture() -> bytes:
    """Return an Office file with that picture."""
    return office(WORDS, **{"word/media/image1.png": huge_png()})


# What takes long to make is made by the test alone: every worker collects all tests.
Content = bytes | Callable[[], bytes]


def made(content: Content) -> bytes:
    return content() if callable(content) else content


@pytest.mark.parametrize(
    ("content", "filename", "kind"),
    [
        (PDF_BYTES, "a.pdf", PDF),
        (PNG_BYTES, "a.PNG", PNG),
        (JPEG_BYTES, "a.jpeg", JPEG),
        ("Gemäß\tPlan\r\n".encode(), "a.txt", TEXT),
        (b"\xef\xbb\xbfday;tokens\n", "a.csv", CSV),
        (office(SHEET), "a.xlsx", XLSX),
        (office(WORDS), "a.docx", DOCX),
    ],
)
def test_taken_file_is_known_by_its_content(content: bytes, filename: str, kind: object) -> None:
    assert recognize_file(content, filename=filename) == kind


@pytest.mark.parametrize(
    ("content", "filename", "reason"),
    [
        (b"", "a.txt", "empty"),
        (b"x" * (MAX_FILE_BYTES + 1), "a.txt", "10 MB"),
        (b"MZ\x90\x00\x03", "a.pdf", "kind of file is not accepted"),
        (b"MZ\x90\x00\x03", "a.txt", "kind of file is not accepted"),
        (b"\x00" * 20, "a.csv", "kind of file is not accepted"),
        (b"\xff\xfet\x00", "a.txt", "kind of file is not accepted"),
        (b"GIF89a\x01\x00", "a.gif", "kind of file is not accepted"),
        (b"<script>alert(1)</script>", "a.html", "must end in .txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "must end in .txt"),
        (PDF_BYTES, "a.png", "must end in .pdf"),
        (PNG_BYTES, "a.pdf", "must end in .png"),
        (PDF_BYTES, "pdf", "must end in .pdf"),
        (PDF_BYTES[:-7], "a.pdf", "cut off"),
        (PNG_BYTES[:-1], "a.png", "cut off"),
        (JPEG_BYTES[:-1], "a.jpg", "cut off"),
        (office(SHEET)[:-30], "a.xlsx", "cut off"),
        (b"PK\x03\x04 nonsense", "a.docx", "cut off"),
        (office(b"<Types/>"), "a.zip", "kind of file is not accepted"),
        (office(b"<Types/>"), "a.xlsx", "kind of file is not accepted"),
        (office(SHEET, **{"xl/vbaProject.bin": b"macro"}), "a.xlsx", "macros"),
        (office(WORDS, **{"word/activeX/a.xml": b"control"}), "a.docx", "macros"),
        (office(SHEET + b"sheet.macroEnabled.main+xml"), "a.xlsx", "macros"),
        (office(SHEET + b"macro&#69;nabled"), "a.xlsx", "macros"),
        (office(SHEET, **{f"n{n}": b"" for n in range(2000)}), "a.xlsx", "unpacks to more"),
        (bomb, "a.xlsx", "unpacks to more"),
    ],
)
def test_other_file_is_refused_with_its_reason(
    content: Content, filename: str, reason: str
) -> None:
    with pytest.raises(Invalid, match=reason) as caught:
        recognize_file(made(content), filename=filename)

    assert list(caught.value.fields) == ["file"]


def test_bomb_that_lies_about_its_size_is_refused() -> None:
    packed = office(SHEET, sheet=b"\0" * 1_000_000)
    # The declared size stands in the directory at the end, four bytes, little endian.
    lying = packed.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    with pytest.raises(Invalid, match="cut off"):
        recognize_file(lying, filename="a.xlsx")


def linked() -> bytes:
    """Return an Office file with a symbolic link to a file of the machine."""
    stream = io.BytesIO(office(WORDS))
    with zipfile.ZipFile(stream, "a") as archive:
        link = zipfile.ZipInfo("word/media/image1.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return stream.getvalue()


READ = b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'
FETCHED = b'<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><x/>'
GROWING = b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    ("content", "filename", "reason"),
    [
        (office(SHEET, **{"../../etc/cron.d/x": b"x"}), "a.xlsx", "lead out of it"),
        (office(SHEET, **{"xl/../../x.xml": b"<x/>"}), "a.xlsx", "lead out of it"),
        (office(WORDS, **{"..\\..\\x.xml": b"<x/>"}), "a.docx", "lead out of it"),
        (office(WORDS, **{"/etc/passwd": b"x"}), "a.docx", "lead out of it"),
        (office(WORDS, **{"C:/x.exe": b"x"}), "a.docx", "lead out of it"),
        (linked(), "a.docx", "lead out of it"),
        (office(WORDS, **{"word/document.xml": READ}), "a.docx", "declares entities"),
        (office(WORDS, **{"word/document.xml": READ.decode().encode("utf-16")}), "a.docx", "decl"),
        (office(WORDS, **{"word/unusual.bin": READ}), "a.docx", "declares entities"),
        (office(SHEET, **{"_rels/.rels": FETCHED}), "a.xlsx", "declares entities"),
        (office(SHEET, **{"xl/workbook.xml": GROWING}), "a.xlsx", "declares entities"),
        (office(SHEET, **{"x.xml": b" " * (2**16 - 20) + READ}), "a.xlsx", "declares entities"),
        (huge_picture, "a.docx", "100 million"),
        (huge_png, "a.png", "100 million pixels"),
        (jpeg(65_535, 65_535), "a.jpg", "100 million pixels"),
        (png(2, 3).replace(b"IHDR", b"IHDX"), "a.png", "cut off"),
        (b"\xff\xd8\xff\xe0body\xff\xd9", "a.jpg", "cut off"),
        (b"%PDF-1.7\n" + PAGE + b"\n%%EOF\n", "a.pdf", "two kinds at once"),
        (PDF_BYTES + PAGE, "a.pdf", "two kinds at once"),
        (PNG_BYTES + PAGE, "a.png", "two kinds at once"),
    ],
)
def test_hostile_file_is_refused_with_its_reason(
    content: Content, filename: str, reason: str
) -> None:
    with pytest.raises(Invalid, match=reason) as caught:
        recognize_file(made(content), filename=filename)

    assert list(caught.value.fields) == ["file"]


def test_documents_of_ordinary_programs_are_taken() -> None:
    """Folders as entries, permissions of Unix, a picture, SVG with a document type of its own."""
    stream = io.BytesIO(office(WORDS, **{"word/media/image1.png": png(3000, 2000)}))
    drawing = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd"><svg/>'
    with zipfile.ZipFile(stream, "a") as archive:
        archive.mkdir("word/embeddings")
        archive.writestr("word/media/image2.svg", drawing)

    assert recognize_file(stream.getvalue(), filename="a.docx") == DOCX


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\bill.csv", "bill.csv"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("nul\0l.pdf", "null.pdf"),
        ("fdp.\u202efdp.exe", "fdp.fdp.exe"),
        ("half \ud800.pdf", "half .pdf"),
        ("", "file"),
        ("..", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_filename_loses_what_could_hurt(name: str, clean: str) -> None:
    assert clean_filename(name) == clean
