"""A visitor without an account tries the demo console, by keyboard."""

import re

from playwright.sync_api import Page, expect


def test_visitor_moves_the_demos_sliders(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("link", name="demo console").click()
    summary = page.locator("#console-summary")
    expect(summary).to_contain_text("$25,110 instead of $44,550 a month")
    bill = page.locator("details", has_text="Each bill, line by line")
    bill.locator("summary").click()

    # Ten steps of 0.1 above level 2: integrity no longer holds routing and the cache back.
    integrity = page.get_by_role("slider", name="Output integrity")
    integrity.focus()
    for _ in range(10):
        integrity.press("ArrowRight")

    expect(summary).to_contain_text("$13,889 instead of $44,550 a month")
    expect(page.get_by_role("spinbutton", name="Output integrity")).to_have_value("3")
    expect(integrity).to_be_focused()
    expect(bill).to_have_attribute("open", "")
    expect(page).to_have_url(re.compile("integrity_score=3$"))

    # The address holds the figures: a reload shows the same.
    page.reload()
    expect(summary).to_contain_text("$13,889 instead of $44,550 a month")

    # A figure beyond the end is said while it stands, and put right when the field is left.
    requests = page.get_by_role("spinbutton", name="Requests")
    requests.fill("99000000")
    expect(page.get_by_text("the console goes from 100,000 to 30,000,000")).to_be_visible()
    requests.press("Tab")
    expect(requests).to_have_value("30000000")
    expect(page.get_by_role("slider", name="Requests")).to_have_value("30000000")
    expect(page.get_by_text("the console goes from")).to_have_count(0)
