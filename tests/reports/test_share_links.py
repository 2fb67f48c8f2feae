"""Share links: one snapshot's finished documents for whoever has the token, and nothing else."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled
from pytest_django import DjangoAssertNumQueries

from organizations import tenancy
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent
from organizations.tokens import hash_token
from reports.documents.services import request_deliverable
from reports.models import Deliverable, DeliverableKind, PaperSize, ShareLink, Snapshot
from reports.sharing import services
from reports.sharing.selectors import share_link_find, share_link_get
from tests import factories
from tests.reports.rows import finish_deliverable, make_deliverable, make_snapshot
from tests.world import World

# The link by its token and again inside its client (settings exchanged and exchanged back,
# each in a savepoint), counted and noted as opened, the documents, how the organization looks.
OPEN_QUERIES = 15


@pytest.fixture
def snapshot(world: World) -> Snapshot:
    """A snapshot of Northwind with one finished document."""
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)
        finish_deliverable(make_deliverable(snapshot), b"northwind scorecard")
    return snapshot


def share(world: World, snapshot: Snapshot, days: int = 30) -> services.NewShareLink:
    with tenancy.enter(organization_id=world.organization.pk):
        by = world.actor("consultant")
        return services.create_share_link(by=by, snapshot=snapshot, days=days)


def change(world: World, link: ShareLink, **values: object) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        ShareLink.objects.filter(pk=link.pk).update(**values)


def stored(world: World, link: ShareLink) -> ShareLink:
    with tenancy.enter(organization_id=world.organization.pk):
        return share_link_get(link.pk)


def documents_of(world: World, snapshot: Snapshot) -> list[Deliverable]:
    with tenancy.enter(organization_id=world.organization.pk):
        return list(Deliverable.objects.filter(snapshot=snapshot).order_by("kind", "paper"))


def paths_of(world: World, snapshot: Snapshot, token: str) -> list[str]:
    """Return every path of a link: its page, its ZIP, its documents."""
    return [
        reverse("reports:share-open", args=[token]),
        reverse("reports:share-archive", args=[token]),
        *(
            reverse("reports:share-document", args=[token, each.pk])
            for each in documents_of(world, snapshot)
        ),
    ]


def test_create_shows_the_link_once_and_keeps_its_hash_alone(
    world: World, snapshot: Snapshot, client: Browser
) -> None:
    browser = world.login(client, "consultant")
    slug = world.organization.slug

    made = browser.post(
        reverse("reports:share-link-create", args=[slug, snapshot.pk]),
        {"days": "7", "kinds": ["executive-brief", "scorecard"], "recipient": "Ida Berg"},
    )
    page = browser.get(made["Location"])
    listed = browser.get(reverse("reports:deliverable-list", args=[slug, snapshot.assessment_id]))

    found = re.findall(r"http://testserver/shared/([A-Za-z0-9_-]{43})/", page.content.decode())
    token = found[0]
    assert (made.status_code, page.status_code, len(found)) == (302, 200, 1)
    assert token not in listed.content.decode()
    with tenancy.enter(organization_id=world.organization.pk):
        link = ShareLink.objects.get()
        events = AuditEvent.objects.filter(subject_id=link.pk)
        assert [(event.verb, event.data) for event in events] == [
            ("share_link.created", {"days": 7, "kinds": ["scorecard", "executive-brief"]})
        ]
    assert link.token_hash == hash_token(token)
    assert link.expires_at - link.created_at == timedelta(days=7)
    assert (link.opened_count, link.last_opened_at) == (0, None)


def test_reloading_a_new_link_makes_no_second_one_and_nobody_else_sees_it(
    world: World, snapshot: Snapshot, client: Browser
) -> None:
    browser = world.login(client, "consultant")
    create = reverse("reports:share-link-create", args=[world.organization.slug, snapshot.pk])

    address = browser.post(create, {"days": "7", "kinds": "scorecard"})["Location"]
    pages = [browser.get(address).content.decode() for _ in range(2)]
    another = world.login(Browser(), "owner").get(address).content.decode()

    assert all("http://testserver/shared/" in page for page in pages)
    assert "/shared/" not in another
    assert "was shown when it was made" in another
    with tenancy.enter(organization_id=world.organization.pk):
        assert ShareLink.objects.count() == 1


@pytest.mark.parametrize("days", ["0", "8", "36500", "", "x\0"])
def test_create_for_other_days_is_refused(
    world: World, snapshot: Snapshot, client: Browser, days: str
) -> None:
    url = reverse("reports:share-link-create", args=[world.organization.slug, snapshot.pk])

    response = world.login(client, "consultant").post(url, {"days": days, "kinds": "scorecard"})

    assert response.status_code == 422
    with tenancy.enter(organization_id=world.organization.pk):
        assert ShareLink.objects.count() == 0
        with pytest.raises(Invalid):
            services.create_share_link(by=world.actor("owner"), snapshot=snapshot, days=8)


def test_create_beyond_the_limit_is_refused_until_one_is_revoked(
    world: World, snapshot: Snapshot
) -> None:
    made = [share(world, snapshot) for _ in range(services.MAX_SHARE_LINKS)]

    with pytest.raises(Invalid, match="at most 20"):
        share(world, snapshot)

    with tenancy.enter(organization_id=world.organization.pk):
        services.revoke_share_link(by=world.actor("owner"), share_link=made[0].share_link)
    assert share(world, snapshot).share_link.is_open


def test_page_shows_the_documents_to_somebody_without_an_account(
    world: World,
    snapshot: Snapshot,
    client: Browser,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        by = world.actor("consultant")
        request_deliverable(by=by, snapshot=snapshot, kind=DeliverableKind.GUIDE)
    token = share(world, snapshot).token

    with django_assert_num_queries(OPEN_QUERIES):
        response = client.get(reverse("reports:share-open", args=[token]))

    scorecard = next(each for each in documents_of(world, snapshot) if each.is_ready)
    page = response.content.decode()
    assert response.status_code == 200
    assert re.findall(r'href="(/shared/[^"]+)"', page) == [
        reverse("reports:share-document", args=[token, scorecard.pk])
    ]
    assert "Northwind" in page


def test_downloads_are_attachments_that_nobody_keeps_finds_or_tells(
    world: World, snapshot: Snapshot, client: Browser
) -> None:
    token = share(world, snapshot).token
    page, archive, document = paths_of(world, snapshot, token)

    answers = {name: client.get(path) for name, path in (("zip", archive), ("pdf", document))}
    shown = client.get(page)

    name = "northwind-review-scorecard-a4.pdf"
    assert answers["pdf"].content == b"northwind scorecard"
    assert ZipFile(BytesIO(answers["zip"].content)).namelist() == [name]
    assert {key: each.headers["Content-Disposition"] for key, each in answers.items()} == {
        "pdf": f'attachment; filename="{name}"',
        "zip": 'attachment; filename="northwind-review-snapshot-1.zip"',
    }
    for each in (*answers.values(), shown):
        assert each.headers["Cache-Control"] == "private, no-store"
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert each.headers["Referrer-Policy"] == "no-referrer"
        assert each.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_opening_is_counted_and_looking_ahead_is_not(
    world: World, snapshot: Snapshot, client: Browser
) -> None:
    made = share(world, snapshot)
    url = reverse("reports:share-open", args=[made.token])

    client.head(url)
    unopened = stored(world, made.share_link)
    client.get(url)
    client.get(url)
    opened = stored(world, made.share_link)

    assert (unopened.opened_count, unopened.last_opened_at) == (0, None)
    assert opened.opened_count == 2
    assert opened.last_opened_at is not None


@pytest.mark.parametrize(
    ("end", "words"), [("expired", "has expired"), ("revoked", "was withdrawn")]
)
def test_ended_link_says_so_and_whom_to_ask(
    world: World, snapshot: Snapshot, client: Browser, end: str, words: str
) -> None:
    made = share(world, snapshot)
    now = timezone.now()
    paths = paths_of(world, snapshot, made.token)
    before = [client.get(path).status_code for path in paths]
    if end == "expired":
        month = timedelta(days=30)
        change(world, made.share_link, created_at=now - month, expires_at=now)
    else:
        with tenancy.enter(organization_id=world.organization.pk):
            services.revoke_share_link(by=world.actor("owner"), share_link=made.share_link)

    ended = [client.get(path) for path in paths]

    assert before == [200, 200, 200]
    assert [each.status_code for each in ended] == [404] * 3
    for each in ended:
        page = each.content.decode()
        assert words in page
        assert f"Ask {made.share_link.created_by_label} of {world.organization.name}" in page
        assert "Sign in" not in page
        assert each.headers["Cache-Control"] == "private, no-store"


def test_mistyped_link_asks_for_the_message_that_it_came_in(
    world: World, snapshot: Snapshot, client: Browser
) -> None:
    share(world, snapshot)

    pages = [client.get(path) for path in paths_of(world, snapshot, "A" * 43)]

    assert [each.status_code for each in pages] == [404] * 3
    for each in pages:
        assert "open it again from the message that it came in" in each.content.decode()
        assert world.organization.name not in each.content.decode()


def test_link_leads_to_the_documents_chosen_for_it_alone(
    world: World, snapshot: Snapshot, client: Browser
) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        by = world.actor("consultant")
        asked = request_deliverable(by=by, snapshot=snapshot, kind=DeliverableKind.GUIDE)
        guide = finish_deliverable(asked, b"for the facilitator")
        of_guide = services.create_share_link(by=by, snapshot=snapshot, days=7, kinds=["guide"])
    by_default = share(world, snapshot)

    def found(token: str) -> tuple[bool, bool, list[str]]:
        page = client.get(reverse("reports:share-open", args=[token])).content.decode()
        archive = client.get(reverse("reports:share-archive", args=[token])).content
        return (
            "Facilitator guide" in page,
            client.get(reverse("reports:share-document", args=[token, guide.pk])).status_code
            == 200,
            [name.rpartition("review-")[2] for name in ZipFile(BytesIO(archive)).namelist()],
        )

    assert by_default.share_link.kinds == ["scorecard", "executive-brief"]
    assert found(by_default.token) == (False, False, ["scorecard-a4.pdf"])
    assert found(of_guide.token) == (True, True, ["guide-a4.docx"])


@pytest.mark.parametrize("kinds", [[], ["bill"], ["scorecard", "bill"]])
def test_create_without_a_document_names_the_field(
    world: World, snapshot: Snapshot, client: Browser, kinds: list[str]
) -> None:
    slug = world.organization.slug
    browser = world.login(client, "consultant")

    page = browser.post(
        reverse("reports:share-link-create", args=[slug, snapshot.pk]),
        {"days": "7", "kinds": kinds},
    )
    api = browser.post(
        reverse("api:share-link-list", args=[slug, snapshot.pk]),
        {"days": 7, "kinds": kinds},
        content_type="application/json",
    )

    assert (page.status_code, api.status_code) == (422, 422)
    assert [path.partition(".")[0] for path in api.json()["fields"]] == ["kinds"]
    with tenancy.enter(organization_id=world.organization.pk):
        with pytest.raises(Invalid):
            services.create_share_link(
                by=world.actor("owner"), snapshot=snapshot, days=7, kinds=kinds
            )
        assert ShareLink.objects.count() == 0


def test_what_was_opened_when_is_listed_for_whoever_manages(
    world: World, snapshot: Snapshot, client: Browser
) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        by = world.actor("consultant")
        made = services.create_share_link(by=by, snapshot=snapshot, days=7, recipient=" Ida Berg ")
    visitor = Browser()
    for path in paths_of(world, snapshot, made.token):
        visitor.get(path)
        visitor.head(path)
    names = [world.organization.slug, made.share_link.pk]
    browser = world.login(client, "consultant")

    page = browser.get(reverse("reports:share-link-detail", args=names)).content.decode()
    listed = browser.get(reverse("api:share-link-detail", args=names)).json()

    assert sorted(each["what"] for each in listed["openings"]) == ["archive", "page", "scorecard"]
    assert (listed["recipient"], listed["opened_count"]) == ("Ida Berg", 1)
    assert page.count('<td class="nowrap">') == 3
    assert "For Ida Berg." in page


def test_openings_are_kept_one_by_one_up_to_a_number(
    world: World, snapshot: Snapshot, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_OPENINGS", 2)
    made = share(world, snapshot)

    for _ in range(4):
        client.get(reverse("reports:share-open", args=[made.token]))

    link = stored(world, made.share_link)
    with tenancy.enter(organization_id=world.organization.pk):
        assert (link.opened_count, link.openings.count()) == (4, 2)


@pytest.mark.parametrize("token", ["x", "%00", "%ED%B3%BF", "é" * 2000, "..", "f" * 64])
def test_unknown_token_finds_nothing(
    world: World, snapshot: Snapshot, client: Browser, token: str
) -> None:
    share(world, snapshot)

    assert client.get(f"/shared/{token}/").status_code == 404


def test_hash_of_a_token_opens_nothing(world: World, snapshot: Snapshot) -> None:
    token_hash = share(world, snapshot).share_link.token_hash

    assert share_link_find(token=token_hash) is None


def test_link_reaches_no_other_snapshots_documents(
    world: World, snapshot: Snapshot, client: Browser
) -> None:
    token = share(world, snapshot).token
    others = [
        (world.organization, world.client),
        (world.organization, world.sibling_client),
        (world.other_organization, world.other_client),
    ]
    foreign = [uuid4()]
    for organization, whose in others:
        with tenancy.enter(organization_id=organization.pk):
            deliverable = make_deliverable(make_snapshot(organization, whose))
            foreign.append(finish_deliverable(deliverable, b"another's").pk)
    with tenancy.enter(organization_id=world.organization.pk):
        by = world.actor("consultant")
        unfinished = request_deliverable(
            by=by,
            snapshot=snapshot,
            kind=DeliverableKind.SCORECARD,
            paper=PaperSize.LETTER,
        )

    answers = [
        client.get(reverse("reports:share-document", args=[token, each])).status_code
        for each in (*foreign, unfinished.pk)
    ]
    archive = client.get(reverse("reports:share-archive", args=[token])).content

    assert answers == [404] * 5
    assert ZipFile(BytesIO(archive)).namelist() == ["northwind-review-scorecard-a4.pdf"]


def test_token_shows_its_own_row_and_no_other_table(world: World, snapshot: Snapshot) -> None:
    ours = share(world, snapshot)
    share(world, snapshot)

    with tenancy.expose(tenancy.Setting.SHARE_LINK, hash_token(ours.token)), scopes_disabled():
        seen = list(ShareLink._base_manager.values_list("pk", flat=True))
        snapshots = Snapshot._base_manager.count()
        changed = ShareLink._base_manager.update(opened_count=1, last_opened_at=timezone.now())

    assert seen == [ours.share_link.pk]
    assert snapshots == 0
    assert changed == 0


def test_presented_token_is_forgotten_inside_a_tenant(world: World, snapshot: Snapshot) -> None:
    ours = share(world, snapshot)

    with tenancy.expose(tenancy.Setting.SHARE_LINK, hash_token(ours.token)):
        with tenancy.enter(organization_id=world.other_organization.pk), scopes_disabled():
            seen = ShareLink._base_manager.count()

    assert seen == 0


def test_reference_to_another_clients_snapshot_is_refused_by_the_database(
    world: World, snapshot: Snapshot
) -> None:
    link = ShareLink(
        organization=world.organization,
        client=world.sibling_client,
        snapshot=snapshot,
        kinds=["scorecard"],
        token_hash="0" * 64,
        created_by_label="test",
        expires_at=timezone.now() + timedelta(days=7),
    )

    with tenancy.enter(organization_id=world.organization.pk):
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        with pytest.raises(IntegrityError, match="same_tenant"), transaction.atomic():
            link.save(force_insert=True)


def test_revoke_is_audited_and_happens_once(
    world: World, snapshot: Snapshot, client: Browser
) -> None:
    made = share(world, snapshot)
    slug = world.organization.slug
    url = reverse("reports:share-link-revoke", args=[slug, made.share_link.pk])
    browser = world.login(client, "consultant")

    statuses = [browser.post(url).status_code for _ in range(2)]

    assert statuses == [302, 409]
    assert stored(world, made.share_link).revoked_at is not None
    with tenancy.enter(organization_id=world.organization.pk):
        events = AuditEvent.objects.filter(subject_id=made.share_link.pk, verb="share_link.revoked")
        assert events.count() == 1
        with pytest.raises(Conflict):
            services.revoke_share_link(
                by=factories.system_actor(world.organization), share_link=made.share_link
            )


@pytest.mark.parametrize(("name", "is_shown"), [("consultant", True), ("viewer", False)])
def test_deliverable_list_shows_share_links_to_those_who_manage(
    world: World, snapshot: Snapshot, client: Browser, name: str, is_shown: bool
) -> None:
    made = share(world, snapshot)
    slug = world.organization.slug
    revoke = reverse("reports:share-link-revoke", args=[slug, made.share_link.pk])

    page = world.login(client, name).get(
        reverse("reports:deliverable-list", args=[slug, snapshot.assessment_id])
    )

    assert (f'action="{revoke}"' in page.content.decode()) == is_shown


def test_the_page_and_its_logo_show_the_brand_through_the_link_alone(
    world: World, snapshot: Snapshot
) -> None:
    new = share(world, snapshot)
    logo = reverse("reports:share-logo", args=[new.token])
    page = reverse("reports:share-open", args=[new.token])
    plain, missing = Browser().get(page).content.decode(), Browser().get(logo)
    with tenancy.enter(organization_id=world.organization.pk):
        brand = factories.make_branding(world.organization)

    shown, picture = Browser().get(page).content.decode(), Browser().get(logo)
    inside = Browser().get(reverse("organizations:logo", args=["acme", brand.pk]))
    change(world, new.share_link, revoked_at=timezone.now())

    for word in (logo, "/accents/7a1f5c.css", 'href="https://harbour.example/review"', "Ada Byron"):
        assert word in shown
        assert word not in plain
    assert (missing.status_code, picture.status_code, inside.status_code) == (404, 200, 302)
    assert picture.content == bytes(brand.logo)
    assert picture["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert picture["Cache-Control"] == "private, no-store"
    assert Browser().get(logo).status_code == 404
