"""What the people of the journeys do alike."""

from contextlib import AbstractContextManager

from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page, expect

from organizations import tenancy
from tests import factories
from tests.world import World

CHECKS, DIMENSIONS = 12, 5
QUESTIONS = CHECKS + DIMENSIONS


def already_signed_in(context: BrowserContext, world: World, name: str, base_url: str) -> None:
    """Give a browser the session of a member, for journeys that are not about signing in."""
    browser = Client(headers={"Host": "127.0.0.1"})
    email = world.people[name].user.email
    browser.post("/accounts/login/", {"login": email, "password": factories.PASSWORD})
    cookies = browser.cookies
    assert "sessionid" in cookies, email
    context.add_cookies(
        [{"name": key, "value": cookie.value, "url": base_url} for key, cookie in cookies.items()]
    )


def card_of(page: Page, key: str) -> Locator:
    """Return a question's card."""
    return page.locator(f"#question-{key}")


def choose(page: Page, key: str, value: str) -> None:
    """Choose an answer on a question's card, by pointer.

    Not by `check`, which clicks again where the saved card has taken the place of the one clicked.
    """
    card_of(page, key).locator(f"input[type=radio][value='{value}']").click()


def saved(page: Page, key: str) -> None:
    """Wait until a card says that it is saved."""
    expect(card_of(page, key).locator("[data-save-status]")).to_contain_text("Saved")


def entered(world: World) -> AbstractContextManager[None]:
    """Enter the first firm."""
    return tenancy.enter(organization_id=world.organization.pk)
