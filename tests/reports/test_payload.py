"""The frozen payload: one canonical text, one checksum."""

import hashlib
import json
from datetime import date
from decimal import Decimal

import pytest

from assessments.framework import load_framework
from assessments.scoring import MeasuredUsage
from reports.snapshots.freezing import blank_payload
from reports.snapshots.payload import canonical_json, checksum
from tests.reports.sample import sample_payload


def test_canonical_json_of_another_key_order_is_the_same_text() -> None:
    one = {"b": 1, "a": {"y": 2, "x": [1, 2]}}
    other = {"a": {"x": [1, 2], "y": 2}, "b": 1}

    assert canonical_json(one) == canonical_json(other) == '{"a":{"x":[1,2],"y":2},"b":1}'


def test_canonical_json_of_a_payload_writes_dates_as_text_and_decimals_as_numbers() -> None:
    measured = MeasuredUsage(cache_read_ratio=Decimal("0.50"), top_model_spend_ratio=Decimal(1))
    payload = blank_payload(load_framework(), date(2026, 11, 1))

    canonical = canonical_json(payload.model_copy(update={"measured": measured}).document())

    assert '"as_of":"2026-11-01"' in canonical
    assert '"measured":{"cache_read_ratio":0.5,"top_model_spend_ratio":1.0}' in canonical


def test_canonical_json_with_hostile_text_is_ascii_and_reads_back() -> None:
    text = "\x00 \ud800 é 日本 </script>"

    canonical = canonical_json({"text": text})

    assert canonical.isascii()
    assert json.loads(canonical) == {"text": text}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_canonical_json_with_a_number_that_is_none_raises(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json({"x": number})


def test_checksum_is_the_sha256_of_the_canonical_text() -> None:
    canonical = canonical_json({"a": 1})

    assert checksum(canonical) == hashlib.sha256(b'{"a":1}').hexdigest()


def test_canonical_json_read_back_and_written_again_is_the_same() -> None:
    canonical = canonical_json(sample_payload())

    assert canonical_json(json.loads(canonical)) == canonical
