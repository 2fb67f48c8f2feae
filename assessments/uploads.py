"""Recognizes an uploaded file by its content and refuses what could hurt; pure, no Django."""

import io
import re
import stat
import struct
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
# What a browser reads to guess what a file is, and how far behind its end a file may go on.
HEAD_BYTES = TAIL_BYTES = 2048
MAX_PIXELS = 100_000_000
LISTING = "[Content_Types].xml"
OFFICE = "application/vnd.openxmlformats-officedocument"
ACCEPTED = "PDF, PNG, JPEG, plain text, CSV, XLSX or DOCX"
BROKEN = "This file is damaged or was cut off. Save it again and retry."
TOO_MANY_BYTES = f"At most {MAX_FILE_BYTES // 1024 // 1024} MB, please."
TOO_LARGE = "This file unpacks to more than is allowed."
MACROS = "This document holds macros or controls. Save it without them."
TWO_KINDS = "This file is of two kinds at once: a browser could take it for a web page."
TOO_MANY_PIXELS = "This picture has more than 100 million pixels. Make it smaller."
OUTSIDE = "This document holds parts that lead out of it: names with ../, absolute ones or links."
ENTITIES = "This document declares entities, which no Office program writes. Save it again."
UNKNOWN = f"This kind of file is not accepted. Send {ACCEPTED}."


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
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
MARKUP = re.compile(rb"<(!doctype|html|head|body|script|iframe|svg)\b", re.IGNORECASE)
# An entity from elsewhere, in any part; a document type at all in parts that Office writes.
ENTITY = re.compile(rb"<!entity\s+(%\s+)?\S{1,200}\s+(system|public)\b", re.IGNORECASE)
DOCTYPE = re.compile(rb"<!(doctype|entity)\b", re.IGNORECASE)
OVERLAP_BYTES = 1024
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
    another kind or of two, carries macros, entities or parts that lead out of it, unpacks to too
    much or has more than MAX_PIXELS.
    """
    if not content:
        raise Invalid.at("file", "This file is empty.")
    if len(content) > MAX_FILE_BYTES:
        raise Invalid.at("file", TOO_MANY_BYTES)
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
    if content.startswith(PNG_SIGNATURE):
        _bound_pixels(_png_size(content))
        return _whole(PNG, content, end=b"IEND\xaeB`\x82")
    if content.startswith(b"\xff\xd8\xff"):
        _bound_pixels(_jpeg_size(content))
        return _whole(JPEG, content, end=b"\xff\xd9")
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if _is_text(content):
        return CSV if suffix in CSV.suffixes else TEXT
    raise Invalid.at("file", UNKNOWN)


def _whole(kind: FileKind, content: bytes, *, end: bytes) -> FileKind:
    tail = content[-TAIL_BYTES:]
    if end not in tail:
        raise Invalid.at("file", BROKEN)
    if any(MARKUP.search(part) for part in (content[:HEAD_BYTES], tail)):
        raise Invalid.at("file", TWO_KINDS)
    return kind


def _bound_pixels(size: tuple[int, int]) -> None:
    width, height = size
    if not width * height:
        raise Invalid.at("file", BROKEN)
    if width * height > MAX_PIXELS:
        raise Invalid.at("file", TOO_MANY_PIXELS)


def _png_size(content: bytes) -> tuple[int, int]:
    """Width and height as the first chunk says; zeros where it is another one."""
    if content[12:16] != b"IHDR" or len(content) < 24:
        return 0, 0
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height as the frame's header says; zeros where there is none."""
    place = 2
    while content[place : place + 1] == b"\xff" and place + 9 <= len(content):
        marker, length = struct.unpack(">BH", content[place + 1 : place + 4])
        if marker in FRAMES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 1 if marker == 0xFF else 2 + length  # a marker may be filled up with 0xff
    return 0, 0


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
    if any(_leads_outside(entry) for entry in entries):
        raise Invalid.at("file", OUTSIDE)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise Invalid.at("file", TOO_LARGE)
    listing, unpacked = b"", 0
    for entry in entries:
        before = b""
        with archive.open(entry) as member:
            while piece := member.read(CHUNK_BYTES):
                unpacked += len(piece)
                if unpacked > MAX_UNPACKED_BYTES:
                    raise Invalid.at("file", TOO_LARGE)
                if entry.filename == LISTING and len(listing) < MAX_LISTING_BYTES:
                    listing += piece
                _refuse_entities(entry.filename, before + piece)
                if not before and piece.startswith(PNG_SIGNATURE):
                    _bound_pixels(_png_size(piece))
                before = piece[-OVERLAP_BYTES:]
    return listing.lower()


def _leads_outside(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry's name leads out of its folder, or it is a link or a device."""
    name = entry.orig_filename.replace("\\", "/")
    is_absolute = name.startswith("/") or name[1:2] == ":" or "\0" in name
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return is_absolute or ".." in name.split("/") or kind not in (0, stat.S_IFREG, stat.S_IFDIR)


def _refuse_entities(name: str, text: bytes) -> None:
    """Refuse a piece of XML, of either width, that declares what it does not hold."""
    narrow = text.replace(b"\0", b"")
    is_markup = name.lower().endswith((".xml", ".rels", ".vml"))
    if ENTITY.search(narrow) or (is_markup and DOCTYPE.search(narrow)):
        raise Invalid.at("file", ENTITIES)
