"""What a result's page says of its inputs."""

from costing.engine import parse_scenario
from costing.engine.inputs import Stated
from costing.scenarios.content.inputs import input_groups
from tests.costing.cast import scenario_a


def test_provisioned_throughput_is_listed_with_its_model() -> None:
    document = scenario_a()
    terms = {"usd_per_unit_hour": 0.85, "tokens_per_minute_per_unit": 13_000}
    document["premium_model"]["provisioned"] = terms
    groups = input_groups(parse_scenario(document), (), Stated(document), {})

    rows = {row.label: row for group in groups for row in group.rows}
    row = rows["Provisioned throughput"]
    assert (row.words, row.unit) == ("0.85 USD an hour", "a unit of 13,000 tokens a minute")
    assert [len(group.rows) for group in groups if group.title == "Small model"] == [6]
