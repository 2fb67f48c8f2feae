"""The recommendation for a workload of several parts: what they change together; pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from assessments.recommendation.choosing import recommend
from assessments.recommendation.options import (
    Change,
    NotRecommended,
    Options,
    Recommendation,
    State,
    Step,
)


def with_shared_effort(
    parts: Sequence[Options],
    held_back: Collection[str] = (),
    among: Collection[Change] | None = None,
) -> list[Options]:
    """Parts of a workload for which the work of a change is done once: each bears a part of it.

    That is what it has of all that the change saves where nobody asks for its work.
    """
    if len(parts) == 1 or not any(each.effort_usd for each in parts):
        return list(parts)
    free = [recommend(replace(each, effort_usd={}), held_back, among) for each in parts]
    full = effort_of_all(parts)
    savings = {
        change: [max(0.0, each.saving_usd_per_month(change) or 0.0) for each in free]
        for change in full
    }
    shares = {change: [usd / (sum(own) or 1.0) for usd in own] for change, own in savings.items()}
    return [
        replace(each, effort_usd={key: full[key] * (own[n] or 1.0) for key, own in shares.items()})
        for n, each in enumerate(parts)
    ]


def effort_of_all(parts: Iterable[Options]) -> dict[Change, float]:
    """What the work of each change costs, USD, however many parts make it."""
    found: dict[Change, float] = {}
    for change, usd in chain.from_iterable(each.effort_usd.items() for each in parts):
        found[change] = max(usd, found.get(change, 0.0))
    return found


def together(
    parts: Sequence[tuple[str, Recommendation]], effort_usd: Mapping[Change, float] | None = None
) -> Recommendation:
    """The recommendation for a workload of several parts by their titles, summed up.

    A change that several parts make is one step with the money of all of them; its work, of
    `effort_usd`, is done once.
    """
    if len(parts) == 1:
        return parts[0][1]
    each = [recommendation for _, recommendation in parts]
    return Recommendation(
        spend_usd_per_month=sum(one.spend_usd_per_month for one in each),
        now=_all_states([one.now for one in each]),
        later=_all_states([one.later for one in each]),
        steps=_all_steps(parts, effort_usd or {}),
        not_recommended=_in_no_part(each),
    )


def _all_states(states: Sequence[State]) -> State:
    levers = chain.from_iterable(state.levers for state in states)
    return State(tuple(dict.fromkeys(levers)), sum(state.usd_per_month for state in states))


def _all_steps(
    parts: Sequence[tuple[str, Recommendation]], effort_usd: Mapping[Change, float]
) -> tuple[Step, ...]:
    found: dict[tuple[bool, Change], list[tuple[int, str, Step]]] = {}
    for title, recommendation in parts:
        for place, step in enumerate(recommendation.steps):
            found.setdefault((step.is_now, step.change), []).append((place, title, step))
    steps, worked = [], set[Change]()
    for (is_now, change), same in sorted(found.items(), key=lambda each: not each[0][0]):
        step = replace(
            same[0][2],
            saving_usd_per_month=sum(each.saving_usd_per_month for _, _, each in same),
            one_time_usd=sum(each.one_time_usd for _, _, each in same),
            parts=() if len(same) == len(parts) else tuple(title for _, title, _ in same),
            effort_usd=0.0 if change in worked else effort_usd.get(change, 0.0),
        )
        worked.add(change)
        steps.append((not is_now, min(place for place, _, _ in same), step))
    return tuple(step for *_, step in sorted(steps, key=lambda each: each[:2]))


def _in_no_part(parts: Sequence[Recommendation]) -> tuple[NotRecommended, ...]:
    """The levers that are switched on in no part; the money of all parts that price them."""
    used = frozenset(chain.from_iterable(part.later.levers for part in parts))
    found: dict[str, list[NotRecommended]] = {}
    for each in chain.from_iterable(part.not_recommended for part in parts):
        found.setdefault(each.lever, []).append(each)
    summed = []
    for lever, same in found.items():
        known = [each for each in same if each.saving_usd_per_month is not None]
        if lever in used:
            continue
        first = max(known, key=lambda each: each.saving_usd_per_month or 0.0, default=same[0])
        saving = sum(each.saving_usd_per_month or 0.0 for each in known) if known else None
        summed.append(replace(first, saving_usd_per_month=saving))
    return tuple(summed)
