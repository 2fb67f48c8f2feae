"""What is paid ahead whatever runs, and what of that a saving must wait for; no Django here."""

from collections.abc import Iterator

from costing.engine import CURRENT, ROUTING, SELF_HOSTING, Estimate
from costing.engine.levers import OPEN_MODEL
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
        spent = sum(number * usd_per_month for number, usd_per_month in units)
        sentences.append(
            f"Of today’s bill {usd(spent)} is for {_named(units)}, paid whether used or not."
        )
    return sentences


def still_paid(estimate: Estimate) -> str:
    """What is left unused by what is recommended, and paid to the end of its term; or empty."""
    bought = list(_left(estimate))
    if not bought:
        return ""
    return (
        f"{series(bought)} of today are paid until their term ends: what leaving them saves begins"
        " then."
    )


def _left(estimate: Estimate) -> Iterator[str]:
    running, advised = estimate.strategies[CURRENT], estimate.recommended.levers
    pool = estimate.scenario.pool
    if pool and pool.reserved_instances and SELF_HOSTING in {*running.levers} - {*advised}:
        yield counted(running.reserved_instances, "reserved instance")
    # Only where simple calls alone leave the premium model do others stay with it.
    leaves = {SELF_HOSTING, OPEN_MODEL} & {*advised} and ROUTING not in advised
    if leaves and (units := _given_units(estimate)):
        yield _named(units)


def _given_units(estimate: Estimate) -> list[tuple[int, float]]:
    """The provisioned units that run today where their number is given, each USD per month."""
    bought = estimate.strategies[CURRENT].provisioned_units
    found = []
    for key, section in MODELS.items():
        model = getattr(estimate.scenario, section)
        terms = model.provisioned if model else None
        if terms and terms.units and bought.get(key):
            found.append((bought[key], terms.usd_per_unit_hour * HOURS_PER_MONTH))
    return found


def _named(units: list[tuple[int, float]]) -> str:
    return counted(sum(number for number, _ in units), "provisioned unit")
