"""What is paid ahead whatever runs, and what of that a saving must wait for; no Django here."""

from collections.abc import Iterable, Iterator

from costing.engine import CURRENT, SELF_HOSTING, Estimate
from costing.engine.bills import lever_sets
from costing.engine.results import LeverChoice
from costing.engine.strategies import bill_of
from costing.engine.units import HOURS_PER_MONTH
from presentation.numbers import usd
from presentation.wording import counted, series

# The model whose units a lane takes, or applications share.
MODELS = {"complex": "premium_model", "simple": "small_model"}
MODELS |= {section: section for section in MODELS.values()}


def paid_ahead(estimate: Estimate) -> list[str]:
    """What of today's bill is for what was bought ahead, a sentence each."""
    lines, sentences = estimate.strategies[CURRENT].lines, []
    unused = lines.get("commitment", 0.0)
    if unused > 0.0:
        sentences.append(
            f"Of today’s bill {usd(unused)} is committed spend that is not used; it is paid"
            " whatever runs."
        )
    if units := _given_units(estimate):
        spent = sum(number * usd_per_month for number, usd_per_month in units.values())
        sentences.append(
            f"Of today’s bill {usd(spent)} is for {_named(units.values())}, paid whether used or"
            " not."
        )
    return sentences


def still_paid(estimate: Estimate) -> str:
    """What is left unused by what is recommended, and paid to the end of its term; or empty."""
    bought = list(_left(estimate, estimate.recommended))
    if not bought:
        return ""
    return (
        f"{series(bought)} of today must be paid until the term ends: what leaving saves begins"
        " then."
    )


def waits_for_terms(estimate: Estimate) -> bool:
    """Whether what is recommended today leaves what is paid to the end of its term."""
    return any(_left(estimate, estimate.recommended_today))


def _left(estimate: Estimate, advised: LeverChoice) -> Iterator[str]:
    running = estimate.strategies[CURRENT]
    pool = estimate.scenario.pool
    if pool and pool.reserved_instances and SELF_HOSTING in {*running.levers} - {*advised.levers}:
        yield counted(running.reserved_instances, "reserved instance")
    if units := _given_units(estimate):
        bill = bill_of(estimate.scenario, lever_sets((advised.priced_as,)))
        called = {lane.section for lane in bill.lanes if lane.is_on[0]}
        if left := [each for section, each in units.items() if section not in called]:
            yield _named(left)


def _given_units(estimate: Estimate) -> dict[str, tuple[int, float]]:
    """The provisioned units that run today where their number is given, by model.

    How many, and each one's USD per month.
    """
    bought = estimate.strategies[CURRENT].provisioned_units
    found = {}
    for key, section in MODELS.items():
        model = getattr(estimate.scenario, section)
        terms = model.provisioned if model else None
        if terms and terms.units and bought.get(key):
            found[section] = (bought[key], terms.usd_per_unit_hour * HOURS_PER_MONTH)
    return found


def _named(units: Iterable[tuple[int, float]]) -> str:
    return counted(sum(number for number, _ in units), "provisioned unit")
