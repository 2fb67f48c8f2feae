"""What somebody with a phone finds: figures under one another, and folds that stay closed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.costing.cast import make_scenario, scenario_a
from tests.costing.test_parts import add, assess
from tests.journeys.people import already_signed_in
from tests.world import World

# The cells whose content sticks out of them, and what stands under a label of another.
HIDDEN = """() => [...document.querySelectorAll("td")]
    .filter((cell) => cell.scrollWidth > cell.clientWidth + 1)
    .map((cell) => cell.textContent.trim())"""
UNDER_LABELS = """() => [...document.querySelectorAll(".table-stack td[data-label] > *")]
    .filter((each) => each.getBoundingClientRect().width > 0)
    .filter((each) => each.getBoundingClientRect().left
        < each.parentElement.getBoundingClientRect().left + 90)
    .map((each) => each.textContent.trim())"""
OPEN = ".scenario-editor details[open]"


@pytest.fixture
def phone(world: World, product: str, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(base_url=product, viewport={"width": 360, "height": 800})
    already_signed_in(context, world, "owner", product)
    yield context.new_page()
    context.close()


def test_comparison_shows_every_scenario_without_scrolling_sideways(
    world: World, phone: Page
) -> None:
    assessment = assess(world)
    unbroken = "Claims_of_today_by_another_model_in_another_region"
    titles = ["Claims today", "Half as many requests", unbroken]
    made = [add(world, assessment, title, scenario_a()) for title in titles]
    asked = "&".join(f"scenario={each.pk}" for each in made)

    phone.goto(f"/o/acme/assessments/{assessment.pk}/scenarios/compare/?{asked}")

    assert phone.locator("#comparison-money td").count() > 3
    assert phone.evaluate(HIDDEN) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert phone.evaluate(UNDER_LABELS) == []
    labels = phone.locator("#comparison-money td").evaluate_all(
        "cells => cells.slice(0, 3).map((cell) => cell.dataset.label)"
    )
    assert labels == titles


def test_editor_keeps_stated_figures_folded_on_a_phone_alone(world: World, phone: Page) -> None:
    scenario = make_scenario(world.organization, world.client, document=scenario_a())
    path = f"/o/acme/scenarios/{scenario.pk}/edit/"

    phone.goto(path)
    folded = phone.locator(OPEN).count()
    summary = phone.locator("#section-workload summary").first.inner_text()
    phone.locator("#section-workload summary").first.click()
    opened = phone.locator(OPEN).count()
    phone.locator("[name=workload__prefix_tokens_per_call]").fill("-1")
    phone.locator("button[value=save]").click()
    with_error = phone.locator(OPEN).count()
    phone.set_viewport_size({"width": 1280, "height": 800})
    phone.goto(path)

    assert (folded, opened) == (0, 1)
    assert "stated)" in summary
    assert with_error == 1
    assert phone.locator(OPEN).count() > 1
    assert "stated)" not in phone.locator("#section-workload summary").first.inner_text()


def test_list_of_clients_puts_what_is_said_of_a_figure_under_the_figure(
    world: World, phone: Page
) -> None:
    add(world, assess(world), "Support", scenario_a())

    phone.goto("/o/acme/clients/")

    assert phone.locator(".table-stack td[data-label] > *").count() > 0
    assert phone.evaluate(UNDER_LABELS) == []
