"""The page of our own failures leads to a page that did not fail."""

import pytest
from django.test import RequestFactory
from django.urls import resolve

from config.errors import server_error


@pytest.mark.parametrize(
    ("failed", "way_out"),
    [
        ("/o/acme/assessments/", "/"),
        ("/o/acme/clients/", "/o/acme/settings/"),
        ("/", "/toolkit/"),
    ],
)
def test_page_of_a_failure_does_not_lead_back_to_what_failed(failed: str, way_out: str) -> None:
    request = RequestFactory().get(failed)
    request.resolver_match = resolve(failed)

    response = server_error(request)

    assert response.status_code == 500
    assert f'<a href="{way_out}">' in response.content.decode()


def test_page_of_a_failure_before_any_view_has_a_way_out() -> None:
    response = server_error(RequestFactory().get("/o/acme/clients/"))

    assert '<a href="/toolkit/">' in response.content.decode()
