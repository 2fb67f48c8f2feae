"""The first rows of a usage file as they will be counted, before it is imported."""

from datetime import UTC, datetime
from typing import IO

from pydantic import BaseModel

from costing.usage.columns import COLUMNS
from costing.usage.entries import CHARGES, HOUR_SECONDS, BadRow, Entry, LeftOut, Tokens
from costing.usage.reading import Plan, entries_of, records_of
from costing.usage.records import LIMITS, Limits, PageEnd, Unpacked
from costing.usage.sources import PLAIN
from costing.usage.uses import TokensField, UsdField
from costing.usage.written import DATES, NUMBERS

MAX_ROWS = 10
MAX_ENTRIES = 20  # a charge of a bill may be for every day of a year
LABELS = {"audio": "audio", "image": "images", "priority": "priority", "us": "US"}


class PreviewRow(BaseModel, frozen=True, json_schema_serialization_defaults_required=True):
    """What a row counts as, from the hour or day of `starts_at` on; or why it does not count.

    One row may count as several.
    """

    line: int
    problem: str = ""
    model: str = ""
    starts_at: datetime | None = None
    hours: int | None = None
    calls: int | None = None
    tokens: TokensField = Tokens()
    billed_usd: UsdField | None = None
    is_batch: bool = False
    service_tier: str = ""
    region: str = ""
    modality: str = ""
    charge: str = ""
    group: str = ""

    @property
    def written_tokens(self) -> int:
        """The tokens written to a cache, for however long."""
        return self.tokens.cache_write_5m + self.tokens.cache_write_1h

    @property
    def counts_as(self) -> str:
        """What is apart from usual usage, in words."""
        apart = [
            LABELS.get(name, name)
            for name in (self.service_tier, self.region, self.modality)
            if name
        ]
        kinds = [CHARGES[self.charge].lower()] if self.charge else []
        groups = [self.group] if self.group else []
        return ", ".join(["batch"] * self.is_batch + apart + kinds + groups)


class Preview(BaseModel, frozen=True, json_schema_serialization_defaults_required=True):
    """How a file is read: its format, which column holds what, how it writes numbers and days, and
    its first rows. Columns, numbers and days are of a table of one's own alone. Of several `files`
    it is the first.
    """

    format: str
    title: str
    filename: str = ""
    files: int = 1
    columns: dict[str, str] = {}
    numbers: str = ""
    dates: str = ""
    rows: tuple[PreviewRow, ...] = ()

    @property
    def written(self) -> list[tuple[str, str]]:
        """How numbers and days are written, and the columns, each with its label."""
        if not self.columns:
            return []
        columns = [(str(COLUMNS[name].title), column) for name, column in self.columns.items()]
        return [("Numbers", NUMBERS[self.numbers]), ("Days", DATES[self.dates]), *columns]


def preview(file: IO[bytes], plan: Plan, *, limits: Limits = LIMITS) -> Preview:
    """The first rows as they will be counted; raises Invalid for a file that breaks off there."""
    rows: list[PreviewRow] = []
    taken = 0
    for line, record in records_of(Unpacked(file, limits), plan, limits):
        if isinstance(record, PageEnd):
            continue
        for row in plan.source.rows(record) if isinstance(record, dict) else (record,):
            taken += 1
            rows += _counted(line, row, plan)
            if taken == MAX_ROWS or len(rows) >= MAX_ENTRIES:
                return _of(plan, rows)
    return _of(plan, rows)


def _of(plan: Plan, rows: list[PreviewRow]) -> Preview:
    is_plain = plan.source.key == PLAIN
    columns = {name: column for name in COLUMNS if (column := getattr(plan.columns, name))}
    return Preview(
        format=plan.source.key,
        title=plan.source.title,
        columns=columns if is_plain else {},
        numbers=plan.columns.numbers if is_plain else "",
        dates=plan.columns.dates if is_plain else "",
        rows=tuple(rows[:MAX_ENTRIES]),
    )


def _counted(line: int, row: object, plan: Plan) -> list[PreviewRow]:
    try:
        return [_row(line, entry) for entry in entries_of(row, plan)]
    except (BadRow, LeftOut) as problem:
        return [PreviewRow(line=line, problem=str(problem))]


def _row(line: int, entry: Entry) -> PreviewRow:
    named = entry._asdict()
    hour = named.pop("hour")
    return PreviewRow(
        line=line,
        starts_at=datetime.fromtimestamp(hour * HOUR_SECONDS, tz=UTC),
        **{name: named[name] for name in PreviewRow.model_fields if name in named},
    )
