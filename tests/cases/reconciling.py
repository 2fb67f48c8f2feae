"""The figures of a case by place: what its pages and its documents show."""

from io import BytesIO

from django.template import engines
from openpyxl import load_workbook

from assessments.content.scorecard import ScorecardPage, scorecard_page
from costing.scenarios.content.economics import EconomicsPage
from presentation.money import USD
from reports.models import DeliverableKind
from reports.snapshots.payload import Payload
from tests.cases.loading import NAMES, frozen
from tests.cases.printed import document
from tests.guarantees import files, pages
from tests.guarantees.figures import disagreements, truth_of
from tests.guarantees.must import MUST
from tests.guarantees.places import Figures, dimension, span

# It is the dearest to draw: cases that differ by names alone have the workbook of the first.
WITHOUT_WORKBOOK = {"long_names"}
WITH_WORKBOOK = [
    name for name in NAMES if not name.startswith("names_") and name not in WITHOUT_WORKBOOK
]
ECONOMICS = """
{% include "scenarios/_result_summary.html" %}
{% include "scenarios/_headline.html" %}
{% include "scenarios/_strategies.html" %}
{% include "scenarios/_waterfall.html" %}
{% for crossover in page.recommended %}
    {% include "scenarios/_crossover.html" with anchor=crossover.anchor %}
{% endfor %}
{% for crossover in page.crossovers %}
    {% include "scenarios/_crossover.html" with anchor=forloop.counter %}
{% endfor %}
{% include "scenarios/_break_even.html" %}
{% include "scenarios/_anti_patterns.html" %}
"""


def faults(name: str) -> list[str]:
    """Every figure of a case that is missing, wrong, or not the same in two places."""
    payload = frozen(name).payload
    truth = truth_of(payload.document())
    stands = printed(name, payload, [key[1] for key in truth if key[0] == "action"])
    stands["scorecard page"] = _scorecard(
        scorecard_page(payload.framework, payload.scores, payload.targets)
    )
    if payload.results is not None and not payload.parts:
        pairs = [(each.from_strategy, each.to_strategy) for each in payload.results.crossovers]
        stands["scenario page"] = pages.scenario_page(economics_page(payload).encode(), pairs)
    must = dict(MUST)
    if all(answer.state == "not_applicable" for answer in payload.answers):
        must["brief"] = {key: rule for key, rule in MUST["brief"].items() if key != "completeness"}
    # A gateway meters USD, so the kit is in USD whatever the others are shown in.
    kit = {"starter kit": stands.pop("starter kit")}
    in_usd = truth_of(payload.model_copy(update={"currency": USD}).document())
    return disagreements(truth, stands, must) + disagreements(in_usd, kit, must)


def printed(name: str, payload: Payload, actions: list[str]) -> dict[str, Figures]:
    """What the documents show."""
    titles = [each.title for each in payload.framework.dimensions]
    card, brief, guide = (
        document(name, kind)
        for kind in (
            DeliverableKind.SCORECARD,
            DeliverableKind.EXECUTIVE_BRIEF,
            DeliverableKind.GUIDE,
        )
    )
    stands = {
        "scorecard file": files.scorecard_file(card, titles),
        "brief": files.brief(brief, titles, actions),
        "guide": files.guide(guide),
    }
    stands["starter kit"] = files.starter_kit(document(name, DeliverableKind.STARTER_KIT))
    if name in WITH_WORKBOOK:
        content = BytesIO(document(name, DeliverableKind.WORKBOOK))
        # Only the sheets that are looked at are read.
        book = load_workbook(content, data_only=True, read_only=True)
        stands["workbook"] = files.workbook(book)
    return stands


def _scorecard(page: ScorecardPage) -> Figures:
    """What the scorecard's page is made of."""
    found: Figures = {("overall",): page.shown, ("completeness",): page.completeness_text}
    found["low",], found["high",] = span(page.range_text, page.shown)
    found["own",] = page.own and page.own.shown
    for row in page.rows:
        shown = {
            "Claimed": row.claimed,
            "Evidenced": row.evidenced_shown,
            "Score": row.shown,
            "Range": row.range_text,
            "Target": row.target_text,
        }
        line = {key: "–" if value is None else str(value) for key, value in shown.items()}
        dimension(found, row.title, line)
    return found


def economics_page(payload: Payload) -> str:
    """What the economics page shows of the stored result; nothing without one."""
    if payload.results is None:
        return ""
    page = EconomicsPage(payload.results, payload.anti_patterns, framework=payload.framework)
    context = {"page": page, "provisional": payload.provisional}
    return engines["django"].from_string(ECONOMICS).render(context)
