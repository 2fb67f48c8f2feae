"""How long the editor takes to show what a changed figure comes to; bound: 150 ms.

The table gives it as a ratio to a bare view: signed in, let through the door, one SELECT.
"""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests.costing.cast import make_scenario
from tests.costing.test_views import filled_in
from tests.world import World

pytestmark = pytest.mark.benchmark(group="editor")


def test_bare_view(benchmark: Any, world: World, client: Browser, settings: Settings) -> None:
    """What every page of a firm takes at least."""
    settings.ROOT_URLCONF = "tests.bench.bare_urls"
    path = reverse("bare", kwargs={"org": world.organization.slug})
    world.login(client, "consultant")

    response: HttpResponse = benchmark(client.get, path)

    assert response.status_code == 200


def test_preview_of_scenario_a(benchmark: Any, world: World, client: Browser) -> None:
    """The whole request: form, prices, scores, engine and fragment."""
    scenario = make_scenario(world.organization, world.client)
    names = {"org": world.organization.slug, "scenario": scenario.pk}
    world.login(client, "consultant")
    form = client.get(reverse("scenarios:scenario-edit", kwargs=names)).context["form"]
    typed = filled_in(form)
    path = reverse("scenarios:scenario-edit-preview", kwargs=names)

    response: HttpResponse = benchmark(client.post, path, typed)

    assert "With these figures" in response.content.decode()
    assert "44,550" in response.content.decode()
