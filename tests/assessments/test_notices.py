"""Mail tells of a submission, a return and an approval: the right people, each once."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from assessments import services
from assessments.models import Assessment
from assessments.services import NOTICE_JOB
from jobs.models import Job, Ticket
from jobs.services import claim_job, reap_jobs, run_due_jobs, run_job
from organizations import tenancy
from organizations.models import AuditEvent
from organizations.permissions import Role
from tests import factories
from tests.assessments.cast import YES, assess, enter
from tests.letters import letters
from tests.organizations.test_invitations import BrokenBackend
from tests.world import World

REMARK = "Which gateway?\nPlease name it."


def submitted(world: World, by: str = "respondent") -> Assessment:
    """Submit an assessment; its jobs still wait."""
    assessment = assess(world, gateway=YES)
    with enter(world):
        services.submit_assessment(by=world.actor(by), assessment=assessment)
    return assessment


def reviewed(world: World, outcome: str, by: str = "respondent") -> Assessment:
    """Submit, send that mail, and review; the review's jobs still wait."""
    assessment = submitted(world, by)
    run_due_jobs()
    letters().clear()
    with enter(world):
        if outcome == "approve":
            services.approve_assessment(by=world.actor("consultant"), assessment=assessment)
        else:
            services.return_assessment(
                by=world.actor("consultant"), assessment=assessment, remark=REMARK
            )
    return assessment


def told() -> list[str]:
    """Whom mail went to; every mail is one person's own."""
    assert all(len(letter.to) == 1 for letter in letters())
    return sorted(letter.to[0] for letter in letters())


def notice_job(world: World) -> Job:
    """The newest job that sends mail."""
    with enter(world):
        return Job.objects.filter(kind=NOTICE_JOB).order_by("-requested_at")[0]


def page(world: World, assessment: Assessment) -> str:
    """The address that mails lead to."""
    return f"https://crossover.example/o/{world.organization.slug}/assessments/{assessment.pk}/"


def test_a_submission_is_told_to_those_who_review(world: World) -> None:
    assessment = submitted(world)

    run_due_jobs()

    assert told() == ["consultant@acme.example", "owner@acme.example"]
    letter = letters()[0]
    assert letter.subject == "To be reviewed: “Review” of Northwind"
    assert "respondent@acme.example submitted “Review” of Northwind." in letter.body
    assert page(world, assessment) in letter.body
    assert page(world, assessment) in str(letter.alternatives[0][0])  # type: ignore[attr-defined]


def test_whoever_submits_is_not_told_of_it(world: World) -> None:
    submitted(world, by="consultant")

    run_due_jobs()

    assert told() == ["owner@acme.example"]


@pytest.mark.parametrize(
    ("outcome", "subject"),
    [
        ("approve", "Approved: “Review” of Northwind"),
        ("return", "Returned with a remark: “Review” of Northwind"),
    ],
)
def test_a_review_is_told_to_the_clients_respondents_alone(
    world: World, outcome: str, subject: str
) -> None:
    assessment = reviewed(world, outcome)

    run_due_jobs()

    assert told() == ["respondent@acme.example"]
    assert letters()[0].subject == subject
    assert page(world, assessment) in letters()[0].body
    assert (REMARK in letters()[0].body) == (outcome == "return")


def test_a_review_is_told_to_whoever_submitted(world: World) -> None:
    reviewed(world, "return", by="owner")

    run_due_jobs()

    assert told() == ["owner@acme.example", "respondent@acme.example"]


@pytest.mark.parametrize("closed", ["membership", "account"])
def test_members_who_left_are_told_nothing(world: World, closed: str) -> None:
    reviewed(world, "approve")
    with enter(world):
        member = world.people["respondent"]
        row = member if closed == "membership" else member.user
        row.is_active = False
        row.save(update_fields=["is_active"])

    run_due_jobs()

    assert told() == []


def test_people_of_other_clients_and_firms_are_told_nothing(world: World) -> None:
    """There is somebody of every role elsewhere whom a looser query would tell."""
    rival = world.other_organization
    factories.make_member(rival, Role.RESPONDENT, client=world.other_client, email="r@r.example")

    reviewed(world, "return")
    run_due_jobs()

    assert told() == ["respondent@acme.example"]


def retried(seconds: int = 600) -> None:
    """Run what is due after a while."""
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
        reap_jobs()
        run_due_jobs()
        letters()


def test_a_job_that_ran_already_sends_nothing_again(world: World) -> None:
    submitted(world)
    job = notice_job(world)

    run_due_jobs()
    run_job(job_id=job.pk, organization_id=job.organization_id)
    retried()

    assert told() == ["consultant@acme.example", "owner@acme.example"]


class DiesAfterOne(EmailBackend):
    """A mail server that takes a mail; then the worker dies."""

    def send_messages(self, messages: Any) -> int:
        """Keep the mail, then end as a killed worker does."""
        super().send_messages(messages)
        raise KeyboardInterrupt


def test_a_worker_that_dies_after_sending_does_not_send_again(
    world: World, settings: Settings
) -> None:
    submitted(world)
    run_due_jobs()
    settings.EMAIL_BACKEND = f"{__name__}.DiesAfterOne"
    with pytest.raises(KeyboardInterrupt):
        letters()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    retried()

    assert told() == ["consultant@acme.example", "owner@acme.example"]
    assert notice_job(world).state == "done"


class RefusesOwner(EmailBackend):
    """A mail server that does not take one person's mail."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        """Refuse the owner's."""
        if messages[0].to == ["owner@acme.example"]:
            raise SMTPServerDisconnected("Try again later.")
        return super().send_messages(messages)


def test_what_the_server_refused_is_sent_later_and_the_rest_not_again(
    world: World, settings: Settings
) -> None:
    submitted(world)
    settings.EMAIL_BACKEND = f"{__name__}.RefusesOwner"
    run_due_jobs()
    assert told() == ["consultant@acme.example"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    retried()

    assert told() == ["consultant@acme.example", "owner@acme.example"]
    with enter(world):
        verbs = AuditEvent.objects.filter(verb__startswith="notice.").values_list("verb", flat=True)
        assert list(verbs) == ["notice.queued"] * 2


def test_the_log_names_nobody_whose_mail_was_refused(
    world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    submitted(world)
    settings.EMAIL_BACKEND = f"{BrokenBackend.__module__}.{BrokenBackend.__name__}"

    run_due_jobs()
    letters()

    assert "was not sent" in caplog.text
    assert "@acme.example" not in caplog.text


def test_a_submission_that_is_undone_tells_nobody(world: World) -> None:
    assessment = assess(world, gateway=YES)
    with transaction.atomic():
        with enter(world):
            services.submit_assessment(by=world.actor("respondent"), assessment=assessment)
        transaction.set_rollback(True)

    run_due_jobs()

    assert (told(), Ticket.objects.count()) == ([], 0)


def test_the_job_of_another_worker_sends_nothing(world: World) -> None:
    submitted(world)
    job = notice_job(world)
    claim_job(job_id=job.pk, organization_id=job.organization_id)

    run_job(job_id=job.pk, organization_id=job.organization_id)

    assert told() == []
    with tenancy.enter(organization_id=world.organization.pk):
        assert Job.objects.get(pk=job.pk).state == "running"
