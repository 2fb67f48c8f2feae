"""An assessment's way, its notes and weights over the API."""

from typing import Any

import pytest

from assessments.models import Assessment, Note
from organizations import tenancy
from organizations.models import AuditEvent
from tests.api.callers import Caller, caller, firm
from tests.api.table import DIMENSIONS
from tests.assessments.cast import YES, make_assessment
from tests.world import World


def path_of(world: World, assessment: Assessment, rest: str = "") -> str:
    """Return a path below an assessment."""
    return firm(world, f"assessments/{assessment.pk}/{rest}")


def submitted(world: World) -> Assessment:
    """Store an assessment that waits for a review."""
    assessment = make_assessment(world.organization, world.client, triage=YES)
    caller(world, "client_key").post(path_of(world, assessment, "submission/"))
    return assessment


def standing(who: Caller, world: World, assessment: Assessment) -> dict[str, Any]:
    """Return where an assessment is on its way."""
    shown = who.get(path_of(world, assessment)).json()
    return {name: shown[name] for name in ("status", "waits_for", "remark")}


def test_returned_assessment_says_why_and_waits_for_the_client(world: World) -> None:
    assessment, program = submitted(world), caller(world, "key")
    before = standing(program, world, assessment)

    program.post(path_of(world, assessment, "return/"), {"remark": "Which gateway?"})

    assert before == {"status": "submitted", "waits_for": "review", "remark": ""}
    assert standing(caller(world, "client_key"), world, assessment) == {
        "status": "in_progress",
        "waits_for": "client",
        "remark": "Which gateway?",
    }


def test_approved_assessment_waits_for_nobody_until_it_is_reopened(world: World) -> None:
    assessment, program = submitted(world), caller(world, "key")

    approved = program.post(path_of(world, assessment, "approval/")).json()
    program.post(path_of(world, assessment, "reopening/"))

    assert (approved["status"], approved["waits_for"]) == ("approved", "")
    assert standing(program, world, assessment)["waits_for"] == "client"


@pytest.mark.parametrize(
    ("rest", "body"),
    [("approval/", None), ("return/", {"remark": "More"}), ("reopening/", None)],
)
def test_step_out_of_turn_says_where_it_stands(
    world: World, rest: str, body: dict[str, str] | None
) -> None:
    assessment = make_assessment(world.organization, world.client)

    answer = caller(world, "key").post(path_of(world, assessment, rest), body)

    assert (answer.status_code, answer.json()["current"]) == (409, {"status": "in_progress"})


@pytest.mark.parametrize("rest", ["", "weights/"])
def test_fixed_assessment_is_not_changed(world: World, rest: str) -> None:
    assessment = submitted(world)
    body = {"weights": {}} if rest else {"title": "Other", "as_of": "2026-11-02"}

    answer = caller(world, "key").put(path_of(world, assessment, rest), body)

    assert (answer.status_code, answer.json()["current"]) == (409, {"status": "submitted"})


def test_own_weights_are_kept_and_taken_away(world: World) -> None:
    assessment, program = make_assessment(world.organization, world.client), caller(world, "key")
    path = path_of(world, assessment, "weights/")

    kept = program.put(path, {"weights": dict.fromkeys(DIMENSIONS, 1) | {"finops": "0.5"}})
    refused = program.put(path, {"weights": dict.fromkeys(DIMENSIONS, 1) | {"luck": 1}})
    taken = program.put(path, {"weights": {}})

    assert kept.json()["weights"] == dict.fromkeys(DIMENSIONS, "1.000") | {"finops": "0.500"}
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["weights.luck"])
    assert taken.json()["weights"] == {}


def test_note_is_seen_by_the_firm_alone(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    path, note = path_of(world, assessment, "notes/"), {"text": "Guesses", "question": "triage"}

    made = caller(world, "key").post(path, note)
    about = caller(world, "reading_key").get(f"{path}?question=triage").json()["results"]
    statuses = {
        name: caller(world, name).get(path).status_code
        for name in ("respondent", "viewer", "client_key", "client_reading_key")
    }

    assert (made.status_code, about) == (201, [made.json()])
    assert set(statuses.values()) == {403}
    with tenancy.enter(organization_id=world.organization.pk):
        assert Note.objects.get().text == "Guesses"
        assert "Guesses" not in str(AuditEvent.objects.get(verb="note.added").data)


def test_note_on_what_nobody_asks_is_refused(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)

    answer = caller(world, "key").post(
        path_of(world, assessment, "notes/"), {"text": "x", "question": "luck"}
    )

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["question"])


def test_reassessment_is_started_once_from_a_fixed_assessment(world: World) -> None:
    open_one, program = (
        make_assessment(world.organization, world.client),
        caller(world, "key"),
    )
    fixed, body = submitted(world), {"title": "Next", "as_of": "2027-02-01"}

    refused = program.post(path_of(world, open_one, "reassessment/"), body)
    first = program.post(path_of(world, fixed, "reassessment/"), body)
    second = program.post(path_of(world, fixed, "reassessment/"), body)

    answer = program.get(f"{first['Location']}answers/check/triage/").json()
    assert [each.status_code for each in (refused, first, second)] == [409, 201, 200]
    assert first.json() == second.json()
    assert (first.json()["previous"], answer["value"]) == (str(fixed.pk), "yes")
