"""An executive without an account opens a share link and takes the brief along."""

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from organizations import tenancy
from reports.documents.services import request_deliverable
from reports.models import DeliverableKind
from tests.journeys.people import already_signed_in
from tests.reports.rows import finish_deliverable, make_snapshot
from tests.world import World


def test_executive_downloads_the_brief_by_a_share_link(
    world: World, product: str, chromium: Browser, tmp_path: Path
) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)
        by = world.actor("consultant")
        brief = request_deliverable(by=by, snapshot=snapshot, kind=DeliverableKind.EXECUTIVE_BRIEF)
        finish_deliverable(brief, b"%PDF-1.7 the brief")
    consultant = chromium.new_context(base_url=product)
    already_signed_in(consultant, world, "consultant", product)
    page = consultant.new_page()

    # The consultant makes the link; it is shown once.
    page.goto(f"/o/acme/assessments/{snapshot.assessment_id}/deliverables/")
    page.locator("summary", has_text="Share links").click()
    page.locator("form[action$='share-links/'] button, form[action*=share] button").first.click()
    link = page.get_by_label("Link").input_value()
    consultant.close()

    # The executive has no session, and a phone.
    visitor = chromium.new_context(base_url=product, viewport={"width": 360, "height": 740})
    page = visitor.new_page()
    page.goto(link)
    expect(page.get_by_text("Acme shares the documents of its assessment")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "sessionid" not in [cookie["name"] for cookie in visitor.cookies()]
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("brief", re.I)).first.click()
    download.value.save_as(tmp_path / "brief.pdf")
    assert (tmp_path / "brief.pdf").read_bytes() == b"%PDF-1.7 the brief"

    # Without the link there is nothing to see.
    page.goto(f"/o/acme/assessments/{snapshot.assessment_id}/deliverables/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    visitor.close()
