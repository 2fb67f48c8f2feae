"""The toolkit: public, cacheable, drawn by its command and by no request."""

from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from reports.demo.toolkit import (
    FOLDER,
    STAMP,
    BlankDocument,
    draw_toolkit,
    find_blank_documents,
    sources_digest,
)
from reports.models import DeliverableKind
from tests.world import World

KINDS = list(DeliverableKind)
# Session and user, then the rail by one statement, with the ends of its part of a transaction.
RAIL_QUERIES = 6


def put_blank(kind: DeliverableKind, content: bytes = b"blank") -> None:
    """Put a file where the command would."""
    place = Path(settings.MEDIA_ROOT) / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    (place / BlankDocument(kind).filename).write_bytes(content)


def test_make_toolkit_draws_every_document() -> None:
    out = StringIO()

    call_command("make_toolkit", stdout=out)

    place = Path(settings.MEDIA_ROOT) / FOLDER
    assert sorted(each.name for each in place.iterdir()) == [
        "blank-executive-brief.pdf",
        "blank-guide.docx",
        "blank-scorecard.pdf",
        "blank-starter-kit.zip",
        "blank-workbook.xlsx",
        "made-from",
    ]
    assert out.getvalue().count(str(place)) == len(KINDS)
    assert (place / "blank-scorecard.pdf").read_bytes().startswith(b"%PDF-")
    for name in ("blank-guide.docx", "blank-workbook.xlsx", "blank-starter-kit.zip"):
        assert ZipFile(BytesIO((place / name).read_bytes())).testzip() is None


def test_make_toolkit_again_draws_only_what_another_release_would() -> None:
    for kind in KINDS:
        put_blank(kind)
    place = Path(settings.MEDIA_ROOT) / FOLDER
    (place / STAMP).write_text(sources_digest())

    assert draw_toolkit(date(2026, 11, 1)) is False
    assert (place / "blank-guide.docx").read_bytes() == b"blank"

    (place / STAMP).write_text("another release")

    assert draw_toolkit(date(2026, 11, 1)) is True
    assert (place / "blank-guide.docx").read_bytes() != b"blank"
    assert (place / STAMP).read_text() == sources_digest()


def test_toolkit_page_is_for_anybody_and_asks_the_database_nothing(
    client: Browser, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for kind in KINDS:
        put_blank(kind)

    with django_assert_num_queries(0):
        response = client.get(reverse("reports:toolkit"))

    assert response.status_code == 200
    for kind in KINDS:
        assert f'href="{reverse("reports:toolkit-download", args=[kind.value])}"' in (
            response.content.decode()
        )


def test_toolkit_page_before_the_documents_are_drawn_draws_none(client: Browser, db: None) -> None:
    response = client.get(reverse("reports:toolkit"))

    assert response.content.decode().count("Not available yet") == len(KINDS)
    assert [each.size_bytes for each in find_blank_documents()] == [None] * len(KINDS)


def test_toolkit_page_of_a_member_keeps_the_rail(
    world: World, client: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = world.login(client, "viewer")
    url = reverse("reports:toolkit")

    with django_assert_num_queries(RAIL_QUERIES):
        page = browser.get(url).content.decode()

    assert f'<a href="{url}" aria-current="page">Toolkit</a>' in page


@pytest.mark.parametrize("kind", KINDS)
def test_toolkit_download_is_an_attachment_that_may_be_cached(
    client: Browser, db: None, kind: DeliverableKind
) -> None:
    put_blank(kind, b"the blank one")

    response = client.get(reverse("reports:toolkit-download", args=[kind.value]))

    assert response.content == b"the blank one"
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="blank-{kind.value}{kind.suffix}"'
    )
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("kind", ["workbook", "no-such-kind"])
def test_toolkit_download_of_what_is_not_there_is_not_found(
    client: Browser, db: None, kind: str
) -> None:
    response = client.get(reverse("reports:toolkit-download", args=[kind]))

    assert response.status_code == 404


def test_sign_in_page_leads_to_the_toolkit(client: Browser, db: None) -> None:
    page = client.get(reverse("account_login")).content.decode()

    assert f'href="{reverse("reports:toolkit")}"' in page
