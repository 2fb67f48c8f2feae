"""Chooses what to change, and in which order; says what each change is worth, and what is not.

Pure: no Django, no clock, no I/O. Engine and roadmap ask the same functions.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, pairwise, permutations
from math import inf

from assessments.recommendation.options import (
    Change,
    ChangeKind,
    Levers,
    NotRecommended,
    Options,
    Recommendation,
    State,
    Step,
    UsdByLevers,
    least_difference_usd,
)


def recommend(
    options: Options,
    held_back: Collection[str] = (),
    among: Collection[Change] | None = None,
) -> Recommendation:
    """The cheapest month that can be had now, then later (cost model, sections 5 and 17).

    `held_back` are levers that the scores do not allow to be switched on now; one that runs already
    may go on. Only changes in `among` are made, where it is given. What the horizon does not repay,
    work included, is not chosen, nor a change worth less than the `materiality_ratio` of the bill.
    """
    choice = _Choice(options, among)
    now = choice.best(options.running, frozenset(held_back) - options.running)
    later = choice.best(now, now ^ options.running)
    return choice.way_to(now, later)


def way_to(options: Options, now: Levers, later: Levers) -> Recommendation:
    """The way to two sets of levers that were chosen already."""
    return _Choice(options, None).way_to(now, later)


@dataclass
class _Choice:
    """Chooses among the options; remembers what it left out as immaterial."""

    options: Options
    among: Collection[Change] | None
    immaterial: dict[str, float] = field(default_factory=dict)

    def best(self, base: Levers, fixed: Levers) -> Levers:
        """The cheapest set that is repaid, in which the levers `fixed` are as in `base`.

        By the month, or, where work has a price, over the horizon.
        """
        within = self._within(base, fixed)
        repaid = self._repaid(base, within)
        if self.options.effort_usd:
            usd = self._present_usd(base, repaid)
        else:
            usd = {levers: self._usd(levers) for levers in self._least_in_all(base, repaid)}
        least = min(usd.values())
        equal = [each for each in usd if usd[each] <= least + self.options.tolerance_usd]
        losing = frozenset(self.options.losses)  # of no use where the set costs the same without
        best = min(
            equal,
            key=lambda each: (len((each ^ base) - losing), len(each), self._ranks(each)),
        )
        return self._material(base, best, frozenset(repaid))

    def _within(self, base: Levers, fixed: Levers) -> list[Levers]:
        """The sets that can be reached by changes that may be made."""
        among = self.among
        return [
            levers
            for levers in self.options.usd_per_month
            if not (levers ^ base) & fixed
            and (
                among is None
                or all(self.options.change_of(each, levers) in among for each in levers ^ base)
            )
        ]

    def _usd(self, levers: Levers) -> float:
        """The month's cost of a set, with the losses that go on."""
        kept = self.options.kept_losses
        return self.options.usd_per_month[levers] + sum(
            kept[each] for each in kept if each in levers
        )

    def _repaid(self, base: Levers, within: Sequence[Levers]) -> list[Levers]:
        """Section 17: the sets whose one-time cost the horizon repays against the best without.

        And of which every change is worth its work.
        """
        once, total = self.options.one_time_usd, self._present_usd(base, within)
        earned = [each for each in within if self._is_earned_back(base, each, total)]
        paid = once.get(base, 0.0)
        tested = () if base in self.options.must_repay else self.options.must_repay
        free = [each for each in earned if once.get(each, 0.0) <= paid and each not in tested]
        best = min(free, key=lambda each: (self._usd(each), len(each), self._ranks(each)))
        return [levers for levers in earned if levers in free or total[levers] <= total[best]]

    def _least_in_all(self, base: Levers, repaid: Sequence[Levers]) -> Sequence[Levers]:
        """The sets that take at the start what costs least over the horizon, of those that save.

        Of sets that take the same at the start the cheapest month counts: what can be switched for
        nothing may be switched again in any later month.
        """
        once, total = self.options.one_time_usd, self.options.usd_over_horizon
        paid = once.get(base, 0.0)
        by_payment: dict[tuple[float, bool], list[Levers]] = {}
        for each in repaid:
            is_tested = base not in self.options.must_repay and each in self.options.must_repay
            by_payment.setdefault((max(paid, once.get(each, 0.0)), is_tested), []).append(each)
        if len(by_payment) == 1:
            return repaid
        free = by_payment.pop((paid, False))
        below = min(map(self._usd, free)) - self.options.tolerance_usd
        best = {key: min(sets, key=self._usd) for key, sets in by_payment.items()}
        saving = [key for key, each in best.items() if self._usd(each) < below]
        least = min(saving, key=lambda key: total[best[key]], default=None)
        return free if least is None else by_payment[least]

    def _present_usd(self, base: Levers, within: Iterable[Levers]) -> dict[Levers, float]:
        """What sets cost over the horizon, with the work that leads to them and losses left."""
        options, kept = self.options, self.options.kept_losses
        total = {levers: options.usd_over_horizon.get(levers, 0.0) for levers in within}
        if not options.effort_usd:
            return total
        for levers in total:
            changes = {options.change_of(lever, levers) for lever in levers ^ base}
            losses = sum(kept[each] for each in levers & kept.keys())
            if base == options.running:
                lasting = (levers & options.losses.keys()) - kept.keys()
                changes |= {Change(ChangeKind.RESIZE, lever) for lever in lasting}
            total[levers] += losses * options.months_worth + options.effort_of(*changes)
        return total

    def _is_earned_back(self, base: Levers, levers: Levers, total: UsdByLevers) -> bool:
        """Whether no part of the changes to a set could be left out for less over the horizon.

        And whether each lowers the month.
        """
        options = self.options
        if not options.effort_usd:
            return True
        least = self._usd(levers) - options.tolerance_usd
        alone = (levers ^ {lever} for lever in levers ^ base)
        if any(self._usd(each) < least for each in alone if each in total):
            return False
        costing = [
            lever
            for lever in levers ^ base
            if options.effort_of(options.change_of(lever, levers)) > 0.0
        ]
        sizes = range(1, len(costing) + 1)
        without = (frozenset(each) for size in sizes for each in combinations(costing, size))
        return all(total.get(levers ^ each, inf) >= total[levers] for each in without)

    def _material(self, base: Levers, best: Levers, repaid: Collection[Levers]) -> Levers:
        """The set without the changes that are worth too little, which are remembered.

        A change that is made for what is paid at the start, not for the month, is not one of them.
        """
        usd, losing, once = (
            self.options.usd_per_month,
            self.options.losses,
            self.options.one_time_usd,
        )
        material_usd = self.options.materiality_ratio * self.options.spend_usd_per_month
        while changed := [
            lever
            for lever in best ^ base
            if lever not in losing
            and best ^ {lever} in repaid
            and (
                once.get(best ^ {lever}, 0.0) <= once.get(best, 0.0)
                or usd[best ^ {lever}] >= usd[best]
            )
        ]:
            worth = {lever: usd[best ^ {lever}] - usd[best] for lever in changed}
            least = min(changed, key=lambda lever: (worth[lever], self._rank(lever)))
            if worth[least] >= material_usd:
                break
            if least in best:
                self.immaterial[least] = worth[least]
            best = best ^ {least}
        return best

    def way_to(self, now: Levers, later: Levers) -> Recommendation:
        """The steps to the state of now and on to the later one."""
        options = self.options
        steps = (*self.steps(options.running, now, is_now=True), *self.steps(now, later))
        saved_now = sum(step.saving_usd_per_month for step in steps if step.is_now)
        spend = options.spend_usd_per_month
        return Recommendation(
            spend_usd_per_month=spend,
            now=self.state(now, spend - saved_now),
            later=self.state(later, spend - sum(step.saving_usd_per_month for step in steps)),
            steps=steps,
            not_recommended=tuple(self.not_recommended(later)),
        )

    def steps(self, start: Levers, end: Levers, is_now: bool = False) -> Iterator[Step]:
        """The way from one set to another: first what is run only as far as it pays."""
        options, usd = self.options, self.options.usd_per_month
        losses = options.losses if is_now else options.kept_losses
        for lever in sorted(losses if is_now else (), key=self._rank):
            resize = Change(ChangeKind.RESIZE, lever)
            is_made = self.among is None or resize in self.among
            if lever in end and lever not in options.kept_losses and is_made:
                effort = options.effort_of(resize)
                yield Step(resize.kind, lever, losses[lever], 0.0, is_now, effort_usd=effort)
        before = start
        for lever in self._way(start, end):
            after = options.served_by(before ^ {lever})
            kind = ChangeKind.SWITCH_ON if lever in after else ChangeKind.SWITCH_OFF
            gone, effort = before - after, options.effort_of(Change(kind, lever))
            saving = usd[before] - usd[after] + sum(losses.get(each, 0.0) for each in gone)
            replaced = next(iter(gone - {lever}), "")
            once = self._one_time(before, after)
            yield Step(kind, lever, saving, once, is_now, (), replaced, effort)
            before = after

    def _one_time(self, before: Levers, after: Levers) -> float:
        once = self.options.one_time_usd
        return max(0.0, once.get(after, 0.0) - once.get(before, 0.0))

    def _way(self, start: Levers, end: Levers) -> Sequence[str]:
        """The order of changes: levers on in their own order, others off where it costs least.

        Of all such ways the one whose worst step is best, levers off as early as that allows.
        """
        usd = self.options.usd_per_month
        on = sorted(end - start, key=self._rank)
        replaced = {early for early, late in self.options.rivals.items() if late in on}
        off = sorted(start - end - replaced, key=self._rank)
        if not off:
            return on

        def worst(way: Sequence[str]) -> float:
            sets = [start]
            for lever in way:
                sets.append(self.options.served_by(sets[-1] ^ {lever}))
            steps = (usd[one] - usd[two] for one, two in pairwise(sets))
            return round(min(steps, default=0.0), 2)

        ways = [
            way
            for way in permutations((*off, *on))
            if [lever for lever in way if lever in end] == on
        ]
        return max(ways, key=worst)

    def state(self, levers: Levers, usd_per_month: float) -> State:
        return State(tuple(sorted(levers, key=self._rank)), usd_per_month)

    def not_recommended(self, later: Levers) -> Iterator[NotRecommended]:
        """Why each lever that is neither running nor to be switched on is left out."""
        usd = self.options.usd_per_month
        priced = frozenset(chain.from_iterable(usd))
        for lever in self.options.order:
            if lever in later | self.options.running:
                continue
            if lever not in priced:
                yield NotRecommended(lever, "no_price")
            elif lever in self.immaterial:
                yield NotRecommended(lever, "immaterial", self.immaterial[lever])
            else:
                yield self._too_dear(lever, later)

    def _too_dear(self, lever: str, later: Levers) -> NotRecommended:
        usd, total = (
            self.options.usd_per_month,
            self._present_usd(later, self.options.usd_per_month),
        )
        by_total = total if self.options.effort_usd else usd
        best = min(
            (each for each in usd if lever in each),
            key=lambda each: (by_total[each], usd[each], len(each)),
        )
        saving, missing = usd[later] - usd[best], total[best] - total[later]
        least = least_difference_usd(self.options.spend_usd_per_month)
        if saving > least and missing > 0.0 and self._is_owed_for(lever, best, least):
            levers = self.state(best, 0.0).levers
            return NotRecommended(lever, "not_repaid", saving, missing, levers)
        nearest = min(
            (each for each in usd if lever in each and each - {lever} <= later),
            key=lambda each: (len(later - each), usd[each]),
        )
        return NotRecommended(lever, "adds_cost", usd[later] - usd[nearest])

    def _is_owed_for(self, lever: str, levers: Levers, least: float) -> bool:
        """Whether a lever itself saves in a set, and is what the set's change costs are for."""
        options, without = self.options, levers - {lever}
        own = options.usd_per_month.get(without, inf) - options.usd_per_month[levers]
        once = options.one_time_usd
        is_paid = once.get(levers, 0.0) > once.get(without, 0.0)
        is_tested = levers in options.must_repay and without not in options.must_repay
        is_work = options.effort_of(Change(ChangeKind.SWITCH_ON, lever)) > 0.0
        return own > least and (is_paid or is_tested or is_work)

    def _rank(self, lever: str) -> int:
        return self.options.order.index(lever)

    def _ranks(self, levers: Levers) -> list[int]:
        return sorted(map(self._rank, levers))
