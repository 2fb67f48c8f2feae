"""P1: an organization that is erased leaves no row, no file and no name; others lose nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import ProgrammingError, connection, connections
from django.db.models import Q
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from psycopg import sql

from jobs.models import Job, JobState, Ticket
from jobs.run import LeaseLost
from jobs.services import claim_job, request_job
from organizations import tenancy
from organizations.encryption import decrypt
from organizations.exceptions import Conflict, Invalid
from organizations.models import (
    AuditEvent,
    Client,
    Erasure,
    Membership,
    Organization,
    OutgoingMail,
    User,
)
from organizations.permissions import Role
from organizations.selectors import membership_find
from organizations.services import erasures
from organizations.services.erasures import erase_due, request_erasure, withdraw_erasure
from organizations.services.outbox import queue_mail
from tests import factories
from tests.databases import owner_connection
from tests.factories import load_latest_framework
from tests.guarantees.canaries import plant
from tests.guarantees.test_no_leak import make_everything
from tests.letters import letters
from tests.world import World

WORD, OTHER = "zqerasedbird", "zqstayingbird"


@pytest.fixture
def at_once(settings: Any) -> None:
    """Let an erasure be due when it is asked for, and not wait for what is under way."""
    settings.ERASURE_DELAY_DAYS = 0
    settings.CELERY_TASK_TIME_LIMIT = 0


def ask(world: World, address: str = "acme") -> Erasure:
    with tenancy.enter(organization_id=world.organization.pk):
        return request_erasure(by=world.actor("owner"), address=address)


@contextmanager
def all_rows() -> Iterator[Any]:
    """See every row of the database, as nobody does: as its owner, past row-level security."""
    with owner_connection(connections["default"].settings_dict["NAME"]) as seeing:
        with seeing.transaction(force_rollback=True):
            tables = [
                name
                for (name,) in seeing.execute(
                    "select relname from pg_class where relkind in ('r', 'p')"
                    " and relnamespace = 'public'::regnamespace order by 1"
                )
            ]
            for name in tables:
                no_force = "alter table {} no force row level security"
                seeing.execute(sql.SQL(no_force).format(sql.Identifier(name)))
            yield seeing, tables


def rows_that_say(*words: str) -> dict[str, list[int]]:
    """Count the rows of every table whose text holds each word."""
    with all_rows() as (seeing, tables):
        counts = {}
        for name in tables:
            table = sql.Identifier(name)
            counted = sql.SQL("select {} from {} t").format(
                sql.SQL(", ").join(
                    sql.SQL("count(*) filter (where t::text like {})").format(f"%{word}%")
                    for word in words
                ),
                table,
            )
            counts[name] = list(seeing.execute(counted).fetchone())
    return {name: found for name, found in counts.items() if any(found)}


def files_of(organization: Organization, root: Path) -> list[Path]:
    return [each for each in root.rglob("*") if str(organization.pk) in str(each)]


def make_both(world: World) -> None:
    """Fill both organizations with a row of every table, files, and words."""
    load_latest_framework()
    make_everything(world.organization, world.client, WORD)
    make_everything(world.other_organization, world.other_client, OTHER)
    plant(world.organization, WORD, Q())
    plant(world.other_organization, OTHER, Q())


def test_an_erased_organization_leaves_nothing_and_others_lose_nothing(
    committed_db: None, world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_both(world)
    root = Path(settings.MEDIA_ROOT)
    key, others = str(world.organization.pk), (OTHER, str(world.other_organization.pk))
    settings.CELERY_TASK_TIME_LIMIT = 0
    standing = Erasure.objects.get(organization_id=world.organization.pk)
    with owner_connection(connections["default"].settings_dict["NAME"]) as owner:
        owner.execute(
            "update organizations_erasure set requested_at = %s, due_at = %s where id = %s",
            [*[timezone.now() - timedelta(minutes=1)] * 2, standing.pk],
        )
    before = rows_that_say(WORD, key, *others)
    files_before = files_of(world.other_organization, root)
    monkeypatch.setattr(erasures, "BATCH_ROWS", 3)

    killed = kill_after(monkeypatch, batches=20)
    with pytest.raises(KeyboardInterrupt):
        erase_due()
    halfway = rows_that_say(WORD, key)
    killed()
    call_command("erase_due")

    after = rows_that_say(WORD, key, *others)
    assert sum(counts[0] for counts in before.values()) > 100
    assert 0 < sum(map(sum, halfway.values())) < sum(sum(each[:2]) for each in before.values())
    assert {name: each[:2] for name, each in after.items() if any(each[:2])} == {
        "organizations_erasure": [0, 1]
    }
    assert {name: each[2:] for name, each in after.items() if any(each[2:])} == {
        name: each[2:] for name, each in before.items() if any(each[2:])
    }
    assert "organizations_outgoingmail" in after
    assert files_of(world.organization, root) == []
    assert files_of(world.other_organization, root) == files_before != []


def kill_after(monkeypatch: pytest.MonkeyPatch, *, batches: int) -> Any:
    """End the work in the middle, as a killed worker does; the result lets it go on."""
    erase, done = erasures._erase_rows, []

    def erase_or_die(*args: Any) -> bool:
        done.append(args)
        if len(done) > batches:
            raise KeyboardInterrupt
        return erase(*args)

    monkeypatch.setattr(erasures, "_erase_rows", erase_or_die)
    return lambda: monkeypatch.setattr(erasures, "_erase_rows", erase)


def test_an_erasure_waits_for_its_day_and_can_be_withdrawn_until_then(world: World) -> None:
    left, closed = (factories.make_member(world.organization, Role.OWNER) for _ in range(2))
    with tenancy.enter(organization_id=world.organization.pk):
        Membership.objects.filter(pk=left.pk).update(is_active=False)
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    erasure = ask(world)

    assert erasure.due_at - erasure.requested_at == timedelta(days=14)
    assert ask(world).pk == erasure.pk
    assert erase_due() == 0
    with tenancy.enter(organization_id=world.organization.pk):
        assert Client.objects.count() == 2
        withdraw_erasure(by=world.actor("owner"), erasure=erasure)
        verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    sent = letters()
    subjects = [letter.subject for letter in sent]
    assert {address for letter in sent for address in letter.to} == {"owner@acme.example"}
    assert verbs >= {"erasure.requested", "erasure.withdrawn"}
    assert subjects[0].startswith("Acme will be erased on ")
    assert subjects[1:] == ["Acme stays"]
    assert ask(world).pk != erasure.pk


def test_an_erasure_is_asked_for_by_the_organizations_own_address(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        ask(world, "rival")

    assert list(refused.value.fields) == ["address"]
    assert not Erasure.objects.exists()


def test_what_has_begun_ends_all_access_and_cannot_be_withdrawn(
    world: World, settings: Any
) -> None:
    settings.ERASURE_DELAY_DAYS = 0
    erasure = ask(world)
    with tenancy.enter(organization_id=world.organization.pk):
        job = request_job(
            by=world.actor("consultant"), kind="test", key="test", subject_id=world.client.pk
        )
    run = claim_job(job_id=job.pk, organization_id=world.organization.pk)
    assert run is not None

    assert erase_due() == 0

    owner = world.people["owner"]
    assert membership_find(user_id=owner.user_id, organization_slug="acme") is None
    assert not Ticket.objects.exists()
    assert not OutgoingMail.objects.exists()
    with pytest.raises(LeaseLost), run.finish():
        pytest.fail("a job that was stopped stored something")
    with tenancy.enter(organization_id=world.organization.pk):
        assert Job.objects.get().state == JobState.CANCELLED
        with pytest.raises(Conflict):
            withdraw_erasure(by=world.actor("owner"), erasure=erasure)


def test_people_of_another_organization_stay_and_so_do_those_whom_others_name(
    world: World, at_once: None
) -> None:
    shared, named = world.people["consultant"].user, world.people["viewer"].user
    with tenancy.enter(organization_id=world.other_organization.pk):
        Membership.objects.create(
            organization=world.other_organization, user=shared, role=Role.OWNER, is_active=False
        )
        AuditEvent.objects.create(
            organization=world.other_organization,
            actor=named,
            actor_label="",
            verb="client.created",
            subject_type="client",
            subject_id=world.other_client.pk,
        )
    ask(world)

    assert erase_due() == 1

    left = User.objects.exclude(email__endswith="@rival.example").values_list("pk", flat=True)
    assert set(left) == {shared.pk, named.pk}


def test_mail_that_is_of_no_organization_goes_with_the_person_it_goes_to(
    world: World, at_once: None
) -> None:
    """As that of a sign-in or a password does; whoever stays gets theirs."""
    shared, gone = world.people["consultant"].user, world.people["viewer"].user
    with tenancy.enter(organization_id=world.other_organization.pk):
        Membership.objects.create(
            organization=world.other_organization, user=shared, role=Role.OWNER
        )
    for address in (gone.email.title(), shared.email, "somebody@else.example"):
        queue_mail(EmailMessage("Your password", "Choose a new one.", None, [address]))
    ask(world)

    assert erase_due() == 1

    left = [json.loads(decrypt(each.content))["to"] for each in OutgoingMail.objects.all()]
    assert sorted(left) == [[shared.email], ["somebody@else.example"]]


@pytest.mark.parametrize("is_due", [False, True])
def test_kept_rows_are_deleted_in_an_erasure_that_is_due_alone(
    world: World, settings: Any, is_due: bool
) -> None:
    """What the app may not delete goes by a function that refuses everywhere else."""
    settings.ERASURE_DELAY_DAYS = 0 if is_due else 14
    with tenancy.enter(organization_id=world.other_organization.pk):
        request_erasure(by=world.actor("other_firm_owner"), address="rival")
    erase_due()
    organization = world.organization if is_due else world.other_organization

    with (
        pytest.raises(ProgrammingError, match="no erasure of this tenant is due"),
        tenancy.enter(organization_id=organization.pk),
        connection.cursor() as cursor,
    ):
        cursor.execute("select erase_organizations_auditevent(100)")


@pytest.mark.parametrize("column", ["due_at", "organization_id", "requested_at"])
def test_an_erasure_cannot_be_moved(world: World, column: str) -> None:
    ask(world)

    with pytest.raises(ProgrammingError, match="permission denied"):
        Erasure.objects.update(**{column: getattr(Erasure.objects.get(), column)})


def test_page_asks_for_the_address_and_offers_to_withdraw(world: World) -> None:
    with tenancy.enter(organization_id=world.other_organization.pk):
        request_erasure(by=world.actor("other_firm_owner"), address="rival")
    browser = world.login(Browser(), "owner")
    page = reverse("organizations:erasure-list", args=["acme"])

    refused = browser.post(page, {"address": "rival"})
    browser.post(page, {"address": "acme"})
    shown = browser.get(page).content.decode()
    own = Erasure.objects.get(organization_id=world.organization.pk)
    withdrawal = reverse("organizations:erasure-withdraw", args=["acme", own.pk])
    browser.post(withdrawal)

    own.refresh_from_db()
    assert refused.status_code == 422
    assert "Type acme" in refused.content.decode()
    assert withdrawal in shown
    assert own.withdrawn_at is not None
