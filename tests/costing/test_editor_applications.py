"""Applications in the scenario editor: kept, added, taken out, and what is wrong with one."""

from typing import Any

import pytest
from django.http import QueryDict

from costing.engine import InvalidScenario, parse_scenario
from costing.engine.inputs.commitments import Provisioned
from costing.scenarios.forms import ScenarioForm
from tests.costing.cast import scenario_a
from tests.costing.test_views import filled_in

SUPPORT = {
    "key": "support",
    "title": "Support chat",
    "workload": {
        "requests_per_month": 1_800_000,
        "input_tokens_per_call": 3200,
        "output_tokens_per_call": 350,
        "hourly_profile": [1 + hour % 24 for hour in range(168)],
    },
    "routing": {"simple_ratio": 0.8, "escalation_ratio": 0.02, "classifier_usd_per_call": 0.00001},
}
CODE = {"key": "code", "share": 0.4, "levers_allowed": ["routing", "prompt_caching"]}
TYPED = {"requests_per_month": "200,000", "input_tokens_per_call": "900"}


def document() -> dict[str, Any]:
    whole = scenario_a()
    return whole | {
        "workload": whole["workload"] | {"requests_per_month": 3_000_000},
        "applications": [SUPPORT, CODE],
    }


def sent(stored: dict[str, Any], *left_out: str, **typed: object) -> ScenarioForm:
    """The form as a browser sends it of a stored document, after something was typed."""
    values = filled_in(ScenarioForm(document=stored, initial={"title": "T"})) | typed
    data = QueryDict(mutable=True)
    for name, value in values.items():
        if not name.startswith(left_out or ("-",)):
            data.setlist(name, value if isinstance(value, list) else [value])
    form = ScenarioForm(data, document=stored)
    form.is_valid()
    return form


def row(number: int, **typed: object) -> dict[str, object]:
    return {f"application-{number}-{name}": value for name, value in typed.items()}


def test_applications_survive_the_form_with_what_it_does_not_ask_for() -> None:
    made = sent(document()).document()

    assert [each["key"] for each in made["applications"]] == ["support", "code"]
    assert made["applications"][0] == SUPPORT
    assert parse_scenario(made).applications[1].share == 0.4
    assert set(made["applications"][1]["levers_allowed"]) == {"routing", "prompt_caching"}
    assert made["workload"]["requests_per_month"] == 3_000_000
    assert sent(document(), "application-").document()["applications"] == [SUPPORT, CODE]


def test_an_application_is_added_with_a_key_of_its_name_and_counts_in_the_volume() -> None:
    typed = row(2, title="Help with Code", output_tokens_per_call="90", **TYPED)
    made = sent(document(), **typed).document()

    added = made["applications"][2]
    own = {"requests_per_month": 200_000, "input_tokens_per_call": 900}
    assert added == {
        "key": "help-with-code",
        "title": "Help with Code",
        "workload": own | {"output_tokens_per_call": 90},
    }
    assert made["workload"]["requests_per_month"] == pytest.approx(2_000_000 / 0.6)
    parse_scenario(made)


@pytest.mark.parametrize("title", ["", "客服", "pool", "Support", "---"])
def test_names_that_make_no_key_of_their_own_get_one(title: str) -> None:
    typed = row(2, title=title, output_tokens_per_call="9", **TYPED)
    typed |= row(3, title=title, output_tokens_per_call="9", **TYPED)
    made = sent(document(), **typed).document()

    keys = [each["key"] for each in made["applications"]]
    assert len(set(keys)) == 4
    parse_scenario(made)


def test_an_application_is_taken_out_or_kept_off_some_levers() -> None:
    gone = sent(document(), **row(1, is_removed="on"), **row(0, levers=["routing"])).document()

    assert [each["key"] for each in gone["applications"]] == ["support"]
    assert gone["applications"][0]["levers_allowed"] == ["routing"]
    assert gone["workload"]["requests_per_month"] == 1_800_000
    none = sent(document(), **row(0, is_removed="on"), **row(1, is_removed="on")).document()
    assert "applications" not in none


def test_what_is_wrong_with_an_application_is_said_at_its_field() -> None:
    form = sent(document(), **row(1, output_tokens_per_call="9"), **row(2, share="120"))
    assert form.errors["application-2-share"] == ["Write a percentage from 0 to 100."]

    form = sent(document(), **row(1, output_tokens_per_call="9"))
    form.add_document_errors(
        {
            "applications.1.share": ["is required, unless workload is given; not both"],
            "applications.1.workload.input_tokens_per_call": ["is required"],
            "applications.1.routing.simple_ratio": ["is wrong"],
            "applications.7.share": ["is of none"],
        }
    )
    assert form.errors["application-1-share"]
    assert form.errors["application-1-input_tokens_per_call"] == ["Please fill this in."]
    assert form.errors["application-1-title"] == ["Is wrong."]
    assert form.non_field_errors() == ["applications.7.share: is of none"]


UNITS = {"usd_per_unit_hour": 0.85, "tokens_per_minute_per_unit": 13_000}
OWN_UNITS = {"usd_per_unit_hour": 0.5, "tokens_per_minute_per_unit": 9000, "units": 3}


def with_units() -> dict[str, Any]:
    """Applications that share units of the premium model, but one with a model of its own."""
    whole = document()
    own = {"input_usd_per_mtok": 2, "output_usd_per_mtok": 9, "provisioned": OWN_UNITS}
    return whole | {
        "premium_model": whole["premium_model"] | {"provisioned": UNITS},
        "applications": [SUPPORT, CODE, {"key": "own", "share": 0.1, "premium_model": own}],
        "workload": whole["workload"] | {"requests_per_month": 3_600_000},
    }


def test_units_are_entered_changed_and_taken_out_with_applications() -> None:
    entered = sent(document(), premium_model__provisioned="0.85 13,000").document()
    assert entered["premium_model"]["provisioned"] == UNITS
    assert entered["applications"] == sent(document()).document()["applications"]

    changed = sent(with_units(), premium_model__provisioned="0.9 13,000 2 10 5 12 20").document()
    assert parse_scenario(changed).premium_model.provisioned == Provisioned(
        usd_per_unit_hour=0.9,
        tokens_per_minute_per_unit=13_000,
        output_token_weight=2,
        min_units=10,
        unit_step=5,
        months=12,
        units=20,
    )

    gone = sent(with_units(), premium_model__provisioned="").document()
    assert "provisioned" not in gone["premium_model"]
    assert gone["applications"][2]["premium_model"]["provisioned"] == OWN_UNITS


def test_units_survive_the_form_with_those_of_an_applications_own() -> None:
    made = sent(with_units(), **row(1, share="35")).document()

    scenario = parse_scenario(made)
    assert scenario.premium_model == parse_scenario(with_units()).premium_model
    assert made["applications"][2]["premium_model"]["provisioned"] == OWN_UNITS
    assert [part.shared_units for part in scenario.parts] == [("premium_model",)] * 2 + [()]


def test_what_is_wrong_with_units_is_said_at_their_field() -> None:
    form = sent(with_units(), premium_model__provisioned="0.85 many")
    assert form.errors == {
        "premium_model__provisioned": ["Write a number such as 3,000,000 or 0.45."]
    }

    form, wrong = sent(with_units(), **row(2, title="Apart")), with_units()
    wrong["applications"][2]["premium_model"]["provisioned"] = OWN_UNITS | {"min_units": 5}
    wrong["premium_model"]["provisioned"] = UNITS | {"unit_step": 0}
    with pytest.raises(InvalidScenario) as refused:
        parse_scenario(wrong)
    form.add_document_errors(refused.value.fields)
    assert set(form.errors) == {"premium_model__provisioned", "application-2-title"}
