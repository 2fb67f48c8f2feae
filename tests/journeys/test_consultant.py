"""A consultant takes a new client from nothing to a downloaded brief, in a browser."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests import factories
from tests.world import World

JOB_PATIENCE_MS = 90_000
PREMIUM, SMALL = "anthropic:claude-sonnet-4-5", "openai:gpt-4o-mini"
CHECKS, DIMENSIONS = 12, 5


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("consultant@acme.example")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Clients")


def start_assessment(page: Page) -> None:
    page.get_by_role("link", name="Add a client").first.click()
    page.get_by_label("Name").fill("Zephyr")
    page.locator("main form button.button-primary").click()
    page.get_by_role("link", name=re.compile("assessment", re.I)).last.click()
    page.get_by_label("Title").fill("First look")
    page.locator("main form button.button-primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("First look")


def answer_by_keyboard(page: Page) -> None:
    page.goto(page.url + "questionnaire/")
    cards = page.locator("[data-question]")
    expect(cards).to_have_count(CHECKS + DIMENSIONS)
    for number in range(CHECKS + DIMENSIONS):
        card = cards.nth(number)
        card.focus()
        page.keyboard.press("y" if card.locator("[data-key=y]").count() else "3")
        expect(card.locator("[data-save-status]")).to_contain_text("Saved")
    expect(page.locator("#progress")).to_contain_text("17 of 17")


def test_consultant_takes_a_client_from_nothing_to_a_brief(
    world: World, page: Page, prices: None, tmp_path: Path
) -> None:
    sign_in(page)
    start_assessment(page)
    assessment = page.url

    answer_by_keyboard(page)
    page.reload()
    expect(page.locator("[data-question] input[type=radio]:checked")).to_have_count(
        CHECKS + DIMENSIONS
    )
    page.locator("main form[action*=submission] button").click()
    page.goto(assessment + "scorecard/")
    expect(page.locator("main")).to_contain_text("3.0")

    page.goto(assessment + "scenarios/new/")
    page.locator("main a.card-link, main button").first.click()
    page.locator("input[name=premium_model__catalog]").fill(PREMIUM)
    page.locator("input[name=small_model__catalog]").fill(SMALL)
    page.locator("button[value=compute]").click()
    expect(page.get_by_text("It should cost, per month")).to_be_visible(timeout=JOB_PATIENCE_MS)
    expect(page.locator("figure.chart svg:visible").first).to_be_visible()

    page.goto(assessment + "deliverables/")
    page.get_by_role("button", name="Freeze and print").click()
    card = page.locator(".card", has_text="Executive brief")
    download = card.get_by_role("link", name="Download")
    expect(download).to_be_visible(timeout=JOB_PATIENCE_MS)
    with page.expect_download() as brief:
        download.click()
    brief.value.save_as(tmp_path / "brief.pdf")
    assert (tmp_path / "brief.pdf").read_bytes().startswith(b"%PDF-")
