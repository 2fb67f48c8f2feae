"""Applications by turns, and any that may be: what tests of section 9 begin with."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from costing.engine import (
    parse_scenario,
)
from costing.engine.bills import Bill, lever_sets
from costing.engine.levers import LEVERS
from costing.engine.strategies import bill_of
from tests.costing.engine.scenarios import scenarios, workloads

slow = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


EVEN = [float(hour % 2 == 0) for hour in range(168)]


ODD = [1.0 - weight for weight in EVEN]


# Two applications by turns: 84 hours a week are the one's, 84 the other's. A call of `even` takes
# 1,000/1,000 + 100/100 = 2 s of a replica, one of `odd` 2,000/1,000 = 2 s. An hour of 2,700 calls
# asks for 2,700/3,600·2/0.5 = 3 replicas, one of 1,800 for 2; a month has 84·730/168 = 365 of each.
TURNS: dict[str, Any] = {
    "workload": {
        "requests_per_month": 2700 * 365 + 1800 * 365,
        "input_tokens_per_call": 1000,
        "output_tokens_per_call": 100,
    },
    "applications": [
        {
            "key": "even",
            "title": "Even hours",
            "workload": {
                "requests_per_month": 2700 * 365,
                "input_tokens_per_call": 1000,
                "output_tokens_per_call": 100,
                "hourly_profile": EVEN,
            },
        },
        {
            "key": "odd",
            "workload": {
                "requests_per_month": 1800 * 365,
                "input_tokens_per_call": 2000,
                "output_tokens_per_call": 0,
                "hourly_profile": ODD,
            },
        },
    ],
    "premium_model": {"input_usd_per_mtok": 2, "output_usd_per_mtok": 10},
    "small_model": {"input_usd_per_mtok": 0.2, "output_usd_per_mtok": 1},
    "routing": {
        "simple_ratio": 0.5,
        "classifier_usd_per_call": 0.0001,
        "platform_usd_per_month": 300,
    },
    "pool": {
        "usd_per_instance_hour": 10,
        "prefill_tokens_per_second": 1000,
        "decode_tokens_per_second": 100,
        "max_utilization_ratio": 0.5,
        "engineering_hours_per_month": 10,
        "engineering_usd_per_hour": 100,
        "platform_usd_per_month": 200,
    },
    "pairs": [{"from": "baseline", "to": "self_hosted"}],
}


def turns(**changes: Any) -> dict[str, Any]:
    return {**TURNS, **changes}


def with_own(place: int, **changes: Any) -> dict[str, Any]:
    """The two applications, one of which has more of its own."""
    applications = [dict(each) for each in TURNS["applications"]]
    applications[place] |= changes
    return turns(applications=applications)


def with_units(**terms: Any) -> dict[str, Any]:
    """The premium model with units of 9,000 tokens a minute for 730 USD a month."""
    units = {"usd_per_unit_hour": 1, "tokens_per_minute_per_unit": 9000, **terms}
    return {**TURNS["premium_model"], "provisioned": units}


def bill(document: dict[str, Any], *levers: str) -> Bill:
    return bill_of(parse_scenario(document), lever_sets((levers,)))


@st.composite
def units(draw: st.DrawFn) -> dict[str, Any]:
    """Units of throughput that may pay, or not; perhaps so many of them."""
    terms: dict[str, Any] = {
        "usd_per_unit_hour": draw(st.sampled_from([0, 0.01, 0.2, 5])),
        "tokens_per_minute_per_unit": draw(st.sampled_from([10, 3_000, 1e6])),
        "min_units": draw(st.sampled_from([1, 4])),
        "unit_step": draw(st.sampled_from([1, 3])),
    }
    if draw(st.integers(0, 3)) == 0:
        terms["units"] = draw(st.sampled_from([0, 4, 7])) if terms["min_units"] == 4 else 1
    return {**terms, "output_token_weight": draw(st.sampled_from([1, 4]))}


@st.composite
def several(draw: st.DrawFn) -> dict[str, Any]:
    """A scenario with two to four applications, some with a workload or levers of their own."""
    document = draw(scenarios())
    document["pool"] |= {"points": None}
    document["workload"] |= {"monthly_growth_ratio": 0.02}
    shares = [0.5, 0.25, 0.125, 0.125][: draw(st.integers(2, 4))]
    shares[-1] += 1.0 - sum(shares)
    document["applications"] = []
    for place, share in enumerate(shares):
        own: dict[str, Any] = {"key": f"app-{place}", "share": share}
        if draw(st.booleans()):
            workload = draw(workloads())
            requests = document["workload"]["requests_per_month"] * share
            workload |= {"requests_per_month": requests, "monthly_growth_ratio": 0}
            own = {"key": f"app-{place}", "workload": workload}
        if place and draw(st.booleans()):
            own["levers_allowed"] = draw(st.lists(st.sampled_from(LEVERS), unique=True))
        document["applications"].append(own)
    if draw(st.booleans()):
        for each in (document, *document["applications"]):
            each.get("workload", {}).pop("batch_ratio", None)
        for model in ("premium_model", "small_model"):
            document[model] |= {
                "provisioned": draw(units() if model[0] == "p" else st.none() | units())
            }
    if draw(st.booleans()):
        spent = float(bill(document).total[0]) * draw(st.sampled_from([0, 0.3, 0.8, 1.2]))
        discount = draw(st.sampled_from([0, 0.2, 1]))
        document["commitment"] = {
            "committed_usd_per_month": spent,
            "commitment_discount_ratio": discount,
        }
    return document
