"""Pages of errors bear the product's name, say what happened, and lead to a page that works."""

import pytest
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import resolve

from config.errors import bad_request, server_error


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
    assert f'href="{way_out}">' in response.content.decode()


def test_page_of_a_failure_before_any_view_has_a_way_out() -> None:
    response = server_error(RequestFactory().get("/o/acme/clients/"))

    assert 'href="/toolkit/">' in response.content.decode()


@pytest.mark.django_db
def test_page_that_does_not_exist_is_the_products_also_for_somebody_signed_out() -> None:
    page = Browser().get("/no/such/page/").content.decode()

    assert 'class="brand" href="/"' in page
    assert "There is nothing here" in page
    assert 'href="/accounts/login/"' in page


@pytest.mark.django_db
def test_form_without_a_token_says_what_to_do() -> None:
    response = Browser(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@b.example"})

    page = response.content.decode()
    assert response.status_code == 403
    assert "load the page again" in page
    assert 'class="brand" href="/"' in page


def test_request_that_cannot_be_read_says_what_to_do() -> None:
    response = bad_request(RequestFactory().get("/"))

    page = response.content.decode()
    assert response.status_code == 400
    assert "load the page again" in page
    assert "Crossover</p>" in page
