"""How sure a saving is: its range, its odds against today, and the inputs that matter most.

One object for whatever shows the figure. Pure: must not import Django.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pydantic import TypeAdapter

from assessments.recommendation import MATERIALITY_RATIO, ChangeKind, least_difference_usd
from costing.engine import CURRENT, Estimate
from costing.engine.levers import RECOMMENDED_TODAY
from costing.engine.results import ChoiceOdds, SavingSwing
from costing.scenarios.content.futures import GIVEN, USUAL, drawn_from, in_futures
from costing.scenarios.content.inputs import in_sentence, range_label
from costing.scenarios.content.steps import parts_text
from costing.scenarios.content.titles import UNMOVED_BELOW_RATIO
from presentation.charts import Spread
from presentation.numbers import compact_usd, usd
from presentation.wording import counted, series

INPUTS_NAMED = 2
PARTS_NAMED = 2


@dataclass(frozen=True)
class Moves:
    """An input in words, and by how many USD a month the saving moves between its two ends."""

    label: str
    usd_per_month: float


@dataclass(frozen=True)
class HowSure:
    """A saving over all futures, USD per month: what 10, 50 and 90 of 100 do not exceed.

    `beats_current` is the share of futures in which it is cheaper than today, the least share
    where it is a sum of several parts, of which `losing` are those that may lose more than a little
    of it, each with its title; `is_cut` where the advice cuts back what futures take as it
    stands (cost model, section 17). `moves` are the inputs that matter, the widest first.
    """

    p10: float
    p50: float
    p90: float
    beats_current: float
    samples: int
    moves: tuple[Moves, ...]
    drawn_from: str
    is_change: bool
    has_parts: bool = False
    is_cut: bool = False
    losing: tuple[tuple[str, "HowSure"], ...] = ()

    @classmethod
    def of(cls, estimate: Estimate, choice: str = RECOMMENDED_TODAY) -> "HowSure | None":
        """How sure the saving of a choice is; None where no futures were drawn."""
        futures = estimate.uncertainty
        odds = futures.choices.get(choice) if futures else None
        if futures is None or odds is None:
            return None
        steps = estimate.recommendation.steps if estimate.recommendation else ()
        is_cut = any(step.kind == ChangeKind.RESIZE for step in steps)
        drawn, titles = drawn_from(estimate), [*estimate.scenario.application_titles.values()]
        found = cls.from_odds(odds, futures.samples, drawn, titles)
        is_kept = choice == RECOMMENDED_TODAY and not any(step.is_now for step in steps)
        is_change = found.is_change and not (estimate.recommendation and is_kept)
        return replace(found, is_cut=is_cut, is_change=is_change)

    @classmethod
    def from_odds(
        cls, odds: ChoiceOdds, samples: int, drawn: str, applications: Sequence[str] = ()
    ) -> "HowSure":
        """How sure a saving is by its odds; `applications` are their titles."""
        band = odds.saving_usd_per_month
        p10, p50, p90 = (value or 0.0 for value in (band.p10, band.p50, band.p90))
        is_change = bool(p10 or p90 or odds.beats_current)
        moves = moves_of(odds, applications)
        return cls(p10, p50, p90, odds.beats_current, samples, moves, drawn, is_change)

    def of_saving(self, saving_usd: float, spend_usd: float) -> "HowSure":
        """How sure it is where so much a month is saved today: without a saving nothing changes.

        Futures take what runs on at a loss only as far as it pays.
        """
        saves = abs(saving_usd) > least_difference_usd(spend_usd)
        return replace(self, is_change=self.is_change and saves)

    @classmethod
    def together(cls, parts: Iterable[tuple[str, "HowSure | None"]]) -> "HowSure | None":
        """How sure the sum of several parts is, each by its title; None where one is not known.

        The parts are taken to turn out well or badly alike, so that the range is the widest.
        """
        parts = list(parts)
        known = [(title, part) for title, part in parts if part is not None]
        if not known or len(known) < len(parts):
            return None
        if len(known) == 1:
            return known[0][1]
        known = [(title, part) for title, part in known if part.is_change] or known
        each = [part for _, part in known]
        p50, losing = sum(part.p50 for part in each), [one for one in known if one[1].may_lose]
        moves = [
            Moves(f"{move.label} of {title}", move.usd_per_month)
            for title, part in known
            for move in part.moves
        ]
        return cls(
            p10=sum(part.p10 for part in each),
            p50=p50,
            p90=sum(part.p90 for part in each),
            beats_current=min(part.beats_current for part in each),
            samples=min(part.samples for part in each),
            moves=tuple(sorted(moves, key=lambda move: -move.usd_per_month)),
            drawn_from=series(list(dict.fromkeys(part.drawn_from for part in each))),
            is_change=any(part.is_change for part in each),
            has_parts=True,
            losing=tuple(one for one in losing if -one[1].p10 >= MATERIALITY_RATIO * abs(p50)),
        )

    @property
    def spread(self) -> Spread:
        return Spread(p10=self.p10, p50=self.p50, p90=self.p90)

    @property
    def range_text(self) -> str:
        """The range on one line: `$22,027 to $43,046`."""
        return f"{usd(self.p10)} to {usd(self.p90)}"

    @property
    def short_range(self) -> str:
        """The range where there is little room: `$22 k to $43 k`."""
        ends = dict.fromkeys((compact_usd(self.p10), compact_usd(self.p90)))
        return " to ".join(ends)

    @property
    def short_odds(self) -> str:
        """The odds where there is little room: `pays in 93 of 100`."""
        return f"pays {in_futures(self.beats_current, self.samples).removesuffix(' futures')}"

    @property
    def odds_text(self) -> str:
        """The odds on one line: `cheaper than today in 93 of 100 futures`."""
        at_least = "at least " if self.has_parts and 0 < self.beats_current < 1 else ""
        odds = in_futures(self.beats_current, self.samples)
        return f"cheaper than today {odds.replace('in ', f'in {at_least}', 1)}"

    @property
    def _saved(self) -> str:
        return f"8 of 10 futures save {self.range_text} a month"

    @property
    def finding(self) -> str:
        """Range and odds in a sentence."""
        if not self.is_change:
            return "It changes nothing, so there is nothing to be unsure of"
        return f"{self._saved}; {self.odds_text}"

    @property
    def _least(self) -> float:
        """Below which it is a loss: one within the rounding of the range is none."""
        return -UNMOVED_BELOW_RATIO * max(abs(self.p10), abs(self.p50), abs(self.p90))

    @property
    def may_lose(self) -> bool:
        """Whether more than 10 of 100 futures cost more than today."""
        return self.is_change and self.p10 < self._least

    @property
    def _doubted(self) -> "HowSure | None":
        """The saving that may be a loss: all of it, or that of some parts alone."""
        return self if self.may_lose else HowSure.together(self.losing)

    @property
    def warning(self) -> str:
        """That the saving, or that of which parts, may be a loss; empty where none may."""
        doubted, parts = self._doubted, _named([title for title, _ in self.losing])
        if doubted is None:
            return ""
        loses = "may cost more than today"
        if doubted.p50 < doubted._least:
            loses = "costs more than today in most futures"
        if doubted is not self:
            return f"What is recommended for {parts} {loses}"
        return f"What is recommended {loses}" + (f", because of {parts}" if parts else "")

    @property
    def caution(self) -> str:
        """The warning with its range, where neither stands beside it; else empty."""
        doubted = self._doubted
        if doubted is None:
            return ""
        return f"{self.warning}: {doubted._saved}" + (" there" if doubted is not self else "")

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs that matter most, in words; none where none moves the saving."""
        return tuple(move.label for move in self.moves[:INPUTS_NAMED])

    @property
    def depends_on(self) -> str:
        """Which inputs matter most, in a sentence; empty where none moves the saving."""
        if not self.moves or not self.is_change:
            return ""
        texts = [
            f"{move.label} (by {usd(move.usd_per_month)} between its ends)"
            for move in self.moves[:INPUTS_NAMED]
        ]
        return f"It depends most on {series(texts)}"

    @property
    def rests_on(self) -> str:
        """What the range rests on, in a sentence."""
        together = "; the parts are taken to turn out alike" if self.has_parts else ""
        cut = "; what is to be cut back is taken as it stands" if self.is_cut else ""
        return f"Drawn from {self.drawn_from}{together}{cut}"


def _named(titles: Sequence[str]) -> str:
    """Parts of a workload by their titles; of many the first, the others counted."""
    named = [parts_text([title]) for title in titles[:PARTS_NAMED]]
    if more := len(titles) - len(named):
        named.append(counted(more, "other part"))
    return series(named)


def moves_of(odds: ChoiceOdds, applications: Sequence[str] = ()) -> tuple[Moves, ...]:
    """The inputs that move a choice's saving, the widest first."""
    least = UNMOVED_BELOW_RATIO * abs(odds.saving_usd_per_month.p50 or 0.0)
    found = [
        Moves(in_sentence(path, range_label(path, applications).title), width)
        for path, swing in odds.swings.items()
        if (width := _width(swing)) > least
    ]
    return tuple(sorted(found, key=lambda move: -move.usd_per_month))


def _width(swing: SavingSwing) -> float:
    return abs(swing.high - swing.low)


def choice_statements(estimate: Estimate) -> list[str]:
    """What following the advice and what staying may cost, in sentences; none without futures."""
    futures = estimate.uncertainty
    if futures is None or not futures.choices:
        return []
    advised, stay = futures.choices[RECOMMENDED_TODAY], futures.choices[CURRENT]
    samples = futures.samples
    return [
        f"{name} {in_futures(odds.is_cheapest, samples)}; it costs {usd(odds.regret_usd_per_month)}"
        " a month more than the best set of each future, on average."
        for name, odds in (
            ("What is recommended today is the cheapest of all sets of levers", advised),
            ("Staying as it is would be the cheapest", stay),
        )
    ]


@cache
def _adapter() -> TypeAdapter[ChoiceOdds]:
    return TypeAdapter(ChoiceOdds)


def read_sureness(odds: str | None, samples: str | None, ranges: str | None) -> HowSure | None:
    """How sure a stored saving is, from the parts of its result as JSON text; None for older ones.

    `ranges` are those that the scenario states.
    """
    if odds is None:
        return None
    drawn = GIVEN if ranges else USUAL
    return HowSure.from_odds(_adapter().validate_json(odds), int(samples or 0), drawn)
