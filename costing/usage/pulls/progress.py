"""What the pages of a window came to so far; stored after each, so that a pull goes on there."""

import hashlib
from typing import Self

from pydantic import BaseModel

from costing.usage.cells import Cell, Key, ListedRow, Reading
from costing.usage.entries import Entry
from costing.usage.pulls.origins import Window


class Progress(BaseModel, frozen=True):
    """A window under way: the `cursor` of its next page, empty for the first, and its counts.

    `digest` is the checksum of all pages that the pull's import was made of, in their order.
    """

    window: Window
    cursor: str = ""
    pages: int = 0
    size_bytes: int = 0
    digest: str = ""
    rows: int = 0
    good_rows: int = 0
    bad_rows: int = 0
    listed: tuple[tuple[int, int, str], ...] = ()
    left_out: dict[str, int] = {}
    entries: tuple[Entry, ...] = ()

    def reading(self, source: str) -> Reading:
        """What was counted, to count on."""
        reading = Reading(
            source,
            rows=self.rows,
            good_rows=self.good_rows,
            bad_rows=self.bad_rows,
            listed=[ListedRow(*each) for each in self.listed],
        )
        reading.left_out.update(self.left_out)
        for entry in self.entries:
            key = Key(*entry[:3], entry.is_batch, entry.above_input_tokens, *entry[8:])
            reading.cells[key] = Cell(entry.calls, list(entry.tokens), entry.billed_usd)
            reading.models.add(entry.model)
        return reading

    def after(self, reading: Reading, content: bytes, cursor: str) -> Self:
        """The progress after one more page."""
        return self.model_copy(
            update={
                "cursor": cursor,
                "pages": self.pages + 1,
                "size_bytes": self.size_bytes + len(content),
                "digest": hashlib.sha256(self.digest.encode() + content).hexdigest(),
                "rows": reading.rows,
                "good_rows": reading.good_rows,
                "bad_rows": reading.bad_rows,
                "listed": tuple((each.line, each.row, each.reason) for each in reading.listed),
                "left_out": dict(reading.left_out),
                "entries": tuple(reading.usage_cells()),
            }
        )
