"""What explains the difference of a bill adds up to it exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.usage import Tokens, Use
from costing.usage.pricing import (
    BucketPrices,
    Rates,
    spend_by_model,
    top_model_spend_ratio,
)
from costing.usage.reconciling import Apart, Parts, reconcile
from costing.usage.uses import ModelUse
from tests.costing.cast import listed_price


# USD per Mtok: input 3, read 0.30, written 3.75 (5 min) and 6 (1 h), output 15.
def rates(*usd: str, above: int = 0, batch: str = "1") -> Rates:
    """Prices by bucket; as batch so many times as much."""
    live = [Decimal(each) for each in usd]
    return Rates(above, tuple(live), tuple(each * Decimal(batch) for each in live))  # type: ignore[arg-type]


LARGE = BucketPrices("maker:large", rates("3", "0.3", "3.75", "6", "15"))
SMALL = BucketPrices("maker:small", rates("0.15", "0.075", "0.15", "0.3", "0.6"))
PRICES = {"large": LARGE, "small": SMALL}
# 3 + 0.60 + 1.50 + 0 + 1.50 = 6.60 USD for 3.4 M in and 0.1 M out.
RAN = Tokens(1_000_000, 2_000_000, 400_000, 0, 100_000)


def use(tokens: Tokens = RAN, billed: str | None = None, calls: int | None = 10) -> Use:
    return Use(calls=calls, tokens=tokens, billed_usd=None if billed is None else Decimal(billed))


def of_model(model: str, whole: Use) -> ModelUse:
    return ModelUse.sum_of([whole], model=model)


def only(used: dict[str, Use], billed: dict[str, Use]):  # type: ignore[no-untyped-def]
    [model] = reconcile(used, billed, PRICES).models
    return model


def test_golden_difference_of_volume_cache_and_price() -> None:
    # Billed for 2 M uncached, 1 M read, 0.4 M + 0.1 M written, 0.15 M out: the book would say
    # 6 + 0.30 + 1.50 + 0.60 + 2.25 = 10.65.
    billed = Tokens(2_000_000, 1_000_000, 400_000, 100_000, 150_000)

    model = only({"large": use()}, {"large": use(billed, "12")})

    # Volume: 0.05 M more out × 15 = 0.75; 0.1 M more in × the mean (5.10 / 3.4 M = 1.50) = 0.15.
    # Cache: 10.65 − 6.60 − 0.90 = 3.15. Price: 12 − 10.65 = 1.35.
    assert (model.predicted_usd, model.billed_usd) == (Decimal("6.6"), Decimal("12"))
    assert model.parts == Parts(
        unexplained=Decimal("1.35"), volume=Decimal("0.9"), cache=Decimal("3.15")
    )
    assert model.parts.total == model.difference_usd == Decimal("5.4")


def test_lines_show_both_sides_by_bucket() -> None:
    billed = Tokens(2_000_000, 1_000_000, 400_000, 100_000, 150_000)

    model = only({"large": use()}, {"large": use(billed, "12")})

    read = model.lines[1]
    assert (read.bucket, read.used_tokens, read.billed_tokens) == (
        "cache_read",
        2_000_000,
        1_000_000,
    )
    assert (read.usd_per_mtok, read.predicted_usd) == (Decimal("0.3"), Decimal("0.6"))
    assert sum(line.predicted_usd for line in model.lines) == model.predicted_usd


def test_a_bill_of_the_same_tokens_differs_by_price_alone() -> None:
    model = only({"large": use()}, {"large": use(RAN, "5.94")})

    # A tenth less than 6.60.
    assert model.parts == Parts(unexplained=Decimal("-0.66"))


def test_a_bill_as_if_nothing_were_cached_differs_by_the_cache() -> None:
    # 3.4 M × 3 + 0.1 M × 15 = 11.70.
    exact = only({"large": use()}, {"large": use(RAN, "11.70")})
    near = only({"large": use()}, {"large": use(RAN, "11.75")})

    assert exact.parts == Parts(cache=Decimal("5.1"))
    assert near.parts == Parts(cache=Decimal("5.1"), unexplained=Decimal("0.05"))


def test_a_bill_without_tokens_is_taken_to_be_for_those_used() -> None:
    model = only({"large": use()}, {"large": use(Tokens(), "7", calls=None)})

    assert model.parts == Parts(unexplained=Decimal("0.4"))
    assert [line.billed_tokens for line in model.lines] == [None] * 5


def test_models_of_one_side_alone_are_volume_or_unknown() -> None:
    result = reconcile(
        {"large": use(), "mystery": use()},
        {"small": use(Tokens(1_000_000), "0.2"), "mystery": use(RAN, "4")},
        PRICES,
    )

    parts = {model.model: model.parts for model in result.models}
    # Small: 1 M × 0.15 more than nothing, and 0.05 above the book.
    assert parts == {
        "large": Parts(volume=Decimal("-6.6")),
        "small": Parts(volume=Decimal("0.15"), unexplained=Decimal("0.05")),
        "mystery": Parts(unknown_model=Decimal("4")),
    }
    assert result.parts.total == result.difference_usd == Decimal("-2.4")


def test_a_bill_of_other_names_is_compared_as_a_whole() -> None:
    result = reconcile(
        {"large": use(), "small": use(Tokens(1_000_000))},
        {"Large, input": use(Tokens(), "4"), "Large, output": use(Tokens(), "3")},
        PRICES,
    )

    assert result.is_whole
    assert (result.predicted_usd, result.billed_usd) == (Decimal("6.75"), Decimal("7"))
    assert result.parts == Parts(unexplained=Decimal("0.25"))


def test_a_bill_of_other_names_shows_every_bucket_without_a_price_too() -> None:
    result = reconcile({"mystery": use()}, {"Other": use(Tokens(), "4")}, PRICES)

    [whole] = result.models
    assert [(line.used_tokens, line.predicted_usd) for line in whole.lines] == [(0, 0)] * 5
    assert whole.parts == Parts(unexplained=Decimal("4"))


tokens = st.builds(Tokens, *[st.integers(0, 10**10)] * 5)
money = st.none() | st.decimals(0, 10**6, places=6)
uses = st.dictionaries(
    st.sampled_from(["large", "small", "mystery", "other"]),
    st.builds(Use, calls=st.none(), tokens=tokens, billed_usd=money),
    max_size=4,
)


@given(uses, uses)
def test_parts_add_up_exactly_to_every_difference(
    used: dict[str, Use], billed: dict[str, Use]
) -> None:
    result = reconcile(used, billed, PRICES)

    for model in result.models:
        assert model.parts.total == model.difference_usd
    assert result.parts.total == result.difference_usd
    paid = sum((item.billed_usd or Decimal(0) for item in billed.values()), Decimal(0))
    assert result.billed_usd == paid


def test_spend_is_as_billed_or_else_as_the_book_prices() -> None:
    billed = [of_model("large", use(RAN, "9")), of_model("small", use(RAN, "1"))]
    unbilled = [of_model("large", use()), of_model("small", use(Tokens(10_000_000)))]
    unknown = [*unbilled, of_model("mystery", use())]

    assert top_model_spend_ratio(spend_by_model(billed, {})) == Decimal("0.9")
    # 6.60 and 10 M × 0.15 = 1.50.
    assert spend_by_model(unbilled, PRICES) == {"large": Decimal("6.6"), "small": Decimal("1.5")}
    assert spend_by_model(unknown, PRICES) is None
    assert top_model_spend_ratio(None) is None


@pytest.mark.parametrize(
    ("model", "reference"),
    [
        ("openai:gpt-4o", "openai:gpt-4o"),
        ("azure:azure/gpt-4o", "azure:gpt-4o"),
        ("bedrock:anthropic.claude-x-v1:0", "aws:anthropic.claude-x-v1:0"),
        ("vertex_ai:gemini-2.5-pro", "google:gemini-2.5-pro"),
        ("openrouter:openrouter/openai/gpt-4o", "openai:gpt-4o"),
        ("claude-x", "anthropic:claude-x"),
    ],
)
def test_names_in_usage_lead_to_references(model: str, reference: str) -> None:
    from costing.catalog.names import possible_references

    assert reference in list(possible_references(model))


# A batch at half of each price.
HALVED = BucketPrices("maker:large", rates("3", "0.3", "3.75", "6", "15", batch="0.5"))


def test_batches_are_predicted_at_their_own_price() -> None:
    # Half of each bucket as batch: 6.60 less a quarter is 4.95.
    half = Tokens(500_000, 1_000_000, 200_000, 0, 50_000)
    used = Use(tokens=RAN, batch_tokens=half)

    exact = reconcile({"large": used}, {"large": use(RAN, "4.95")}, {"large": HALVED}).models[0]
    without_tokens = reconcile(
        {"large": used}, {"large": use(Tokens(), "4.95")}, {"large": HALVED}
    ).models[0]

    assert exact.predicted_usd == without_tokens.predicted_usd == Decimal("4.95")
    assert exact.parts == without_tokens.parts == Parts()


def test_a_bill_of_more_batches_differs_by_volume_and_adds_up() -> None:
    used = Use(tokens=RAN, batch_tokens=RAN)
    twice = Tokens(*(2 * count for count in RAN))

    model = reconcile({"large": used}, {"large": use(twice, "6.6")}, {"large": HALVED}).models[0]

    # All as batch: 3.30 for what was used, 6.60 for twice as much.
    assert model.parts == Parts(volume=Decimal("3.3"))


def test_a_catalog_price_gives_its_batch_prices() -> None:
    price = listed_price(batch_discount_ratio=Decimal("0.5"), batch_output_usd_per_mtok=Decimal(6))

    prices = BucketPrices.of(price)

    assert prices.usual.batch_usd_per_mtok == tuple(map(Decimal, ("1.5", "1.5", "1.5", "3", "6")))


CONTRACT = BucketPrices("maker:large", rates("2.4", "0.24", "3", "4.8", "12"), listed=LARGE)


def bill(usd: str, **charges: str) -> Use:
    return Use(
        billed_usd=Decimal(usd), charges={kind: Decimal(each) for kind, each in charges.items()}
    )


def test_a_bill_at_list_prices_differs_by_the_contract() -> None:
    # At contract prices 80 % of 6.60: 5.28; billed 6.60.
    [model] = reconcile({"large": use()}, {"large": bill("6.6")}, {"large": CONTRACT}).models

    assert model.parts == Parts(list_price=Decimal("1.32"))


def test_batches_that_were_billed_as_live_calls_are_told() -> None:
    used = Use(tokens=RAN, batch_tokens=RAN)

    [model] = reconcile({"large": used}, {"large": bill("6.62")}, {"large": HALVED}).models

    # 3.30 as batch, 6.60 live; the bill is 0.02 above that.
    assert model.parts == Parts(batch=Decimal("3.3"), unexplained=Decimal("0.02"))


def test_batches_that_the_bill_tells_are_told() -> None:
    used, told = Use(tokens=RAN, batch_tokens=RAN), use(RAN, "4.95")
    half = Tokens(500_000, 1_000_000, 200_000, 0, 50_000)
    told = told.model_copy(update={"batch_tokens": half})

    [model] = reconcile({"large": used}, {"large": told}, {"large": HALVED}).models

    # All as batch 3.30, half of it 4.95.
    assert model.parts == Parts(batch=Decimal("1.65"))


def test_tiers_that_were_not_billed_are_told() -> None:
    tiered = BucketPrices(
        "maker:large", LARGE.usual, (rates("6", "0.6", "7.5", "12", "30", above=1000),)
    )
    used = Use(calls=10, tokens=RAN)  # 340,000 in a call

    [model] = reconcile({"large": used}, {"large": bill("6.6")}, {"large": tiered}).models

    assert (model.predicted_usd, model.parts) == (Decimal("13.2"), Parts(tier=Decimal("-6.6")))


def test_what_a_bill_tells_beside_usage_is_named_for_it() -> None:
    """6.60 + 1 audio − 0.50 corrected; 2 taxes, −3 credits and 4 purchased stand beside it."""
    told = bill("7.1", modality="1", correction="-0.5", tax="2", credit="-3", purchase="4")
    result = reconcile({"large": use()}, {"large": told}, PRICES)

    assert result.billed_usd == Decimal("10.1")
    assert result.parts == Parts(
        modality=Decimal(1),
        correction=Decimal("-0.5"),
        tax=Decimal(2),
        credit=Decimal(-3),
        purchase=Decimal(4),
    )
    assert result.parts.total == result.difference_usd == Decimal("3.5")


def test_days_that_one_side_lacks_are_told() -> None:
    apart = Apart(used={"large": use()}, billed={"small": bill("0.5", tax="0.1")})

    result = reconcile({"large": use()}, {"large": bill("6.6")}, PRICES, apart)

    assert result.parts == Parts(missing_days=Decimal("-6.1"), tax=Decimal("0.1"))
    assert result.parts.total == result.difference_usd == Decimal("-6")


@given(
    uses,
    uses,
    uses,
    st.dictionaries(st.sampled_from(["tax", "credit", "correction"]), money.filter(bool)),
)
def test_all_parts_add_up_exactly_with_charges_and_days_apart(
    used: dict[str, Use],
    billed: dict[str, Use],
    others: dict[str, Use],
    charges: dict[str, Decimal],
) -> None:
    billed = {name: each.model_copy(update={"charges": charges}) for name, each in billed.items()}

    result = reconcile(used, billed, PRICES, Apart(used=others, billed=others))

    assert all(model.parts.total == model.difference_usd for model in result.models)
    assert result.parts.total == result.difference_usd
