"""Text is compressed for clients that take it so; documents stay as they are."""

import gzip

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from config.compression import CompressText
from tests.api.callers import caller, firm
from tests.costing.cast import make_assessment
from tests.world import World

TAKES = {"Accept-Encoding": "gzip"}


def test_page_is_compressed_for_a_browser_that_takes_it(world: World, client: Browser) -> None:
    world.login(client, "consultant")
    path = reverse("scenarios:client-list", kwargs={"org": world.organization.slug})

    plain, packed = client.get(path), client.get(path, headers=TAKES)

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert b"</html>" in gzip.decompress(packed.content)


def test_two_responses_of_one_page_differ_in_length(world: World, client: Browser) -> None:
    # so that nobody can tell a secret in it by how well it compresses
    world.login(client, "consultant")
    path = reverse("scenarios:client-list", kwargs={"org": world.organization.slug})

    assert len({len(client.get(path, headers=TAKES).content) for _ in range(12)}) > 1


@pytest.mark.parametrize(
    ("content_type", "is_compressed"),
    [
        ("text/html; charset=utf-8", True),
        ("text/csv", True),
        ("application/json", True),
        ("image/svg+xml", True),
        ("application/pdf", False),
        ("application/zip", False),
        ("image/png", False),
    ],
)
def test_only_text_is_compressed(content_type: str, is_compressed: bool) -> None:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_ENCODING"] = "gzip"
    response = HttpResponse(b"a" * 1000, content_type=content_type)

    sent = CompressText(lambda request: response).process_response(request, response)

    assert ("Content-Encoding" in sent) is is_compressed


def test_version_of_a_compressed_response_may_be_sent_back(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    program = caller(world, "key")
    path = firm(world, f"assessments/{assessment.pk}/answers/check/triage/")
    program.put(path, {"state": "answered", "value": "yes", "comment": "x" * 400, "version": 0})

    read = program.get(path, Accept_Encoding="gzip")
    saved = program.put(path, {"state": "answered", "value": "no"}, If_Match=read["ETag"])

    assert read["ETag"] == 'W/"1"'
    assert saved.status_code == 200
