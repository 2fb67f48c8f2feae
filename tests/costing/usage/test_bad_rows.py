"""Bad rows are counted and listed with line and reason; the good ones are kept."""

import io
import json

import pytest

from costing.usage import Limits, plan_reading, read_usage
from tests.costing.usage import files
from tests.costing.usage.files import read

HEADER = "time,model,input_tokens,cached_tokens,output_tokens,cost\n"
GOOD = f"{files.NOON},m,100,10,5,0.5\n"
BAD = {
    "nan": (f"{files.NOON},m,NaN,0,5,0", "input_tokens is no finite number."),
    "infinity": (f"{files.NOON},m,Infinity,0,5,0", "input_tokens is no finite number."),
    "1e309": (f"{files.NOON},m,1e309,0,5,0", "input_tokens is too large."),
    "minus 1e309": (f"{files.NOON},m,-1e309,0,5,0", "input_tokens is negative."),
    "1e999999999": (f"{files.NOON},m,1e999999999,0,5,0", "input_tokens is too large."),
    "negative": (f"{files.NOON},m,-1,0,5,0", "input_tokens is negative."),
    "half": (f"{files.NOON},m,1.5,0,5,0", "input_tokens is no whole number."),
    "text": (f"{files.NOON},m,many,0,5,0", "input_tokens is no number."),
    "formula": (f'{files.NOON},m,"=1+1",0,5,0', "input_tokens is no number."),
    "missing": (f"{files.NOON},m,,0,5,0", "input_tokens is missing."),
    "no time": (",m,1,0,5,0", "time is missing."),
    "a word for a time": ("soon,m,1,0,5,0", "time is not a date or time."),
    "year 9999": ("9999-12-31,m,1,0,5,0", "time is not a time from 2015 to 2099."),
    "1e309 seconds": ("1e309,m,1,0,5,0", "time is not a date or time."),
    "cached": (f"{files.NOON},m,1,2,5,0", "There are more cached tokens than input tokens."),
    "cost nan": (f"{files.NOON},m,1,0,5,nan", "cost is no finite number."),
    "cost negative": (f"{files.NOON},m,1,0,5,-1", "cost is negative."),
    "cost 1e309": (f"{files.NOON},m,1,0,5,1e309", "cost is too large."),
    "too few": (f"{files.NOON},m,1", "The row has 3 fields, the header has 6."),
    "model": (f"{files.NOON},{'m' * 200},1,0,5,0", "The model's name cannot be used."),
    "control": (f"{files.NOON},a\x07b,1,0,5,0", "The model's name cannot be used."),
}


@pytest.mark.parametrize(("row", "reason"), BAD.values(), ids=BAD)
def test_a_bad_row_is_listed_and_the_good_ones_kept(row: str, reason: str) -> None:
    reading = read(f"{HEADER}{GOOD}{row}\n{GOOD}")

    assert [(bad.line, bad.row, bad.reason) for bad in reading.listed] == [(3, 2, reason)]
    assert (reading.rows, reading.good_rows, reading.bad_rows) == (3, 2, 1)
    assert [cell.tokens for cell in reading.cells.values()] == [[180, 20, 0, 0, 10]]


def test_a_row_in_another_encoding_is_a_bad_row() -> None:
    many = HEADER.encode() + GOOD.encode() * 9_000

    reading = read(many + "2026-11-02,grö,1,0,1,0\n".encode("latin-1") + GOOD.encode())

    assert (reading.good_rows, reading.bad_rows) == (9_001, 1)
    assert reading.listed[0].reason == "The line is not text in UTF-8."


def test_the_list_is_bounded_and_the_count_is_not() -> None:
    reading = read(HEADER + GOOD + ",m,1,0,5,0\n" * 250)

    assert (len(reading.listed), reading.bad_rows) == (100, 250)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1e309", -1, True, [], {}, "5_0"])
def test_json_that_is_no_count_is_a_bad_row(value: object) -> None:
    rows = [files.litellm_log(), files.litellm_log(prompt_tokens=value)]

    reading = read(json.dumps(rows))

    assert (reading.good_rows, reading.bad_rows) == (1, 1)


def test_a_number_beyond_every_float_is_a_bad_row() -> None:
    row = json.dumps(files.litellm_log(prompt_tokens=7777)).replace("7777", "1e309")

    reading = read(f"{json.dumps(files.litellm_log())}\n{row}\n")

    assert [bad.reason for bad in reading.listed] == ["prompt_tokens is no finite number."]


def test_a_broken_line_of_jsonl_is_a_bad_row() -> None:
    good = json.dumps(files.litellm_log())

    reading = read(f'{good}\n{good[:60]}\n[1, "x"]\n\n{good}\n')

    assert (reading.good_rows, reading.bad_rows) == (2, 3)
    assert [bad.line for bad in reading.listed] == [2, 3, 3]


def test_too_many_models_are_bad_rows() -> None:
    rows = "".join(f"{files.NOON},m{index},1,0,1,0\n" for index in range(205))

    reading = read(HEADER + rows)

    assert (len(reading.cells), reading.bad_rows) == (200, 5)


def test_a_row_longer_than_the_limit_is_a_bad_row() -> None:
    limits = Limits(line_bytes=1000)
    long_line = f'{files.NOON},m,1,0,1,"{"x" * 5000}"\n'
    unclosed = f'{files.NOON},m,1,0,1,"\n' + "y\n" * 3000
    file = io.BytesIO((HEADER + GOOD + long_line + GOOD + unclosed).encode())

    reading = read_usage(file, plan_reading(file, limits=limits), limits=limits)

    assert reading.good_rows == 2
    assert reading.listed[0].reason == "The line is too long."
    assert "The row is too long." in {bad.reason for bad in reading.listed}
