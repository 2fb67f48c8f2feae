"""The honest reading of a cost result in sentences: what to do today, and whether hosting pays."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from math import inf

from assessments.recommendation import ChangeKind
from costing.engine import CURRENT, SELF_HOSTING, Crossover, Estimate
from costing.engine.inputs import Workload
from costing.engine.levers import HOSTING_PAIR, OPEN_PAIR
from costing.scenarios.content.bought_ahead import left_usd_per_month, still_paid
from costing.scenarios.content.crossovers import (
    Interval,
    interval_at,
    intervals_of,
    outlook_text,
)
from costing.scenarios.content.economics import EconomicsPage
from costing.scenarios.content.headline import (
    Choice,
    Headline,
    no_lever_pays,
    not_repaid,
    saves_enough,
    saving_too_little,
)
from costing.scenarios.content.mismatches import mismatches
from costing.scenarios.content.steps import EACH_WHAT_SUITS, steps_phrase
from costing.scenarios.content.titles import TARGET_RANGE, lever_series
from presentation.numbers import months, ratio_percent, stated_percent, usd
from presentation.wording import counted, day, first_upper, fit, series
from reports.documents.content.identity import are_prices_later, in_detail
from reports.documents.content.maturity import guessed_count, lever_requirements, unknown_count
from reports.documents.content.wording import decimal, requests, volume
from reports.snapshots.payload import Payload

WORTH_SAYING_RATIO = 0.05
# Volumes are near one another if the one is no more than so many times the other.
NEAR_FACTOR = 2.0
MAX_INTERVALS = 64
MAX_RISKS = 4
MORE_MATURITY = ("more maturity",)
THIN_COMPLETENESS = Decimal("0.75")
# The threshold under which a pool counts as idle, as the framework names it.
UTILIZATION = "utilization_ratio_below"

EXPECTED_VOLUME = (
    "State the volume that is expected: what pays, and what does not, follows from it."
)
NO_REQUESTS = f"No request is stated, so all of it is paid for nothing. {EXPECTED_VOLUME}"
STEP_RISK = (
    "Near the crossover a small change of volume adds a replica and turns the result around; do"
    " not commit to hosting there."
)
MISSING_ECONOMICS = (
    (
        "No scenario has been costed in this assessment, so nothing is said here about money:"
        " neither what is spent nor what could be saved."
    ),
    (
        "To fill this page, gather one month of: requests, model calls per request, mean input"
        " and output tokens per call, the part of the prompt that repeats, the models and their"
        " prices. Token logs or the provider’s usage export hold all of it."
    ),
    "The plan on the next page follows from the answers alone and puts measuring first.",
)
TO_GATHER = (
    ("Requests a month", "the application’s own count"),
    ("Model calls per request", "token logs, or calls over requests"),
    ("Input tokens per call", "usage export, the month’s mean"),
    ("Output tokens per call", "usage export, the month’s mean"),
    ("Repeated tokens per call", "what starts every prompt alike"),
    ("Models and their prices", "contract, or the provider’s list"),
    ("What runs today", "caches, routing, machines of one’s own"),
)


def hosting_crossover(results: Estimate) -> Crossover | None:
    """Where self-hosting is cheaper than the premium model with prompt caching."""
    return results.crossover_of(*HOSTING_PAIR)


def fair_crossover(results: Estimate) -> Crossover | None:
    """Where self-hosting is cheaper than an API, with one model on both where an API sells it."""
    pair = HOSTING_PAIR if results.scenario.open_model is None else OPEN_PAIR
    return results.crossover_of(*pair)


def headline(page: Headline) -> str:
    """What can be saved, or why nothing can, in one line."""
    choice = page.today
    if not (page.estimate.scenario.workload.requests_per_month or choice.saves):
        return "No request is stated yet, so there is nothing to save"
    if not page.current.usd_per_month:
        return "Nothing is spent today, so there is nothing to save"
    if page.is_undecided:
        return f"No saving is found yet: {_not_assessed(page)} not assessed"
    if page.kept_at_a_loss and not choice.saves:
        return page.no_change_pays
    return headline_of(choice) or "Today’s setup is already the cheapest that can be recommended"


def headline_of(choice: Choice) -> str:
    """What a choice saves, such as that of a workload of several parts; nothing where none."""
    if not choice.saves:
        return ""
    saving, ratio = usd(choice.saving_usd_per_month), choice.saving_ratio or 0.0
    if ratio < WORTH_SAYING_RATIO:
        return f"Little can be saved {choice.when}: {saving} a month, {ratio_percent(ratio)}"
    return f"{saving} a month can be saved {choice.when}, {ratio_percent(ratio)} of the bill"


def recommendation(page: Headline) -> str:
    """What to change, and what the month then costs."""
    results, advice = page.estimate, page.estimate.recommendation
    choice, current = page.today, usd(page.current.usd_per_month)
    then = usd(choice.usd_per_month)
    stays = "".join(f" {each}" for each in page.kept_at_a_loss)
    if page.is_undecided:
        return (
            f"Nothing that is described so far beats what runs today, for {current} a month."
            f" That is no answer yet: {_not_assessed(page)} not assessed, as the figures for"
            f" {'it' if len(page.not_assessed) == 1 else 'them'} are missing."
        )
    if advice and advice.steps_now:
        change = first_upper(steps_phrase(advice.steps_now))
        own = f" {EACH_WHAT_SUITS}." if results.recommended_today.by_application else ""
        idle = "" if results.scenario.workload.requests_per_month else f" {NO_REQUESTS}"
        changed = f"{change}: the bill goes from {current} to {then} a month."
        return f"{changed}{idle}{own}{stays}{_gap(results)}"
    if advice and advice.steps_later and not choice.levers:
        return (
            f"Nothing can be recommended yet: the bill stays at {current} a month until the"
            " scores allow the levers that would pay."
        )
    if not results.scenario.workload.requests_per_month:
        return EXPECTED_VOLUME
    if not choice.levers:
        return f"{no_lever_pays(results)}: keep calling the premium model, for {current} a month."
    return (
        f"Keep what runs: {choice.titles}, for {then} a month. {_no_change(page)}.{stays}"
        f"{_gap(results)}"
    )


def _no_change(page: Headline) -> str:
    """Why what runs is kept: nothing saves enough, or what would save today loses later."""
    if page.kept_at_a_loss:
        return page.no_change_pays
    return f"No change that can be made today {saves_enough(page.estimate)}"


def _gap(results: Estimate) -> str:
    """The levers that run without the scores for them, which is a gap to close."""
    running = results.strategies[CURRENT].levers
    gaps = [key for key in results.recommended_today.levers if key in running]
    gaps = [key for key in gaps if key in results.recommended_today.held_back]
    if not gaps:
        return ""
    runs = "runs without the scores that it takes"
    if len(gaps) > 1:
        runs = "run without the scores that they take"
    return (
        f" {first_upper(lever_series(gaps))} {runs}: close that gap rather than switch anything"
        " off."
    )


def _not_assessed(page: Headline) -> str:
    """The levers that nobody described, with their verb: `routing and self-hosting were`."""
    titles = [lever.title.lower() for lever in page.not_assessed]
    return f"{series(titles)} {'was' if len(titles) == 1 else 'were'}"


def target(page: Headline) -> str:
    """Whether the promised saving holds; empty where what is not assessed may meet it."""
    if page.is_undecided:
        return ""
    return target_of(page.today, is_kept_at_a_loss=bool(page.kept_at_a_loss))


def target_of(choice: Choice, *, is_kept_at_a_loss: bool = False) -> str:
    """Whether a choice keeps the promised saving, such as that of a workload of several parts."""
    if choice.saving_ratio is None:
        return ""
    saved = ratio_percent(choice.saving_ratio)
    if choice.is_within_target:
        return f"The target range of {TARGET_RANGE} less is met: {saved}."
    if choice.is_above_target:
        return (
            f"{saved} less is above the target range of {TARGET_RANGE}:"
            " check the inputs before you rely on it."
        )
    nothing = "no change pays" if is_kept_at_a_loss else "there is nothing to save today"
    less = saved if choice.saving_ratio > 0 else nothing
    return f"The target range of {TARGET_RANGE} less is not met: {less}."


def unlocked_levers(results: Estimate) -> list[str]:
    """The levers held back by maturity that would save more money."""
    advice = results.recommendation
    later = advice.steps_later if advice else ()
    waiting = [step.lever for step in later if step.kind == ChangeKind.SWITCH_ON]
    return waiting if EconomicsPage(results).is_maturity_worth_money else []


def unlocked(results: Estimate, requirements: Mapping[str, Sequence[str]]) -> str:
    """What the levers held back by maturity would add, in money, and what they ask."""
    held_back, waiting = results.recommended_today.held_back, unlocked_levers(results)
    if not held_back:
        return ""
    if not waiting:
        if results.not_repaid and set(held_back) & set(results.not_repaid.levers):
            return ""  # what is said of hosting says it: it saves, and is not earned back
        too_little = saving_too_little(results)
        if left_out := [lever for lever in held_back if lever in too_little]:
            if "not_repaid" in {too_little[lever] for lever in left_out}:
                return ""
            share = stated_percent(results.scenario.materiality_ratio)
            names = first_upper(lever_series(left_out))
            return f"{names} would save less than {share} of the bill, which is left out."
        running = results.strategies[CURRENT].levers
        idle = [lever for lever in held_back if lever not in running]
        if not idle:
            return ""
        names = first_upper(lever_series(idle))
        return f"{names} would save nothing at these prices, so nothing is lost by waiting."
    worth = EconomicsPage(results).maturity_usd_per_month
    another = "another " if Headline(results).today.saves else ""
    return (
        f"{first_upper(lever_series(waiting))} would save {another}{usd(worth)}"
        f" a month and must wait for {waits_for(waiting, requirements)}."
    )


def waits_for(waiting: Iterable[str], requirements: Mapping[str, Sequence[str]]) -> str:
    """What the levers that are held back and would pay ask for, each of it once."""
    asked = (part for key in waiting for part in requirements.get(key, MORE_MATURITY))
    return series(list(dict.fromkeys(asked)))


def hosting(page: Headline) -> str:
    """Whether self-hosting pays, and from which volume on; which of its costs are missing."""
    text, missing = _hosting(page.estimate), page.missing_hosting_costs
    return f"{text} It is priced without {missing}: its real cost is higher." if missing else text


def _hosting(results: Estimate) -> str:
    reason = results.left_out.get("self_hosted")
    if reason:
        return f"Self-hosting was not compared. {fit(reason, 90)}"
    crossing = hosting_crossover(results)
    if crossing is None:
        return ""
    present = results.scenario.workload.requests_per_month
    inside = interval_at(crossing, present)
    first, for_good = crossing.first_requests_per_month, crossing.dominance_requests_per_month
    if inside:
        pays, levers = _hosting_pays(inside, results.scenario.workload), results.recommended.levers
        if "self_hosting" in levers:
            return pays
        still = f"Yet the API with {lever_series(levers)} is cheaper still."
        return f"{pays} {not_repaid(results) or still}"
    if first is None:
        return (
            f"Self-hosting everything does not pay at {requests(present)} a month, nor at"
            f" any other volume at these prices{_pays_with_others(results)}."
        )
    tail = "never for good" if for_good is None else f"for good above {volume(for_good)}"
    where = f"it is first cheaper at {volume(first)}, and {tail}"
    lowest = intervals_of(crossing)[0]
    if lowest.is_from_first:
        where = f"it is cheaper up to {volume(lowest.high)}, and {tail}"
    elif first == for_good:
        where = f"it is cheaper above {volume(first)}"
    return (
        f"Self-hosting everything does not pay at {requests(present)} a month; against the"
        f" premium model with prompt caching {where}."
    )


def no_hosting(results: Estimate) -> str:
    """Why no GPU capacity is to be bought, and until when; empty without a pool to compare."""
    crossing, flip = hosting_crossover(results), results.hosting_flip
    if crossing is None:
        return ""
    first, present = crossing.first_requests_per_month, results.scenario.workload.requests_per_month
    if interval_at(crossing, present):
        return " now: the levers by API are cheaper at this volume"
    if flip is None and first is not None:
        return " now; look again when volume nears the crossover"
    if flip is not None and flip.above is not None:
        return f" now: it first pays at {requests(flip.above)} a month"
    if first is None:
        return ": at these prices it pays at no volume"
    return ": at these prices what is recommended costs less at every volume"


def _pays_with_others(results: Estimate) -> str:
    """From which volume on hosting pays where it is not all that is done, if from any."""
    flip = results.hosting_flip
    if flip is None or flip.above is None or SELF_HOSTING in results.recommended.levers:
        return ""
    return f"; together with other levers it first pays at {volume(flip.above)}"


def _hosting_pays(inside: Interval, workload: Workload) -> str:
    present = workload.requests_per_month
    if workload.is_shrinking and inside.low > 0:
        return (
            "Self-hosting everything beats the premium model with prompt caching at"
            f" {requests(present)} a month, but volume falls by"
            f" {ratio_percent(-workload.monthly_growth_ratio)} a month, and below"
            f" {volume(inside.low)} it no longer does."
        )
    if inside.high is None:
        return (
            "Self-hosting everything beats the premium model with prompt caching at"
            f" {requests(present)} a month, and stays cheaper as volume grows."
        )
    return (
        f"At {requests(present)} a month self-hosting everything is cheaper than the premium model"
        f" with prompt caching, but only between {volume(inside.low)} and {volume(inside.high)}:"
        " the next replica turns it around."
    )


def crossings_sentence(crossing: Crossover | None) -> str:
    """How often the lead changes, and why."""
    if crossing is None:
        return ""
    ranges = intervals_of(crossing)
    count = len(ranges)
    if count == 0 or ranges[0].is_every_volume:
        return "The lines do not cross at any volume."
    if count == 1:
        is_once = ranges[0].is_from_first or ranges[0].high is None
        return f"The lead changes {'once' if is_once else 'twice'}."
    bound = "at least " if count >= MAX_INTERVALS else ""
    return (
        f"Replicas are whole, so hosting climbs in steps: it leads in {bound}{count} separate"
        " ranges of volume."
    )


def break_even(results: Estimate) -> str:
    """When the one-time cost of self-hosting is earned back, where that was computed."""
    pairs = ((each, (each.from_strategy, each.to_strategy)) for each in results.break_even)
    item = next((each for each, pair in pairs if pair == HOSTING_PAIR), None)
    if item is None or SELF_HOSTING in results.scenario.current_levers:
        return ""
    prices = outlook_text(results.scenario)
    if item.month is None:
        text = f"would not earn back its cost within {months(item.horizon_months)}. {prices}"
        return f"Moving everything to self-hosting {text}".strip()
    trend = "decline" if results.scenario.workload.is_shrinking else "growth"
    return (
        f"With the {trend} stated, moving everything to self-hosting earns back its cost after"
        f" {months(item.month)}. {prices}"
    ).strip()


def risks(payload: Payload) -> list[str]:
    """What could make the economics wrong or dangerous, the weightiest first; at most four."""
    results, sentences = payload.results, []
    if results:
        waits = still_paid(results)
        if waits and not left_usd_per_month(results):  # else the caution says it
            sentences.append(f"{in_detail(payload)}{first_upper(waits)}")
        if spot := Headline(results).spot_risk:
            sentences.append(f"{in_detail(payload)}{spot}")
        sentences += _mismatch_risks(payload, results) + _maturity_risks(payload, results)
        if _is_near_steps(results):
            sentences.append(f"{in_detail(payload)}{STEP_RISK}")
    sentences += _answer_risks(payload)
    if results:
        sentences += _idle_risks(payload, results)
    sentences.append(_price_risk(payload))
    return sentences[:MAX_RISKS]


def _mismatch_risks(payload: Payload, results: Estimate) -> list[str]:
    levers, measured = results.scenario.current_levers, payload.measured.cache_read_ratio
    found = mismatches(payload.framework, payload.check_states(), levers, measured)
    more = f" And {counted(len(found) - 1, 'other')} like it." if len(found) > 1 else ""
    where = in_detail(payload)
    return [f"{where}Answers, usage and figures disagree: {each.text}{more}" for each in found[:1]]


def _is_near_steps(results: Estimate) -> bool:
    """Whether volume is, or grows within the horizon to, where replicas turn the lead around."""
    crossing, scenario, flip = fair_crossover(results), results.scenario, results.hosting_flip
    if crossing is None or len(crossing.cheaper_intervals) < 2:
        return False
    if flip is not None and flip.above is None and flip.below is None:
        return False  # at no volume does anybody commit to hosting, or give it up
    present, growth = scenario.workload.requests_per_month, scenario.workload.monthly_growth_ratio
    ends = present, present * (1.0 + growth) ** scenario.horizon_months
    first, for_good = crossing.first_requests_per_month, crossing.dominance_requests_per_month
    starts = max(ends) * NEAR_FACTOR >= (first or 0.0)
    return starts and min(ends) <= (for_good or inf) * NEAR_FACTOR


def _maturity_risks(payload: Payload, results: Estimate) -> list[str]:
    requirements, advised = lever_requirements(payload), payload.advice
    aims = advised.later.levers if advised else results.recommended.levers
    running = results.scenario.current_levers
    waiting: dict[tuple[bool, str], list[str]] = {}
    for lever in results.recommended_today.held_back:
        if lever in aims:
            required = series(requirements.get(lever, MORE_MATURITY))
            waiting.setdefault((lever in running, required), []).append(lever)
    return [
        f"{first_upper(lever_series(levers))}"
        f" {'puts' if runs and len(levers) == 1 else 'put' if runs else 'would put'} quality at"
        f" risk today: {'it takes' if len(levers) == 1 else 'they take'} {required}."
        for (runs, required), levers in waiting.items()
    ][:2]


def _answer_risks(payload: Payload) -> list[str]:
    completeness = payload.scores.completeness
    if completeness < THIN_COMPLETENESS:
        return [
            f"The scores rest on {ratio_percent(completeness)} of the questions: levers may be"
            " held back only because nothing was said."
        ]
    unsure = unknown_count(payload) + guessed_count(payload)
    if unsure >= 3:
        return [
            f"{counted(unsure, 'answer')} unknown or guessed: confirm them before money is"
            " committed."
        ]
    return []


def _idle_risks(payload: Payload, results: Estimate) -> list[str]:
    hosted = results.strategies.get("self_hosted")
    if hosted is None or hosted.utilization_ratio is None:
        return []
    if SELF_HOSTING not in results.recommended.levers:
        return []
    used = decimal(hosted.utilization_ratio)
    limits = payload.framework.anti_pattern_thresholds.values()
    if used >= decimal(max((each.get(UTILIZATION, 0.0) for each in limits), default=0.0)):
        return []
    return [
        f"{in_detail(payload)}Self-hosted replicas would work {ratio_percent(used)} of the time:"
        " most of their cost is for waiting."
    ]


def _price_risk(payload: Payload) -> str:
    if payload.results is None:
        guess = "Without measured tokens every claim of a saving is a guess"
        return f"{guess}: measure first, then decide."
    book = payload.price_book
    if book is None or book.as_of is None:
        return "Prices are those stated in the scenario: check them against the contract."
    dated = day(book.as_of) + (", after the assessment" if are_prices_later(payload) else "")
    if book.contracts:
        names = dict.fromkeys(contract.model_name for contract in book.contracts)
        return (
            f"Contract prices of {fit(' and '.join(names), 60)}, else list prices of"
            f" {dated}: check how long the contract holds."
        )
    return (
        f"List prices of {dated} ({fit(book.source, 40)}): they change often, and"
        " contracts may be lower."
    )
