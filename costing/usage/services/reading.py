"""Reads the files of an import, of one or of several, converted where they have to be."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import IO, Any
from uuid import UUID

from costing.usage import files
from costing.usage.cells import Reading
from costing.usage.columns import Columns
from costing.usage.conversion import converted, is_converted
from costing.usage.models import UsageImport
from costing.usage.reading import plan_reading, read_usage
from costing.usage.several import Together, naming
from organizations.encryption import salt_of


def usage_salt(organization_id: UUID) -> bytes:
    """What an organization's secrets in usage are hashed with."""
    return salt_of(organization_id, "costing.usage")


def naming_one_of(name: str, sent: Sequence[Any]) -> AbstractContextManager[None]:
    """Let what is wrong with one of several files name it."""
    return naming(name) if len(sent) > 1 else nullcontext()


@contextmanager
def opened(
    path: str, name: str, *, first: int = 0, on_progress: Callable[[], None] = lambda: None
) -> Iterator[IO[bytes]]:
    """A file; of a workbook or a Parquet file its rows as CSV, all or the first ones."""
    if not is_converted(name):
        with files.open_upload(path) as file:
            yield file
        return
    with files.local_upload(path) as place:
        with converted(place, name, first=first, on_progress=on_progress) as rows:
            yield rows


def read_upload(
    usage_import: UsageImport, *, on_progress: Callable[[float], None] = lambda done: None
) -> Reading:
    """Read an import's files; `on_progress` gets how far it is, from 0 to 1. Raises Invalid."""
    if usage_import.files:
        return _read_several(usage_import, on_progress)
    columns = Columns.stored(usage_import.columns)
    path, name = usage_import.path, usage_import.filename
    with opened(path, name, on_progress=lambda: on_progress(0.0)) as content:
        size = max(content.seek(0, os.SEEK_END), 1)
        salt = usage_salt(usage_import.organization_id)
        plan = plan_reading(content, chosen=usage_import.source, columns=columns, salt=salt)
        reading = read_usage(content, plan, on_progress=lambda at: on_progress(min(at / size, 1.0)))
    usage_import.columns = plan.columns.document
    return reading


def _read_several(usage_import: UsageImport, on_progress: Callable[[float], None]) -> Reading:
    together, parts = Together(), usage_import.files
    salt = usage_salt(usage_import.organization_id)

    def report(number: int, size: int, at: int) -> None:
        on_progress((number + min(at / size, 1.0)) / len(parts))

    for number, part in enumerate(parts):
        path, name = files.part_path(usage_import.path, number), part["filename"]
        with naming(name), opened(path, name, on_progress=partial(report, number, 1, 0)) as rows:
            size = max(rows.seek(0, os.SEEK_END), 1)
            columns = Columns.stored(part["columns"])
            plan = plan_reading(rows, chosen=part["source"], columns=columns, salt=salt)
            reading = together.read(name, rows, plan, on_progress=partial(report, number, size))
        part |= {"source": plan.source.key, "columns": plan.columns.document}
        part |= {"rows": reading.rows, "good_rows": reading.good_rows}
    return together.reading()
