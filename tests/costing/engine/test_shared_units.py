"""Cost model, sections 9 and 13: provisioned units that applications share."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from costing.engine import (
    estimate,
    parse_scenario,
)
from costing.engine.bills import lever_sets
from costing.engine.inputs import with_figures, with_requests
from costing.engine.levers import STRATEGIES, subsets
from costing.engine.strategies import bill_of
from tests.costing.engine.applications import (
    TURNS,
    bill,
    several,
    slow,
    turns,
    with_own,
    with_units,
)
from tests.golden import golden


def test_units_are_bought_for_the_load_of_all_together() -> None:
    """A unit carries 540,000 / 1,100 calls an hour of `even`, 540,000 / 2,000 = 270 of `odd`.

    2,700 and 1,800 calls an hour are a load of 5.5 and 6.667 units. In its 365 hours a full unit
    spares `even` 490.909 · 365 · 0.003 = 537.55 and `odd` 270 · 365 · 0.004 = 394.20 a month: for
    730 neither buys one by itself, and together they do up to 5.5.
    """
    document = turns(premium_model=with_units(), pool=None, pairs=[])
    apart = [
        turns(applications=[{**each, "levers_allowed": ["routing"]}], pool=None, pairs=[])
        for each in TURNS["applications"]
    ]
    for each in apart:
        requests = each["applications"][0]["workload"]["requests_per_month"]
        each |= {"workload": {**TURNS["workload"], "requests_per_month": requests}}
        each |= {"premium_model": with_units()}

    found = estimate(parse_scenario(document)).strategies["baseline"]

    assert [bill(each).provisioned_units(0) for each in apart] == [
        {"even.complex": 0},
        {"odd.complex": 0},
    ]
    # Five: 0.5 / 5.5 of 2,956.50 and 1.667 / 6.667 of 2,628 go beyond. Both fill five units.
    assert found.provisioned_units == {"premium_model": 5}
    assert found.lines == pytest.approx(
        {
            "even.complex.provisioned": 1825,
            "even.complex.spillover": 2956.5 / 11,
            "odd.complex.provisioned": 1825,
            "odd.complex.spillover": 2628 / 4,
        }
    )
    assert found.usd_per_month == pytest.approx(3650 + 2956.5 / 11 + 657)
    # With six: 4,380, and 0.1 of what `odd` pays as it goes.
    six = bill(document | {"premium_model": with_units(units=6)})
    assert six.total[0] == pytest.approx(4380 + 262.8)
    # 5.5 hours' load of 11.5 that six carry.
    assert six.lines(0)["even.complex.provisioned"] == pytest.approx(4380 * 5.5 / 11.5)


def test_units_of_a_model_of_its_own_are_an_applications_own() -> None:
    own = with_own(1, premium_model=with_units(units=2)) | {"premium_model": with_units(units=5)}

    found = bill(own)

    assert found.provisioned_units(0) == {"premium_model": 5, "odd.complex": 2}
    assert found.by_application(0) == pytest.approx(
        {"even": 3650 + 2956.5 / 11, "odd": 1460 + 2628 * 0.7, "shared": 0}
    )


def test_units_that_were_bought_are_paid_by_those_who_could_use_them() -> None:
    """Nothing is simple: of three units for the small model each application pays half."""
    document = turns(
        routing={**TURNS["routing"], "simple_ratio": 0},
        small_model={**TURNS["small_model"], "provisioned": with_units(units=3)["provisioned"]},
    )

    found = bill(document, "routing")

    assert found.provisioned_units(0) == {"small_model": 3}
    assert found.lines(0)["even.simple.provisioned"] == pytest.approx(1095)
    assert found.total[0] == pytest.approx(5584.5 + 300 + 98.55 + 65.7 + 2190)
    assert bill(document).total[0] == pytest.approx(5584.5)


@slow
@given(several())
def test_units_at_their_best_never_cost_more_than_none(document: dict[str, Any]) -> None:
    terms = {"usd_per_unit_hour": 0.01, "tokens_per_minute_per_unit": 3_000}
    for each in (document, *document["applications"]):
        each.get("workload", {}).pop("batch_ratio", None)
    sets = lever_sets(tuple(subsets(parse_scenario(document).available_levers)))

    with_best, none = (
        bill_of(parse_scenario(document | {"premium_model": model}), sets).total
        for model in (
            document["premium_model"] | {"provisioned": terms},
            document["premium_model"] | {"provisioned": None},
        )
    )

    assert np.all(with_best <= none * (1 + 1e-9) + 1e-9)


def test_a_batch_buys_each_future_its_own_units() -> None:
    document = golden("applications")
    model = document["premium_model"]
    model |= {"provisioned": {"usd_per_unit_hour": 0.3, "tokens_per_minute_per_unit": 12_000}}
    document["commitment"] = {
        "committed_usd_per_month": 9_000,
        "commitment_discount_ratio": 0.2,
    }
    scenario = parse_scenario(document)
    columns = {
        "workload.requests_per_month": [3e6, 1e5, 0.0],
        "applications.0.workload.active_hours_per_day": [10.0, 7.5, 24.0],
        "premium_model.input_usd_per_mtok": [3.0, 30.0, 1.0],
    }
    sets = lever_sets(subsets(scenario.available_levers))
    batch = {path: np.array(values)[:, None] for path, values in columns.items()}

    together = bill_of(with_figures(scenario, batch), sets)

    assert len(np.unique(together.shared_units["premium_model"][:, 0])) == 3
    for row in range(3):
        alone = bill_of(with_figures(scenario, {k: v[row] for k, v in columns.items()}), sets)
        assert together.total[row] == pytest.approx(alone.total)


def test_every_strategy_of_a_bill_with_batches_is_that_of_each_alone() -> None:
    scenario = parse_scenario(TURNS | {"semantic_cache": {"hit_ratio": 0.2}})
    volumes = np.array([[1e3], [1e6], [3e6]])
    sets = lever_sets(tuple(STRATEGIES.values()))

    together = bill_of(with_requests(scenario, volumes), sets).total

    for row, volume in zip(together, volumes[:, 0], strict=True):
        assert row == pytest.approx(bill_of(with_requests(scenario, float(volume)), sets).total)


def test_hardly_any_call_leaves_the_units_of_all_at_rest() -> None:
    """The share of such a load that is beyond them is told without dividing by it."""
    routing = TURNS["routing"] | {"simple_ratio": 1e-308}
    units = {"usd_per_unit_hour": 1, "tokens_per_minute_per_unit": 9e6, "units": 7}
    small = TURNS["small_model"] | {"provisioned": units}

    with np.errstate(all="raise", under="ignore"):
        found = bill(turns(routing=routing, small_model=small), "routing")
        estimate(parse_scenario(turns(routing=routing, small_model=small, pairs=[])))

    assert found.shared_units["small_model"].tolist() == [7.0]
    assert sum(value for key, value in found.lines(0).items() if "spillover" in key) == 0.0
