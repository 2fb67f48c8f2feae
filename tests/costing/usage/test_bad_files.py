"""Files that cannot be used are refused with a clear message, in bounded time and memory."""

import gzip
import io
import json
import tracemalloc
from collections.abc import Callable

import pytest

from costing.usage import Limits, plan_reading, read_usage
from organizations.exceptions import Invalid
from tests.costing.usage import files
from tests.costing.usage.files import read

HEADER = "time,model,input_tokens,output_tokens\n"
SOUND = HEADER + f"{files.NOON},m,1,1\n" * 2000


def bomb() -> bytes:
    return gzip.compress(b"\0" * 40_000_000)


def text_bomb() -> bytes:
    return gzip.compress(HEADER.encode() + b"x" * 60_000_000)


# What takes long to make is made by the test alone: every worker collects all tests.
Content = bytes | Callable[[], bytes]
FILES: dict[str, tuple[Content, str]] = {
    "empty": (b"", "This file is empty."),
    "spaces": (b" \n\n", "This file is empty."),
    "gzip of nothing": (gzip.compress(b""), "This file is empty."),
    "png named csv": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text in UTF-8"),
    "utf-16": ("time,model\n".encode("utf-16"), "not text in UTF-8"),
    "latin-1": ("zeit,größe\n1,2\n".encode("latin-1"), "not text in UTF-8"),
    "truncated gzip": (gzip.compress(SOUND.encode())[:-20], "damaged or was cut off"),
    "broken gzip": (b"\x1f\x8b" + b"\0" * 40, "damaged or was cut off"),
    "ten million columns": (b"a," * 10_000_000 + b"\n1\n", "too long for a table"),
    "columns beyond the limit": (b",".join(b"c%d" % n for n in range(600)), "too long"),
    "zeros": (bomb, "not text in UTF-8"),
    "zip bomb of text": (text_bomb, "unpacks to more than is allowed"),
    "one column": (b"model\nx\n", "not in a known format"),
    "header alone": (HEADER.encode(), "There is no row"),
    "no good row": (HEADER.encode() + b"x,m,1,1\n", "The first one at line 2: time is not a date"),
    "a column twice": (b"time,time,input_tokens,output_tokens\n", "names a column twice"),
    "unknown json": (b'{"hello": [1, 2]}', "not in a known format"),
    "json that breaks off": (
        json.dumps([files.litellm_log()] * 2).encode()[:-40],
        "breaks off, at line 1",
    ),
    "nested": (b"[" * 200_000, "not in a known format"),
    "nested below a key": (b'{"data":' * 10_000 + b'"uncached_input_tokens":1', "at line 1"),
}


@pytest.mark.parametrize(("content", "message"), FILES.values(), ids=FILES)
def test_a_bad_file_is_refused_with_a_clear_message(content: Content, message: str) -> None:
    with pytest.raises(Invalid) as raised:
        read(content() if callable(content) else content)

    assert message in raised.value.message
    assert raised.value.fields["file"] == [raised.value.message]


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(Invalid) as raised:
        read("when,what,in,out\n1,2,3,4\n")

    assert sorted(raised.value.fields) == ["file", "input", "output", "time"]
    assert "when, what, in, out" in raised.value.message


def test_a_bomb_takes_no_memory() -> None:
    file = io.BytesIO(text_bomb())
    tracemalloc.start()
    try:
        with pytest.raises(Invalid):
            read_usage(file, plan_reading(file))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    # It unpacks to 60 MB; a line is held up to 8 MB.
    assert peak < 40_000_000


@pytest.mark.parametrize("shape", ["csv", "lines", "document"])
def test_memory_does_not_grow_with_the_file(shape: str) -> None:
    peaks = []
    for times in (1_000, 12_000):
        content = _of_shape(shape, times)
        file = io.BytesIO(content)
        plan = plan_reading(file)
        assert plan.shape == shape
        tracemalloc.start()
        reading = read_usage(file, plan)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert reading.good_rows == times

    # The window is 1 MB of bytes and of text; twelve times the rows may fill it, and no more.
    assert peaks[1] < peaks[0] + 8_000_000


def _of_shape(shape: str, times: int) -> bytes:
    if shape == "csv":
        return (HEADER + f"{files.NOON},m,1,1\n" * times).encode()
    rows = [json.dumps(files.litellm_log(filler="x" * 500))] * times
    text = "\n".join(rows) if shape == "lines" else "[" + ",".join(rows) + "]"
    return text.encode()


def test_more_rows_than_the_limit_are_refused() -> None:
    limits = Limits(rows=1000)
    file = io.BytesIO(SOUND.encode())

    with pytest.raises(Invalid, match="more than 1,000 rows"):
        read_usage(file, plan_reading(file, limits=limits), limits=limits)


def test_more_cells_than_the_limit_are_refused() -> None:
    limits = Limits(cells=2)
    rows = "".join(f"2026-11-02T{hour:02}:00:00Z,m,1,1\n" for hour in range(3))
    file = io.BytesIO((HEADER + rows).encode())

    with pytest.raises(Invalid, match="more hours and models"):
        read_usage(file, plan_reading(file, limits=limits), limits=limits)


def test_gzip_of_several_members_is_read_to_its_end() -> None:
    packed = gzip.compress(SOUND.encode()) + gzip.compress(f"{files.NOON},m,1,1\n".encode())

    assert read(packed).good_rows == 2001


@pytest.mark.parametrize("size", [900_000, 1_048_576 - 7, 1_048_576, 1_048_583, 2_500_000])
def test_a_document_reads_alike_wherever_a_piece_ends(size: int) -> None:
    first = files.litellm_log(filler="é" * (size // 2), spend=0.25)
    rows = [first, *[files.litellm_log(spend=0.25)] * 300]

    reading = read(json.dumps({"data": rows, "meta": {"page": 1}}, ensure_ascii=False))

    [cell] = reading.cells.values()
    assert (reading.good_rows, cell.tokens[0], str(cell.billed_usd)) == (301, 301 * 200, "75.25")
