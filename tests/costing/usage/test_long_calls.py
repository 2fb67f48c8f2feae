"""A call whose input is longer than a tier's threshold pays the tier for all its tokens."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.catalog.genai_prices import list_prices
from costing.catalog.prices import ModelPrice, PriceTier
from costing.usage import Tokens, Use, measure
from costing.usage.entries import CALL_LENGTHS, Entry, length_class
from costing.usage.pricing import BucketPrices, spend_by_model
from costing.usage.reconciling import Parts, reconcile
from costing.usage.uses import TermCalls
from tests.costing.cast import listed_price
from tests.costing.usage import files
from tests.costing.usage.files import read

THRESHOLD = 200_000


def price(**changes: object) -> ModelPrice:
    """3 in, 0.30 read, 15 out; above 200,000 tokens of input 6 in, 0.60 read, 22.50 out."""
    terms = {
        "cache_read_usd_per_mtok": Decimal("0.3"),
        "batch_discount_ratio": Decimal("0.5"),
        "tiers": (PriceTier(THRESHOLD, Decimal(6), Decimal("22.5"), Decimal("0.6")),),
    }
    return listed_price(**terms | changes)


PRICES = {"large": BucketPrices.of(price())}


def of_calls(*calls: tuple[int, int], is_batch: bool = False) -> Use:
    """The use of single calls of one hour, by their tokens in and out."""
    entries = [
        Entry("large", 0, calls=1, tokens=Tokens(inside, output=out), is_batch=is_batch)
        for inside, out in calls
    ]
    return Use.sum_of([entry._replace(above_input_tokens=length_class(entry)) for entry in entries])


def predicted(use: Use) -> Decimal:
    return reconcile({"large": use}, {}, PRICES).predicted_usd


def test_long_calls_pay_the_tier_and_short_ones_of_the_same_hour_do_not() -> None:
    # Long: 0.6 M × 6 + 0.002 M × 22.50 = 3.645. Short: 0.098 M × 3 + 0.098 M × 15 = 1.764.
    # The mean call of the hour has 6,980 tokens: by its mean nothing would be long.
    use = of_calls(*[(300_000, 1_000)] * 2, *[(1_000, 1_000)] * 98)

    assert predicted(use) == Decimal("5.409")


@pytest.mark.parametrize(("inside", "usd"), [(200_000, "0.6"), (200_001, "1.200006")])
def test_a_threshold_is_strict(inside: int, usd: str) -> None:
    assert predicted(of_calls((inside, 0))) == Decimal(usd)


def test_a_cache_read_of_a_long_call_pays_the_tier_and_counts_for_its_length() -> None:
    # 250,000 in, of which 240,000 read: 0.01 × 6 + 0.24 × 0.60 = 0.204.
    entry = Entry("large", 0, calls=1, tokens=Tokens(10_000, 240_000))

    use = Use.sum_of([entry._replace(above_input_tokens=length_class(entry))])

    assert (use.at_terms[0].above_input_tokens, predicted(use)) == (THRESHOLD, Decimal("0.204"))


def test_a_batch_of_long_calls_pays_the_tier_less_the_discount() -> None:
    # (0.3 × 6 + 0.001 × 22.50) / 2 = 0.91125.
    assert predicted(of_calls((300_000, 1_000), is_batch=True)) == Decimal("0.91125")


def test_a_price_that_the_tier_does_not_name_stays_the_models() -> None:
    # Written for 5 minutes at 3.75, which the tier does not name, and read at 0.60.
    prices = BucketPrices.of(price(cache_write_usd_per_mtok=Decimal("3.75")))

    assert prices.tiers[0].usd_per_mtok == tuple(map(Decimal, ("6", "0.6", "3.75", "12", "22.5")))


def test_of_several_tiers_the_last_that_a_call_is_above_counts() -> None:
    tiers = tuple(
        PriceTier(above, Decimal(usd), Decimal(9)) for above, usd in ((32_000, 4), (128_000, 5))
    )
    prices = {"large": BucketPrices.of(price(tiers=tiers))}
    use = of_calls((1_000, 0), (40_000, 0), (200_000, 0))

    # 0.001 × 3 + 0.04 × 4 + 0.2 × 5.
    assert reconcile({"large": use}, {}, prices).predicted_usd == Decimal("1.163")


def test_a_threshold_that_no_list_names_is_held_against_the_mean_call() -> None:
    tiers = (PriceTier(1_000, Decimal(6), Decimal(15)),)
    prices = {"large": BucketPrices.of(price(tiers=tiers))}

    short, long = (of_calls((inside, 0), (1_000, 0)) for inside in (900, 1_200))

    assert reconcile({"large": short}, {}, prices).predicted_usd == Decimal("0.0057")
    assert reconcile({"large": long}, {}, prices).predicted_usd == Decimal("0.0132")


def test_every_threshold_of_the_price_list_tells_calls_apart() -> None:
    listed = {
        tier.above_input_tokens for price in list_prices(date(2026, 11, 1)) for tier in price.tiers
    }

    assert listed <= {*CALL_LENGTHS}


def test_logs_keep_long_calls_apart_in_figures_and_spend() -> None:
    logs = [
        files.litellm_log(
            prompt_tokens=inside, completion_tokens=0, model="large", spend=None, metadata={}
        )
        for inside in (300_000, 1_000)
    ]

    figures = measure(read("\n".join(map(json.dumps, logs))).usage_cells())

    [use] = figures.models
    [long] = use.at_terms
    assert (long.calls, long.tokens.input, use.calls, use.input_tokens) == (1, 300_000, 2, 301_000)
    # 0.3 × 6 + 0.001 × 3.
    spent = spend_by_model(figures.models, {use.model: PRICES["large"]})
    assert spent == {use.model: Decimal("1.803")}


def test_an_anthropic_report_by_context_window_tells_long_calls() -> None:
    report = files.anthropic_report(context_window="200k-1M")

    [long] = measure(read(report).usage_cells()).at_terms
    [entry] = read(files.anthropic_report(context_window="0-200k")).usage_cells()

    assert (long.above_input_tokens, long.calls, sum(long.tokens)) == (200_000, None, 1_200)
    assert entry.at_terms == ()


def test_a_bill_that_tells_no_lengths_is_taken_to_be_for_as_many_long_calls() -> None:
    used = of_calls(*[(300_000, 1_000)] * 2, *[(1_000, 1_000)] * 98)
    same = Use(tokens=used.tokens, billed_usd=Decimal("5.409"))
    twice = Use(tokens=Tokens(*(2 * count for count in used.tokens)), billed_usd=Decimal("10.818"))

    exact = reconcile({"large": used}, {"large": same}, PRICES)
    doubled = reconcile({"large": used}, {"large": twice}, PRICES)

    assert (exact.predicted_usd, exact.parts) == (Decimal("5.409"), Parts())
    assert doubled.parts == Parts(volume=Decimal("5.409"))


def test_a_bill_of_long_batches_and_short_live_calls_differs_by_nothing() -> None:
    # Long as batch: 0.9 + 0.01125; short: 0.001 × 3 + 0.001 × 15 = 0.018.
    used = Use.sum_of([of_calls((300_000, 1_000), is_batch=True), of_calls((1_000, 1_000))])
    billed = Use(tokens=used.tokens, billed_usd=Decimal("0.92925"))

    result = reconcile({"large": used}, {"large": billed}, PRICES)

    assert (result.predicted_usd, result.parts) == (Decimal("0.92925"), Parts())


def test_a_bill_of_longer_calls_costs_more_by_the_tier() -> None:
    # Billed as one call of 400,000 tokens at 6 where two of 200,000 at 3 were used.
    used = of_calls((200_000, 0), (200_000, 0))
    billed = of_calls((400_000, 0)).model_copy(update={"billed_usd": Decimal("2.4")})

    result = reconcile({"large": used}, {"large": billed}, PRICES)

    assert (result.predicted_usd, result.difference_usd) == (Decimal("1.2"), Decimal("1.2"))
    assert result.parts == Parts(tier=Decimal("1.2"))


calls = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**5)), min_size=1, max_size=4)


@given(calls, st.booleans(), calls, st.booleans(), st.booleans(), st.decimals(0, 10**4, places=6))
def test_parts_add_up_exactly_whatever_a_bill_tells(
    ran: list[tuple[int, int]],
    is_batch: bool,
    paid: list[tuple[int, int]],
    is_billed_batch: bool,
    tells_lengths: bool,
    usd: Decimal,
) -> None:
    used = of_calls(*ran, is_batch=is_batch)
    told = of_calls(*paid, is_batch=is_billed_batch)
    billed = told.model_copy(update={"billed_usd": usd})
    if not tells_lengths:
        billed = billed.model_copy(update={"at_terms": (), "calls": None})

    [model] = reconcile({"large": used}, {"large": billed}, PRICES).models

    assert model.parts.total == model.difference_usd


def test_figures_of_an_older_release_have_no_long_calls() -> None:
    stored = Use(calls=1, tokens=Tokens(300_000)).model_dump(mode="json")
    del stored["at_terms"]

    use = Use.model_validate(stored)
    # One call of 300,000 tokens: the mean call tells.
    assert (use.at_terms, predicted(use)) == ((), Decimal("1.8"))


def test_long_calls_survive_being_stored() -> None:
    use = of_calls((300_000, 1_000))

    assert Use.model_validate(use.model_dump(mode="json")) == use
    assert isinstance(use.at_terms[0], TermCalls)
