"""Bills in their documented shapes: periods spread over days, kinds of charges, tokens."""

import json
from decimal import Decimal
from typing import Any

import pytest

from costing.usage import Tokens, measure
from costing.usage.entries import Entry
from costing.usage.sources.bills import NO_RATE
from tests.costing.usage.files import EPOCH, read

MIDNIGHT = (EPOCH - 12 * 3600) // 3600
COLUMNS = (
    "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargeClass,ChargePeriodStart,"
    "ChargePeriodEnd,ServiceCategory,SkuMeter,ConsumedQuantity,ConsumedUnit,CommitmentDiscountId"
)
USUAL = {
    "BilledCost": "12.5",
    "EffectiveCost": "12.5",
    "BillingCurrency": "USD",
    "ChargeCategory": "Usage",
    "ChargeClass": "NULL",
    "ChargePeriodStart": "2026-11-02T00:00:00Z",
    "ChargePeriodEnd": "2026-11-03T00:00:00Z",
    "ServiceCategory": "AI and Machine Learning",
    "SkuMeter": "large-1 input tokens",
    "ConsumedQuantity": "NULL",
    "ConsumedUnit": "NULL",
    "CommitmentDiscountId": "NULL",
}


def focus(*changes: dict[str, str]) -> list[Entry]:
    rows = [",".join((USUAL | each).values()) for each in changes]
    return read("\n".join([COLUMNS, *rows]) + "\n").usage_cells()


def test_a_charge_of_a_month_is_spread_over_its_days() -> None:
    month = {"ChargePeriodStart": "2026-11-01T00:00:00Z", "ChargePeriodEnd": "2026-12-01T00:00:00Z"}
    entries = focus(
        month | {"BilledCost": "10", "ConsumedQuantity": "100", "ConsumedUnit": "Tokens"}
    )

    assert (len(entries), {entry.hours for entry in entries}) == (30, {24})
    assert sum(entry.billed_usd or 0 for entry in entries) == Decimal(10)
    # 3 tokens a day, and the 13 that are left on the last.
    assert [entry.tokens.uncached_input for entry in entries] == [3] * 29 + [13]


@pytest.mark.parametrize(
    ("unit", "quantity", "tokens"),
    [
        ("Tokens", "1500", 1500),
        ("1K tokens", "1.5", 1500),
        ("1M Tokens", "0.0015", 1500),
        ("GB", "1", 0),
    ],
)
def test_focus_counts_tokens_by_their_unit(unit: str, quantity: str, tokens: int) -> None:
    [entry] = focus({"ConsumedUnit": unit, "ConsumedQuantity": quantity})

    assert entry.tokens == Tokens(uncached_input=tokens)


@pytest.mark.parametrize(
    ("meter", "bucket"),
    [
        ("large-1 input tokens", "uncached_input"),
        ("large-1 cached input tokens", "cache_read"),
        ("large-1 cache write tokens", "cache_write_5m"),
        ("large-1 1h cache write tokens", "cache_write_1h"),
        ("large-1 output tokens", "output"),
    ],
)
def test_meters_name_their_bucket(meter: str, bucket: str) -> None:
    [entry] = focus({"SkuMeter": meter, "ConsumedUnit": "Tokens", "ConsumedQuantity": "7"})

    assert entry.tokens == Tokens()._replace(**{bucket: 7})


def test_usage_that_a_commitment_covers_counts_at_its_effective_cost() -> None:
    """A purchase of 100, and the usage it covers, billed 0, effective 40: counted once."""
    covered = {"CommitmentDiscountId": "c-1", "BilledCost": "0", "EffectiveCost": "40"}
    purchase = {"CommitmentDiscountId": "c-1", "ChargeCategory": "Purchase", "BilledCost": "100"}
    other = {"ChargeCategory": "Purchase", "BilledCost": "7"}

    figures = measure(focus(covered, purchase, other))

    assert figures.billed_usd == 40
    assert figures.charges == {"purchase": Decimal(7)}


def test_a_correction_by_class_or_sign_is_one() -> None:
    figures = measure(
        focus({}, {"ChargeClass": "Correction", "BilledCost": "1"}, {"BilledCost": "-2"})
    )

    assert (figures.billed_usd, figures.charges) == (Decimal("11.5"), {"correction": Decimal(-1)})


def test_a_bill_in_another_currency_is_no_bill_in_usd() -> None:
    rows = ",".join((USUAL | {"BillingCurrency": "EUR"}).values())
    good = ",".join(USUAL.values())
    reading = read(f"{COLUMNS}\n{rows}\n{good}\n")

    assert (reading.good_rows, reading.bad_rows) == (1, 1)
    assert reading.listed[0].reason == NO_RATE


def openai_costs(*results: dict[str, Any], has_more: bool = False) -> str:
    bucket = {
        "object": "bucket",
        "start_time": MIDNIGHT * 3600,
        "end_time": MIDNIGHT * 3600 + 86400,
    }
    usual = {"object": "organization.costs.result", "project_id": None}
    listed = [usual | result for result in results]
    page = {"object": "page", "data": [bucket | {"results": listed}], "has_more": has_more}
    return json.dumps(page)


def test_openai_costs_name_model_meter_and_kind() -> None:
    entries = read(
        openai_costs(
            {"amount": {"value": 1.5, "currency": "usd"}, "line_item": "gpt-large-1, input"},
            {
                "amount": {"value": 0.25, "currency": "usd"},
                "line_item": "gpt-large-1, batch output",
            },
            {"amount": {"value": 2, "currency": "usd"}, "line_item": "gpt-large-1, audio input"},
            {"amount": {"value": -0.5, "currency": "usd"}, "line_item": "gpt-large-1, input"},
            {"amount": {"value": 3, "currency": "usd"}, "line_item": None},
        )
    ).usage_cells()

    assert [(e.model, e.charge, e.is_batch, e.billed_usd, e.hours) for e in entries] == [
        ("openai:gpt-large-1", "", False, Decimal("1.5"), 24),
        ("openai:gpt-large-1", "", True, Decimal("0.25"), 24),
        ("openai:gpt-large-1", "modality", False, Decimal(2), 24),
        ("openai:gpt-large-1", "correction", False, Decimal("-0.5"), 24),
        ("", "", False, Decimal(3), 24),
    ]


def test_a_truncated_page_of_costs_says_so() -> None:
    from organizations.exceptions import Invalid

    result = {"amount": {"value": 1, "currency": "usd"}, "line_item": "gpt-large-1, input"}
    with pytest.raises(Invalid, match="has_more"):
        read(openai_costs(result, has_more=True))


def anthropic_costs() -> dict[str, Any]:
    """A report with the tokens of a model, sent as batch, and a search."""
    result = {
        "currency": "USD",
        "amount": "123.5",
        "workspace_id": None,
        "description": "Claude Large Usage - Input Tokens",
        "cost_type": "tokens",
        "context_window": "0-200k",
        "model": "claude-large",
        "service_tier": "batch",
        "token_type": "uncached_input_tokens",
    }
    search = result | {"cost_type": "web_search", "model": None, "description": "Web Search Usage"}
    bucket = {"starting_at": "2026-11-02T00:00:00Z", "ending_at": "2026-11-03T00:00:00Z"}
    return {"data": [bucket | {"results": [result, search]}], "has_more": False}


def test_anthropic_costs_are_cents() -> None:
    reading = read(anthropic_costs())

    assert [(e.model, e.billed_usd) for e in reading.usage_cells()] == [
        ("anthropic:claude-large", Decimal("1.235")),
        ("Web Search Usage", Decimal("1.235")),
    ]
    assert reading.usage_cells()[0].is_batch
    assert reading.declared == (MIDNIGHT, MIDNIGHT + 24)


AWS_COLUMNS = (
    "line_item_line_item_type,line_item_product_code,line_item_usage_type,line_item_usage_amount,"
    "pricing_unit,line_item_unblended_cost,line_item_currency_code,line_item_usage_start_date,"
    "line_item_usage_end_date"
)
TIMES = "USD,2026-11-02T00:00:00Z,2026-11-02T01:00:00Z"


def aws_lines(*rows: str) -> str:
    """A report of these lines, each of an hour."""
    return "\n".join([AWS_COLUMNS, *(f"{row},{TIMES}" for row in rows)]) + "\n"


def test_aws_lines_count_tokens_and_kinds() -> None:
    rows = (
        "Usage,AmazonBedrock,USE1-ClaudeLarge-input-tokens,1500,1K tokens,4.5",
        "Usage,AmazonBedrock,USE1-ClaudeLarge-output-tokens-batch,2,1K tokens,0.1",
        "Usage,AmazonS3,USE1-Requests,5,Requests,9",
        "Tax,AmazonBedrock,,1,,0.3",
        "Credit,AmazonBedrock,USE1-ClaudeLarge-input-tokens,1,1K tokens,-1",
        "Refund,AmazonBedrock,USE1-ClaudeLarge-input-tokens,1,1K tokens,-2",
    )
    reading = read(aws_lines(*rows))
    figures = measure(reading.usage_cells())

    assert sum(reading.left_out.values()) == 1
    assert figures.tokens == Tokens(uncached_input=1_500_000, output=2000)
    assert figures.batch_tokens == Tokens(output=2000)
    # 4.50 + 0.10 − 2 refunded; tax and credit stand beside it.
    assert figures.billed_usd == Decimal("2.6")
    assert figures.charges == {
        "tax": Decimal("0.3"),
        "credit": Decimal(-1),
        "correction": Decimal(-2),
    }
    assert {use.model for use in figures.models} == {"ClaudeLarge", "AmazonBedrock"}
