"""The publishing gate: a client's people see their questionnaire alone until it opens."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from assessments.models import Assessment
from assessments.scoring import AnswerState, AnswerValue
from costing.scenarios.economics import request_economics
from costing.scenarios.models import Scenario
from costing.usage.models import UsageImport
from jobs.services import run_due_jobs
from organizations import tenancy
from organizations.exceptions import Conflict
from organizations.models import AuditEvent
from reports.models import Deliverable, Snapshot
from reports.snapshots.services import create_snapshot, publish_snapshot, withdraw_snapshot
from tests.assessments.cast import alone, level
from tests.assessments.cast import make_assessment as assess
from tests.costing.cast import import_usage, make_scenario
from tests.reports.rows import answer, finish_deliverable, make_deliverable
from tests.world import World

OF_ASSESSMENT = (
    "assessments:scorecard",
    "assessments:roadmap",
    "assessments:roadmap-table",
    "scenarios:scenario-list",
    "usage:usage-import-list",
    "reports:deliverable-list",
    "api:scorecard-detail",
    "api:roadmap-detail",
    "api:maturity-value-detail",
    "api:scenario-list",
    "api:usage-import-list",
    "api:snapshot-list",
)
OF_SCENARIO = ("scenarios:scenario-detail", "api:scenario-detail", "api:scenario-result")


@pytest.fixture
def snapshot(world: World) -> Snapshot:
    """A costed assessment of Northwind with a snapshot and a document, none of it published."""
    claims = alone(integrity=level(3), hosting=level(2))
    del claims["finops"]  # a test answers it
    assessment = assess(world.organization, world.client, "Northwind, autumn", **claims)
    scenario = make_scenario(world.organization, world.client, assessment=assessment)
    import_usage(world.organization, assessment)
    with tenancy.enter(organization_id=world.organization.pk):
        Assessment.objects.update(published_at=None)
        assessment.refresh_from_db()
        request_economics(by=world.actor("consultant"), scenario=scenario)
    run_due_jobs()
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = create_snapshot(by=world.actor("consultant"), assessment=assessment)
        finish_deliverable(make_deliverable(snapshot))
    return snapshot


def results_of(world: World, snapshot: Snapshot) -> list[str]:
    """Pages and operations that show results of the snapshot's assessment, or documents."""
    slug = world.organization.slug
    with tenancy.enter(organization_id=world.organization.pk):
        scenario, usage = Scenario.objects.get(), UsageImport.objects.get()
        deliverable = Deliverable.objects.get()
    return [
        *(reverse(name, args=[slug, snapshot.assessment_id]) for name in OF_ASSESSMENT),
        *(reverse(name, args=[slug, scenario.pk]) for name in OF_SCENARIO),
        reverse("usage:usage-import-detail", args=[slug, usage.pk]),
        reverse("reports:deliverable-download", args=[slug, deliverable.pk]),
        reverse("reports:snapshot-download", args=[slug, snapshot.pk]),
        reverse("api:snapshot-detail", args=[slug, snapshot.pk]),
        reverse("api:deliverable-file", args=[slug, deliverable.pk]),
    ]


@pytest.mark.parametrize("name", ["viewer", "respondent"])
def test_results_wait_for_publishing_and_go_with_its_withdrawal(
    world: World, snapshot: Snapshot, name: str
) -> None:
    paths, slug = results_of(world, snapshot), world.organization.slug
    theirs, ours = world.login(Browser(), name), world.login(Browser(), "consultant")

    def refused(browser: Browser) -> list[str]:
        statuses = {path: browser.get(path).status_code for path in paths}
        assert set(statuses.values()) <= {200, 403}, statuses
        return [path for path, status in statuses.items() if status == 403]

    before, of_consultant = refused(theirs), refused(ours)
    ours.post(reverse("reports:snapshot-publish", args=[slug, snapshot.pk]))
    published = refused(theirs)
    ours.post(reverse("reports:snapshot-withdraw", args=[slug, snapshot.pk]))
    withdrawn = refused(theirs)

    assert (before, of_consultant) == (paths, [])
    assert (published, withdrawn) == ([], paths)


def test_before_publishing_no_page_of_the_client_shows_a_score_or_money(
    world: World, snapshot: Snapshot
) -> None:
    slug, assessment = world.organization.slug, snapshot.assessment_id
    paths = [
        reverse("scenarios:client-list", args=[slug]),
        reverse("assessments:assessment-list", args=[slug]),
        reverse("assessments:assessment-detail", args=[slug, assessment]),
        reverse("assessments:questionnaire", args=[slug, assessment]),
    ]
    signs = ["Spent today, per month", " of 5, ", "Open the scenario", "Documents"]

    def shown() -> list[str]:
        browser = world.login(Browser(), "viewer")
        words = "".join(browser.get(path).content.decode() for path in paths)
        assert ("once your consultant publishes them" in words) != ("Documents" in words)
        return [sign for sign in signs if sign in words]

    unpublished = shown()
    with tenancy.enter(organization_id=world.organization.pk):
        publish_snapshot(by=world.actor("consultant"), snapshot=snapshot)

    assert (unpublished, shown()) == ([], signs)


def test_a_clients_people_see_published_snapshots_alone(world: World, snapshot: Snapshot) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        by = world.actor("consultant")
        publish_snapshot(by=by, snapshot=snapshot)
        content = AnswerValue(AnswerState.ANSWERED, level=4)
        answer(snapshot.assessment, "dimension", "finops", content)
        later = create_snapshot(by=by, assessment=snapshot.assessment)
    slug = world.organization.slug
    browser = world.login(Browser(), "viewer")

    page = browser.get(reverse("reports:deliverable-list", args=[slug, snapshot.assessment_id]))
    listed = browser.get(reverse("api:snapshot-list", args=[slug, snapshot.assessment_id]))
    detail = browser.get(reverse("api:snapshot-detail", args=[slug, later.pk]))

    assert later.number == 2
    assert "Snapshot 1" in page.content.decode()
    assert "Snapshot 2" not in page.content.decode()
    assert [each["number"] for each in listed.json()["results"]] == [1]
    assert detail.status_code == 403


def test_publishing_is_audited_once_and_a_second_withdrawal_is_refused(
    world: World, snapshot: Snapshot
) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        by = world.actor("consultant")
        for _ in range(2):
            publish_snapshot(by=by, snapshot=snapshot)
        withdraw_snapshot(by=by, snapshot=snapshot)
        with pytest.raises(Conflict):
            withdraw_snapshot(by=by, snapshot=snapshot)

        events = AuditEvent.objects.filter(subject_id=snapshot.pk).order_by("created_at")
        verbs = [event.verb for event in events]
    assert verbs == ["snapshot.created", "snapshot.published", "snapshot.withdrawn"]


def test_a_respondent_who_submits_lands_where_they_may_be(world: World, snapshot: Snapshot) -> None:
    submit = reverse(
        "assessments:assessment-submit", args=[world.organization.slug, snapshot.assessment_id]
    )

    landed = world.login(Browser(), "respondent").post(submit, follow=True)

    assert landed.status_code == 200
