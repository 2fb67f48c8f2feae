"""How calls were served, and what of them is no text, is kept apart and priced apart."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from costing.usage import Columns, Tokens, Use, measure
from costing.usage.baseline import measured_baseline
from costing.usage.columns import Rate
from costing.usage.entries import Entry
from costing.usage.pricing import BucketPrices
from costing.usage.proposal import propose
from costing.usage.reconciling import Parts, reconcile
from costing.usage.terms import served
from organizations.exceptions import Invalid
from tests.costing.usage import files
from tests.costing.usage.files import NOON, read
from tests.costing.usage.test_bills import COLUMNS, USUAL
from tests.costing.usage.test_long_calls import price
from tests.costing.usage.test_responses import BEDROCK

# 3 in, 0.30 read, 15 out; priority 6 in, 30 out; audio 30 in, 60 out.
FURTHER = {
    "priority_input_usd_per_mtok": Decimal(6),
    "priority_output_usd_per_mtok": Decimal(30),
    "audio_input_usd_per_mtok": Decimal(30),
    "audio_output_usd_per_mtok": Decimal(60),
}
PRICES = BucketPrices.of(price(tiers=(), further=FURTHER))
MILLION = Tokens(1_000_000, 1_000_000, output=1_000_000)  # 3 + 0.30 + 15 = 18.30 USD


def kept(content: Any, **options: Any) -> list[tuple[str, bool, str, str, int | None, list[int]]]:
    return [
        (key.modality, key.is_batch, key.service_tier, key.region, cell.calls, cell.tokens)
        for key, cell in read(content, **options).cells.items()
    ]


def use(**terms: Any) -> Use:
    return Use.sum_of([Entry("large", 0, calls=10, tokens=MILLION, **terms)])


def usd(ran: Use, prices: BucketPrices = PRICES) -> Decimal:
    return sum(prices.cost(ran), Decimal(0))


@pytest.mark.parametrize(
    ("row", "tier", "way"),
    [
        ({"batch": True}, None, (True, "", "")),
        ({"batch": False, "service_tier": "default"}, None, (False, "", "")),
        ({"service_tier": "flex"}, None, (True, "", "")),
        ({"service_tier": "flex_discount"}, None, (True, "", "")),
        ({"service_tier": "priority_on_demand"}, None, (False, "priority", "")),
        ({"service_tier": "standard", "inference_geo": "us"}, None, (False, "", "us")),
        ({"inference_geo": "global"}, " Priority ", (False, "priority", "")),
        ({"inference_geo": ["us"], "service_tier": {"a": 1}}, None, (False, "", "")),
    ],
)
def test_rows_say_how_they_were_served(row: dict[str, Any], tier: Any, way: tuple) -> None:
    assert served(row, tier) == way


def test_openai_tells_text_from_audio_and_images() -> None:
    whole = files.openai_page(
        input_tokens=1000,
        input_text_tokens=700,
        input_cached_tokens=300,
        input_audio_tokens=200,
        input_cached_audio_tokens=50,
        input_image_tokens=100,
        output_tokens=200,
        output_audio_tokens=80,
        service_tier="priority",
    )

    # Of 1,000 in, 300 cached: 150 + 50 cached audio, 100 images; 250 cached and 450 of text left.
    assert kept(whole) == [
        ("", False, "priority", "", 5, [450, 250, 0, 0, 120]),
        ("audio", False, "priority", "", 0, [150, 50, 0, 0, 80]),
        ("image", False, "priority", "", 0, [100, 0, 0, 0, 0]),
    ]


def test_openai_without_a_count_of_text_has_audio_beside_it() -> None:
    # Its older shape counts text alone as input: 200 uncached and 800 cached of it.
    older = files.openai_page(input_audio_tokens=500, output_audio_tokens=40, batch=True)

    assert kept(older) == [
        ("", True, "", "", 5, [200, 800, 0, 0, 200]),
        ("audio", True, "", "", 0, [500, 0, 0, 0, 40]),
    ]


def test_anthropic_tells_tier_and_region() -> None:
    report = files.anthropic_report(service_tier="priority", inference_geo="us")

    assert kept(report) == [("", False, "priority", "us", None, [100, 800, 60, 40, 200])]


def test_litellm_tells_fetched_batches_tiers_and_audio() -> None:
    details = {"cached_tokens": 700, "audio_tokens": 250}
    usage = {"prompt_tokens_details": details, "service_tier": "priority"}
    batch = files.litellm_log(call_type="aretrieve_batch")
    spoken = files.litellm_log(metadata={"usage_object": usage})

    # 1,000 in, 700 cached, 250 of audio: all of that is taken to be uncached.
    assert kept([batch, spoken]) == [
        ("", True, "", "", 1, [200, 700, 100, 0, 200]),
        ("", False, "priority", "", 1, [50, 700, 0, 0, 200]),
        ("audio", False, "priority", "", 0, [250, 0, 0, 0, 0]),
    ]


def test_audio_beyond_what_was_uncached_is_taken_to_be_cached() -> None:
    details = {"cached_tokens": 900, "audio_tokens": 250}
    log = files.litellm_log(metadata={"usage_object": {"prompt_tokens_details": details}})
    more = files.litellm_log(
        metadata={"usage_object": {"prompt_tokens_details": {"audio_tokens": 1001}}}
    )
    reading = read([log, more])

    assert [cell.tokens for cell in reading.cells.values()] == [
        [0, 750, 0, 0, 200],
        [100, 150, 0, 0, 0],
    ]
    assert reading.listed[0].reason == "There are more audio tokens than tokens."


def test_spans_and_observations_tell_the_tier() -> None:
    asked = {"openai.request.service_tier": "auto", "openai.response.service_tier": "flex"}
    span = files.spans(files.span(**asked))
    observation = files.observation(modelParameters={"service_tier": "priority"})

    assert kept(span)[0][1:4] == (True, "", "")
    assert kept([observation])[0][1:4] == (False, "priority", "")


def test_a_table_of_ones_own_may_name_the_tier() -> None:
    rows = "".join(f"{NOON},m,1,1,{tier}\n" for tier in ("batch", "priority", ""))

    table = kept(f"time,model,input_tokens,output_tokens,service_tier\n{rows}")

    assert [each[1:3] for each in table] == [(True, ""), (False, "priority"), (False, "")]


def test_a_public_trace_of_production_calls_reads_by_its_own_names() -> None:
    # Azure's LLM inference traces of 2023.
    head = "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
    reading = read(f"{head}2023-11-16 18:17:03.9799600,4808,10\r\n")

    assert files.only_cell(reading) == ("", 1, [4808, 0, 0, 0, 10], None)


def test_gemini_counts_modalities_and_responses_their_details() -> None:
    gemini = {
        "createTime": NOON,
        "modelVersion": "flash",
        "usageMetadata": {
            "promptTokenCount": 1000,
            "candidatesTokenCount": 100,
            "promptTokensDetails": [
                {"modality": "TEXT", "tokenCount": 400},
                {"modality": "AUDIO", "tokenCount": 600},
                "broken",
            ],
        },
    }
    chat = {
        "object": "chat.completion",
        "created": files.EPOCH,
        "model": "gpt-audio",
        "choices": [],
        "usage": {
            "prompt_tokens": 100,
            "completion_tokens": 50,
            "completion_tokens_details": {"audio_tokens": 30},
        },
    }

    assert kept(gemini)[1] == ("audio", False, "", "", 0, [600, 0, 0, 0, 0])
    assert kept(chat)[1] == ("audio", False, "", "", 0, [0, 0, 0, 0, 30])


def test_golden_prices_of_tiers_regions_and_audio() -> None:
    # Priority: 6 + 0.60 (the same tenth) + 30. In the US: 18.30 × 1.1. Audio: 30 + 3 + 60.
    anthropic = replace(PRICES, reference="anthropic:large")

    assert usd(use()) == Decimal("18.3")
    assert usd(use(service_tier="priority")) == Decimal("36.6")
    assert usd(use(modality="audio")) == Decimal(93)
    assert usd(use(region="us"), anthropic) == Decimal("20.13")
    # Nobody lists what these cost: the usual price.
    assert usd(use(modality="image")) == usd(use(region="us")) == Decimal("18.3")


@pytest.mark.parametrize(
    ("ran", "billed", "part"),
    [
        # Used at the priority tier, billed as usual; then the other way round.
        (use(service_tier="priority"), "18.3", {"service_tier": Decimal("-18.3")}),
        (use(), "36.6", {"service_tier": Decimal("18.3")}),
        (use(modality="audio"), "18.3", {"modality": Decimal("-74.7")}),
    ],
)
def test_a_bill_at_other_terms_is_explained_by_them(
    ran: Use, billed: str, part: dict[str, Decimal]
) -> None:
    bill = Use(billed_usd=Decimal(billed))

    [model] = reconcile({"large": ran}, {"large": bill}, {"large": PRICES}).models

    assert model.parts == Parts(**part)


def test_what_runs_and_the_proposal_say_what_is_apart() -> None:
    hours = range(files.HOUR, files.HOUR + 30)
    text = [Entry("m", at, calls=10, tokens=Tokens(600, output=100)) for at in hours]
    audio = [each._replace(calls=0, tokens=Tokens(400), modality="audio") for each in text]
    figures = measure([*text, *audio])
    baseline = measured_baseline(figures, {"m": PRICES})

    assert baseline is not None
    assert "36.4 % of the tokens of m are audio or images" in "".join(baseline.reasons)
    assert propose(figures).workload["input_tokens_per_call"] == 100
    assert propose(figures).workload["audio_tokens_per_call"] == 40


FOCUS_14 = COLUMNS + ",ServiceProviderName"


def focus(*changes: dict[str, str], rate: Rate | None = None) -> Any:
    usual = USUAL | {"ServiceProviderName": "Microsoft"}
    rows = [",".join((usual | each).values()) for each in changes]
    return read("\n".join([FOCUS_14, *rows]) + "\n", columns=Columns(rate=rate))


@pytest.mark.parametrize(
    ("meter", "model", "way", "bucket"),
    [
        ("gpt 4o 0806 Inp glbl Tokens", "azure:gpt-4o-0806", (False, ""), "uncached_input"),
        ("gpt-4o-mini cchd Inp", "azure:gpt-4o-mini", (False, ""), "cache_read"),
        ("gpt-4o Batch Outp glbl", "azure:gpt-4o", (True, ""), "output"),
        ("gpt-5 priority input", "azure:gpt-5", (False, "priority"), "uncached_input"),
    ],
)
def test_focus_meters_name_model_and_tier(
    meter: str, model: str, way: tuple[bool, str], bucket: str
) -> None:
    [entry] = focus(
        {"SkuMeter": meter, "ConsumedUnit": "1K Tokens", "ConsumedQuantity": "7"}
    ).usage_cells()

    assert (entry.model, (entry.is_batch, entry.service_tier)) == (model, way)
    assert entry.tokens == Tokens()._replace(**{bucket: 7000})


def test_a_bill_in_another_currency_counts_at_its_entered_rate() -> None:
    rate = Rate("EUR", Decimal("1.0842"), date(2026, 11, 1))
    reading = focus({"BillingCurrency": "EUR"}, {"BillingCurrency": "GBP"}, {}, rate=rate)

    # 12.5 EUR × 1.0842 = 13.5525 USD, and 12.5 USD; nobody said what a pound is worth.
    assert sum(each.billed_usd for each in reading.usage_cells()) == Decimal("26.0525")
    assert (reading.good_rows, reading.bad_rows) == (2, 1)
    assert Columns.stored(Columns(rate=rate).document).rate == rate


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({"currency": "EUR"}, {"usd_per_unit", "rate_on"}),
        ({"usd_per_unit": Decimal(1)}, {"currency", "rate_on"}),
        ({"currency": "usd", "usd_per_unit": 1, "rate_on": date(2026, 1, 1)}, {"currency"}),
        ({"currency": "€", "usd_per_unit": 1, "rate_on": date(2026, 1, 1)}, {"currency"}),
    ],
)
def test_half_a_rate_is_refused(form: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(Invalid) as raised:
        Columns.of(form)

    assert {*raised.value.fields} == fields


PROFILE = "arn:aws:bedrock:eu-central-1:1:inference-profile/eu.anthropic.claude-large-v1:0"


@pytest.mark.parametrize(
    ("content", "region"),
    [
        (BEDROCK, "us-east-1"),
        # A profile of several regions chose another one.
        (BEDROCK | {"inferenceRegion": "us-west-2"}, "us-west-2"),
        (BEDROCK | {"region": None, "modelId": PROFILE}, "eu-central-1"),
        (BEDROCK | {"region": "<b>", "modelId": "claude"}, ""),
        (
            files.spans(
                files.span(**{"server.address": "bedrock-runtime.us-gov-west-1.amazonaws.com"})
            ),
            "us-gov-west-1",
        ),
        (
            files.spans(files.span(**{"server.address": "europe-west4-aiplatform.googleapis.com"})),
            "europe-west4",
        ),
        # Where the caller runs says nothing about where the model does.
        (files.spans(files.span(**{"cloud.region": "us-east-1"})), ""),
        (files.spans(files.span(**{"server.address": "api.openai.com"})), ""),
        (files.anthropic_report(inference_geo="global"), ""),
    ],
)
def test_a_region_is_known_where_the_source_names_it(content: Any, region: str) -> None:
    [key] = read(content).cells

    assert key.region == region


def test_where_a_model_ran_is_said_and_costs_the_same() -> None:
    calls = [Entry("maker:large", files.HOUR + n, calls=1, tokens=MILLION) for n in range(2)]
    figures = measure([calls[0]._replace(region="us-east-1"), calls[1]])

    baseline = measured_baseline(figures, {"maker:large": PRICES})

    assert baseline is not None
    assert "50 % of the tokens of maker:large ran in us-east-1." in baseline.reasons
    assert sum(PRICES.cost(figures)) == 2 * Decimal("18.3")
