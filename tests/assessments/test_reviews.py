"""Reviews: a submitted assessment is returned with a remark or approved; who, when, what then."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.utils import timezone

from assessments import selectors, services
from assessments.models import Assessment
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent
from tests.assessments.cast import NO, YES, answer_url, assess, enter, url
from tests.world import World

REMARK = "Please attach the invoice of October.\nThe gateway is <b>not</b> clear."


def submitted(world: World) -> Assessment:
    """Store a submitted assessment."""
    assessment = assess(world, gateway=YES)
    with enter(world):
        services.submit_assessment(by=world.actor("respondent"), assessment=assessment)
    return assessment


def returned(world: World) -> Assessment:
    """Store an assessment that was returned with the remark."""
    assessment = submitted(world)
    with enter(world):
        services.return_assessment(
            by=world.actor("consultant"), assessment=assessment, remark=REMARK
        )
    return assessment


def stored(world: World, assessment: Assessment) -> Assessment:
    """Return the row as it stands."""
    with enter(world):
        return selectors.assessment_get(assessment.pk)


def test_return_opens_the_answers_and_keeps_remark_person_and_time(world: World) -> None:
    assessment = submitted(world)

    with enter(world):
        services.return_assessment(
            by=world.actor("consultant"), assessment=assessment, remark=f"  {REMARK} "
        )
        event = AuditEvent.objects.get(subject_id=assessment.pk, verb="assessment.returned")
        services.save_answer(
            by=world.actor("respondent"),
            assessment=assessment,
            kind="check",
            key="gateway",
            version=1,
            content=NO,
        )

    row = stored(world, assessment)
    assert (row.status, row.remark, row.submitted_at) == ("in_progress", REMARK, None)
    assert row.reviewed_by == world.people["consultant"].user
    assert row.returned_at is not None
    assert (row.is_returned, row.waits_for) == (True, "client")
    assert (event.actor_id, event.data) == (row.reviewed_by_id, {"remark": REMARK})


def test_approval_fixes_the_answers_and_forgets_the_remark(world: World) -> None:
    assessment = returned(world)

    with enter(world):
        services.submit_assessment(by=world.actor("respondent"), assessment=assessment)
        services.approve_assessment(by=world.actor("owner"), assessment=assessment)
        events = AuditEvent.objects.filter(subject_id=assessment.pk, verb="assessment.approved")
        approvers = [event.actor_id for event in events]
    with enter(world), pytest.raises(Conflict, match="was approved"):
        services.save_answer(
            by=world.actor("respondent"),
            assessment=assessment,
            kind="check",
            key="gateway",
            version=1,
            content=NO,
        )

    row = stored(world, assessment)
    assert (row.status, row.remark, row.returned_at) == ("approved", "", None)
    assert row.approved_at is not None
    assert row.submitted_at is not None
    assert approvers == [row.reviewed_by_id] == [world.people["owner"].user_id]
    assert row.waits_for == ""


def test_approved_assessment_can_be_reopened(world: World) -> None:
    assessment = submitted(world)

    with enter(world):
        services.approve_assessment(by=world.actor("owner"), assessment=assessment)
        services.reopen_assessment(by=world.actor("consultant"), assessment=assessment)

    row = stored(world, assessment)
    assert (row.status, row.approved_at, row.submitted_at) == ("in_progress", None, None)
    assert (row.reviewed_by_id, row.is_returned) == (None, False)


@pytest.mark.parametrize("remark", ["", " \r\n ", "x" * 4001, "nul \0"])
def test_return_without_a_remark_that_can_be_stored_is_refused(world: World, remark: str) -> None:
    assessment = submitted(world)

    with enter(world), pytest.raises(Invalid) as caught:
        services.return_assessment(
            by=world.actor("consultant"), assessment=assessment, remark=remark
        )

    assert list(caught.value.fields) == ["remark"]
    assert stored(world, assessment).is_submitted


def test_only_what_waits_for_a_review_is_returned_or_approved(world: World) -> None:
    by, is_open, approved = world.actor("owner"), assess(world, gateway=YES), submitted(world)
    with enter(world):
        services.approve_assessment(by=by, assessment=approved)

    for assessment in (is_open, approved):
        with enter(world), pytest.raises(Conflict):
            services.return_assessment(by=by, assessment=assessment, remark=REMARK)
        with enter(world), pytest.raises(Conflict):
            services.approve_assessment(by=by, assessment=assessment)

    assert (stored(world, is_open).status, stored(world, approved).status) == (
        "in_progress",
        "approved",
    )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"submitted_at": timezone.now()}, "submitted_has_a_time"),
        ({"status": "approved", "submitted_at": timezone.now()}, "approved_has_a_time"),
        ({"approved_at": timezone.now()}, "approved_has_a_time"),
        ({"remark": "Look again."}, "returned_with_a_remark"),
        ({"returned_at": timezone.now()}, "returned_with_a_remark"),
    ],
)
def test_database_refuses_half_a_review(world: World, fields: dict, name: str) -> None:
    assessment = assess(world)

    with enter(world), pytest.raises(IntegrityError, match=f"assessments_assessment_{name}"):
        with transaction.atomic():
            Assessment.objects.filter(pk=assessment.pk).update(**fields)


@pytest.mark.parametrize("page", ["assessment-detail", "questionnaire"])
def test_respondent_reads_the_remark_as_text(world: World, client: Browser, page: str) -> None:
    assessment = returned(world)

    body = (
        world.login(client, "respondent").get(url(page, world, assessment=assessment.pk)).content
    ).decode()

    assert "Please attach the invoice of October." in body
    assert "The gateway is &lt;b&gt;not&lt;/b&gt; clear." in body


def test_consultant_returns_and_approves_by_the_overview(world: World, client: Browser) -> None:
    assessment = submitted(world)
    browser = world.login(client, "consultant")
    overview = url("assessment-detail", world, assessment=assessment.pk)
    before = browser.get(overview).content.decode()

    empty = browser.post(url("assessment-return", world, assessment=assessment.pk), {"remark": " "})
    given = browser.post(
        url("assessment-return", world, assessment=assessment.pk), {"remark": REMARK}
    )
    with enter(world):
        services.submit_assessment(by=world.actor("respondent"), assessment=assessment)
    approval = browser.post(url("assessment-approve", world, assessment=assessment.pk))
    after = browser.get(overview).content.decode()

    assert 'id="review"' in before
    assert empty.status_code == 422
    assert "Not returned" in empty.content.decode()
    assert (given.status_code, given["Location"]) == (302, overview)
    assert (approval.status_code, approval["Location"]) == (302, overview)
    assert stored(world, assessment).is_approved
    assert 'id="review"' not in after
    assert "Approved" in after


def test_review_is_not_offered_to_the_clients_people(world: World, client: Browser) -> None:
    assessment = submitted(world)

    body = (
        world.login(client, "respondent")
        .get(url("assessment-detail", world, assessment=assessment.pk))
        .content.decode()
    )

    assert 'id="review"' not in body
    assert "waits for review" in body


def test_lists_say_whom_each_assessment_waits_for(world: World, client: Browser) -> None:
    assess(world, gateway=YES)
    submitted(world)
    approved = submitted(world)
    with enter(world):
        services.approve_assessment(by=world.actor("owner"), assessment=approved)

    body = world.login(client, "owner").get(url("assessment-list", world)).content.decode()

    waiting = [body.count(f"waits for {whom}") for whom in ("client", "review")]
    assert waiting == [1, 1]
    assert body.count(">Approved<") == 1


def test_answer_to_an_approved_assessment_is_refused_with_what_was_typed(
    world: World, client: Browser
) -> None:
    assessment = submitted(world)
    with enter(world):
        services.approve_assessment(by=world.actor("owner"), assessment=assessment)

    response = world.login(client, "respondent").post(
        answer_url(world, assessment, "gateway"),
        {"version": 1, "answer": "no", "comment": "My words"},
        headers={"HX-Request": "true"},
    )

    assert response.status_code == 409
    assert "was approved" in response.content.decode()
    assert "My words" in response.content.decode()


def test_scorecard_of_a_submitted_assessment_lets_the_organization_approve_it(
    world: World, client: Browser
) -> None:
    assessment = assess(world, gateway=YES)
    with enter(world):
        services.submit_assessment(by=world.actor("owner"), assessment=assessment)
    path = url("scorecard", world, assessment=assessment.pk)

    own = world.login(client, "consultant").get(path).content.decode()
    theirs = world.login(client, "respondent").get(path).content.decode()

    approval = url("assessment-approve", world, assessment=assessment.pk)
    assert f'action="{approval}"' in own
    assert approval not in theirs
