"""The table of sentences refuses what is said in the wrong case, in no row, or not at all."""

import pytest

from tests.cases import sentences
from tests.cases.loading import frozen

# A case, and a sentence that is true of another; most were said once.
OF_ANOTHER_CASE = (
    ("best_already", "$19,440 a month can be saved today, 43.6 % of the bill"),
    ("level_five", "Today’s setup is already the cheapest that can be recommended"),
    ("all_unknown", "Overall 1.0 of 5, Ad hoc"),
    ("all_not_applicable", "17 of 17 questions answered; completeness 100 %"),
    ("middling", "None of 17 questions applies"),
    ("pool_runs_at_few_requests", "Moving everything to self-hosting would not earn back its cost"),
    ("no_pool", "Do not commit to GPU capacity now; look again when volume nears the crossover"),
    ("no_pool", "Self-hosting is compared with other models’ APIs only, not with its own model’s"),
    ("middling", "The scenario has no pool"),
    (
        "never_crosses",
        "Do not commit to GPU capacity now; look again when volume nears the crossover",
    ),
    ("billion_requests", "Do not commit to GPU capacity: at these prices it pays at no volume"),
    ("no_economics", "One-time cost: nothing to buy; the effort alone"),
    ("middling", "Name who gathers one month of token figures and prices, and by when"),
    ("level_five", "Fund what routing must wait for: Output integrity & evals at 3 (now 5.0)"),
    ("level_five", "Routing would put quality at risk today: it takes evals at 3 (now 5.0)"),
    ("middling", "Routing puts quality at risk today: it takes evals at 3 (now 2.0)"),
    ("middling", "Decide to switch off routing: $480,168 less a year at today’s volume"),
    (
        "routing_to_switch_off",
        "Decide to switch on routing: $116,232 less a year at today’s volume",
    ),
    ("middling", "Decide on a pilot for dedicated compute, with the pool’s size and an exit"),
    ("middling", "“Broker search”: Do not commit to GPU capacity now"),
    ("middling", "From 1 November 2026 on, as kept in the assessment"),
    ("one_request", "No request is stated yet, so there is nothing to save"),
    ("middling", "No saving is found yet: prompt caching was not assessed"),
    ("middling", "Provisional: $19,440 a month can be saved today, 43.6 % of the bill"),
    (
        "middling",
        "What is recommended may cost more than today: 8 of 10 futures save −2 to 3 a month",
    ),
)


@pytest.mark.parametrize(("name", "sentence"), OF_ANOTHER_CASE)
def test_sentence_of_another_case_is_refused(name: str, sentence: str) -> None:
    payload = frozen(name).payload
    said = list(sentences.told(payload))

    found = list(sentences.unsaid_and_unsayable(payload, [*said, sentence]))

    assert found == [f"of another case: {sentence!r}"]


def test_sentence_of_no_row_is_refused() -> None:
    payload = frozen("middling").payload

    found = sentences.unsaid_and_unsayable(payload, [*sentences.told(payload), "Buy GPUs"])

    assert list(found) == ["in no row: 'Buy GPUs'"]


@pytest.mark.parametrize("name", ["middling", "best_already", "no_pool"])
def test_guide_and_page_are_held_to_the_same_rows(name: str) -> None:
    payload, page = (
        frozen(name).payload,
        "Yes. Nothing is spent today, so there is nothing to save.",
    )

    found = sentences.faults(payload, page)

    assert found == ["of another case: 'Nothing is spent today'"]


@pytest.mark.parametrize("must", sentences.MUST_SAY)
def test_what_must_be_said_is_missed(must: tuple[str, str]) -> None:
    condition, sentence = must
    payload = next(
        payload
        for payload in map(payload_of, EVERY_CASE)
        if sentences.holds(condition, sentences.case_of(payload))
    )
    said = [
        each for each in sentences.told(payload) if not sentences.pattern(sentence).fullmatch(each)
    ]

    assert list(sentences.unsaid_and_unsayable(payload, said)) == [f"not said: {sentence!r}"]


# Cases of which each rule of what must be said finds its own.
EVERY_CASE = (
    "middling",
    "all_not_applicable",
    "all_unknown",
    "no_economics",
    "routing_to_switch_off",
    "hosting_cheapest_rented",
    "spot_alone",
    "billion_requests",
    "contradictions",
    "pool_runs_at_few_requests",
    "batch_waits",
    "units_given",
    "bought_and_left",
    "part_that_loses",
)


def payload_of(name: str) -> sentences.Payload:
    """The payload of a case."""
    return frozen(name).payload
