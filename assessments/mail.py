"""Mails about assessments: whom to tell of which event, and in which words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from pydantic import BaseModel

from assessments.models import Assessment
from organizations.mail import Notice, notice_letter
from organizations.models import Membership
from organizations.permissions import Role
from organizations.selectors import members_to_notify

OF_RESULTS = ("ready", "published")
REVIEWERS = (Role.OWNER, Role.CONSULTANT)


class Event(BaseModel, frozen=True):
    """What happened to an assessment: who did it, whom to tell beside the roles, what they said.

    `actor_id` is told nothing: they know. `path` is the page to look at, where it is not the
    assessment's own. `provisional` says why results are, where they are.
    """

    kind: str
    actor: str
    actor_id: UUID | None = None
    people: tuple[UUID, ...] = ()
    text: str = ""
    path: str = ""
    provisional: str = ""


@dataclass(frozen=True)
class Wording:
    """The roles that are told of a kind of event, and the mail's words."""

    roles: tuple[Role, ...]
    notice: Callable[[Event, str], Notice]


def _submitted(event: Event, named: str) -> Notice:
    text = f"{event.actor} submitted {named}. Its answers are fixed now and wait for your review."
    return Notice(f"To be reviewed: {named}", [text], "Review it")


def _returned(event: Event, named: str) -> Notice:
    text = f"{event.actor} looked at {named} and asks you to go over some answers again:"
    after = "The answers can be changed again. Submit the assessment once they are ready."
    return Notice(f"Returned with a remark: {named}", [text, event.text, after], "Go on answering")


def _approved(event: Event, named: str) -> Notice:
    text = f"{event.actor} approved {named}. Its answers stay as they are."
    return Notice(f"Approved: {named}", [text], "See the assessment")


def _ready(event: Event, named: str) -> Notice:
    text = f"The documents of {named} that you asked for are ready: {event.text}."
    return Notice(
        f"Ready: the documents of {named}", [text, *_caution(event)], "Open the documents"
    )


def _published(event: Event, named: str) -> Notice:
    text = f"{event.actor} published the results of {named}. You can read them now."
    return Notice(
        f"Published: the results of {named}", [text, *_caution(event)], "Open the documents"
    )


def _caution(event: Event) -> list[str]:
    """What a mail of results says where they are provisional."""
    return [f"They are provisional: {event.provisional}."] if event.provisional else []


WORDINGS: Mapping[str, Wording] = {
    "submitted": Wording(REVIEWERS, _submitted),
    "returned": Wording((Role.RESPONDENT,), _returned),
    "approved": Wording((Role.RESPONDENT,), _approved),
    "ready": Wording((), _ready),
    "published": Wording((Role.RESPONDENT, Role.VIEWER), _published),
}


def recipients(assessment: Assessment, event: Event) -> list[Membership]:
    """The members to tell, as they stand now; whoever caused it is left out."""
    members = members_to_notify(
        roles=WORDINGS[event.kind].roles, client_id=assessment.client_id, user_ids=event.people
    )
    is_result = event.kind == "ready"  # told to whoever asked for it
    return [each for each in members if is_result or each.user_id != event.actor_id]


def event_letter(assessment: Assessment, event: Event, to: Membership) -> EmailMultiAlternatives:
    """Write the mail that tells one member of an event."""
    organization = assessment.organization
    named = f"“{assessment.title}” of {assessment.client.name}"
    page = {"org": organization.slug, "assessment": assessment.pk}
    path = event.path or reverse("assessments:assessment-detail", kwargs=page)
    return notice_letter(
        to=to.user.email,
        notice=WORDINGS[event.kind].notice(event, named),
        url=urljoin(settings.SITE_URL, path),
        organization=organization.name,
    )
