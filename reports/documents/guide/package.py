"""Packs a document into the same bytes every time: fixed times, parts in a fixed order."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EARLIEST = (1980, 1, 1, 0, 0, 0)
FIRST_PART = "[Content_Types].xml"
OWNER_READS_AND_WRITES = 0o600 << 16


def repacked(document: bytes) -> bytes:
    """The same parts without the moment at which they were packed."""
    packed = BytesIO()
    with ZipFile(BytesIO(document)) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != FIRST_PART, name)):
            part = ZipInfo(name, EARLIEST)
            part.compress_type = ZIP_DEFLATED
            part.create_system = 0
            part.external_attr = OWNER_READS_AND_WRITES
            target.writestr(part, source.read(name))
    return packed.getvalue()
