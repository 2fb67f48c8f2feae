"""What a brief may say in which case: each rule is a sentence with the function that checks it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from assessments.recommendation import ChangeKind, Recommendation, Step
from costing.engine import SELF_HOSTING, STRATEGIES
from costing.scenarios.content.titles import LEVER_TITLES
from presentation.numbers import amount
from reports.documents.content.advice import hosting_crossover
from reports.snapshots.payload import Payload

HEADLINE_SCORE = r"Overall \d\.\d"
CLUMSY = {
    "a plural of one": r"(?<![\d.,])1 (?:requests|replicas|others|actions|months|calls|tokens)\b",
    "a wrong number": r"So do 1 other",
    "nothing as money": r"(?<![\d,.])0 USD (?:less|can)|−0(?:\.0+)?\b(?! ?[.\d])",
    "a change to the same": r"(?<![\d.,])([\d,.]+) to \1 (?:USD|in maturity)",
    "a payback in no time": r"after 0 months",
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
    def decisions(self) -> str:
        """What is to be decided; a word that is broken at its hyphen is whole."""
        said = self.pages[2].partition("What to decide")[2]
        return re.sub(r"(?<=[a-z])- (?=[a-z])", "-", said)


def lever(step: Step) -> str:
    """The title of a step's lever as a pattern, in small letters."""
    return re.escape(LEVER_TITLES[step.lever].lower())


def decides(told: Told, step: Step) -> bool:
    """Whether the decisions ask for a step by its lever."""
    verb = {ChangeKind.SWITCH_ON: "on", ChangeKind.SWITCH_OFF: "off", ChangeKind.RESIZE: "only"}
    asked = re.findall(r"[Dd]ecide to ([^:]*):", told.decisions)
    return any(verb[step.kind] in each and re.search(lever(step), each.lower()) for each in asked)


def headline_is_the_sum(told: Told) -> bool:
    said = re.search(r"([\d,.]+) USD a month can be saved today", told.pages[1])
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
    return told.says(r"(?i)switch(?:ing)? off [^.:]*self-hosting|self-hosting [^.:]*off", 3)


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


RULES: dict[str, Callable[[Told], bool]] = {
    "below half of the answers there is no headline score": lambda told: (
        not (told.is_thin and told.says(HEADLINE_SCORE))
    ),
    "below half of the answers what can be saved is provisional": lambda told: (
        not (told.is_thin and told.payload.results) or told.says("(?i)provisional", 2)
    ),
    "without economics nothing is saved and nothing of the kind decided": lambda told: (
        told.payload.results is not None
        or not told.says(r"can be saved|USD less a month|Decide to (?:switch|run)")
    ),
    "where nothing can be changed today nothing is saved or approved": lambda told: (
        bool(told.steps_now)
        or not told.says(r"USD a month can be saved today|USD less a month|Approve (?:pr|ro|se)")
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
    "every page of a draft says so, and of nothing else": lambda told: all(
        bool(re.search("(?i)draft\\b[ ·]*(?:provisional[ ·]*)?executive", page))
        == told.payload.is_draft
        for page in told.pages
    ),
}


def broken(told: Told) -> list[str]:
    """The rules that a brief breaks, and the clumsy words in it."""
    found = [rule for rule, holds in RULES.items() if not holds(told)]
    for fault, pattern in CLUMSY.items():
        for page in told.pages:
            found += [f"{fault}: {match[0]!r}" for match in re.finditer(pattern, page)]
    return found
