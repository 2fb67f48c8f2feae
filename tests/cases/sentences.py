"""What may be said in which case: one table of sentences, and the checker of brief and scorecard.

A row names what must hold of a case, `!` before what must not, and the sentences that may be said
then. `#` is a number, `$#` money, `*` any words. Brief and scorecard say nothing that no row has;
in the guide and on the page of the economics no sentence of a row stands whose case is another.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from math import inf

from assessments.recommendation import LEAST_DAY_USD, MOST_DAY_USD, ChangeKind
from costing.engine import CURRENT, SELF_HOSTING, Estimate
from costing.engine.inputs.models import Model
from costing.engine.levers import RECOMMENDED, RECOMMENDED_TODAY
from costing.scenarios.content.bought_ahead import still_paid
from costing.scenarios.content.crossovers import interval_at
from costing.scenarios.content.headline import Headline
from costing.scenarios.content.hosting_costs import SPOT_RISK
from costing.scenarios.content.sources import stale_rate
from reports.documents.content.advice import hosting_crossover
from reports.documents.content.economics import economics_content
from reports.documents.content.plan import plan_content
from reports.documents.content.scorecard import scorecard_content
from reports.documents.content.standing import standing_content
from reports.documents.guide.content import guide_content
from reports.snapshots.payload import Payload
from tests.guarantees.places import as_usd

PLAN_COSTS = " person-day*, and what it saves in a year pays for them only at $# a day or less"
NOT_WORTH = "no usual price"
PAYS = {"now": "What is recommended today", "then": "All that is recommended"}
SAYABLE: tuple[tuple[str, ...], ...] = (
    (
        "",
        "Asked because of: *",
        "Shaded: the level nearest to the score, half up",
        "Name one owner for the bill and one for output quality; both report at days *",
        "Approve * in days #–#: without it no saving can be proved",
        "And # more, in the assessment",
        "Not known: no check has been answered that a claim could be compared with",
        "What is left takes up to # person-days; the time of # people working full time is # in"
        " # days",
        "# actions do not fit: the projections leave out what they would bring",
        "# action does not fit: the projections leave out what it would bring",
        "Nothing is left to be done in the plan",
        "*: Not answered yet: *",
        "*: Does not apply: *",
        "# days: still # in maturity",
        "# days: # to # in maturity",
    ),
    (
        "claimed",
        "Nowhere: what is claimed agrees with what the checks show",
    ),
    (
        "!claimed",
        "Not known: no level has been chosen that the checks could be compared with",
    ),
    (
        "applies",
        "# of # questions answered*",
        "Strongest in *; weakest in *",
        "*: Level # is claimed, * the # that the checks show",
        "# answers unknown or guessed: confirm them before money is committed",
    ),
    (
        "!applies",
        "None of # questions applies",
        "No question applies here, so there is no score",
        "Nowhere: no question applies",
    ),
    ("scored", "Overall # of 5, *", "What is not known yet could move it between # and #"),
    (
        "provisional",
        "Provisional: no overall score yet",
        "* of the # questions that apply *, fewer than half",
        "Provisional: $# a month can be saved today, # % of the bill",
        "Provisional: decide to switch *: $# less a year at today’s volume",
        "Provisional: fund what * must wait for: *",
    ),
    ("thin", "The scores rest on # % of the questions: levers may be held back only because *"),
    ("unused", "Of today’s bill $# is committed spend that is not used; it is paid whatever runs"),
    ("units", "Of today’s bill $# is for # provisioned unit*, paid whether used or not"),
    (
        "left_bought !left_now",
        "*# * of today must be paid until the term ends: what leaving saves begins then",
    ),
    (
        "left_now",
        "# provisioned unit* must be paid until the term ends, $# a month: until then *",
        "# reserved instance* must be paid until the term ends, $# a month: until then *",
        "What was bought ahead and is left must be paid until the term ends, $# a month: *",
        "$# a month can be saved once terms end, *# % of the bill",
        "a month can be saved once terms end",
        "*: $# less a year at today’s volume, once terms end",
        "# days: $# to $# a month, once terms end, *",
        "Net in the first year: less than $#: it begins once terms end",
    ),
    ("repaid", "Effort earned back: in a year, at up to $# a day"),
    ("little_worth", f"The plan takes up to #{PLAN_COSTS}*: {NOT_WORTH}"),
    ("!own", "Ordered by dependency"),
    ("", "Each amount is what the action adds after those before it*"),
    ("own", "From * on, as kept in the assessment", "Advised, yet not in this plan: *"),
    (
        "uncosted",
        "The economics are not known yet",
        "No scenario has been costed in this assessment, so nothing is said here about money: *",
        "To fill this page, gather one month of: *",
        "Token logs or the provider’s usage export hold all of it",
        "The plan on the next page follows from the answers alone and puts measuring first",
        "Without measured tokens every claim of a saving is a guess: measure first, then decide",
        "Name who gathers one month of token figures and prices, and by when",
        "Not looked for: they are found in a costed scenario",
        "*: No scenario has been costed",
    ),
    (
        "costed",
        "Spend today: $# a month",
        "# days: * a month*",
        "Premium model: *",
        "Small model: *",
        "Prices: *",
        "Figures: *",
        "Prices are those stated in the scenario: check them against the contract",
        "Answers, usage and figures disagree: *, but the scenario *",
        "And # other* like it",
        "*: * would add $# a month at this volume",
        "*: * saves $# a month, less than # % of the bill",
        "*: * saves nothing at this volume",
        "None of the * was found in the answers and the scenario",
        "No call is routed, while # % of the calls are simple",
        "# of # input tokens repeat, and * read from a prompt cache",
    ),
    (
        "saves !left_now",
        "$# a month can be saved today, # % of the bill",
        "a month can be saved today",
    ),
    (
        "saves",
        "Little can be saved today: $# a month, # %",
        "The target range of #–# % less is met: # %",
        "The target range of #–# % less is not met: # %",
        "# % less is above the target range of #–# %: check the inputs before you rely on it",
        "8 of 10 futures save * a month; cheaper than today in *",
        "It depends most on *",
        "Drawn from *",
    ),
    (
        "loses !parts",
        "What is recommended may cost more than today: 8 of 10 futures save * a month",
    ),
    (
        "part_loses",
        "What is recommended for “*” may cost more than today: 8 of 10 futures save * a month"
        " there",
    ),
    (
        "loses_often",
        "What is recommended costs more than today in most futures: 8 of 10 futures save * a month",
    ),
    *(
        (f"{word}_{where}", f"{subject} pays {volumes}", f"{subject} pays {volumes}; today it is #")
        for word, subject in PAYS.items()
        for where, volumes in {
            "always": "at every volume",
            "from": "from # requests a month on",
            "up_to": "up to # requests a month",
            "between": "between # and # requests a month",
        }.items()
    ),
    (
        "kept_at_a_loss",
        "No change that can be made today costs less over # months",
        "The target range of #–# % less is not met: no change pays",
        "* stays though it adds * a month today: with growth of # % a month it costs less over #"
        " months to keep it",
        "* stays though it adds * a month today: to switch it off would not earn back its work"
        " within # months",
    ),
    (
        "waits",
        "Calls sent as batch, # % of all, may wait up to # hours for the pool, which takes $# a"
        " month less: # replicas at most in place of #",
        "Calls that * as batch may wait up to # hours for the pool, which takes $# a month less:"
        " # replicas at most in place of #",
        "Were all calls self-hosted: calls sent as batch, # % of all, may wait up to # hours for"
        " the pool, which takes $# a month less: # replica* at most in place of #",
    ),
    (
        "unpriced",
        "* keeps a loss of what runs, which can be priced at today’s volume alone: at which volumes"
        " it pays is not known",
    ),
    ("in_ranges", "In all it does so in # ranges of volume"),
    (
        "leaves",
        "With a decline of # % a month it no longer does in *, at # requests",
        "With growth of # % a month it no longer does in *, at # requests",
    ),
    (
        "costed !saves !kept_at_a_loss",
        "Nothing to save today",
        "No change that can be made today saves more than # % of the bill",
        "No change that can be made today saves more than # % of the bill and earns back its work",
    ),
    (
        "costed !saves",
        "What runs today is already the cheapest that can be recommended",
        "Today’s setup is already the cheapest that can be recommended",
        "Keep what runs: *, for $# a month",
        "At this volume and these prices no lever pays for itself: keep calling the premium model*",
    ),
    (
        "unassessed",
        "No saving is found",
        "No saving is found yet: * not assessed",
        "Nothing that is described so far beats what runs today, for $# a month",
        "That is no answer yet: * not assessed, as the figures for * are missing",
        "*: * was not assessed: * not stated",
    ),
    (
        "no_requests",
        "No request is stated yet, so there is nothing to save",
        "State the volume that is expected: what pays, and what does not, follows from it",
        "No request is stated, so all of it is paid for nothing",
    ),
    ("unspent", "Nothing is spent today*"),
    (
        "costed !saves !kept_at_a_loss !unassessed",
        "The target range of #–# % less is not met: there is nothing to save today",
    ),
    (
        "changes",
        "One-time cost: *",
        "Effort: *",
        "Net in the first year: *, if the plan holds and volume stays",
        "Earned back: *",
    ),
    (
        "on",
        "Switch on *: the bill goes from $# to $# a month",
        "Decide to switch on *: $# less a year at today’s volume",
    ),
    (
        "off",
        "Switch off *: the bill goes from $# to $# a month",
        "Decide to switch off *: $# less a year at today’s volume",
        "*: * is to be switched off: it costs more than it saves",
    ),
    ("resized", "*ecide to run * only as far as it pays: $# less a year at today’s volume"),
    (
        "later",
        "* would save $# a month and must wait for *",
        "* would save another $# a month and must wait for *",
        "Fund what * must wait for: *",
    ),
    (
        "later !saves",
        "Nothing can be recommended yet: the bill stays at $# a month until the scores allow the"
        " levers that would pay",
    ),
    (
        "held",
        "* would put quality at risk today: it takes *",
        "* would put quality at risk today: they take *",
        "* would save nothing at these prices, so nothing is lost by waiting",
    ),
    (
        "gap",
        "* run* without the scores that * take*: close that gap rather than switch anything off",
        "* puts quality at risk today: it takes *",
        "* put quality at risk today: they take *",
    ),
    (
        "pool",
        "Self-hosting is compared with other models’ APIs only, not with its own model’s",
        "Hosting pays: *",
        "Capacity: *",
    ),
    (
        "pool !hosted",
        "Moving everything to self-hosting *",
        "With the * stated, moving everything to self-hosting *",
    ),
    ("pool !inside", "Self-hosting everything does not pay at # request* a month; against *"),
    ("pool !crosses", "Self-hosting everything does not pay at # request* a month, nor at any *"),
    (
        "pool inside",
        "Self-hosting everything beats *",
        "Yet the API with * is cheaper still",
        "Do not commit to GPU capacity now: the levers by API are cheaper at this volume",
    ),
    (
        "pool crosses",
        "Near the crossover a small change of volume adds a replica and turns the result around; *",
    ),
    (
        "pool crosses unflipped",
        "Do not commit to GPU capacity now; look again when volume nears the crossover",
    ),
    ("pool !crosses", "Do not commit to GPU capacity: at these prices it pays at no volume"),
    ("pays_later", "Do not commit to GPU capacity now: it first pays at # requests a month"),
    (
        "pool crosses !pays_later",
        "Do not commit to GPU capacity: at these prices what is recommended costs less at every"
        " volume",
    ),
    (
        "hosts",
        "Decide on a pilot for dedicated compute*",
        "Self-hosted replicas would work # % of the time: most of their cost is for waiting",
        "Hosting stops paying: *",
    ),
    (
        "hosted",
        "The pool is busy # % of its paid time",
        "The pool is idle",
        "With the other levers that run, self-hosting is cheaper than the API at no volume",
        "Self-hosting first pays at # requests a month, and there are #",
        "Self-hosting first pays at # requests a month, and there is none",
    ),
    ("spot", SPOT_RISK.removesuffix(".")),
    ("ratios", "Other levers pay: *", "No * changes what is recommended; it is # % here"),
    (
        "ratios",
        "With a hit ratio of the * cache *, other levers would cost less*; it is # % here",
    ),
    (
        "ratios pool",
        "With a utilization of the pool *, other levers would cost less*; it is # % here",
    ),
    ("costed !pool", "Self-hosting was not compared", "The scenario has no pool", "*: * no pool"),
    (
        "rework",
        "Routing stops paying once # % of its answers must be made again",
        "Self-hosting stops paying once # % of its answers must be made again",
        "The hosted open model stops paying once # % of its answers must be made again",
        "* pays only while none of its answers must be made again",
    ),
    (
        "open",
        "Open model: *",
        "* would cost $# a month, $# less than *",
        "* would cost $# a month, $# more than *",
    ),
    (
        "catalog",
        "Source: https://*",
        "List prices of * (*): they change often, and contracts may be lower",
    ),
    ("mixed", "Each application runs what suits it of these levers*"),
    ("moving", "It is assumed that prices of models * a year and prices of capacity * a year"),
    ("converted", "Currency: *"),
    ("old", "Over 90 days old: *, checked *"),
    (
        "unpaid",
        "Self-hosting would cost * a month less, yet over # months that does not earn back the"
        " change: * would still be missing",
        "* would cost $# a month less, yet over # months that does not earn back the change and its"
        " work: $# would still be missing",
        "*: * would save $# a month, which does not earn back what the change costs: $# would"
        " still be missing",
    ),
    (
        "parts",
        "The workload has * parts: as recommended today their bill goes from $# to $# a month",
        "The workload has * parts: as recommended today their bill stays at $# a month",
        "No request is stated yet in the * parts of the workload, so there is nothing to save",
        "In detail: “*”, the part of the workload that costs most today",
        "Part: *",
        "*the parts are taken to turn out alike",
        "“*”: *",
        "Hosting pays: “*”: *",
    ),
)
# What a brief must say in which case.
MUST_SAY: tuple[tuple[str, str], ...] = (
    ("applies !provisional", "Overall # of 5, *"),
    ("!applies", "No question applies here, so there is no score"),
    ("provisional", "Provisional: no overall score yet"),
    ("provisional saves", "Provisional: $# a month can be saved today, # % of the bill"),
    ("uncosted", "The economics are not known yet"),
    ("now_from !parts", "What is recommended today pays from *"),
    ("now_up_to !parts", "What is recommended today pays up to *"),
    ("now_always !parts", "What is recommended today pays at every volume"),
    ("then_from !parts", "All that is recommended pays from *"),
    ("waits", "*alls * may wait up to # hours for the pool*"),
    ("saves", "*8 of 10 futures save * a month; cheaper than today in *"),
    (
        "loses !parts",
        "What is recommended may cost more than today: 8 of 10 futures save * a month",
    ),
    ("part_loses", "What is recommended for “*” may cost more than today: *"),
    ("later !parts", "* must wait for *"),
    ("unused !parts", "Of today’s bill $# is committed spend that is not used; *"),
    ("units !parts", "Of today’s bill $# is for # provisioned unit*, paid whether used or not"),
    ("left_now", "* must be paid until the term ends, $# a month: until then *"),
    ("little_worth", f"The plan takes up to #{PLAN_COSTS}*: {NOT_WORTH}"),
    ("off", "*ecide to switch off *: $# less a year at today’s volume*"),
    ("on", "*ecide to switch on *: $# less a year at today’s volume*"),
    ("hosts changes", "Decide on a pilot for dedicated compute*"),
    ("costed !pool", "Self-hosting was not compared"),
    ("spot !parts", SPOT_RISK.removesuffix(".")),
    ("ratios changes", "Other levers pay: *"),
    ("pool !inside !parts", "Self-hosting everything does not pay at *"),
    ("pool inside !parts", "Self-hosting everything beats *"),
    ("gap", "*close that gap rather than switch anything off"),
)
NUMBER = r"[−-]?\d(?:[\d.,]*\d)?(?:\s(?:k|M|bn|tn)\b)?"
ENDS = re.compile(r"(?<=[.?!]) (?=[A-Z“$\d])")


@cache
def pattern(sentence: str) -> re.Pattern[str]:
    """The sentence of a row as a regular expression; not what follows “Provisional: ” alone."""
    words = (
        re.escape(sentence)
        .replace(r"\$\#", r"[−-]?\$\#")
        .replace(r"\#", NUMBER)
        .replace(r"\*", "[^\n]*?")
    )
    return re.compile(rf"(?<!Provisional: ){words}")


def case_of(payload: Payload) -> set[str]:
    """What holds of a case, by the words that the rows use."""
    states = {answer.state for answer in payload.answers}
    found = {
        "applies": states != {"not_applicable"},
        "claimed": any(score.claimed is not None for score in payload.scores.dimensions.values()),
        "scored": payload.scores.overall is not None,
        "provisional": bool(payload.provisional),
        "thin": payload.scores.completeness < 1,
        "own": bool(payload.roadmap and payload.roadmap.starts_on),
        "parts": len(payload.parts) > 1,
        "costed": payload.results is not None,
        "uncosted": payload.results is None,
    }
    workload = payload.roadmap.workload if payload.roadmap else None
    if workload and workload.repaid_usd_per_day is not None:
        found["little_worth"] = workload.repaid_usd_per_day < LEAST_DAY_USD
        found["repaid"] = LEAST_DAY_USD <= workload.repaid_usd_per_day <= MOST_DAY_USD
    advice, results = payload.advice, payload.results
    if advice is not None and results is not None:
        scenario, page, crossing = results.scenario, Headline(results), hosting_crossover(results)
        held, running = results.recommended_today.held_back, results.strategies[CURRENT].levers
        volume = scenario.workload.requests_per_month
        first = crossing.first_requests_per_month if crossing else None
        found |= {
            "saves": advice.saving_now_usd_per_month > 0.0,
            "changes": bool(advice.steps),
            "on": any(each.kind == ChangeKind.SWITCH_ON for each in advice.steps_now),
            "off": any(each.kind == ChangeKind.SWITCH_OFF for each in advice.steps_now),
            "resized": any(each.kind == ChangeKind.RESIZE for each in advice.steps_now),
            "later": bool(advice.steps_later),
            "held": bool(held),
            "gap": bool({*held} & {*running} & {*results.recommended_today.levers}),
            "rework": bool(results.rework_limits),
            "ratios": bool(results.ratio_flips),
            "open": scenario.open_model is not None,
            "mixed": bool(results.recommended_today.by_application),
            "catalog": payload.price_book is not None,
            "converted": not payload.currency.is_usd,
            "old": any(stale_rate(payload.currency, payload.as_of)),
            "moving": scenario.outlook is not None,
            "unpaid": results.not_repaid is not None,
            "pays_later": results.hosting_flip is not None and bool(results.hosting_flip.above),
            "unflipped": results.hosting_flip is None,
            "unassessed": page.is_undecided,
            "no_requests": not volume,
            "unused": results.strategies[CURRENT].lines.get("commitment", 0.0) > 0.0,
            "units": any(_is_given(each) for each in (scenario.premium_model, scenario.small_model))
            and bool(results.strategies[CURRENT].provisioned_units),
            "left_bought": bool(still_paid(results)),
            "left_now": any(
                each.left_usd_per_month for each in (payload.parts or (Headline(results).today,))
            ),
            "unspent": not page.current.usd_per_month,
            "pool": scenario.pool is not None,
            "spot": bool(page.spot_risk),
            "hosted": SELF_HOSTING in scenario.current_levers,
            "hosts": SELF_HOSTING in results.recommended.levers,
            "crosses": first is not None,
            "inside": bool(crossing and interval_at(crossing, volume)),
            "waits": any(each.deferral_usd_per_month for each in results.strategies.values()),
            "unpriced": len(results.recommended_crossovers)
            < bool(results.recommendation and results.recommendation.steps_now)
            + bool(results.recommendation and results.recommendation.steps),
            "kept_at_a_loss": bool(page.kept_at_a_loss),
            **dict.fromkeys(_pays(results), True),
            **dict.fromkeys(_loses(payload, results), True),
        }
    return {word for word, holds in found.items() if holds}


def _pays(results: Estimate) -> Iterator[str]:
    """At which volumes the recommendations pay: `now_from` of today's, `then_from` of all."""
    volume, growth = (
        results.scenario.workload.requests_per_month,
        results.scenario.workload.monthly_growth_ratio,
    )
    reached = [volume * (1 + growth) ** month for month in range(results.scenario.horizon_months)]
    words = dict(zip((RECOMMENDED_TODAY, RECOMMENDED), PAYS, strict=True))
    is_one = results.recommended_today.priced_as == results.recommended.priced_as
    for each in results.recommended_crossovers:
        if is_one and each.to_strategy == RECOMMENDED:
            continue
        ends = [(low, inf if high is None else high) for low, high in each.cheaper_intervals]
        low, high = next(pair for pair in ends if pair[0] <= volume <= pair[1])
        where = ("from" if low > 1 else "always") if high == inf else "between"
        yield f"{words[each.to_strategy]}_{'up_to' if high < inf and low < 1 else where}"
        if len(ends) > 1:
            yield "in_ranges"
        if any(not any(low <= each <= high for low, high in ends) for each in reached):
            yield "leaves"


def _is_given(model: Model | None) -> bool:
    """Whether a model's provisioned units are of a number that was given."""
    return bool(model and model.provisioned and model.provisioned.units)


def _loses(payload: Payload, results: Estimate) -> Iterator[str]:
    """Whether 10 of 100 futures or more lose, or half of them do, of all parts, or of one alone."""
    odds = [each.odds for each in payload.parts if len(payload.parts) > 1]
    if not odds and results.uncertainty:
        odds = [results.uncertainty.choices.get(RECOMMENDED_TODAY)]
    bands = [each.saving_usd_per_month for each in odds if each]
    if not bands or len(bands) < len(odds) or not (payload.advice and payload.advice.steps_now):
        return
    p10, p50 = (sum(getattr(each, end) or 0.0 for each in bands) for end in ("p10", "p50"))
    if p10 < -1.0:
        yield "loses_often" if p50 < -1.0 else "loses"
    elif any((each.p10 or 0.0) < -0.01 * p50 for each in bands):
        yield "part_loses"


def holds(condition: str, case: set[str]) -> bool:
    """Whether all that a row asks for holds of a case."""
    return all((word.lstrip("!") in case) != (word[0] == "!") for word in condition.split())


def told(payload: Payload) -> Iterator[str]:
    """Every sentence that brief and scorecard make of a payload."""
    standing, economics = standing_content(payload), economics_content(payload)
    plan, card = plan_content(payload), scorecard_content(payload, "0" * 64)
    texts = [standing.headline, standing.message, *standing.sentences, standing.no_anti_patterns]
    texts += standing.contradictions or [standing.no_contradictions]
    texts += [each.evidence for each in standing.anti_patterns]
    texts += [economics.headline, *economics.paragraphs]
    texts += [f"{fact.label}: {fact.value}" for fact in (*economics.investment, *economics.basis)]
    texts += [plan.headline, *plan.sentences, *plan.left_out, *plan.risks]
    texts += [plan.caution, *(decision.text for decision in plan.decisions)]
    texts += [card.money, card.rule, card.answered, *card.contradictions]
    for text in texts:
        yield from (each.rstrip(".") for each in ENDS.split(as_usd(text)) if each)


def texts_in(value: object) -> Iterator[str]:
    """Every text within blocks of the guide."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_in(each)


def unsaid_and_unsayable(
    payload: Payload, sentences: list[str], elsewhere: str = ""
) -> Iterator[str]:
    """What is said that no row has or whose row is of another case, and what must be said."""
    case = case_of(payload)
    rows = [(holds(condition, case), each) for condition, *all_ in SAYABLE for each in all_]
    for sentence in dict.fromkeys(sentences):
        fitting = [may for may, each in rows if pattern(each).fullmatch(sentence)]
        if not any(fitting):
            yield f"{'of another case' if fitting else 'in no row'}: {sentence!r}"
    for may, each in rows:
        if not may and not each.startswith("*") and (found := pattern(each).search(elsewhere)):
            yield f"of another case: {found[0]!r}"
    for condition, each in MUST_SAY:
        if holds(condition, case) and not any(map(pattern(each).fullmatch, sentences)):
            yield f"not said: {each!r}"


def faults(payload: Payload, page: str) -> list[str]:
    """The faults in what brief, scorecard, guide and the page of the economics say."""
    guide = as_usd("\n".join(texts_in(guide_content(payload, "0" * 64).chapters)))
    return list(unsaid_and_unsayable(payload, list(told(payload)), f"{guide}\n{page}"))
