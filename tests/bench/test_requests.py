"""Requests per second and p95 of three requests, as ratios to a bare signed-in view."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse

from assessments.framework import load_framework
from assessments.models import Assessment
from assessments.services import create_assessment
from organizations import tenancy
from tests import factories
from tests.api.callers import make_key
from tests.assessments.cast import NO, PARTIAL, YES, level
from tests.bench.load import Ask, Asking, Measured, measure, serving
from tests.bench.tables import leave_table
from tests.costing.cast import scenario_a
from tests.factories import load_latest_framework
from tests.reports.rows import answer
from tests.world import World

CLIENTS = 200
VOLUMES = count(1_000_000)
IN_BULK = 50
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CHECKS = [check.key for check in load_framework().checks]


@pytest.fixture
def portfolio(committed_db: None, world: World) -> list[Assessment]:
    """The firm's 200 clients, each with an assessment that some questions are answered of."""
    load_latest_framework()
    organization = world.organization
    by = world.actor("consultant")
    made = []
    for number in range(CLIENTS - 2):
        client = factories.make_client(organization, f"Client {number:03}")
        with tenancy.enter(organization_id=organization.pk):
            assessment = create_assessment(
                by=by, client=client, title="Review", as_of=date(2026, 11, 1)
            )
            answer(assessment, "dimension", "hosting", level(1 + number % 5))
            for key, content in zip(CHECKS[:3], (YES, PARTIAL, NO), strict=True):
                answer(assessment, "check", key, content)
        made.append(assessment)
    return made


@pytest.fixture
def port(portfolio: list[Assessment], tmp_path: Path) -> Iterator[int]:
    """A server of this test's database."""
    with serving(tmp_path) as served:
        yield served.port


def signed_in(world: World, name: str = "consultant") -> dict[str, str]:
    """The headers of somebody's browser, as production's cookies are called."""
    user = world.people[name].user
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    secret = _get_new_csrf_string()
    return {
        "Cookie": f"__Host-session={session.session_key}; __Host-csrf={secret}",
        "X-CSRFToken": secret,
        "X-Forwarded-Proto": "https",
        "Referer": "https://127.0.0.1/",
        "Origin": "https://127.0.0.1",
        "Host": "127.0.0.1",
        "X-Forwarded-For": "192.0.2.1",
    }


def reading(path: str, headers: dict[str, str]) -> Asking:
    """Ask for one page again and again."""
    return lambda _number, _sent: Ask("GET", path, headers)


def saving(slug: str, assessments: list[Assessment], headers: dict[str, str]) -> Asking:
    """Save answers as the questionnaire does, each connection its own."""
    sending = headers | {
        "HX-Request": "true",
        "Content-Type": "application/x-www-form-urlencoded",
    }

    def asking(number: int, sent: int) -> Ask:
        names = {"org": slug, "assessment": assessments[number].pk, "kind": "check"}
        path = reverse("assessments:answer-detail", kwargs={**names, "key": CHECKS[5]})
        value = ("yes", "no")[sent % 2]
        body = f"version={sent}&answer={value}&confidence=stated&comment=Take+{sent}"
        return Ask("POST", path, sending, body.encode())

    return asking


def estimating(slug: str, secret: str) -> Asking:
    """Ask the API what scenario A costs, again and again: it is computed once."""
    return _asking_of_api("api:estimate-list", slug, secret, scenario_a())


def estimating_anew(slug: str, secret: str) -> Asking:
    """Ask the API what scenario A costs, with another volume each time."""
    same, bodies = estimating(slug, secret), new_scenarios()
    return lambda number, sent: replace(same(number, sent), body=next(bodies))


def new_scenarios() -> Iterator[bytes]:
    """Scenario A as JSON, never with a volume that it had before."""
    return map(_with_volume, VOLUMES)


def _with_volume(requests_per_month: int) -> bytes:
    document = scenario_a()
    document["workload"]["requests_per_month"] = requests_per_month
    return json.dumps(document).encode()


def estimating_in_bulk(slug: str, secret: str) -> Asking:
    """Ask the API what scenario A costs, many times at once."""
    bulk = {"scenarios": [scenario_a()] * IN_BULK}
    return _asking_of_api("api:bulk-estimate-list", slug, secret, bulk)


def _asking_of_api(name: str, slug: str, secret: str, document: Any) -> Asking:
    headers = {
        "Authorization": f"Bearer {secret}",
        "Content-Type": "application/json",
        "X-Forwarded-Proto": "https",
        "Host": "127.0.0.1",
    }
    body = json.dumps(document).encode()
    path = reverse(name, kwargs={"org": slug})
    return lambda _number, _sent: Ask("POST", path, headers, body)


@pytest.mark.timeout(900)
def test_requests_of_a_busy_firm(
    benchmark: Any, world: World, portfolio: list[Assessment], port: int, request: Any
) -> None:
    """Nothing is asserted of speed: the table is printed, and ratios outlast the machine."""
    slug = world.organization.slug
    headers = signed_in(world)
    kinds = {
        "bare view, one SELECT": reading("/bare/", headers),
        f"portfolio, {CLIENTS} clients": reading(
            reverse("scenarios:client-list", args=[slug]), headers
        ),
        "questionnaire, one answer saved": saving(slug, portfolio, headers),
        "API, one estimate": estimating_anew(slug, make_key(world)),
        "API, the same estimate again": estimating(slug, make_key(world)),
        f"API, {IN_BULK} estimates at once": estimating_in_bulk(slug, make_key(world)),
    }

    def run() -> dict[str, Measured]:
        return {name: measure(port, asking) for name, asking in kinds.items()}

    found = benchmark.pedantic(run, rounds=1, iterations=1)

    leave_table(request.config, "Requests, as ratios to a bare signed-in view", table(found))
    assert all(each.requests_per_second > 0 for each in found.values())


def table(found: dict[str, Measured]) -> str:
    """The measurements in rows, with their ratios to the first."""
    first = next(iter(found.values()))
    lines = [f"{'request':<34}{'per second':>12}{'ratio':>8}{'p95, ms':>10}{'ratio':>8}"]
    for name, each in found.items():
        speed = each.requests_per_second / first.requests_per_second
        wait = each.p95_ms / first.p95_ms
        lines.append(
            f"{name:<34}{each.requests_per_second:>12.1f}{speed:>8.3f}{each.p95_ms:>10.1f}{wait:>8.1f}"
        )
    return "\n".join(lines)
