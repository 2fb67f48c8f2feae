"""A second version of the framework, never shipped: other keys, counts, limits, days and words.

Nothing in the product may know one of its keys or figures, so whatever shows them reads them.
"""

from copy import deepcopy
from typing import Any

from assessments.framework import Framework, load_framework, parse_framework

DIMENSIONS = {
    "hosting": ("compute", "Compute & capacity"),
    "routing": ("steering", "Steering of calls"),
    "caching": ("reuse", "Reuse of tokens"),
    "integrity": ("quality", "Quality of answers"),
    "finops": ("billing", "Bills & budgets"),
}
CHECKS = {
    "token_logging": ("usage_ledger", "Usage ledger"),
    "cost_attribution": ("cost_split", "Cost split"),
    "anomaly_control": ("spend_alarm", "Spend alarm"),
    "gateway": ("single_entry", "Single entry"),
    "triage": ("sorted_queries", "Sorted queries"),
    "prefix_caching": ("stable_prefix", "Stable prefix"),
    "semantic_cache": ("shared_answers", "Shared answers"),
    "eval_suite": ("release_tests", "Release tests"),
    "continuous_evals": ("live_grades", "Live grades"),
    "private_serving": ("own_models", "Own models"),
    "elastic_capacity": ("scaling_down", "Scaling down"),
    "committed_pricing": ("cheap_hours", "Cheap hours"),
}
BANDS = (("Starting", 2.0), ("Steering", 3.0), ("Leading", 4.2), ("Exemplary", None))
PHASES = {
    "quick_wins": ("first_look", "See and save", 1, 40, 0),
    "proxy_routing": ("one_way", "One way in", 41, 80, 10),
    "dedicated_compute": ("own_ground", "Own ground", 81, 120, 20),
}
ACTIONS = {"log_tokens": ("open_ledger", "Open a usage ledger")}


def second_document() -> dict[str, Any]:
    """Six dimensions, fourteen checks, four bands, 120 days; routing asks for quality 1 only."""
    document = load_framework("1").document()
    document |= {"version": "2", "title": "Cost maturity, second version"}
    _rename(document, DIMENSIONS, CHECKS, ACTIONS)
    _add_people(document)
    _rescore(document)
    _reschedule(document)
    document["promise"] |= {"saving_low_ratio": 0.3, "saving_high_ratio": 0.5}
    document["anti_patterns"][0]["thresholds"] = {
        "simple_ratio_from": 0.6,
        "top_model_spend_ratio_above": 0.8,
    }
    document["anti_patterns"][1]["thresholds"] = {"utilization_ratio_below": 0.01}
    for pattern in document["anti_patterns"]:
        pattern["title"] = f"Trap: {pattern['title'].lower()}"
    return document


def second_framework() -> Framework:
    """The second version as the product reads it."""
    return parse_framework(second_document())


def _rename(document: dict[str, Any], *names: dict[str, tuple[str, str]]) -> None:
    """Give dimensions, checks and actions other keys and titles, wherever they are named."""
    keys = {old: new for group in names for old, (new, _) in group.items()}
    titles = {new: title for group in names for new, title in group.values()}
    for section in ("dimensions", "checks", "actions"):
        for item in document[section]:
            item["key"] = keys.get(item["key"], item["key"])
            item["title"] = titles.get(item["key"], item["title"])
    for item in (*document["checks"], *document["levers"], *document["scoring"]["refutations"]):
        item["dimension"] = keys[item["dimension"]]
    for lever in document["levers"]:
        lever["requires"] = {keys[key]: level for key, level in lever["requires"].items()}
    for action in document["actions"]:
        action["moves"] = {keys[key]: to for key, to in action["moves"].items()}
        action["after"] = [keys.get(key, key) for key in action["after"]]
    economics = document["targets"]["by_economics"]
    economics["dimension"] = keys[economics["dimension"]]


def _add_people(document: dict[str, Any]) -> None:
    """A sixth dimension with two checks."""
    dimension = deepcopy(document["dimensions"][0])
    dimension |= {"key": "people", "title": "People & skills", "weight": 2}
    dimension["question"] = "Who knows how to run models cheaply?"
    for anchor in dimension["anchors"]:
        anchor["text"] = f"People at level {anchor['level']}."
    document["dimensions"].append(dimension)
    for key, stage in (("cost_owner", "foundation"), ("cost_training", "optimized")):
        check = deepcopy(document["checks"][0])
        title = key.replace("_", " ").capitalize()
        check |= {"key": key, "title": title, "dimension": "people", "stage": stage}
        document["checks"].append(check | {"question": f"Is there a {title.lower()}?"})


def _rescore(document: dict[str, Any]) -> None:
    """Other bands, coverage, contradictions, refutations, targets and requirements."""
    document["bands"] = [
        {
            "key": title.lower(),
            "title": title,
            "below": below,
            "origin": "product",
            "text": f"This is what {title.lower()} means.",
        }
        for title, below in BANDS
    ]
    scoring = document["scoring"]
    scoring["coverage"] |= {"partial": 0.25, "unknown_high": 0.75}
    scoring["contradiction_at"] = 1.5
    low, one = scoring["refutations"]
    low |= {"claimed_from": 2, "below": 0.5, "text": "Under half of the tokens were reused."}
    one |= {"claimed_from": 5, "above": 0.6, "text": "One model took over 60 % of the bill."}
    document["targets"]["default_level"] = 4
    economics = document["targets"]["by_economics"]
    economics["does_not_pay"] |= {"low": 1, "high": 3, "text": "Renting stays cheaper."}
    requires = {
        "routing": {"quality": 1},
        "semantic_caching": {"quality": 2},
        "self_hosting": {"quality": 2, "compute": 3, "people": 2},
    }
    for lever in document["levers"]:
        lever["requires"] = requires.get(lever["key"], {})


def _reschedule(document: dict[str, Any]) -> None:
    """Phases of 40 days with other keys and titles; actions move along."""
    for phase in document["phases"]:
        key, title, first, last, _ = PHASES[phase["key"]]
        phase |= {"key": key, "title": title, "first_day": first, "last_day": last}
    for action in document["actions"]:
        action["phase"], _, _, _, later = PHASES[action["phase"]]
        action["first_day"] += later
        action["last_day"] += later
