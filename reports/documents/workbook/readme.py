"""The first sheet: whose workbook it is, what is where, how to use it."""

from collections.abc import Sequence

from assessments.framework import Framework
from presentation.wording import count_word, first_upper
from reports.documents.content.identity import identity_of
from reports.documents.workbook.page import Page
from reports.snapshots.payload import Payload

SHEETS = (
    ("Maturity", "{checks} checks and {levels} levels. Answer in the amber cells; scores follow."),
    ("Levels", "What each level of each dimension looks like."),
    ("Inputs", "Workload, prices, routing, semantic cache, pool, what runs today."),
    ("Tiers", "Prices that apply above a number of input tokens."),
    ("Strategies", "Six strategies in USD per month, what each lever saves, what to choose."),
    ("Crossover", "Two strategies over the volume, and where they cross."),
    ("Payback", "The same two, month by month with growth: when the change has paid for itself."),
    ("Roadmap", "The {days}-day plan and the anti-patterns, with their money."),
    ("Week", "168 hours: traffic, cache hits, replicas. Takes a profile of your own."),
    ("Workings", "Every step between the inputs and the strategies."),
)
RULES = (
    "Amber cells are inputs: change them. All other figures are formulas and follow by themselves.",
    "Money is USD, a month has 730 hours, a week 168. Ratios are typed as percentages.",
    "An input left empty means what the column beside it says. A question left empty is"
    " unanswered; it never reads as level 1.",
    "Columns headed “As delivered” do not move: they are the figures of the frozen assessment.",
    "There are no macros and no links to other files.",
)


def write_readme(page: Page, payload: Payload, sha256: str, *, is_blank: bool) -> None:
    """The sheet."""
    identity = identity_of(payload, sha256)
    page.widths(20, 96)
    page.text(0, 0, "Scoring workbook", "title")
    page.text(1, 0, "LLM inference: how mature, what it costs, what it should cost.", "lead")
    facts = [
        ("For", "Blank, to be filled in" if is_blank else identity.client),
        ("Assessment", "" if is_blank else identity.title),
        ("Prepared by", "" if is_blank else identity.organization),
        ("As of", identity.as_of),
        ("Prices", identity.prices),
        ("Framework", f"version {identity.framework_version}"),
        ("Cost engine", f"version {identity.engine_version}"),
        ("Snapshot", identity.sha256),
    ]
    row = 3
    for label, value in facts:
        if value:
            page.text(row, 0, label, "label_bold")
            page.text(row, 1, value, "label")
            row += 1
    row = _list(page, row + 1, "What is where", _sheets(payload.framework.whole))
    page.text(row, 0, "How to use it", "heading")
    for n, rule in enumerate(RULES, start=row + 1):
        page.text(n, 0, str(n - row), "label_bold")
        page.text(n, 1, rule, "label")
        page.sheet.set_row(n, 30)
    page.printed(landscape=False, pages_high=1)


def _sheets(framework: Framework) -> list[tuple[str, str]]:
    counts = {
        "checks": first_upper(count_word(len(framework.checks))),
        "levels": count_word(len(framework.dimensions)),
        "days": framework.days,
    }
    return [(name, words.format_map(counts)) for name, words in SHEETS]


def _list(page: Page, row: int, title: str, items: Sequence[tuple[str, str]]) -> int:
    page.text(row, 0, title, "heading")
    for n, (name, words) in enumerate(items, start=row + 1):
        page.sheet.write_url(n, 0, f"internal:{name}!A1", page.formats["link"], name)
        page.text(n, 1, words, "label")
    return row + len(items) + 2
