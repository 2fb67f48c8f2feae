"""Names without a space push nothing off the screen, at a desk or on a phone."""

from playwright.sync_api import Browser, Page

from assessments.models import TITLE_LENGTH, Assessment
from assessments.services import ActionInput, add_action
from costing.scenarios.models import Scenario
from costing.scenarios.services import ScenarioInput, create_scenario
from organizations.models import Organization
from organizations.services import create_client
from tests.assessments.cast import make_assessment
from tests.costing.cast import scenario_a
from tests.journeys.people import already_signed_in, entered
from tests.world import World

LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
# Who sticks out of the page, however little, without a strip of its own to scroll in.
OUTSIDE = """() => {
    const width = document.documentElement.clientWidth;
    const isInStrip = (each) => {
        if (each.closest(".rail")) return false; // it cuts off what does not fit
        for (let up = each.parentElement; up; up = up.parentElement) {
            const how = getComputedStyle(up).overflowX;
            if (["auto", "scroll", "hidden", "clip"].includes(how)) return true;
        }
        return false;
    };
    const found = [...document.body.querySelectorAll("*")].filter((each) => {
        const box = each.getBoundingClientRect();
        const rail = each.closest(".rail");
        const edge = rail ? rail.getBoundingClientRect().right : width;
        return box.width > 0 && box.height > 0 && box.right > edge + 1 && !isInStrip(each);
    });
    return found.map((each) => `${each.tagName} ${each.className}`).slice(0, 5);
}"""
# The columns of a table of things that are narrower than a word, or outside of their table.
PUSHED = """() => [...document.querySelectorAll("table.table")].flatMap((table) => {
    const edge = table.parentElement.getBoundingClientRect().right + 1;
    return [...table.querySelectorAll("tbody tr")].slice(0, 3).flatMap((row) => {
        const cells = [...row.children].map((cell) => cell.getBoundingClientRect());
        const pushed = cells.filter((cell) => cell.right > edge);
        return pushed.map((cell) => `${table.className} ${cell.right}`);
    });
})"""


def store_long_names(world: World) -> tuple[Assessment, Scenario]:
    """Store a client, an assessment, a scenario, an action and a person with long names."""
    Organization.objects.filter(pk=world.organization.pk).update(name=LONG[:120])
    user = world.people["consultant"].user
    user.name, user.email = LONG[:120], f"{LONG[:60].lower()}@acme.example"
    user.save()
    by = world.actor("owner")
    with entered(world):
        client = create_client(by=by, name=LONG[:120])
    assessment = make_assessment(world.organization, client, title=LONG[:TITLE_LENGTH])
    with entered(world):
        content = ScenarioInput(title=LONG[:120], document=scenario_a())
        scenario = create_scenario(by=by, assessment=assessment, content=content)
        action = ActionInput(
            title=LONG[:160],
            phase="quick_wins",
            due_on=assessment.as_of,
            owner=LONG[:120],
        )
        add_action(by=by, assessment=assessment, content=action)
    return assessment, scenario


def paths_of(assessment: Assessment, scenario: Scenario) -> list[str]:
    """Return the main pages that show those names."""
    firm, own = "/o/acme", f"/o/acme/assessments/{assessment.pk}"
    return [
        f"{firm}/clients/",
        f"{firm}/clients/{assessment.client_id}/",
        f"{firm}/clients/{assessment.client_id}/edit/",
        f"{firm}/assessments/",
        *(f"{own}/{part}" for part in ("", "questionnaire/", "scorecard/", "scenarios/", "usage/")),
        *(f"{own}/{part}" for part in ("roadmap/", "deliverables/", "notes/", "reassessment/")),
        f"{firm}/scenarios/{scenario.pk}/",
        f"{firm}/scenarios/{scenario.pk}/edit/",
        f"{firm}/settings/members/",
        f"{firm}/settings/audit-events/",
    ]


def sticking_out(page: Page, path: str) -> list[str]:
    """Open a page and return what its names push off the screen, or out of a table."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    width = page.viewport_size["width"] if page.viewport_size else 0
    found = page.evaluate(OUTSIDE)
    if width > 640:  # on a phone a table of things is a list of blocks, or scrolls in its strip
        found += page.evaluate(PUSHED)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"the page is {page.evaluate('document.documentElement.scrollWidth')} wide")
    return [f"{width} {path}: {each}" for each in found]


def test_names_without_spaces_push_nothing_off_the_screen(
    world: World, product: str, chromium: Browser
) -> None:
    paths = paths_of(*store_long_names(world))

    found = []
    for width in (360, 1280):
        context = chromium.new_context(base_url=product, viewport={"width": width, "height": 800})
        already_signed_in(context, world, "owner", product)
        page = context.new_page()
        found += [each for path in paths for each in sticking_out(page, path)]
        context.close()

    assert found == []


def test_tabs_scroll_inside_their_strip_to_the_present_one(
    world: World, product: str, chromium: Browser
) -> None:
    assessment = make_assessment(world.organization, world.client)
    context = chromium.new_context(base_url=product, viewport={"width": 360, "height": 800})
    already_signed_in(context, world, "owner", product)
    page = context.new_page()

    page.goto(f"/o/acme/assessments/{assessment.pk}/deliverables/")

    strip = page.get_by_role("navigation", name="Assessment")
    assert strip.evaluate("each => each.scrollWidth > each.clientWidth")
    box = strip.get_by_role("link", name="Documents").bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    context.close()
