"""A workload of several parts in words: its sums, and what is recommended for each of them."""

from dataclasses import dataclass

from costing.engine import Estimate
from costing.engine.levers import in_order
from costing.scenarios.content import bought_ahead
from costing.scenarios.content.applications import Applications
from costing.scenarios.content.bought_ahead import left_usd_per_month, terms_text
from costing.scenarios.content.futures import GIVEN, USUAL
from costing.scenarios.content.headline import Choice
from costing.scenarios.content.recommended import pays_at
from costing.scenarios.content.sureness import HowSure
from costing.scenarios.content.titles import lever_series
from presentation.numbers import count, usd
from presentation.wording import count_word, fit, fit_ends, isolated
from reports.documents.content import advice
from reports.documents.content.wording import Write, money_column
from reports.snapshots.payload import Payload, WorkloadPart

MAX_LINES, MAX_APPLICATIONS = 5, 7


@dataclass(frozen=True)
class PartLine:
    """A part of the workload, an alternative to the part above it, or all parts together.

    Or an application of the one scenario, or what all of them pay once.
    """

    title: str
    requests: str
    usd_per_month: str
    recommended: str
    saving: str
    levers: str
    pays: str = ""
    is_alternative: bool = False
    is_sum: bool = False


def _together(payload: Payload) -> Choice | None:
    if len(payload.parts) < 2:
        return None
    advice, spend = payload.advice, payload.spend_usd_per_month or 0.0
    if advice is None:
        return None
    saving = advice.saving_now_usd_per_month
    levers = in_order(advice.now.levers)
    left = sum(part.left_usd_per_month for part in payload.parts)
    return Choice(levers, spend - saving, saving, saving / spend if spend else None, left)


def still_paid(payload: Payload) -> str:
    """That what was bought ahead is paid on, and what is saved until its term ends; else empty."""
    together = _together(payload)
    if together:
        return terms_text(together.left_usd_per_month, together.saving_usd_per_month)
    results = payload.results
    return bought_ahead.still_paid(results) if results and left_usd_per_month(results) else ""


def headline(payload: Payload) -> str:
    """What several parts together could save, in one line; nothing where there is one alone."""
    choice = _together(payload)
    if choice is None:
        return ""
    parts = f"{count_word(len(payload.parts))} parts of the workload"
    if not (choice.saves or any(part.requests_per_month for part in payload.parts)):
        return f"No request is stated yet in the {parts}, so there is nothing to save"
    return advice.headline_of(choice) or f"The {parts} already run as cheaply as can be recommended"


def sum_sentence(payload: Payload) -> str:
    """What several parts cost, and whether the promised saving holds for their sum."""
    choice = _together(payload)
    if choice is None:
        return ""
    today = usd(payload.spend_usd_per_month)
    parts = f"{count_word(len(payload.parts))} parts"
    then = usd(choice.usd_per_month)
    goes = f"goes from {today} to {then}" if today != then else f"stays at {then}"
    bill = f"The workload has {parts}: as recommended today their bill {goes} a month."
    return f"{bill} {advice.target_of(choice)}".strip()


def how_sure(payload: Payload) -> HowSure | None:
    """How sure today's saving is, of several parts their sum; None where one is not known."""
    if len(payload.parts) < 2:
        return HowSure.of(payload.results) if payload.results else None
    return HowSure.together((part.title, _sure(part)) for part in payload.parts)


def _sure(part: WorkloadPart) -> HowSure | None:
    """How sure a part's saving is; None in what was frozen before its odds were kept."""
    if part.odds is None:
        return None
    drawn = GIVEN if part.has_ranges else USUAL
    sure = HowSure.from_odds(part.odds, part.samples, drawn)
    return sure.of_saving(part.saving_usd_per_month, part.today_usd_per_month)


def detail_sentence(payload: Payload) -> str:
    """Which part is shown in detail, and why; nothing where there is one alone."""
    if len(payload.parts) < 2:
        return ""
    title = isolated(fit_ends(payload.parts[0].title, 60))
    return f"In detail: “{title}”, the part of the workload that costs most today."


def part_lines(payload: Payload) -> tuple[PartLine, ...]:
    """Every part with its alternatives, and the sum; as many as fit, the others counted."""
    every = [each for part in payload.parts for each in (part, *part.alternatives)]
    write = money_column(
        [
            *(each.today_usd_per_month for each in every),
            *(each.recommended_today_usd_per_month for each in every),
            sum(part.today_usd_per_month for part in payload.parts),
        ]
    )
    lines = [
        line
        for part in payload.parts
        for line in (
            _line(part, write),
            *(_line(each, write, is_alternative=True) for each in part.alternatives),
        )
    ]
    shown = _shown(lines, MAX_LINES)
    return (*shown, _sum(payload.parts, write)) if len(payload.parts) > 1 else shown


def application_lines(results: Estimate) -> tuple[PartLine, ...]:
    """What each application costs today and as recommended, the dearest first; others counted."""
    if not results.scenario.applications:
        return ()
    rows = sorted(Applications(results).rows, key=lambda row: -row.usd_per_month)
    write = money_column(usd for row in rows for usd in (row.usd_per_month, row.then_usd_per_month))
    lines = [
        PartLine(
            title=isolated(fit(row.title, 60)),
            requests=count(row.requests_per_month) if row.requests_per_month else "",
            usd_per_month=write(row.usd_per_month),
            recommended=write(row.then_usd_per_month),
            saving=write(row.usd_per_month - row.then_usd_per_month),
            levers="",
        )
        for row in rows
    ]
    return _shown(lines, MAX_APPLICATIONS)


def _shown(lines: list[PartLine], most: int) -> tuple[PartLine, ...]:
    """As many lines as fit, the others counted."""
    more = len(lines) - most
    if more <= 0:
        return tuple(lines)
    rest = PartLine(f"and {more} more, in the assessment", "", "", "", "", "")
    return (*lines[:most], rest)


def _line(part: WorkloadPart, write: Write, *, is_alternative: bool = False) -> PartLine:
    title = isolated(fit_ends(part.title, 40))
    return PartLine(
        title=f"or: {title}" if is_alternative else title,
        requests=count(part.requests_per_month),
        usd_per_month=write(part.today_usd_per_month),
        recommended=write(part.recommended_today_usd_per_month),
        saving=write(part.saving_usd_per_month),
        levers=lever_series(part.levers),
        pays=pays_at(part.crossover, part.requests_per_month) if part.crossover else "–",
        is_alternative=is_alternative,
    )


def _sum(parts: tuple[WorkloadPart, ...], write: Write) -> PartLine:
    return PartLine(
        title="All parts",
        requests=count(sum(part.requests_per_month for part in parts)),
        usd_per_month=write(sum(part.today_usd_per_month for part in parts)),
        recommended=write(sum(part.recommended_today_usd_per_month for part in parts)),
        saving=write(sum(part.saving_usd_per_month for part in parts)),
        levers="",
        is_sum=True,
    )
