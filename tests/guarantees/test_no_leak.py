"""T2: nothing leaks by content: from firm to firm, client to client, firm to client's people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.db.models import Q
from django.test import Client as Browser
from django.urls import reverse

from assessments.models import Note
from assessments.services import (
    add_file,
    add_link,
    add_note,
    choose_target,
    return_assessment,
    submit_assessment,
)
from jobs.services import run_due_jobs, run_job
from organizations import tenancy
from organizations.models import (
    ApiKey,
    AuditEvent,
    Client,
    IdempotentRequest,
    Invitation,
    Organization,
)
from organizations.services.idempotency import begin_once
from reports.documents.services import request_documents
from tests import factories, permission_table
from tests.api import table as api_table
from tests.api.callers import Caller, caller
from tests.factories import load_latest_framework
from tests.guarantees.canaries import plant, tenant_models, text_fields, whole_text
from tests.letters import letters
from tests.reports import rows as report_rows
from tests.world import World

FOREIGN, SIBLING, FIRM_ONLY = "zqforeignbird", "zqsiblingbird", "zqfirmonlybird"
OWN = "zqownbird"  # what a client's people may read of their own client
FIRM_PEOPLE = ("owner", "consultant", "key")
CLIENT_PEOPLE = ("respondent", "viewer", "client_key")
# What a client's people never see of their own client.
FOR_THE_FIRM = (Note, AuditEvent, ApiKey, Invitation, IdempotentRequest)
MAKERS = api_table.THINGS
DRAWN = {"deliverable", "printed_snapshot"}


def make_everything(organization: Organization, client: Client, word: str) -> None:
    """Store a row of every tenant table for a client, with a file that holds the word."""
    for kind in MAKERS.keys() - DRAWN:
        MAKERS[kind](organization, client)
    by = factories.system_actor(organization)
    with tenancy.enter(organization_id=organization.pk):
        snapshot = report_rows.make_snapshot(organization, client)
        choose_target(
            by=by, assessment=snapshot.assessment, dimension="hosting", level=2, reason=word
        )
        deliverable = report_rows.make_deliverable(snapshot)
        report_rows.finish_deliverable(deliverable, f"{word} in a file".encode())
        add_link(
            by=by,
            assessment=snapshot.assessment,
            kind="check",
            key="gateway",
            url=f"https://wiki.example/{word}",
        )
        begin_once(by=by, principal=word, key=word, request_hash=word)
        add_note(by=by, assessment=snapshot.assessment, text=word)
        add_file(
            by=by,
            assessment=snapshot.assessment,
            kind="check",
            key="gateway",
            filename=f"{word}.csv",
            content=f"{word},1\n".encode(),
        )
        job = submit_assessment(by=by, assessment=snapshot.assessment)
        run_job(job_id=job.pk, organization_id=organization.pk)
        return_assessment(by=by, assessment=snapshot.assessment, remark=word)


def paths(slug: str, things: Mapping[str, UUID]) -> Iterator[tuple[str, frozenset[str]]]:
    """Every address that is read, of pages and of the API, with who may."""
    shared = {kind: make() for kind, make in permission_table.SHARED.items()}
    for row in (*permission_table.ROWS, *api_table.ROWS):
        if row.method == "GET":
            yield row.address(slug, {**things, **shared}), row.allowed


def read(who: Caller, path: str) -> tuple[int, bytes]:
    """An answer's status, and all that it says, with its headers."""
    answer = who.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    head = str(answer.headers).encode()
    is_file = body[:4] in (b"%PDF", b"PK\x03\x04")
    return answer.status_code, whole_text(body) + head if is_file else body + head


def make_all(world: World) -> None:
    """Store rows of all three, with their words where people type them; Rival's everywhere."""
    load_latest_framework()
    make_everything(world.other_organization, world.other_client, FOREIGN)
    make_everything(world.organization, world.sibling_client, SIBLING)
    make_everything(world.organization, world.client, OWN)
    with tenancy.enter(organization_id=world.organization.pk):
        Client.objects.filter(pk=world.sibling_client.pk).update(name=SIBLING)
    plant(world.other_organization, FOREIGN, Q())


def plant_inside(world: World) -> None:
    """Write Southwind's word and the firm's own into every text, so that few of them make sense."""
    plant(world.organization, FIRM_ONLY, Q(client=world.client), FOR_THE_FIRM)
    plant(world.organization, FIRM_ONLY, Q(client=None), FOR_THE_FIRM)
    plant(world.organization, SIBLING, Q(client=world.sibling_client))


def own_things(world: World) -> dict[str, UUID]:
    """Northwind's rows, computed and drawn while the words of others stand in the tables."""
    made = {kind: MAKERS[kind](world.organization, world.client) for kind in MAKERS.keys() - DRAWN}
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = report_rows.make_snapshot(world.organization, world.client)
        drawn = request_documents(by=world.actor("consultant"), snapshot=snapshot)
    run_due_jobs()
    return made | {"printed_snapshot": snapshot.pk, "deliverable": drawn[0].pk}


@dataclass
class Walk:
    """What came of reading everything as some people: words seen, answers that were none."""

    leaks: list[tuple[str, str, str]] = field(default_factory=list)
    broken: list[tuple[str, str, int]] = field(default_factory=list)
    read: int = 0


def walk(
    world: World, things: Mapping[str, UUID], people: Iterable[str], hidden: Iterable[str]
) -> Walk:
    """Read every page and operation as each of the people, and look for what is hidden."""
    found = Walk()
    for name in people:
        who = caller(world, name)
        for path, allowed in paths(world.organization.slug, things):
            status, content = read(who, path)
            found.leaks += [(name, path, word) for word in hidden if word.encode() in content]
            if name in allowed:
                found.read += 1
                found.broken += [(name, path, status)] if status not in {200, 302} else []
    return found


def is_seen_by(world: World, name: str, page: str, organization: Organization, word: str) -> bool:
    """Whether somebody reads the word on a page."""
    return word.encode() in read(caller(world, name), reverse(page, args=[organization.slug]))[1]


def invite(world: World) -> None:
    """Let the firm's owner invite somebody, and send the letter."""
    url = reverse("organizations:invitation-create", args=[world.organization.slug])
    data = {"email": "new@example.com", "role": "viewer", "client": str(world.client.pk)}
    letters().clear()
    world.login(Browser(), "owner").post(url, data)
    letters()


def mailed() -> str:
    """All that was sent, whole."""
    return " ".join(
        f"{letter.message()} {letter.body} {letter.alternatives}" for letter in letters()
    )


def test_every_text_of_every_tenant_table_gets_a_word(world: World) -> None:
    load_latest_framework()
    make_everything(world.other_organization, world.other_client, FOREIGN)

    planted = set(plant(world.other_organization, FOREIGN, Q()))

    texts = {f"{m._meta.db_table}.{f.attname}" for m in tenant_models() for f in text_fields(m)}
    assert texts - planted == set(), "a text without a word: let make_everything store its row"


@pytest.mark.timeout(900)  # half a minute of a core; a busy machine takes longer
def test_nothing_of_others_is_in_anything_that_is_read(world: World) -> None:
    make_all(world)
    things = own_things(world)
    firm, rival = world.organization, world.other_organization

    by_firm = walk(world, things, FIRM_PEOPLE, [FOREIGN])
    invite(world)
    # The words are there, for those whom they concern.
    concerned = [
        is_seen_by(world, "other_firm_owner", "organizations:member-list", rival, FOREIGN),
        is_seen_by(world, "consultant", "scenarios:client-list", firm, SIBLING),
        is_seen_by(world, "other_client_viewer", "scenarios:client-list", firm, SIBLING),
    ]
    plant_inside(world)
    concerned.append(is_seen_by(world, "owner", "organizations:audit-event-list", firm, FIRM_ONLY))
    by_client = walk(world, things, CLIENT_PEOPLE, [FOREIGN, SIBLING, FIRM_ONLY])

    assert by_firm.leaks + by_client.leaks == []
    assert by_firm.broken + by_client.broken == []
    assert by_firm.read + by_client.read > 200
    assert concerned == [True] * 4
    assert "new@example.com" in mailed()
    assert [word for word in (FOREIGN, SIBLING, FIRM_ONLY) if word in mailed()] == []
