"""Pages that compute, while every place is taken and when figures take too long."""

import pytest
from django.test import Client as Browser

from costing.scenarios import computing
from tests.costing.cast import make_assessment, make_scenario
from tests.costing.test_editor import SMALLEST_FORM, url
from tests.places import all_taken
from tests.world import World

BUSY = "The server is busy at the moment"


def test_preview_while_all_places_are_taken_is_told_to_ask_again(
    world: World, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-preview", assessment=assessment.pk)
    world.login(client, "consultant")

    with all_taken(monkeypatch, f"{world.organization.pk}:"):
        busy = client.post(path, SMALLEST_FORM)
    free = client.post(path, SMALLEST_FORM)

    assert (busy.status_code, busy["Retry-After"], free.status_code) == (429, "5", 200)
    assert BUSY in busy.content.decode()


def test_editor_opens_while_all_places_are_taken(
    world: World, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = make_scenario(world.organization, world.client)
    world.login(client, "consultant")

    with all_taken(monkeypatch, f"{world.organization.pk}:"):
        page = client.get(url(world, "scenario-edit", scenario=scenario.pk))

    assert page.status_code == 200
    assert BUSY in page.content.decode()


def test_pools_are_proposed_only_in_a_place(
    world: World, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = make_scenario(world.organization, world.client)
    path = url(world, "scenario-pool", scenario=scenario.pk)
    world.login(client, "consultant")

    with all_taken(monkeypatch, ":"):
        busy = client.get(f"{path}?model_family=llama-3.3-70b")

    assert busy.status_code == 429


def test_preview_that_takes_too_long_leaves_the_crossovers_out(
    world: World, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = make_scenario(world.organization, world.client)
    path = url(world, "scenario-edit", scenario=scenario.pk)
    whole = world.login(client, "consultant").get(path).content.decode()
    monkeypatch.setattr(computing, "PREVIEW_DEADLINE_SECONDS", -1.0)

    page = client.get(path).content.decode()

    assert "first gets cheaper at" in whole
    assert "first gets cheaper at" not in page
    assert "It costs now, per month" in page
