"""What a brief may say in which case: each rule is a sentence with the function that checks it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from assessments.recommendation import ChangeKind, Recommendation, Step
from costing.engine import SELF_HOSTING, STRATEGIES
from costing.scenarios.content.titles import CHOICE_TITLES, LEVER_TITLES
from presentation.numbers import amount
from reports.documents.content.advice import fair_crossover, hosting_crossover
from reports.snapshots.payload import Payload

HEADLINE_SCORE = r"Overall \d\.\d"
CLUMSY = {
    "a plural of one": r"(?<![\d.,])1 (?:requests|replicas|others|actions|months|calls|tokens)\b",
    "a wrong number": r"So do 1 other",
    "nothing as money": r"\$0 (?:less|can|a month can)|−0(?:\.0+)?\b(?! ?[.\d])",
    "a change to the same": r"(?<![\d.,])(\$?[\d,.]+) to \1 (?:a month|in maturity)",
    "an amount with a code": r"\d USD(?! an hour| per\b)",
    "a payback in no time": r"after 0 months",
    "a share of nothing": r"(?:busy|works?) 0 %|(?<![\d.,])0 % (?:used|of the time)",
    "one thing asked for twice": r"([A-Z][\w& ]+ at \d \(now [^)]+\))[^:]*\1",
    "no work at all": r"(?<![\d,])0 person-days",
    "a word of Python": r"\b(?:None(?! of)|True|False|nan|inf)\b",
    "a key": rf"\b(?:{'|'.join(key for key in (*LEVER_TITLES, *STRATEGIES) if '_' in key)})\b",
}


@dataclass(frozen=True)
class Told:
    """A case and the text of its brief, page by page."""

    payload: Payload
    pages: tuple[str, ...]

    def says(self, pattern: str, *pages: int) -> bool:
        """Whether these pages say so; all of them unless some are named."""
        wanted = [self.pages[page - 1] for page in pages] or self.pages
        return any(re.search(pattern, page) for page in wanted)

    @cached_property
    def is_thin(self) -> bool:
        """Fewer than half of the questions that apply are answered, with more than “unknown”."""
        states = [answer.state for answer in self.payload.answers]
        applicable = [state for state in states if state != "not_applicable"]
        return 2 * applicable.count("answered") < len(applicable)

    @cached_property
    def advice(self) -> Recommendation | None:
        return self.payload.advice

    @cached_property
    def steps_now(self) -> tuple[Step, ...]:
        return self.advice.steps_now if self.advice else ()

    @cached_property
    def saved_now(self) -> float:
        """What the steps for today save together, USD a month."""
        return sum(step.saving_usd_per_month for step in self.steps_now)

    @cached_property
    def decisions(self) -> str:
        """What is to be decided; a word that is broken at its hyphen is whole."""
        said = self.pages[2].partition("What to decide")[2]
        return re.sub(r"(?<=[a-z])- (?=[a-z])", "-", said)


def lever(step: Step) -> str:
    """The title of a step's lever as a pattern, in small letters."""
    return re.escape(CHOICE_TITLES[step.lever].lower())


def decides(told: Told, step: Step) -> bool:
    """Whether the decisions ask for a step by its lever."""
    verb = {ChangeKind.SWITCH_ON: "on", ChangeKind.SWITCH_OFF: "off", ChangeKind.RESIZE: "only"}
    asked = re.findall(r"[Dd]ecide to ([^:]*):", told.decisions)
    return any(verb[step.kind] in each and re.search(lever(step), each.lower()) for each in asked)


WHEN = "(?:today|once terms end)"


def headline_is_the_sum(told: Told) -> bool:
    said = re.search(rf"\$([\d,.]+) a month can be saved {WHEN}", told.pages[1])
    if told.advice is None or said is None:
        return True
    return said[1] == amount(sum(step.saving_usd_per_month for step in told.steps_now))


def adds_up(told: Told) -> bool:
    advice = told.advice
    if advice is None:
        return True
    all_saved = sum(step.saving_usd_per_month for step in advice.steps)
    now = sum(step.saving_usd_per_month for step in advice.steps_now)
    near = 1e-6 * max(1.0, abs(advice.spend_usd_per_month))
    return (
        abs(advice.spend_usd_per_month - all_saved - advice.later.usd_per_month) <= near
        and abs(advice.spend_usd_per_month - now - advice.now.usd_per_month) <= near
    )


def no_change_twice(told: Told) -> bool:
    advice = told.advice
    if advice is None:
        return True
    changed = [step.lever for step in advice.steps if step.kind != ChangeKind.RESIZE]
    left_out = {each.lever for each in advice.not_recommended}
    is_whole = bool(told.payload.parts) or len(changed) == len(set(changed))
    return is_whole and not left_out & set(changed)


def pool_is_switched_off(told: Told) -> bool:
    results = told.payload.results
    if results is None or SELF_HOSTING not in results.scenario.current_levers:
        return True
    if told.advice is None or SELF_HOSTING in told.advice.later.levers:
        return True
    decided = r"(?i)(?:switch(?:ing)? off|in place of) [^.:]*self-hosting|self-hosting [^.:]*off"
    return told.says(decided, 3)


def hosting_is_no_topic_without_a_pool(told: Told) -> bool:
    results = told.payload.results
    is_priced = results is None or results.scenario.pool is not None
    return is_priced or not told.says("Self-hosting everything")


def no_crossing_is_no_hope(told: Told) -> bool:
    results = told.payload.results
    crossing = hosting_crossover(results) if results else None
    if crossing is None or crossing.first_requests_per_month is not None:
        return True
    return not told.says("look again when volume nears")


def every_step_is_planned(told: Told) -> bool:
    """Whether each step of the advice is an action of the plan, or said not to be."""
    roadmap, framework = told.payload.roadmap, told.payload.framework
    phases = roadmap.phases if roadmap else ()
    kept = [
        action
        for phase in phases
        for action in phase.actions
        if action.status not in ("dropped", "risk_accepted")
    ]
    bringing = {action.key: action.lever for action in framework.actions if action.brings_money}
    planned = {bringing.get(action.key, action.key) for action in kept}
    steps = told.advice.steps if told.advice else ()
    missing = [step for step in steps if not {step.lever, step.change.key} & planned]
    return not missing or told.says("Advised, yet not in this plan: ", 3)


def unstated_effort_is_assumed(told: Told) -> bool:
    """Whether effort that the framework does not state is called assumed."""
    roadmap = told.payload.roadmap
    actions = [action for phase in (roadmap.phases if roadmap else ()) for action in phase.actions]
    is_assumed = any(each.origin == "drafted" and not each.effort_days for each in actions)
    return not is_assumed or told.says(r"\d\s+assumed", 2)


def near_is_near(told: Told) -> bool:
    """Whether nearness to the crossover is said only where volume comes within half of it."""
    results = told.payload.results
    crossing = fair_crossover(results) if results else None
    if results is None or crossing is None or crossing.first_requests_per_month is None:
        return not told.says("Near the crossover")
    workload = results.scenario.workload
    growth = max(0.0, workload.monthly_growth_ratio)
    reached = workload.requests_per_month * (1 + growth) ** results.scenario.horizon_months
    is_near = 2 * reached >= crossing.first_requests_per_month
    return is_near or not told.says("Near the crossover")


def funded_is_the_whole(told: Told) -> bool:
    """Whether what is to be funded is all that the later steps save, in all parts."""
    later = told.advice.steps_later if told.advice else ()
    saving = sum(step.saving_usd_per_month for step in later)
    return not re.search("[Ff]und what", told.decisions) or amount(saving) in told.decisions


OF_ONE_PART = (
    "Near the crossover|Self-hosted replicas|Answers, usage|Do not commit|Self-hosting every"
)


def part_is_named(told: Told) -> bool:
    """Whether what holds for one part of several is said of that part."""
    of_one = re.compile(rf"(?<!”: )(?:{OF_ONE_PART})")
    return len(told.payload.parts) < 2 or not any(map(of_one.search, told.pages))


def cut_is_drawn_uncut(told: Told) -> bool:
    """Whether odds of what is to be cut back say that they take it as it stands."""
    is_cut = any(step.kind == ChangeKind.RESIZE for step in told.steps_now)
    has_odds = told.says("8 of 10 futures", 2) and len(told.payload.parts) < 2
    return not (is_cut and has_odds) or told.says("taken as it stands", 2)


SAVED = f"(?:can be saved {WHEN}|Little can be saved)"
BOARD_ASKS: dict[str, Callable[[Told], bool]] = {
    "how much": lambda told: told.says(amount(told.saved_now), 1) and told.says(SAVED, 1, 2),
    "how sure": lambda told: told.says(r"8 of 10 futures save .* cheaper than today", 2),
    "by when": lambda told: bool(re.search(r"\d{1,2} [A-Z][a-z]{2} 20\d\d", told.decisions)),
    "for what money": lambda told: told.says("One-time cost", 2) and told.says("Effort", 2),
    "who decides": lambda told: bool(re.search("Owner.*By", told.decisions)),
    "what if wrong": lambda told: told.says("What could go wrong – .{20}", 3),
}
RULES: dict[str, Callable[[Told], bool]] = {
    "below half of the answers there is no headline score": lambda told: (
        not (told.is_thin and told.says(HEADLINE_SCORE))
    ),
    "below half of the answers what can be saved is provisional": lambda told: (
        not (told.is_thin and told.payload.results) or told.says("(?i)provisional", 2)
    ),
    "without economics nothing is saved and nothing of the kind decided": lambda told: (
        told.payload.results is not None
        or not told.says(r"can be saved|\$[\d,.]+ less a (?:month|year)|Decide to (?:switch|run)")
    ),
    "where nothing can be changed today nothing is saved or approved": lambda told: (
        bool(told.steps_now)
        or not told.says(
            rf"\$[\d,.]+ a month can be saved {WHEN}|\$[\d,.]+ less a (?:month|year)"
            r"|Approve (?:pr|ro|se)"
        )
    ),
    "every change for today is a decision": lambda told: (
        told.is_thin or all(decides(told, step) for step in told.steps_now)
    ),
    "the headline's saving is the sum of the steps": headline_is_the_sum,
    "the steps add up to both states": adds_up,
    "no lever is changed twice, or left out and changed": no_change_twice,
    "a pool that is not in the target is switched off by a decision": pool_is_switched_off,
    "without a pool nothing is said of hosting everything": hosting_is_no_topic_without_a_pool,
    "where hosting never crosses nobody is told to wait for it": no_crossing_is_no_hope,
    "every recommended step is in the plan, or said not to be": every_step_is_planned,
    "effort that nobody stated is called assumed": unstated_effort_is_assumed,
    "where no question applies nobody is said to have answered": lambda told: (
        any(answer.state != "not_applicable" for answer in told.payload.answers)
        or not told.says(r"\d+ of \d+ questions answered|Nothing has been answered")
    ),
    "the crossover is near only where it is near": near_is_near,
    "what is to be funded is worth what all parts save": funded_is_the_whole,
    "what holds for one part of several names it": part_is_named,
    "odds of what is to be cut back take it as it stands": cut_is_drawn_uncut,
    "every page of a draft says so, and of nothing else": lambda told: all(
        bool(re.search("(?i)draft\\b[ ·]*(?:provisional[ ·]*)?executive", page))
        == told.payload.is_draft
        for page in told.pages
    ),
}


RULES |= {
    f"where money is advised the brief says {question}": (
        lambda told, answers=answers: not told.steps_now or answers(told)
    )
    for question, answers in BOARD_ASKS.items()
}


def broken(told: Told) -> list[str]:
    """The rules that a brief breaks, and the clumsy words in it."""
    found = [rule for rule, holds in RULES.items() if not holds(told)]
    for fault, pattern in CLUMSY.items():
        for page in told.pages:
            found += [f"{fault}: {match[0]!r}" for match in re.finditer(pattern, page)]
    return found
