"""Branding: who changes it, what is refused, what a client's person sees of it, and its preview."""

from base64 import b64encode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations import kept_pages, tenancy
from organizations.exceptions import Invalid
from organizations.models import AuditEvent, Branding
from organizations.services.branding import accent_fault, change_branding
from tests.api.callers import caller, firm
from tests.factories import BRANDING, make_branding, png
from tests.world import World

PAGE = reverse("organizations:branding", args=["acme"])
PREVIEW = reverse("organizations:branding-preview", args=["acme"])
CLIENTS = reverse("scenarios:client-list", args=["acme"])


def brand(world: World, **changes: str | bytes) -> Branding:
    with tenancy.enter(organization_id=world.organization.pk):
        return make_branding(world.organization, **changes)


def stored(world: World) -> Branding | None:
    with tenancy.enter(organization_id=world.organization.pk):
        return Branding.objects.first()


def refused(world: World, **changes: str | bytes) -> dict[str, list[str]]:
    with tenancy.enter(organization_id=world.organization.pk), pytest.raises(Invalid) as error:
        change_branding(by=world.actor("owner"), **(BRANDING | changes))
    return dict(error.value.fields)


def test_the_page_stores_what_was_typed_and_an_audit_row(world: World) -> None:
    browser = world.login(Browser(), "owner")
    file = SimpleUploadedFile("logo.png", png())

    answer = browser.post(PAGE, BRANDING | {"accent": "#7A1F5C", "logo": file})
    browser.post(PAGE, BRANDING)

    row = stored(world)
    assert answer.status_code == 302
    assert row is not None
    assert {name: getattr(row, name) for name in BRANDING} == BRANDING
    assert row.logo[:4] == b"\x89PNG"
    with tenancy.enter(organization_id=world.organization.pk):
        (event,) = AuditEvent.objects.filter(verb="branding.changed")
    assert event.data["before"]["logo"] == ""
    assert event.data["after"] == BRANDING | {"logo": row.logo_sha256[:16]}


def test_the_logo_stays_until_it_is_removed(world: World) -> None:
    brand(world)
    browser = world.login(Browser(), "owner")

    browser.post(PAGE, BRANDING)
    kept = stored(world)
    browser.post(PAGE, BRANDING | {"removes_logo": "on"})
    gone = stored(world)

    assert kept is not None
    assert kept.logo_sha256
    assert gone is not None
    assert (bytes(gone.logo), gone.logo_sha256) == (b"", "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"accent": "red"}, "accent"),
        ({"accent": "#ff0"}, "accent"),
        ({"accent": "#ffcc00"}, "accent"),
        ({"action_url": "http://harbour.example/"}, "action_url"),
        ({"action_url": "javascript:alert(1)"}, "action_url"),
        ({"action_url": "https://"}, "action_url"),
        ({"action_url": "https://[harbour.example/"}, "action_url"),
        ({"action_url": "https://a@harbour.example/"}, "action_url"),
        ({"action_url": 'https://harbour.example/"x'}, "action_url"),
        ({"action_url": ""}, "action_url"),
        ({"action_label": ""}, "action_label"),
        ({"action_label": "x" * 61}, "action_label"),
        ({"contact": "x" * 121}, "contact"),
        ({"confidentiality": "x" * 121}, "confidentiality"),
        ({"logo": b"no picture"}, "logo"),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_refused_with_its_field(
    world: World, changes: dict[str, str | bytes], field: str
) -> None:
    assert list(refused(world, **changes)) == [field]


def test_a_pale_accent_is_refused_with_the_nearest_that_passes(world: World) -> None:
    (message,) = refused(world, accent="#ffcc00")["accent"]

    proposed = message.rstrip(".").rpartition(" ")[2]
    assert message.startswith("Too pale to be read: its contrast on light ground is 1.3:1")
    assert accent_fault(proposed) == ""


def test_the_preview_shows_what_is_not_saved_and_stores_nothing(world: World) -> None:
    browser = world.login(Browser(), "owner")
    file = SimpleUploadedFile("logo.png", png())
    typed = BRANDING | {"contact": "مكتب حيفا <b>zq</b>"}

    piece = browser.post(PREVIEW, typed | {"logo": file}, headers={"HX-Request": "true"})
    page = browser.post(PREVIEW, typed)

    assert stored(world) is None
    shown = piece.content.decode()
    assert "<h1" not in shown
    assert "data:image/png;base64," in shown
    assert "مكتب حيفا &lt;b&gt;zq" in shown
    assert "/accents/7a1f5c.css" in shown
    assert "<h1" in page.content.decode()
    assert "مكتب حيفا &lt;b&gt;zq" in page.content.decode()


def test_the_preview_says_what_cannot_be_saved(world: World) -> None:
    browser = world.login(Browser(), "owner")

    answer = browser.post(PREVIEW, {"accent": "#ffcc00"}, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert "Too pale to be read" in answer.content.decode()


def test_a_clients_person_sees_the_brand_and_the_firms_own_people_do_not(world: World) -> None:
    brand(world)

    ours = world.login(Browser(), "consultant").get(CLIENTS).content.decode()
    theirs = world.login(Browser(), "viewer").get(CLIENTS, follow=True).content.decode()

    for word in ("accents/7a1f5c.css", "brand-logo", "For the board alone", "Ada Byron"):
        assert word in theirs
        assert word not in ours


def test_a_branded_page_costs_one_query(world: World) -> None:
    browser = world.login(Browser(), "viewer")
    page = reverse("organizations:settings", args=["acme"])
    browser.get(page)
    kept_pages.pages.clear()
    with CaptureQueriesContext(connection) as without:
        browser.get(page)
    brand(world)
    kept_pages.pages.clear()
    with CaptureQueriesContext(connection) as branded:
        browser.get(page)

    asked = [each["sql"] for each in branded if "organizations_branding" in each["sql"]]
    assert len(asked) == 1
    assert '"organizations_branding"."logo",' not in asked[0]
    assert len(branded) == len(without)


def test_the_logo_is_a_picture_and_nothing_else(world: World) -> None:
    row = brand(world)
    path = reverse("organizations:logo", args=["acme", row.pk])

    answer = world.login(Browser(), "viewer").get(path)
    foreign = world.login(Browser(), "other_firm_owner").get(path)
    missing = world.login(Browser(), "viewer").get(
        reverse("organizations:logo", args=["acme", uuid4()])
    )

    assert (answer.status_code, foreign.status_code, missing.status_code) == (200, 404, 404)
    assert answer.content == bytes(row.logo)
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("accent", ["7a1f5", "7A1F5C", "zzzzzz", "7a1f5c}", "%0a7a1f5c"])
def test_only_a_colour_has_a_style(accent: str) -> None:
    style = Browser().get("/accents/7a1f5c.css")

    assert Browser().get(f"/accents/{accent}.css").status_code == 404
    assert style["Content-Type"] == "text/css; charset=utf-8"
    assert "#7a1f5c" in style.content.decode()


def test_the_api_gives_and_takes_the_brand(world: World) -> None:
    logo = b64encode(png()).decode()
    path = firm(world, "branding/")
    owner = caller(world, "owner")

    empty = owner.get(path).json()
    changed = owner.put(path, BRANDING | {"logo": logo}).json()
    kept = owner.put(path, {"accent": "#7a1f5c"}).json()
    refusal = owner.put(path, {"accent": "#ffcc00", "logo": "%"}).json()

    assert set(empty.values()) == {""}
    assert {name: changed[name] for name in BRANDING} == BRANDING
    assert kept["logo"] == changed["logo"] != ""
    assert kept["contact"] == ""
    assert refusal["fields"] == {"logo": ["This is no Base64."]}
