"""What is paid ahead whatever runs, and what of that a saving must wait for; no Django here."""

from collections.abc import Iterable, Iterator

from assessments.recommendation import CENT
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

WHAT_IS_LEFT = "What was bought ahead and is left"


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
        spent = _spent(units.values())
        sentences.append(
            f"Of today’s bill {usd(spent)} is for {_named(units.values())}, paid whether used or"
            " not."
        )
    return sentences


def still_paid(estimate: Estimate) -> str:
    """What is left unused by what is recommended, and paid to the end of its term; or empty."""
    if now := dict(_left(estimate, estimate.recommended_today)):
        today, then = estimate.strategies[CURRENT], estimate.recommended_today
        saving = today.usd_per_month - then.usd_per_month
        return terms_text(sum(now.values()), saving, f"{series([*now])} of today")
    bought = [name for name, _ in _left(estimate, estimate.recommended)]
    if not bought:
        return ""
    return (
        f"{series(bought)} of today must be paid until the term ends: what leaving saves begins"
        " then."
    )


def terms_text(
    left_usd_per_month: float, saving_usd_per_month: float, what: str = WHAT_IS_LEFT
) -> str:
    """That so much is paid on, and what is saved until its term ends; empty where nothing is."""
    if not left_usd_per_month:
        return ""
    left, first = usd(left_usd_per_month), saving_usd_per_month - left_usd_per_month
    until = f"only {usd(first)} a month is saved" if first >= CENT else _not_saved(-first)
    return f"{what} must be paid until the term ends, {left} a month: until then {until}."


def _not_saved(more_usd: float) -> str:
    is_more = more_usd >= CENT
    return f"the bill is {usd(more_usd)} a month above today’s" if is_more else "nothing is saved"


def left_usd_per_month(estimate: Estimate) -> float:
    """What is left by what is recommended today, and paid to the end of its term."""
    return sum(usd_per_month for _, usd_per_month in _left(estimate, estimate.recommended_today))


def _left(estimate: Estimate, advised: LeverChoice) -> Iterator[tuple[str, float]]:
    """What is left, in words, and what it costs a month."""
    running = estimate.strategies[CURRENT]
    pool = estimate.scenario.pool
    if pool and pool.reserved_instances and SELF_HOSTING in {*running.levers} - {*advised.levers}:
        number = running.reserved_instances or 0
        price = pool.reserved_usd_per_instance_hour or 0.0
        yield counted(number, "reserved instance"), number * price * HOURS_PER_MONTH
    if units := _given_units(estimate):
        bill = bill_of(estimate.scenario, lever_sets((advised.priced_as,)))
        called = {lane.section for lane in bill.lanes if lane.is_on[0]}
        if left := [each for section, each in units.items() if section not in called]:
            yield _named(left), _spent(left)


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


def _spent(units: Iterable[tuple[int, float]]) -> float:
    """USD per month."""
    return sum(number * usd_per_month for number, usd_per_month in units)


def _named(units: Iterable[tuple[int, float]]) -> str:
    return counted(sum(number for number, _ in units), "provisioned unit")
