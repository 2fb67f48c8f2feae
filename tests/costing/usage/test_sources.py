"""Each maker's format comes to disjoint buckets, wherever the cached tokens are counted."""

import json
from typing import Any

import pytest

from costing.usage import Columns, Reading, measure
from organizations.exceptions import Invalid
from tests.costing.usage import files
from tests.costing.usage.files import HOUR, only_cell, read, read_planned

OVERLAPPING = {
    "openai": files.openai_page(input_cached_tokens=800, input_cache_write_tokens=100),
    "litellm log": [files.litellm_log()],
    "litellm day": files.litellm_day(),
    "otel": files.spans(files.span()),
}


def test_openai_counts_cached_tokens_inside_the_input() -> None:
    reading = read(files.openai_page())

    # 1000 input tokens, 800 of them cached: 200 were paid in full.
    assert only_cell(reading) == ("openai:large-1", 5, [200, 800, 0, 0, 200], None)


def test_anthropic_counts_cached_tokens_beside_the_input() -> None:
    reading = read(files.anthropic_report())

    # 100 uncached stay 100; the writes keep their two lifetimes; calls are not counted.
    assert only_cell(reading) == ("anthropic:claude-large", None, [100, 800, 60, 40, 200], None)


def test_litellm_log_counts_cached_tokens_inside_the_prompt() -> None:
    reading = read([files.litellm_log()])

    # 1000 − 700 read − 100 written = 200.
    assert only_cell(reading) == ("openai:large-1", 1, [200, 700, 100, 0, 200], "0.0125")


def test_litellm_log_keeps_the_hour_long_writes_apart() -> None:
    usage = {
        "prompt_tokens_details": {
            "cache_creation_token_details": {"ephemeral_1h_input_tokens": 30}
        },
        "cache_creation_input_tokens": 100,
        "cache_read_input_tokens": 700,
    }

    reading = read([files.litellm_log(metadata={"usage_object": usage})])

    assert only_cell(reading)[2] == [200, 700, 70, 30, 200]


def test_litellm_log_as_csv_reads_the_metadata_column() -> None:
    row = files.litellm_log()
    metadata = json.dumps(row.pop("metadata")).replace('"', '""')
    header = ",".join(row) + ",metadata\n"
    line = ",".join(str(value) for value in row.values()) + f',"{metadata}"\n'

    reading = read(header + line)

    assert only_cell(reading) == ("openai:large-1", 1, [200, 700, 100, 0, 200], "0.0125")


def test_litellm_log_leaves_out_what_the_gateway_itself_answered() -> None:
    rows = [
        files.litellm_log(),
        files.litellm_log(cache_hit="True"),
        files.litellm_log(status="failure"),
    ]

    reading = read(rows)

    assert (reading.good_rows, reading.bad_rows, sorted(reading.left_out.values())) == (
        1,
        0,
        [1, 1],
    )


def test_litellm_day_counts_cached_tokens_inside_the_prompt() -> None:
    reading = read(files.litellm_day())

    assert only_cell(reading) == ("large-1", 5, [200, 700, 100, 0, 200], "1.5")
    assert next(iter(reading.cells)).hours == 24


def test_otel_counts_cached_tokens_inside_the_input() -> None:
    reading = read(files.spans(files.span()))

    assert only_cell(reading) == ("openai:large-1", 1, [200, 700, 100, 0, 200], None)


def test_otel_leaves_out_agents_and_other_spans() -> None:
    agent = files.span(**{"gen_ai.operation.name": "invoke_agent"})
    other = {"name": "GET /", "startTimeUnixNano": "1793624400000000000", "attributes": []}

    reading = read(files.spans(files.span(), agent, other))

    # The agent's span sums up its calls, which have spans of their own.
    assert reading.good_rows == 1
    assert sorted(reading.left_out.values()) == [1, 1]


def test_otel_reads_one_export_a_line() -> None:
    line = json.dumps(files.spans(files.span(), files.span()))

    plan, reading = read_planned(f"{line}\n{line}\n")

    assert plan.shape == "lines"
    assert only_cell(reading)[1:3] == (4, [800, 2800, 400, 0, 800])


def test_langfuse_counts_cached_tokens_beside_the_input() -> None:
    reading = read([files.observation()])

    assert only_cell(reading) == ("claude-large", 1, [200, 700, 100, 0, 200], "0.0125")


def test_langfuse_whose_total_says_so_counts_them_inside() -> None:
    usage = {"input": 1000, "input_cached_tokens": 700, "output": 200, "total": 1200}

    reading = read([files.observation(usageDetails=usage)])

    # The total is 1000 + 200, so the 700 are part of the 1000.
    assert only_cell(reading)[2] == [300, 700, 0, 0, 200]


def test_langfuse_counts_other_kinds_of_tokens_once() -> None:
    usage = {"input": 200, "input_audio_tokens": 50, "output": 150, "output_reasoning_tokens": 50}

    reading = read([files.observation(usageDetails=usage)])

    # Audio counts among the input, apart from the text; reasoning among the output.
    assert [(key.modality, cell.calls, cell.tokens) for key, cell in reading.cells.items()] == [
        ("", 1, [200, 0, 0, 0, 200]),
        ("audio", 0, [50, 0, 0, 0, 0]),
    ]


def test_langfuse_leaves_out_spans() -> None:
    reading = read([files.observation(), files.observation(type="SPAN", usageDetails={})])

    assert (reading.good_rows, list(reading.left_out.values())) == (1, [1])


def test_focus_names_costs_alone() -> None:
    rows = files.focus_row() + files.focus_row(ChargeCategory="Tax", BilledCost="-3")
    rows += files.focus_row(ServiceCategory="Storage") + files.focus_row(BillingCurrency="EUR")

    reading = read(files.FOCUS_HEADER + rows)

    assert charges(reading) == {"": "12.5", "tax": "-3"}
    assert (reading.bad_rows, sorted(reading.left_out.values())) == (1, [1])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_finds_its_usual_columns(delimiter: str) -> None:
    header = "Timestamp,model,Input_Tokens,cached_tokens,output_tokens,cost\n"
    text = f"{header}{files.NOON},m,1000,800,200,1.5\n"

    reading = read(text.replace(",", delimiter))

    assert only_cell(reading) == ("m", 1, [200, 800, 0, 0, 200], "1.5")


def test_csv_takes_the_columns_that_a_person_names() -> None:
    text = f"wann,womit,rein,rein_alt,raus,anzahl\n{files.NOON},m,200,800,200,7\n"
    columns = Columns(
        time="wann",
        model="womit",
        input="rein",
        cache_read="rein_alt",
        output="raus",
        calls="anzahl",
        input_includes_cache=False,
    )

    reading = read(text, columns=columns)

    assert only_cell(reading) == ("m", 7, [200, 800, 0, 0, 200], None)


def test_csv_with_a_column_without_a_name_reads_the_others_alone() -> None:
    # A data frame's index comes without a name; no column of the file counts cached tokens.
    header = ",time,input_tokens,output_tokens\n"

    reading = read(f"{header}7,{files.NOON},100,5\n")

    assert only_cell(reading) == ("", 1, [100, 0, 0, 0, 5], None)


def test_csv_of_days_without_calls_counts_none() -> None:
    reading = read("date,model,input_tokens,output_tokens\n2026-11-02,m,10,5\n")

    [(key, cell)] = reading.cells.items()
    assert (key.hours, cell.calls) == (24, None)


def test_a_chosen_format_stands() -> None:
    rows = [files.observation(prompt_tokens=1, completion_tokens=1, spend=1)]

    guessed, chosen = read(rows), read(rows, chosen="langfuse_observations")

    assert (guessed.source, chosen.source) == ("litellm_spend_logs", "langfuse_observations")


@pytest.mark.parametrize("content", OVERLAPPING.values(), ids=OVERLAPPING)
def test_buckets_sum_up_to_the_input_of_an_overlapping_source(content: dict) -> None:
    tokens = only_cell(read(content))[2]

    assert (sum(tokens[:4]), tokens[4]) == (1000, 200)


@pytest.mark.parametrize(
    "content",
    [
        files.openai_page(input_cached_tokens=1001),
        [files.litellm_log(prompt_tokens=799)],
        files.litellm_day(cache_creation_input_tokens=301),
        files.spans(files.span(**{"gen_ai.usage.cache_read.input_tokens": 901})),
    ],
    ids=["openai", "litellm log", "litellm day", "otel"],
)
def test_more_cached_than_input_tokens_is_a_bad_row(content: dict) -> None:
    with pytest.raises(Invalid) as raised:
        read(content)

    assert "more cached tokens than input tokens" in raised.value.message


@pytest.mark.parametrize(
    ("moment", "hour"),
    [
        ("2026-11-02T12:10:00Z", HOUR),
        ("2026-11-02 12:10:00", HOUR),
        ("2026-11-02T14:10:00.123456+02:00", HOUR),
        (str(files.EPOCH + 600), HOUR),
        (str((files.EPOCH + 600) * 1000), HOUR),
        (str((files.EPOCH + 600) * 10**9), HOUR),
    ],
)
def test_moments_of_any_spelling_fall_into_their_hour(moment: str, hour: int) -> None:
    reading = read(f"time,input_tokens,output_tokens\n{moment},1,1\n")

    assert [key.hour for key in reading.cells] == [hour]


@pytest.mark.parametrize("page", [files.openai_page(), files.anthropic_report()])
def test_a_report_of_which_pages_are_missing_is_refused(page: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="has_more"):
        read(page | {"has_more": True})
    with pytest.raises(Invalid, match="has_more"):
        read(f"{json.dumps(page)}\n{json.dumps(page | {'has_more': True})}\n")

    whole = read([page | {"has_more": True}, page])

    assert whole.good_rows == 2


def test_a_large_report_of_which_pages_are_missing_is_refused() -> None:
    page = files.openai_page(project_id="p" * 1_100_000)

    with pytest.raises(Invalid, match="has_more"):
        read(page | {"has_more": True})
    assert read(page).good_rows == 1


def test_spans_whose_total_leaves_no_doubt_keep_all_tokens() -> None:
    # 1000 in, 700 + 100 cached beside them, 200 out: 2000 in all.
    reading = read(files.spans(files.span(**{"gen_ai.usage.total_tokens": 2000})))

    assert only_cell(reading)[2] == [1000, 700, 100, 0, 200]


def test_spans_whose_input_leaves_cached_tokens_out_are_not_halved() -> None:
    sent = files.spans(files.span(), files.span(**{"gen_ai.usage.input_tokens": 300}))

    with pytest.raises(Invalid) as raised:
        read(sent)
    reading = read(sent, columns=Columns(input_includes_cache=False))

    assert sorted(raised.value.fields) == ["cached", "file"]
    assert (reading.good_rows, only_cell(reading)[2]) == (2, [1300, 1400, 200, 0, 400])


def test_a_charge_of_a_month_counts_for_each_of_its_days() -> None:
    month = files.focus_row(
        BilledCost="100",
        ChargePeriodStart="2026-11-01T00:00:00Z",
        ChargePeriodEnd="2026-12-01T00:00:00Z",
    )

    reading = read(files.FOCUS_HEADER + month)

    assert (reading.rows, reading.good_rows, len(reading.cells)) == (1, 1, 30)
    assert {key.hours for key in reading.cells} == {24}
    assert sum(cell.billed_usd or 0 for cell in reading.cells.values()) == 100
    # 100 / 30 days.
    first = min(reading.cells.items(), key=lambda item: item[0].hour)[1]
    assert str(first.billed_usd) == "3.333333333333"


def test_a_charge_of_years_is_a_bad_row() -> None:
    years = files.focus_row(ChargePeriodEnd="2029-11-03T00:00:00Z")

    reading = read(files.FOCUS_HEADER + files.focus_row() + years)

    assert [bad.reason for bad in reading.listed] == ["The charge is for more than a year."]


def charges(reading: Reading) -> dict[str, str]:
    """What was billed, by the kind of charge."""
    return {key.charge: str(cell.billed_usd) for key, cell in reading.cells.items()}


def test_charges_that_are_no_plain_usage_are_told_apart() -> None:
    rows = (
        files.focus_row(BilledCost="10")
        + files.focus_row(BilledCost="1", ChargeCategory="Purchase")
        + files.focus_row(BilledCost="-2", ChargeCategory="Credit")
        + files.focus_row(BilledCost="3", ChargeCategory="Tax", ServiceCategory="Other")
        + files.focus_row(BilledCost="-4", ChargeCategory="Adjustment")
        + files.focus_row(BilledCost="5", SkuMeter="large-1 audio input")
    )

    reading = read(files.FOCUS_HEADER + rows)
    figures = measure(reading.usage_cells())

    assert charges(reading) == {
        "": "10",
        "purchase": "1",
        "credit": "-2",
        "tax": "3",
        "correction": "-4",
        "modality": "5",
    }
    # Usage alone: 10 − 4 + 5; purchases, credits and taxes stand beside it.
    assert figures.billed_usd == 11
    assert sum(figures.charges.values()) == 3


def test_a_correction_below_zero_is_taken_off() -> None:
    rows = files.focus_row(BilledCost="12.5") + files.focus_row(BilledCost="-2.5")

    reading = read(files.FOCUS_HEADER + rows)

    assert (reading.bad_rows, charges(reading)) == (0, {"": "12.5", "correction": "-2.5"})
    assert measure(reading.usage_cells()).billed_usd == 10


@pytest.mark.parametrize(
    ("content", "tokens"),
    [
        (files.openai_page(batch=True), [200, 800, 0, 0, 200]),
        (files.openai_page(service_tier="flex"), [200, 800, 0, 0, 200]),
        (files.anthropic_report(service_tier="batch"), [100, 800, 60, 40, 200]),
        (files.openai_page(batch=False), [0, 0, 0, 0, 0]),
    ],
)
def test_calls_that_could_wait_are_told_apart(content: dict[str, Any], tokens: list[int]) -> None:
    [entry] = read(content).usage_cells()

    assert list(entry.batch_tokens) == tokens
