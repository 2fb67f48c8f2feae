"""The rules are broken by what briefs said once: sentences that their own case contradicts."""

import pytest

from tests.cases import rules
from tests.cases.loading import frozen

OWNER = "Name one owner for the bill."
SAID = {
    "routing_runs_and_loses": (
        "1,535 USD a month can be saved today, 2.4 % of the bill",
        "Decide to switch on semantic caching: 1,535 USD less a month.",
        {
            "every change for today is a decision",
            "the headline's saving is the sum of the steps",
        },
    ),
    "pool_runs_at_few_requests": (
        "12,663 USD a month can be saved today. No lever pays: keep calling the premium model.",
        OWNER,
        {
            "every change for today is a decision",
            "a pool that is not in the target is switched off by a decision",
        },
    ),
    "hosting_cheapest_rented": (
        "Run prompt caching, routing and semantic caching.",
        "Do not commit to GPU capacity now; 1 replicas.",
        {"every change for today is a decision", "a plural of one: '1 replicas'"},
    ),
    "best_already": (
        "19,440 USD a month can be saved today",
        f"Approve prompt caching. {OWNER}",
        {
            "where nothing can be changed today nothing is saved or approved",
            "the headline's saving is the sum of the steps",
        },
    ),
    "no_economics": (
        "19,440 USD a month can be saved today",
        "from 4.0 to 4.0 in maturity",
        {
            "without economics nothing is saved and nothing of the kind decided",
            "where nothing can be changed today nothing is saved or approved",
            "a change to the same: '4.0 to 4.0 in maturity'",
        },
    ),
    "no_pool": (
        "Self-hosting everything does not pay.",
        "Decide to switch on prompt caching: 19,440 USD less a month.",
        {"without a pool nothing is said of hosting everything"},
    ),
    "never_crosses": (
        "324.00 USD a month can be saved today",
        "Decide to switch on prompt caching: 324 USD; look again when volume nears the crossover.",
        {"where hosting never crosses nobody is told to wait for it"},
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_what_was_said_once_breaks_the_rules(name: str) -> None:
    economics, decisions, broken = SAID[name]
    pages = ("Overall 4.0 of 5", economics, f"What to decide {decisions}")

    found = rules.broken(rules.Told(frozen(name).payload, pages))

    assert set(found) == broken
