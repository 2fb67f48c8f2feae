"""What a result comes to, from it alone: today's bill, the recommendations, one crossing.

Must not import Django.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from assessments.recommendation import CENT, Recommendation, least_difference_usd
from costing.engine import (
    CURRENT,
    SELF_HOSTING,
    Estimate,
    StrategyCost,
)
from costing.engine.levers import TARGET_SAVING_RATIO
from costing.engine.results import LeverChoice, NotRepaid
from costing.engine.savings import is_within_target
from costing.scenarios.content.bought_ahead import left_usd_per_month, paid_ahead, still_paid
from costing.scenarios.content.crossovers import (
    CrossoverRow,
    crossover_rows,
)
from costing.scenarios.content.gaps import NotAssessed, not_assessed
from costing.scenarios.content.hosting_costs import missing_costs, spot_risk
from costing.scenarios.content.kept_at_a_loss import kept_at_a_loss
from costing.scenarios.content.ratio_flips import RatioRow, ratio_flip_rows
from costing.scenarios.content.recommended import pays_texts
from costing.scenarios.content.steps import StepRow, flip_text, hosting_note, rework_text, step_rows
from costing.scenarios.content.sureness import HowSure, choice_statements
from costing.scenarios.content.titles import (
    CHOICE_TITLES,
    TARGET_RANGE,
    lever_series,
)
from presentation.numbers import months, ratio_percent, stated_percent, usd
from presentation.wording import first_upper, series


def not_repaid(estimate: Estimate) -> str:
    """Why the cheapest month is not recommended: what it saves, and what its change still owes."""
    found = estimate.not_repaid
    return "" if found is None else _not_repaid(estimate, found)


def _not_repaid(estimate: Estimate, found: NotRepaid) -> str:
    change = "the change and its work" if estimate.effort_days else "the change"
    return (
        f"{first_upper(lever_series(found.levers))} would cost"
        f" {usd(found.saving_usd_per_month)} a month less, yet over"
        f" {months(estimate.scenario.horizon_months)} that does not earn back {change}:"
        f" {usd(found.missing_usd)} would still be missing."
    )


def left_out_levers(estimate: Estimate) -> list[str]:
    """Why levers that would save are not recommended, a sentence each."""
    advice, sentences = estimate.recommendation, dict.fromkeys([not_repaid(estimate)])
    share = stated_percent(estimate.scenario.materiality_ratio)
    for each in advice.not_recommended if advice else ():
        saving = each.saving_usd_per_month or 0.0
        if each.reason == "not_repaid" and estimate.effort_days:
            found = NotRepaid(each.levers, saving, each.missing_usd)
            sentences[_not_repaid(estimate, found)] = None
        elif each.reason == "immaterial":
            lever = first_upper(lever_series([each.lever]))
            sentences[
                f"{lever} would save {usd(saving)} a month, less than {share} of the bill, and is"
                " left out."
            ] = None
    return [each for each in sentences if each]


def saving_too_little(estimate: Estimate) -> dict[str, str]:
    """The levers that would save, and are left out, each with the reason."""
    advice = estimate.recommendation
    return {
        each.lever: each.reason
        for each in (advice.not_recommended if advice else ())
        if each.reason in ("immaterial", "not_repaid")
    }


def saves_enough(estimate: Estimate) -> str:
    """What no change does that is not recommended: `saves more than 1 % of the bill`."""
    ratio = estimate.scenario.materiality_ratio
    least = f"more than {stated_percent(ratio)} of the bill" if ratio else "anything"
    return f"saves {least}" + (" and earns back its work" if estimate.effort_days else "")


def no_lever_pays(estimate: Estimate) -> str:
    """Why nothing is to be switched on, before a colon."""
    advice, ratio = estimate.recommendation, estimate.scenario.materiality_ratio
    reasons = {each.reason for each in advice.not_recommended} if advice else set()
    if estimate.effort_days and "not_repaid" in reasons:
        horizon = months(estimate.scenario.horizon_months)
        return f"Over {horizon} no lever earns back what its change and its work cost"
    if "immaterial" in reasons:
        return f"At this volume and these prices no lever saves {stated_percent(ratio)} of the bill"
    return "At this volume and these prices no lever pays for itself"


@dataclass(frozen=True)
class Choice:
    """A set of levers with its month in USD and what it saves against today.

    `left_usd_per_month` is paid on until the term of what it leaves ends; nothing of it is saved
    before.
    """

    levers: tuple[str, ...]
    usd_per_month: float
    saving_usd_per_month: float
    saving_ratio: float | None
    left_usd_per_month: float = 0.0

    @classmethod
    def of(cls, recommendation: LeverChoice, estimate: Estimate) -> "Choice":
        usd_per_month = recommendation.usd_per_month
        return cls(
            levers=recommendation.levers,
            usd_per_month=usd_per_month,
            saving_usd_per_month=estimate.strategies[CURRENT].usd_per_month - usd_per_month,
            saving_ratio=recommendation.saving_ratio,
        )

    @property
    def titles(self) -> str:
        return lever_series(self.levers)

    @property
    def is_above_target(self) -> bool:
        return (self.saving_ratio or 0.0) > TARGET_SAVING_RATIO[1]

    @property
    def target_range(self) -> str:
        return TARGET_RANGE

    @property
    def is_within_target(self) -> bool:
        return is_within_target(self.saving_ratio)

    @property
    def when(self) -> str:
        """From when on it saves: `today`, `once terms end`, and what of it before."""
        if not self.left_usd_per_month:
            return "today"
        first = self.saving_usd_per_month - self.left_usd_per_month
        return "once terms end" + (f", {usd(first)} of it today" if first >= CENT else "")

    @property
    def saves(self) -> bool:
        """Whether it costs less than today by more than what two bills may differ by."""
        spend = self.usd_per_month + self.saving_usd_per_month
        return self.saving_usd_per_month > least_difference_usd(spend)

    @property
    def finding(self) -> str:
        """What the recommendation for today comes to, as the sentence over the strategies."""
        if self.saves:
            less = ratio_percent(self.saving_ratio)
            return (
                f"What can be recommended today costs {usd(self.usd_per_month)} a month, {less}"
                " less than now"
            )
        return "Nothing that can be recommended today beats what runs now"


@dataclass(frozen=True)
class HeldBack:
    """A lever that the maturity scores do not allow today, and what it saves in order.

    None where it runs. Of applications, each would run it only where it suits.
    """

    title: str
    reason: str
    usd_per_month: float | None
    is_of_applications: bool = False

    @property
    def effect(self) -> str:
        """What it would do to the bill, after its title."""
        usd_per_month = self.usd_per_month
        if usd_per_month is None:
            return "runs already"
        if usd_per_month == 0.0:
            suits_none = "would suit no application at these prices"
            return suits_none if self.is_of_applications else "would change nothing"
        verb = "save" if usd_per_month > 0.0 else "add"
        return f"would {verb} {usd(abs(usd_per_month))} a month in the roadmap’s order"


def _paid_now(advice: Recommendation) -> float:
    """USD that the changes of today take and their saving earns back; 0 where they save none."""
    paid = sum(step.paid_usd for step in advice.steps_now)
    return paid if advice.saving_now_usd_per_month > 0.0 else 0.0


@dataclass(frozen=True)
class Headline:
    """What a result comes to: today's bill, the recommendations, one crossing.

    Months count from `as_of`.
    """

    estimate: Estimate
    as_of: date | None = field(default=None, kw_only=True)

    @property
    def current(self) -> StrategyCost:
        return self.estimate.strategies[CURRENT]

    @cached_property
    def best(self) -> Choice:
        return Choice.of(self.estimate.recommended, self.estimate)

    @cached_property
    def today(self) -> Choice:
        choice = Choice.of(self.estimate.recommended_today, self.estimate)
        return replace(choice, left_usd_per_month=left_usd_per_month(self.estimate))

    @cached_property
    def sure(self) -> HowSure | None:
        """How sure the saving is; None where no futures were drawn."""
        return HowSure.of(self.estimate)

    @property
    def spend_note(self) -> str:
        """What today's bill comes to for a million tokens; empty where there is none."""
        usd_per_mtok = self.current.usd_per_mtok
        return "" if usd_per_mtok is None else f"{usd(usd_per_mtok)} per million tokens"

    @property
    def saving_note(self) -> str:
        """What share of the bill is saved, and its range over the futures; empty without a bill."""
        if self.today.saving_ratio is None:
            return ""
        share, sure = ratio_percent(self.today.saving_ratio), self.sure
        return f"{share}; 8 of 10 futures {sure.short_range}" if sure and sure.is_change else share

    @property
    def when(self) -> str:
        """When what is recommended today saves: at once, or after its costs are earned back."""
        advice = self.estimate.recommendation
        if self.is_undecided:
            return "not known yet"
        if advice is None or not advice.steps:
            return "nothing to change"
        if not advice.steps_now:
            return "not yet"
        if self.today.left_usd_per_month:
            return "once terms end"
        paid, saving = _paid_now(advice), advice.saving_now_usd_per_month
        return f"after {months(paid / saving)}" if paid > 0.0 else "at once"

    @property
    def when_note(self) -> str:
        """What `when` rests on."""
        advice = self.estimate.recommendation
        if self.is_undecided:
            return "some levers are not described"
        if advice is None or not advice.steps:
            return ""
        if not advice.steps_now:
            return "once the scores allow it"
        if self.today.left_usd_per_month:
            return "what was bought ahead is paid until then"
        if (paid := _paid_now(advice)) > 0.0:
            return f"until {usd(paid)} are earned back, at today’s saving"
        return "nothing to buy; the work alone"

    @property
    def choice_statements(self) -> list[str]:
        """What following the advice and what staying may cost."""
        return choice_statements(self.estimate)

    @cached_property
    def not_assessed(self) -> list[NotAssessed]:
        return not_assessed(self.estimate)

    @property
    def left_out_levers(self) -> list[str]:
        """Why levers that would save are not recommended, a sentence each."""
        return left_out_levers(self.estimate)

    @property
    def pays(self) -> list[str]:
        """At which volumes what is recommended costs less than what runs today."""
        return list(pays_texts(self.estimate, self.as_of).values())

    @cached_property
    def kept_at_a_loss(self) -> list[str]:
        """Why levers stay that lose today, a sentence each."""
        return kept_at_a_loss(self.estimate)

    @property
    def paid_ahead(self) -> list[str]:
        """What of today's bill is for what was bought ahead, and what leaving it must wait for."""
        sentences = [*paid_ahead(self.estimate), still_paid(self.estimate)]
        return [each for each in sentences if each]

    @property
    def no_change_pays(self) -> str:
        """That what runs today is to go on as it is."""
        if self.kept_at_a_loss:
            horizon = months(self.estimate.scenario.horizon_months)
            return f"No change that can be made today costs less over {horizon}"
        return "What runs today is already the cheapest that can be recommended"

    @property
    def is_saving_held_back(self) -> bool:
        """Whether a lever that the scores hold back would save, though too little."""
        held_back = self.estimate.recommended_today.held_back
        return not held_back.keys().isdisjoint(saving_too_little(self.estimate))

    @property
    def no_lever_pays(self) -> str:
        """Why nothing is to be switched on, before a colon."""
        return no_lever_pays(self.estimate)

    @property
    def missing_hosting_costs(self) -> str:
        """The costs of self-hosting that are left at nothing: `engineering and migration`."""
        return series(missing_costs(self.estimate.scenario))

    @property
    def is_undecided(self) -> bool:
        """Whether nothing saves in what is described, and not all of it is described."""
        is_saving = self.today.saves or bool(self.steps)
        return self.current.usd_per_month > 0.0 and not is_saving and bool(self.not_assessed)

    @property
    def finding(self) -> str:
        """What can be recommended today, as the sentence over the strategies."""
        if self.is_undecided:
            return "Nothing that is described so far beats what runs now"
        return self.today.finding

    @property
    def steps(self) -> list[StepRow]:
        """What to change, in order, each with its money."""
        held_back = self.estimate.recommended_today.held_back
        return step_rows(self.estimate.recommendation, held_back)

    @cached_property
    def flip(self) -> str:
        """What would change the advice on hosting, in a sentence; empty without a pool."""
        flip = self.estimate.hosting_flip
        if flip is None:
            return ""
        verb = "Self-hosting would pay"
        if SELF_HOSTING in self.best.levers:
            verb = "Self-hosting would stop paying"
        return f"{verb} {flip_text(flip)}."

    @property
    def ratio_flips(self) -> list[RatioRow]:
        """At which hit ratios and use of the pool the advice changes; empty where not sought."""
        return ratio_flip_rows(self.estimate.ratio_flips, self.best.levers)

    @property
    def hosting_note(self) -> str:
        """What the pool's own model costs by API, or that nobody says; empty without a pool."""
        return hosting_note(self.estimate)

    @property
    def spot_risk(self) -> str:
        """That the pool which is advised, or runs, may be taken away; else empty."""
        hosts = SELF_HOSTING in (*self.best.levers, *self.estimate.scenario.current_levers)
        return spot_risk(self.estimate.scenario) if hosts else ""

    @property
    def rework(self) -> str:
        """How much rework the cheaper models bear; empty where none is priced."""
        return rework_text(self.estimate.rework_limits)

    @property
    def held_back(self) -> list[HeldBack]:
        reasons, advice = self.estimate.recommended_today.held_back, self.estimate.recommendation
        savings: dict[str, float | None] = {}
        is_of_applications = bool(self.estimate.scenario.applications)
        if advice is not None:
            savings = {each.lever: each.saving_usd_per_month for each in advice.not_recommended}
            savings |= {each.lever: each.saving_usd_per_month for each in advice.steps_later}
        return [
            HeldBack(title, first_upper(reasons[lever]), savings.get(lever), is_of_applications)
            for lever, title in CHOICE_TITLES.items()
            if lever in reasons
        ]

    @property
    def crossover(self) -> CrossoverRow | None:
        return next(iter(crossover_rows(self.estimate, ())), None)
