"""What people may regret asks first: to look at the question changes nothing."""

from uuid import UUID

import pytest
from django.test import Client as Browser
from django.urls import reverse

from assessments.models import Assessment, AssessmentStatus
from assessments.services import submit_assessment
from organizations import tenancy
from organizations.models import Membership
from tests.permission_table import THINGS
from tests.world import World

REGRETTABLE = {
    "assessments:assessment-reopen": (
        "assessment",
        "submit and approve it again",
        "submit and approve it again",
    ),
    "organizations:member-deactivate": ("member", "Reactivate them", "/reactivation/"),
}
acts = pytest.mark.parametrize("name", REGRETTABLE)


def thing(world: World, kind: str) -> UUID:
    row_id = THINGS[kind](world.organization, world.client)
    if kind == "assessment":
        with tenancy.enter(organization_id=world.organization.pk):
            assessment = Assessment.objects.get(pk=row_id)
            submit_assessment(by=world.actor("consultant"), assessment=assessment)
    return row_id


def is_done(world: World, kind: str, row_id: UUID) -> bool:
    with tenancy.enter(organization_id=world.organization.pk):
        if kind == "assessment":
            status = Assessment.objects.get(pk=row_id).status
            return status == AssessmentStatus.IN_PROGRESS.value
        return not Membership.objects.get(pk=row_id).is_active


@acts
def test_it_asks_and_says_how_to_undo_it(world: World, client: Browser, name: str) -> None:
    kind, undo, offered = REGRETTABLE[name]
    row_id, browser = thing(world, kind), world.login(client, "owner")
    address = reverse(name, kwargs={"org": world.organization.slug, kind: row_id})

    question = browser.get(address)

    assert question.status_code == 200
    assert undo in " ".join(question.content.decode().split())
    assert not is_done(world, kind, row_id)
    done = browser.post(address, follow=True)
    assert done.redirect_chain[0][1] == 302
    notice = done.content.decode().partition('id="messages"')[2].partition("\n</div>")[0]
    assert offered in notice
    assert is_done(world, kind, row_id)
