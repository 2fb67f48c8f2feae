"""What the recommendation changes, takes and rests on, from a payload alone."""

from dataclasses import dataclass
from datetime import date
from math import ceil, log
from typing import Any

from assessments.content.roadmap import repaid_price
from assessments.recommendation import Recommendation
from assessments.roadmap import DAYS_OF_EFFORT, Effort
from costing.catalog.price_text import unit_price
from costing.engine import SELF_HOSTING, Estimate, Scenario
from costing.scenarios.content.bases import counts_text
from costing.scenarios.content.crossovers import month_text
from costing.scenarios.content.latency import latency_basis
from costing.scenarios.content.ratio_flips import ratio_flips_text
from costing.scenarios.content.sources import stale_rate
from costing.scenarios.content.steps import flip_text, rework_text, step_rows
from presentation.numbers import months, usd
from presentation.wording import counted, day, first_upper, fit
from reports.documents.content import workload
from reports.documents.content.identity import currency_text, in_detail
from reports.documents.content.wording import is_effort_assumed, money_column
from reports.documents.content.workload import still_paid
from reports.snapshots.payload import Payload, PriceSource

MONTHS_OF_YEAR = 12
DAYS_OF_MONTH = 30
MODELS = {"premium_model": "Premium", "small_model": "Small", "open_model": "Open"}


@dataclass(frozen=True)
class ChangeLine:
    """A change, when it is made, what it saves, and what the month costs after it."""

    title: str
    when: str
    saving: str
    usd_per_month: str
    is_now: bool = True


@dataclass(frozen=True)
class Fact:
    """`is_extra`: a page that is full leaves it out."""

    label: str
    value: str
    is_extra: bool = False


def change_lines(payload: Payload) -> tuple[ChangeLine, ...]:
    """What runs today, then every change in order with the bill that it leads to."""
    advice = payload.advice
    if advice is None or not advice.steps:
        return ()
    month = advice.spend_usd_per_month
    write = money_column([month, *(step.saving_usd_per_month for step in advice.steps)])
    lines = [ChangeLine("What runs today", "", "", write(month))]
    held_back = payload.results.recommended_today.held_back if payload.results else {}
    for row in step_rows(advice, held_back):
        month -= row.step.saving_usd_per_month
        lines.append(
            ChangeLine(
                title=fit(row.title, 110),
                when=first_upper(row.waits_for) or "Now",
                saving=write(row.step.saving_usd_per_month),
                usd_per_month=write(month),
                is_now=row.step.is_now,
            )
        )
    return tuple(lines)


def investment(payload: Payload) -> tuple[Fact, ...]:
    """What the changes take, and when they are earned back."""
    advice, results = payload.advice, payload.results
    if advice is None or results is None or not advice.steps:
        return ()
    facts = (
        Fact("One-time cost", _one_time(advice, results, len(payload.parts) > 1)),
        Fact("Effort", _effort(payload)),
        Fact("Effort earned back", _effort_earned_back(payload), is_extra=True),
        Fact("Earned back", _earned_back(payload, advice)),
        Fact("Net in the first year", _first_year(payload, advice)),
        hosting_fact(payload, results),
        _other_ratios(payload, results),
    )
    return tuple(fact for fact in facts if fact.value)


def _one_time(advice: Recommendation, results: Estimate, has_parts: bool) -> str:
    once, pool = advice.one_time_usd, results.scenario.pool
    if once <= 0.0:
        return "nothing to buy; the effort alone"
    if has_parts:
        return usd(once)
    migration = pool.migration_usd if pool else 0.0
    capital = once - migration
    if capital < 1.0:
        return f"{usd(once)} of migration"
    return f"{usd(once)}, of which {usd(capital)} for hardware"


def _effort(payload: Payload) -> str:
    workload = payload.roadmap.workload if payload.roadmap else None
    if workload is None or not workload.person_days:
        return ""
    phases = payload.roadmap.phases if payload.roadmap else ()
    assumed = sum(
        DAYS_OF_EFFORT[Effort(action.effort)]
        for phase in phases
        for action in phase.actions
        if is_effort_assumed(action)
    )
    days = counted(workload.person_days, "person-day")
    if effort := _effort_usd(payload):
        days = f"{days} or {usd(effort)}"
    if assumed:
        return f"{days}, {assumed} assumed"  # short: it is said also on a page that is full
    return f"at most {days} in {payload.framework.days} days"


def _effort_earned_back(payload: Payload) -> str:
    """At which price of a day a year of what the plan saves pays for its work, where none is."""
    workload = payload.roadmap.workload if payload.roadmap else None
    price = repaid_price(workload) if workload else ""
    return f"in a year, at up to {price} a day" if price else ""


def _effort_usd(payload: Payload) -> float:
    """What the effort that is left costs at most, USD; 0 where nobody said what a day costs."""
    workload = payload.roadmap.workload if payload.roadmap else None
    if workload is None or payload.results is None:
        return 0.0
    return workload.person_days * payload.results.scenario.usd_per_day


def _earned_back(payload: Payload, advice: Recommendation) -> str:
    effort, saving = _effort_usd(payload), advice.saving_later_usd_per_month
    once = advice.one_time_usd + effort
    if once <= 0.0 or saving <= 0.0:
        return ""
    counted_in = "counted" if effort else "not counted"
    return f"after {months(once / saving)} of the full saving, people’s time {counted_in}"


def _first_year(payload: Payload, advice: Recommendation) -> str:
    """Twelve months in which each phase's saving counts from its last day on, less what is paid."""
    projections = payload.roadmap.projections if payload.roadmap else ()
    runs = [(each.day, each.usd_per_month) for each in projections]
    if not runs or any(month is None for _, month in runs):
        return ""
    saved, spend = 0.0, advice.spend_usd_per_month
    ends = [day for day, _ in runs[1:]] + [MONTHS_OF_YEAR * DAYS_OF_MONTH]
    for (start, month), end in zip(runs, ends, strict=True):
        saved += (spend - (month or 0.0)) * max(0, end - start) / DAYS_OF_MONTH
    net = saved - advice.one_time_usd - _effort_usd(payload)
    if saved <= 0.0:
        return ""
    if still_paid(payload):
        return f"less than {usd(net)}: it begins once terms end"
    return f"{usd(net)}, if the plan holds and volume stays"


def hosting_fact(payload: Payload, results: Estimate) -> Fact:
    """What would change the advice on hosting: volume with its day, or the prices of models."""
    label = "Hosting pays"
    if SELF_HOSTING in results.recommended.levers:
        label = "Hosting stops paying"
    flip = results.hosting_flip
    if flip is None:
        return Fact(label, "")
    reached = "" if flip.above is None else _reached(payload.as_of, results.scenario, flip.above)
    return Fact(label, f"{in_detail(payload)}{flip_text(flip, reached)}")


def _other_ratios(payload: Payload, results: Estimate) -> Fact:
    """The nearest hit ratios and use of the pool at which other levers cost less."""
    text = ratio_flips_text(results.ratio_flips)
    value = f"{in_detail(payload)}{text}" if text else ""
    return Fact("Other levers pay", value, is_extra=True)


def _reached(as_of: date, scenario: Scenario, first: float) -> str:
    """When growth reaches a volume, within the horizon; empty where it does not."""
    growth, present = scenario.workload.monthly_growth_ratio, scenario.workload.requests_per_month
    if growth <= 0.0 or present <= 0.0:
        return ""
    after = ceil(log(first / present) / log(1.0 + growth) - 1e-9)
    if after > scenario.horizon_months:
        return ""
    return f"{month_text(scenario, after + 1, as_of)} as it grows"


def how_sure(payload: Payload, results: Estimate) -> str:
    """The range and the odds of today's saving, and what it hangs on; empty without futures."""
    sure = workload.how_sure(payload)
    advised = results.recommended.levers
    limits = {lever: limit for lever, limit in results.rework_limits.items() if lever in advised}
    rework = rework_text(limits)
    if sure is None or not sure.is_change:
        return rework
    sentences = (sure.finding, sure.depends_on, sure.rests_on)
    return " ".join([*(f"{sentence}." for sentence in sentences if sentence), rework]).strip()


def basis_facts(payload: Payload) -> tuple[Fact, ...]:
    """The models with their prices and source, and where the other figures come from."""
    results = payload.results
    if results is None:
        return ()
    title = payload.parts[0].title if len(payload.parts) > 1 else ""
    facts = [Fact("Part", fit(title, 60))] if title else []
    for key, label in MODELS.items():
        model = getattr(results.scenario, key)
        if model is not None:
            prices = (
                f"{unit_price(model.input_usd_per_mtok)} in,"
                f" {unit_price(model.output_usd_per_mtok)} out per Mtok"
            )
            facts.append(Fact(f"{label} model", f"{_model_name(payload, key)}: {prices}, USD"))
    book = payload.price_book
    facts.append(Fact("Prices", _price_source(book)))
    if book and book.source_url:
        facts.append(Fact("Source", fit(book.source_url, 60)))
    if currency := currency_text(payload):
        facts.append(Fact("Currency", currency))
    rate = map(str, stale_rate(payload.currency, payload.as_of))
    if stale := [*rate, *(book.stale if book else ())]:
        facts.append(Fact("Over 90 days old", fit("; ".join(stale), 120)))
    if capacity := latency_basis(results):
        facts.append(Fact("Capacity", capacity))
    basis = counts_text(results.bases)
    if basis:
        facts.append(Fact("Figures", basis))
    return tuple(facts)


def _model_name(payload: Payload, key: str) -> str:
    stated: Any = (payload.scenario or {}).get(key)
    name = stated.get("catalog") if isinstance(stated, dict) else None
    return fit(name, 60) if name else "prices as stated"


def _price_source(book: PriceSource | None) -> str:
    if book is None:
        return "stated in the scenario"
    return fit(book.source, 40) + (f", {day(book.as_of)}" if book.as_of else "")
