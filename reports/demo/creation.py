"""The demonstration's fictional organization, made by the apps' services; safe to repeat."""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from uuid import UUID

from django.urls import reverse

from assessments.models import AnswerKind, Assessment, AssessmentStatus
from assessments.selectors import (
    action_list,
    answer_list,
    assessment_list,
    first_day,
    redraft_preview,
    roadmap_find,
)
from assessments.services import (
    action_content,
    apply_draft,
    approve_assessment,
    change_action,
    create_assessment,
    save_answer,
    submit_assessment,
)
from costing.catalog.documents import read_document
from costing.scenarios.economics import request_economics
from costing.scenarios.models import Scenario
from costing.scenarios.selectors import economics_latest, scenario_list
from costing.scenarios.services import ScenarioInput, create_scenario
from jobs.models import Job, JobState
from jobs.services import reap_jobs, run_due_jobs
from organizations import tenancy
from organizations.models import Client, Membership, User
from organizations.permissions import CLIENT_ROLES, Actor, Role
from organizations.selectors import client_list, membership_actor, membership_find
from organizations.services import add_member, create_client, create_organization, create_person
from reports.demo.console import FILE
from reports.documents.assess_file import AssessFile, parse_assess_file
from reports.documents.selectors import deliverable_list
from reports.documents.services import request_documents
from reports.models import Deliverable, Snapshot
from reports.snapshots.selectors import snapshot_latest
from reports.snapshots.services import create_snapshot, publish_snapshot

SLUG = "harbourlight"
PASSWORD = "lanterns at low tide"
PEOPLE = {
    Role.OWNER: ("owner@harbourlight.example", "Olive Owens"),
    Role.CONSULTANT: ("consultant@harbourlight.example", "Conrad Quill"),
    Role.RESPONDENT: ("respondent@larkspur.example", "Rosa Penn"),
    Role.VIEWER: ("viewer@larkspur.example", "Victor Ives"),
}
# Who does what on the roadmap; the rest is still to be named.
OWNERS = {
    "attribute_spend": Role.VIEWER,
    "provider_caching": Role.RESPONDENT,
    "evals_in_ci": Role.RESPONDENT,
    "deploy_gateway": Role.RESPONDENT,
}
WAIT_SECONDS = 180.0
Say = Callable[[str], None]


class DemoFailed(Exception):
    """A job of the demonstration that did not end well, in words for a person."""


@dataclass(frozen=True)
class Demo:
    """What there is once the demonstration is made."""

    assessment: Assessment
    scenario: Scenario
    snapshot: Snapshot
    deliverables: tuple[Deliverable, ...]


def create_demo(say: Say) -> Demo:
    """Make what is missing of the demonstration and wait for its jobs; `say` hears the steps.

    Raises DemoFailed when a job fails or takes too long.
    """
    file = parse_assess_file(read_document(str(FILE)))
    owner = _owner(file.organization)
    with _tenant(owner):
        found = client_list().filter(name=file.client).first()
        client = found or create_client(by=owner, name=file.client)
        consultant = _people(owner, client)
        assessment = _assessment(consultant, client, file)
        scenario = _scenario(consultant, assessment, file)
        snapshot = snapshot_latest(assessment)
    if snapshot is None:
        _compute(consultant, assessment, scenario, say)
        with _tenant(owner):
            _roadmap(consultant, assessment)
            assessment = approve_assessment(by=consultant, assessment=assessment)
            snapshot = create_snapshot(by=consultant, assessment=assessment)
            publish_snapshot(by=consultant, snapshot=snapshot)
    return Demo(assessment, scenario, snapshot, _documents(consultant, snapshot, say))


def _tenant(actor: Actor) -> AbstractContextManager[None]:
    return tenancy.enter(organization_id=actor.organization_id, user_id=actor.user_id)


def _owner(organization: str) -> Actor:
    user = _person(Role.OWNER)
    membership = membership_find(user_id=user.pk, organization_slug=SLUG)
    if membership is None:
        create_organization(name=organization, slug=SLUG, owner=user)
        membership = membership_find(user_id=user.pk, organization_slug=SLUG)
    if membership is None:
        raise DemoFailed(f"{user.email} exists, but is not a member of {SLUG}: remove one of them.")
    return membership_actor(membership)


def _person(role: Role) -> User:
    email, name = PEOPLE[role]
    found = User.objects.filter(email=email).first()
    return found or create_person(email=email, name=name, password=PASSWORD)


def _people(by: Actor, client: Client) -> Actor:
    """Everybody in their role; the consultant, who does the work, is returned."""
    members = {role: _member(by, role, client) for role in PEOPLE if role is not Role.OWNER}
    return membership_actor(members[Role.CONSULTANT])


def _member(by: Actor, role: Role, client: Client) -> Membership:
    user = _person(role)
    found = Membership.objects.select_related("user").filter(user=user).first()
    client_id = client.pk if role in CLIENT_ROLES else None
    return found or add_member(by=by, user=user, role=role, client_id=client_id)


def _assessment(by: Actor, client: Client, file: AssessFile) -> Assessment:
    found = assessment_list(client=client).filter(title=file.title).first()
    assessment = found or create_assessment(
        by=by, client=client, title=file.title, as_of=file.as_of, triggers=file.triggers
    )
    if assessment.status == AssessmentStatus.IN_PROGRESS and snapshot_latest(assessment) is None:
        given = {each.key for each in answer_list(assessment)}
        missing = {key: content for key, content in file.answers.items() if key not in given}
        for key, content in missing.items():
            kind = AnswerKind.CHECK if content.level is None else AnswerKind.DIMENSION
            save_answer(
                by=by, assessment=assessment, kind=kind, key=key, version=0, content=content
            )
    return assessment


def _scenario(by: Actor, assessment: Assessment, file: AssessFile) -> Scenario:
    content = ScenarioInput(
        title="Claims assistant today",
        document=file.scenario,
        trigger=file.triggers[0] if file.triggers else "",
    )
    found = scenario_list(assessment).filter(title=content.title).first()
    return found or create_scenario(by=by, assessment=assessment, content=content)


def _compute(by: Actor, assessment: Assessment, scenario: Scenario, say: Say) -> None:
    """Submit the answers, price the scenario, and wait for both."""
    jobs = []
    with _tenant(by):
        slug = _slug(assessment)
        if assessment.status == AssessmentStatus.IN_PROGRESS:
            scorecard_url = reverse("assessments:scorecard", args=[slug, assessment.pk])
            jobs.append(submit_assessment(by=by, assessment=assessment, next_url=scorecard_url))
        if economics_latest(scenario) is None:
            scenario_url = reverse("scenarios:scenario-detail", args=[slug, scenario.pk])
            jobs.append(request_economics(by=by, scenario=scenario, next_url=scenario_url))
    _wait(by, [job.pk for job in jobs], say)


def _roadmap(by: Actor, assessment: Assessment) -> None:
    """Draft the roadmap and name who does some of it."""
    if roadmap_find(assessment) is not None:
        return
    starts_on = first_day(assessment, None)
    shown = redraft_preview(assessment, starts_on=starts_on)
    apply_draft(by=by, assessment=assessment, starts_on=starts_on, checksum=shown.checksum)
    for action in action_list(assessment).filter(key__in=OWNERS):
        content = replace(action_content(action), owner=PEOPLE[OWNERS[action.key]][1])
        change_action(by=by, action=action, version=action.version, content=content)


def _documents(by: Actor, snapshot: Snapshot, say: Say) -> tuple[Deliverable, ...]:
    with _tenant(by):
        slug = _slug(snapshot.assessment)
        list_url = reverse("reports:deliverable-list", args=[slug, snapshot.assessment_id])
        asked = request_documents(by=by, snapshot=snapshot, next_url=list_url)
    _wait(by, [each.job_id for each in asked if not each.is_ready], say)
    with _tenant(by):
        return tuple(deliverable_list(snapshot))


def _slug(assessment: Assessment) -> str:
    return assessment.organization.slug


def _wait(by: Actor, job_ids: Iterable[UUID], say: Say) -> None:
    """Do the work that is due here, or watch the worker that took it, until these jobs ended."""
    waiting = set(job_ids)
    deadline = time.monotonic() + WAIT_SECONDS
    while waiting:
        run_due_jobs()
        with _tenant(by):
            ended = [job for job in Job.objects.filter(pk__in=waiting) if job.is_finished]
        for job in ended:
            if job.state != JobState.DONE:
                raise DemoFailed(f"{job.kind}: {job.error or job.state}")
            say(f"{job.kind} done")
            waiting.discard(job.pk)
        if waiting and time.monotonic() > deadline:
            raise DemoFailed(f"The jobs did not end within {WAIT_SECONDS:.0f} s.")
        if waiting:
            reap_jobs()
            time.sleep(0.2)
