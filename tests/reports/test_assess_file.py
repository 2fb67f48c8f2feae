"""The assess file's document: what is read, and every fault that is told."""

from copy import deepcopy
from datetime import date

import pytest
import yaml

from assessments.scoring import AnswerState, CheckValue, Confidence
from reports.documents.assess_file import InvalidAssessFile, parse_assess_file

TEXT = """
organization: Meridian Advisory
client: Northwind Claims
title: Inference cost review
as_of: 2026-11-01
triggers: [rag]
levels: {hosting: 1, routing: 2, caching: 2, integrity: unknown, finops: 3}
checks:
  token_logging: yes
  cost_attribution: "no"
  gateway: partial
  semantic_cache: unknown
  elastic_capacity: {state: not_applicable, reason: out_of_scope, comment: No GPU.}
  eval_suite: {state: answered, value: no, confidence: evidenced}
scenario:
  workload: {requests_per_month: 1000, input_tokens_per_call: 100, output_tokens_per_call: 10}
  premium_model: {input_usd_per_mtok: 3, output_usd_per_mtok: 15}
"""


def document(**changes):
    """A valid document with changes on top."""
    return deepcopy(yaml.safe_load(TEXT)) | changes


def faults(given):
    """The fields at fault of a document."""
    with pytest.raises(InvalidAssessFile) as caught:
        parse_assess_file(given)
    return caught.value.fields


def test_document_is_read():
    found = parse_assess_file(document())

    assert (found.organization, found.client, found.title) == (
        "Meridian Advisory",
        "Northwind Claims",
        "Inference cost review",
    )
    assert (found.as_of, found.triggers) == (date(2026, 11, 1), ("rag",))
    assert found.scenario["workload"]["requests_per_month"] == 1000


def test_answers_are_read_in_short_and_in_long_form():
    answers = parse_assess_file(document()).answers

    assert {key: answer.level for key, answer in answers.items() if answer.level} == {
        "hosting": 1,
        "routing": 2,
        "caching": 2,
        "finops": 3,
    }
    assert answers["token_logging"].value == CheckValue.YES
    assert answers["cost_attribution"].value == CheckValue.NO
    assert answers["integrity"].state == AnswerState.UNKNOWN
    assert answers["elastic_capacity"].reason == "out_of_scope"
    assert answers["eval_suite"].confidence == Confidence.EVIDENCED
    assert answers["eval_suite"].value == CheckValue.NO


def test_catalog_prices_are_filled_in():
    given = document()
    given["scenario"]["premium_model"] = {"catalog": "openai:gpt-4o"}

    found = parse_assess_file(given)

    assert found.scenario["premium_model"] == {"catalog": "openai:gpt-4o"}
    assert found.scenario_document["premium_model"]["input_usd_per_mtok"] == 2.5


@pytest.mark.parametrize("given", [None, [], "text", 3, True])
def test_document_that_is_no_mapping(given):
    assert list(faults(given)) == [""]


def test_empty_document_names_what_is_required():
    assert list(faults({})) == ["organization", "client", "title", "as_of", "scenario"]


def test_faults_say_what_is_wrong():
    given = document(as_of="yesterday", triggers=["rain"])
    given["scenario"]["premium_model"] = {"catalog": "nobody:nothing"}
    del given["scenario"]["workload"]["requests_per_month"]

    found = faults(given)

    assert found["as_of"] == ["must be a date like 2026-11-01"]
    assert found["triggers.0"][0].startswith("Choose from cost_cliff, ")
    assert found["scenario.workload.requests_per_month"] == ["is required"]
    del given["as_of"]
    assert faults(given)["as_of"] == ["is required"]
    dated = faults(given | {"as_of": "2026-11-01"})
    assert "no model 'nobody:nothing'" in dated["scenario.premium_model.catalog"][0]


def test_every_fault_is_named_at_once():
    given = document(
        organization="a\0b",
        title="x" * 161,
        as_of="yesterday",
        triggers=["rag", "weather", "rag"],
        levels={"hosting": 6, "routing": True, "weather": 1},
        checks={
            "gateway": "maybe",
            "triage": {"state": "not_applicable"},
            "eval_suite": {"value": "yes", "mood": "good"},
        },
        colour="teal",
    )
    given["scenario"]["workload"]["requests_per_month"] = float("nan")
    given["scenario"]["premium_model"] = {"catalog": "nobody:nothing"}

    assert set(faults(given)) == {
        "colour",
        "organization",
        "title",
        "as_of",
        "triggers.1",
        "triggers.2",
        "levels.weather",
        "levels.hosting",
        "levels.routing",
        "checks.gateway",
        "checks.triage.reason",
        "checks.eval_suite.mood",
        "scenario.workload.requests_per_month",
    }


def test_unknown_model_does_not_hide_the_other_faults_of_the_scenario():
    given = document()
    given["scenario"]["premium_model"] = {"catalog": "nobody:nothing"}
    given["scenario"]["workload"]["requests_per_month"] = -1

    assert set(faults(given)) == {
        "scenario.premium_model.catalog",
        "scenario.workload.requests_per_month",
    }


@pytest.mark.parametrize("value", [[], {}, 1, 1.5, float("inf"), None, "", "YES", "a\0", [["yes"]]])
def test_check_of_any_shape_is_a_fault(value):
    given = document(checks={"gateway": value})

    assert [path.split(".")[:2] for path in faults(given)] == [["checks", "gateway"]]


@pytest.mark.parametrize("section", ["levels", "checks", "triggers", "scenario"])
@pytest.mark.parametrize("value", ["text", 3, {1: 2}, [[]], float("nan")])
def test_section_of_any_shape_is_a_fault(section, value):
    found = faults(document(**{section: value}))

    assert {path.split(".")[0] for path in found} == {section}


def test_keys_that_are_no_text_are_faults():
    given = document() | {None: 1, 2: 3, "a\0": 4, 16**5000: 5}

    assert set(faults(given)) == {"None", "2", "a\ufffd", "(huge number)"}


def test_comment_may_not_be_endless():
    given = document(checks={"gateway": {"value": "yes", "comment": "x" * 4001}})

    assert faults(given) == {
        "checks.gateway.comment": ["String should have at most 4000 characters"]
    }
