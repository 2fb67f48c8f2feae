"""Recognizes an uploaded file by its content and refuses what could hurt; pure, no Django."""

import io
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from organizations.exceptions import Invalid

MAX_FILE_BYTES = 10 * 1024 * 1024
FILENAME_LENGTH = 120
MAX_ENTRIES = 2000
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_LISTING_BYTES = 1024 * 1024
CHUNK_BYTES = 64 * 1024
TAIL_BYTES = 2048
LISTING = "[Content_Types].xml"
OFFICE = "application/vnd.openxmlformats-officedocument"
ACCEPTED = "PDF, PNG, JPEG, plain text, CSV, XLSX or DOCX"
BROKEN = "This file is damaged or was cut off. Save it again and try once more."
TOO_LARGE = "This file unpacks to more than can be taken."
MACROS = "This document holds macros or controls. Save it without them."
UNKNOWN = f"This is no kind of file that can be taken. Send {ACCEPTED}."


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is taken: its media type and the endings its name may have."""

    content_type: str
    suffixes: tuple[str, ...]


PDF = FileKind("application/pdf", (".pdf",))
PNG = FileKind("image/png", (".png",))
JPEG = FileKind("image/jpeg", (".jpg", ".jpeg"))
TEXT = FileKind("text/plain; charset=utf-8", (".txt", ".log", ".md"))
CSV = FileKind("text/csv; charset=utf-8", (".csv",))
XLSX = FileKind(f"{OFFICE}.spreadsheetml.sheet", (".xlsx",))
DOCX = FileKind(f"{OFFICE}.wordprocessingml.document", (".docx",))
FILE_KINDS = (PDF, PNG, JPEG, TEXT, CSV, XLSX, DOCX)


def clean_filename(name: str) -> str:
    """Return a name without folders, control characters or marks that turn its reading around."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(letter for letter in last if not unicodedata.category(letter).startswith("C"))
    path = PurePosixPath(" ".join(shown.split()).strip(". ") or "file")
    suffix = path.suffix[:10]
    return f"{path.stem[: FILENAME_LENGTH - len(suffix)]}{suffix}"


def recognize_file(content: bytes, *, filename: str) -> FileKind:
    """Return what kind of file this is, by its content; its name must agree.

    Raises Invalid (field `file`) for what is empty, larger than MAX_FILE_BYTES, broken, of
    another kind, carries macros or unpacks to too much.
    """
    if not content:
        raise Invalid.at("file", "This file is empty.")
    if len(content) > MAX_FILE_BYTES:
        raise Invalid.at("file", "At most 10 MB, please.")
    suffix = PurePosixPath(filename).suffix.lower()
    kind = _kind(content, suffix)
    if suffix not in kind.suffixes:
        name = kind.content_type.split(";")[0]
        raise Invalid.at(
            "file", f"The content is {name}, so its name must end in {kind.suffixes[0]}."
        )
    return kind


def _kind(content: bytes, suffix: str) -> FileKind:
    if content.startswith(b"%PDF-"):
        return _whole(PDF, content, end=b"%%EOF")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _whole(PNG, content, end=b"IEND\xaeB`\x82")
    if content.startswith(b"\xff\xd8\xff"):
        return _whole(JPEG, content, end=b"\xff\xd9")
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if _is_text(content):
        return CSV if suffix in CSV.suffixes else TEXT
    raise Invalid.at("file", UNKNOWN)


def _whole(kind: FileKind, content: bytes, *, end: bytes) -> FileKind:
    if end not in content[-TAIL_BYTES:]:
        raise Invalid.at("file", BROKEN)
    return kind


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(
        (letter < " " and letter not in "\t\n\r\f") or letter == "\x7f" for letter in text
    )


def _office(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listing = _unpacked_listing(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
        raise Invalid.at("file", BROKEN) from None
    except (NotImplementedError, RuntimeError):
        raise Invalid.at("file", "This file is locked or packed in an unusual way.") from None
    if b"&" in listing or b"macroenabled" in listing or b"vbaproject" in listing:
        raise Invalid.at("file", MACROS)
    if b"spreadsheetml.sheet.main+xml" in listing:
        return XLSX
    if b"wordprocessingml.document.main+xml" in listing:
        return DOCX
    raise Invalid.at("file", UNKNOWN)


def _unpacked_listing(archive: zipfile.ZipFile) -> bytes:
    """Unpack everything once, a piece at a time, and return the list of what is in it."""
    entries = archive.infolist()
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > MAX_ENTRIES or len(set(names)) < len(names):
        raise Invalid.at("file", TOO_LARGE if len(entries) > MAX_ENTRIES else BROKEN)
    if any("vbaproject" in name or "activex" in name for name in names):
        raise Invalid.at("file", MACROS)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise Invalid.at("file", TOO_LARGE)
    listing, unpacked = b"", 0
    for entry in entries:
        with archive.open(entry) as member:
            while piece := member.read(CHUNK_BYTES):
                unpacked += len(piece)
                if unpacked > MAX_UNPACKED_BYTES:
                    raise Invalid.at("file", TOO_LARGE)
                if entry.filename == LISTING and len(listing) < MAX_LISTING_BYTES:
                    listing += piece
    return listing.lower()
