"""The steps of a recommendation in words; must not import Django."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assessments.recommendation import (
    CENT,
    LEAST_DAY_USD,
    MOST_DAY_USD,
    ChangeKind,
    Recommendation,
    Step,
    repaid_usd_per_day,
)
from costing.engine.levers import OPEN_MODEL, SELF_HOSTING
from costing.engine.results import EffortDays, Estimate, HostingFlip, LeverChoice, SubsetCost
from costing.scenarios.content.titles import (
    CHOICE_PHRASES,
    CHOICE_TITLES,
    STRATEGY_PHRASES,
    lever_series,
)
from presentation.numbers import compact, months, ratio_percent, usd
from presentation.wording import counted, first_upper, named_or_counted, series

# What is done to levers, in the order in which kinds are named.
DONE_TO_LEVERS = {
    ChangeKind.SWITCH_OFF: "switch off {levers}",
    ChangeKind.RESIZE: "run {levers} only as far as it pays",
    ChangeKind.SWITCH_ON: "switch on {levers}",
}

ANOTHER_MODEL = "Self-hosting is compared with other models’ APIs only, not with its own model’s"
EACH_WHAT_SUITS = "Each application runs what suits it of these levers"
# What a percentage with one decimal shows as more than 0.
LEAST_SHOWN_RATIO = 0.0005
# A factor on prices so near 1 would read as 1.
LITTLE_DEARER = 0.1
SHORT_KINDS = {ChangeKind.SWITCH_OFF: " off", ChangeKind.RESIZE: " cut", ChangeKind.SWITCH_ON: ""}


def steps_of_kinds(steps: Iterable[Step]) -> list[tuple[str, list[Step]]]:
    """The steps by what is done, each kind with its phrase: `switch on routing and caching`."""
    found = list(steps)
    kinds = []
    for kind, phrase in DONE_TO_LEVERS.items():
        same = [step for step in found if step.kind == kind]
        if same:
            places = dict.fromkeys(step.parts for step in same)
            levers = [_levers([step for step in same if step.parts == parts]) for parts in places]
            kinds.append((phrase.format(levers=series(levers)), same))
    return kinds


def _levers(steps: Sequence[Step]) -> str:
    """The levers of steps of the same parts: `routing in place of self-hosting in “Claims”`."""
    levers = lever_series(dict.fromkeys(step.lever for step in steps))
    replaced = {step.replaces: None for step in steps if step.replaces}
    if replaced:
        levers += f" in place of {lever_series(replaced)}"
    return f"{levers} in {parts_text(steps[0].parts)}" if steps[0].parts else levers


def steps_phrase(steps: Iterable[Step]) -> str:
    """What the steps do, in the middle of a sentence; empty without any."""
    return series([phrase for phrase, _ in steps_of_kinds(steps)])


def step_label(step: Step) -> str:
    """A step in a drawing: `Routing`, `Routing off`, `Self-hosting cut`."""
    return f"{CHOICE_TITLES.get(step.lever, step.lever)}{SHORT_KINDS[step.kind]}"


def saved(steps: Sequence[Step]) -> float:
    """What steps save together, USD per month."""
    return sum(step.saving_usd_per_month for step in steps)


def work_text(advice: Recommendation | None, days: EffortDays) -> str:
    """At which price of a day a year of the steps' saving pays for their work, where none is known.

    `days` are those of the work of each change, by its key. Empty where the steps take no work.
    """
    steps = advice.steps if advice else ()
    total, saving = sum(days.get(step.change.key, 0.0) for step in steps), saved(steps)
    repaid = repaid_usd_per_day(saving, sum(step.one_time_usd for step in steps), total)
    if repaid is None:
        return ""
    text = f"The work of this takes up to {counted(total, 'person-day')}"
    if repaid < CENT:
        return f"{text}, and a year of the saving does not pay for what the changes take once."
    if repaid < LEAST_DAY_USD:
        return (
            f"{text}, and a year of the saving pays for it only at {usd(repaid)} a day or less:"
            " at no usual price of a day is it worth it."
        )
    price = f"up to {usd(repaid)} a day" if repaid <= MOST_DAY_USD else "any usual price of a day"
    return f"{text}: a year of the saving pays for it at {price}."


def parts_text(parts: Sequence[str]) -> str:
    """Parts of a workload: the one by its title, several by their number."""
    return named_or_counted(parts, "part")


@dataclass(frozen=True)
class StepRow:
    """A step as a line: its title, its money in order, and what it waits for."""

    step: Step
    waits_for: str = ""

    @property
    def title(self) -> str:
        title, replaced = lever_series([self.step.lever]), lever_series([self.step.replaces])
        done = DONE_TO_LEVERS[self.step.kind].format(levers=title)
        phrase = first_upper(f"{replaced} to {title}" if self.step.replaces else done)
        if not self.step.parts:
            return phrase
        return f"{phrase} in {parts_text(self.step.parts)}"

    @property
    def takes(self) -> str:
        """What it takes, and when its saving has paid for its work; empty where it takes nothing.

        `for 25,000 USD once and 9,900 USD of work, earned back after 2.1 months`
        """
        step, parts = self.step, []
        if step.one_time_usd:
            parts.append(f"{usd(step.one_time_usd)} once")
        if step.effort_usd:
            parts.append(f"{usd(step.effort_usd)} of work")
        if step.effort_usd and step.saving_usd_per_month > 0.0:
            after = months(step.paid_usd / step.saving_usd_per_month)
            return f"for {series(parts)}, earned back after {after}"
        return f"for {series(parts)}" if parts else ""

    @property
    def added_usd_per_month(self) -> float:
        return -self.step.saving_usd_per_month


def step_rows(recommendation: Recommendation | None, held_back: Iterable[str]) -> list[StepRow]:
    """All steps in order; those that the scores hold back say so."""
    waiting = set(held_back)
    return [
        StepRow(step, "" if step.is_now else _waits_for(step, waiting))
        for step in (recommendation.steps if recommendation else ())
    ]


def _waits_for(step: Step, held_back: set[str]) -> str:
    return "once the scores allow it" if step.lever in held_back else "after the steps before it"


def flip_text(flip: HostingFlip, reached: str = "") -> str:
    """Where the other side of the hosting question is cheaper; `reached`: when growth gets there.

    `from 8.87 M requests a month (Jun 2028 as it grows), or at 1.8 × the models’ prices`.
    """
    ways = []
    if flip.above is not None:
        ways.append(f"from {compact(flip.above)} requests a month" + (reached and f" ({reached})"))
    if flip.below is not None:
        ways.append(f"below {compact(flip.below)} requests a month")
    if flip.price_factor is not None:
        ways.append(_at_prices(flip.price_factor))
    if flip.price_change_per_year is not None:
        fall = ratio_percent(-flip.price_change_per_year)
        ways.append(f"where models become {fall} cheaper every year")
    return ", or ".join(ways) or "at no volume, and at no prices near today’s"


def _at_prices(factor: float) -> str:
    """Other prices of models: a factor, or how much dearer or cheaper where that is not much."""
    if abs(factor - 1.0) < LITTLE_DEARER:
        moved = "dearer" if factor > 1.0 else "cheaper"
        return f"with models {ratio_percent(abs(factor - 1.0))} {moved}"
    return f"at {compact(factor, 2)} × the models’ prices"


def rework_text(limits: Mapping[str, float | None]) -> str:
    """How much rework the cheaper routes bear, in a sentence each; empty where none is priced."""
    return " ".join(
        f"{first_upper(CHOICE_PHRASES[lever])} {_bears(limit)} must be made again."
        for lever, limit in limits.items()
        if limit is not None
    )


def _bears(limit: float) -> str:
    if limit < LEAST_SHOWN_RATIO:
        return "pays only while none of its answers"
    return f"stops paying once {ratio_percent(limit)} of its answers"


def hosting_note(estimate: Estimate) -> str:
    """What the pool's model costs where it is not recommended to run, by API or in a pool.

    Or that a pool is held against another model's API alone; empty without a pool and a price.
    """
    chosen = estimate.recommended
    other: LeverChoice | SubsetCost | None = estimate.with_open_model
    if other is None:
        return "" if estimate.scenario.pool is None else f"{ANOTHER_MODEL}."
    if OPEN_MODEL in chosen.levers:
        pools = [each for each in estimate.subsets if SELF_HOSTING in each.levers]
        if not pools:
            return ""
        other = min(pools, key=lambda each: (each.usd_per_month, len(each.levers)))
    saving = chosen.usd_per_month - other.usd_per_month
    compared = "less" if saving > 0.0 else "more"
    named = lever_series(chosen.levers) if chosen.levers else STRATEGY_PHRASES["baseline"]
    return (
        f"{first_upper(lever_series(other.levers))} would cost {usd(other.usd_per_month)}"
        f" a month, {usd(abs(saving))} {compared} than {named}."
    )
