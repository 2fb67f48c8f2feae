"""U1: what an uploaded file is, by its content; what could hurt is refused."""

import io
import zipfile

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

PNG_BYTES = b"\x89PNG\r\n\x1a\n" + b"data" + b"IEND\xaeB`\x82"
PDF_BYTES = b"%PDF-1.7\nbody\n%%EOF\n"
JPEG_BYTES = b"\xff\xd8\xff\xe0body\xff\xd9"
SHEET = b'<Override ContentType="application/x.spreadsheetml.sheet.main+xml"/>'
WORDS = b'<Override ContentType="application/x.wordprocessingml.document.main+xml"/>'


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
        (b"MZ\x90\x00\x03", "a.pdf", "no kind of file"),
        (b"MZ\x90\x00\x03", "a.txt", "no kind of file"),
        (b"\x00" * 20, "a.csv", "no kind of file"),
        (b"\xff\xfet\x00", "a.txt", "no kind of file"),
        (b"GIF89a\x01\x00", "a.gif", "no kind of file"),
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
        (office(b"<Types/>"), "a.zip", "no kind of file"),
        (office(b"<Types/>"), "a.xlsx", "no kind of file"),
        (office(SHEET, **{"xl/vbaProject.bin": b"macro"}), "a.xlsx", "macros"),
        (office(WORDS, **{"word/activeX/a.xml": b"control"}), "a.docx", "macros"),
        (office(SHEET + b"sheet.macroEnabled.main+xml"), "a.xlsx", "macros"),
        (office(SHEET + b"macro&#69;nabled"), "a.xlsx", "macros"),
        (office(SHEET, **{f"n{n}": b"" for n in range(2000)}), "a.xlsx", "unpacks to more"),
        (bomb(), "a.xlsx", "unpacks to more"),
    ],
)
def test_other_file_is_refused_with_its_reason(content: bytes, filename: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as caught:
        recognize_file(content, filename=filename)

    assert list(caught.value.fields) == ["file"]


def test_bomb_that_lies_about_its_size_is_refused() -> None:
    packed = office(SHEET, sheet=b"\0" * 1_000_000)
    # The declared size stands in the directory at the end, four bytes, little endian.
    lying = packed.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    with pytest.raises(Invalid, match="cut off"):
        recognize_file(lying, filename="a.xlsx")


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
