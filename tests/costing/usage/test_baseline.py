"""What runs today: every model with its own tokens, at its own price, and the classes that show."""

from decimal import Decimal

import pytest

from costing.engine import estimate, parse_scenario
from costing.usage import Entry, Tokens, measure, propose
from costing.usage.baseline import measured_baseline
from costing.usage.proposal import new_document
from tests.costing.usage.test_reconciling import HALVED, LARGE, SMALL
from tests.costing.usage.test_volume import MONDAY

PRICES = {"large": LARGE, "small": SMALL}
# A week: Monday's calls on each of five days, idle weekend.
WEEK = [MONDAY + 24 * day + 10 for day in range(5)] + [MONDAY + 24 * 6]


def week(*rows: tuple[str, int, Tokens, str | None]) -> list[Entry]:
    """The rows on each of five days, and nothing on Sunday."""
    listed = [
        Entry(model, hour, 1, calls, tokens, None if billed is None else Decimal(billed))
        for hour in WEEK[:5]
        for model, calls, tokens, billed in rows
    ]
    return [*listed, Entry(rows[0][0], WEEK[5], 1, 0)]


# A day: large 100 calls of 4,000 in and 500 out: 0.4 M × 3 + 0.05 M × 15 = 1.95 USD;
# small 300 calls of 500 in and 50 out: 0.15 M × 0.15 + 0.015 M × 0.60 = 0.0315 USD.
TWO = week(
    ("large", 100, Tokens(400_000, 0, 0, 0, 50_000), "1.95"),
    ("small", 300, Tokens(150_000, 0, 0, 0, 15_000), "0.0315"),
)
WEEKS = Decimal(730) / 168


def baseline_of(cells: list[Entry], prices=PRICES):  # type: ignore[no-untyped-def]
    baseline = measured_baseline(measure(cells), prices)
    assert baseline is not None
    return baseline


def test_every_model_is_priced_with_its_own_tokens_to_the_bill() -> None:
    baseline = baseline_of(TWO)

    # (1.95 + 0.0315) × 5 × 730 / 168 = 43.05.
    assert baseline.priced_usd_per_month == baseline.billed_usd_per_month == Decimal("43.05")
    large, small = baseline.models
    assert (large.traffic, small.traffic) == ("premium", "small")
    assert large.priced_usd_per_month == (Decimal("1.95") * 5 * WEEKS).quantize(Decimal("0.01"))
    assert (large.input_tokens_per_call, small.input_tokens_per_call) == (4000.0, 500.0)
    assert large.calls_per_month == pytest.approx(500 * 730 / 168)


def test_two_models_become_two_classes_with_their_share_and_the_lever() -> None:
    figures, baseline = measure(TWO), baseline_of(TWO)
    document = new_document(propose(figures), reference="maker:large", baseline=baseline)

    assert baseline.simple_ratio == 0.75
    assert baseline.current_levers == ("routing",)
    assert document["small_model"] == {"catalog": "maker:small"}
    assert document["routing"] == {"simple_ratio": 0.75}
    assert document["current_levers"] == ["routing"]


def test_a_scenario_that_prices_another_bill_of_today_says_by_how_much() -> None:
    """The two classes differ in length; a scenario has one mean call, which the formula prices."""
    baseline = baseline_of(TWO)
    document = new_document(propose(measure(TWO)), reference="maker:large", baseline=baseline)
    document["premium_model"] = {"input_usd_per_mtok": 3, "output_usd_per_mtok": 15}
    document["small_model"] = {"input_usd_per_mtok": 0.15, "output_usd_per_mtok": 0.6}

    result = estimate(parse_scenario(document))

    # The mean call is 1,375 in and 162.5 out. Large has a quarter of 400: 100 × 6,562.5 USD per
    # million = 0.65625 a day; small 300 × 303.75 = 0.091125; × 5 × 730 / 168 = 16.24.
    assert baseline.modelled_usd_per_month == Decimal("16.24")
    assert result.strategies["current"].usd_per_month == pytest.approx(16.24, abs=0.01)
    # Of five days: 5 × 0.747375 = 3.74 modelled, 5 × 1.9815 = 9.91 that ran.
    assert baseline.reasons[-1] == (
        "A scenario prices both classes by the mean call: $3.74 for this file, where $9.91 ran. Its"
        " bill of today differs by that much."
    )


def test_premium_calls_as_short_as_small_ones_may_be_simple() -> None:
    rows = (
        ("large", 100, Tokens(50_000, 0, 0, 0, 5_000), None),
        (
            "small",
            300,
            Tokens(150_000, 0, 0, 0, 15_000),
            None,
        ),
    )
    baseline = baseline_of(week(*rows))

    assert (baseline.simple_ratio, baseline.possible_simple_ratio) == (0.75, 1.0)
    assert any("as short as those" in reason for reason in baseline.reasons)


def test_one_model_is_one_class() -> None:
    baseline = baseline_of(week(("large", 100, Tokens(400_000, 100_000, 0, 0, 50_000), None)))

    assert (baseline.simple_ratio, baseline.small_reference) == (None, "")
    assert baseline.current_levers == ("prompt_caching",)
    assert baseline.cache_read_ratio == pytest.approx(0.2)
    assert baseline.reasons == (
        "One class of traffic: no model that ran is much cheaper than another.",
    )


def test_batches_are_kept_and_priced_as_such() -> None:
    cells = [
        each._replace(is_batch=True)
        for each in week(("large", 100, Tokens(400_000, 0, 0, 0, 50_000), None))
    ]
    baseline = baseline_of(cells, {"large": HALVED})

    assert baseline.batch_ratio == 1.0
    # Half of 1.95 × 5 × 730 / 168.
    assert baseline.priced_usd_per_month == Decimal("21.18")
    assert propose(measure(cells)).workload["batch_ratio"] == 1.0


def test_models_without_a_price_are_named() -> None:
    rows = ("large", 100, Tokens(1000), None), ("mystery", 1, Tokens(1000), "3")
    baseline = baseline_of(week(*rows))

    assert baseline.models[0].traffic == ""
    assert baseline.models[0].priced_usd_per_month is None
    assert "No price is known of mystery" in baseline.reasons[0]
