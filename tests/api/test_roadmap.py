"""The roadmap over the API: previewed, applied, added to, changed over the version read."""

import pytest

from assessments.models import RoadmapAction
from tests.api.callers import caller, firm
from tests.assessments.cast import enter
from tests.assessments.test_roadmap_rows import beginner
from tests.world import World

ACTION = {"title": "Agree on a gateway", "phase": "quick_wins", "due_on": "2026-11-20"}


def drafted(world: World):
    """Draft a costed beginner's roadmap; return the caller and the assessment's path."""
    path = firm(world, f"assessments/{beginner(world).pk}/")
    program = caller(world, "key")
    preview = program.get(f"{path}roadmap/draft/").json()
    answer = program.post(f"{path}roadmap/draft/", {"checksum": preview["checksum"]})
    assert answer.status_code == 200
    return program, path


def test_a_draft_is_previewed_and_applied(world: World) -> None:
    path = firm(world, f"assessments/{beginner(world).pk}/")
    program = caller(world, "key")

    preview = program.get(f"{path}roadmap/draft/?starts_on=2026-11-15").json()
    body = {"checksum": preview["checksum"], "starts_on": "2026-11-15"}
    applied = program.post(f"{path}roadmap/draft/", body).json()
    roadmap = program.get(f"{path}roadmap/").json()

    assert (len(preview["new"]), preview["same"]) == (11, 0)
    assert (applied["new"], applied["same"]) == ([], 11)
    assert (roadmap["is_begun"], roadmap["starts_on"]) == (True, "2026-11-15")
    spend = [round(item["usd_per_month"], 2) for item in roadmap["projections"]]
    assert spend == [25110.00, 15423.98, 13889.11]
    assert {item["key"] for item in roadmap["not_proposed"]} == {
        "deploy_spot_pool",
        "scale_to_demand",
        "move_standard_work",
    }


def test_a_draft_that_was_not_shown_is_refused(world: World) -> None:
    path = firm(world, f"assessments/{beginner(world).pk}/")
    program = caller(world, "key")

    answer = program.post(f"{path}roadmap/draft/", {"checksum": "of something else"})

    preview = program.get(f"{path}roadmap/draft/").json()
    assert answer.status_code == 409
    assert answer.json()["current"] == {"checksum": preview["checksum"]}
    with enter(world):
        assert RoadmapAction.objects.count() == 0


@pytest.mark.parametrize("day", ["soon", "9999-12-31", "1066-01-01", ""])
def test_a_first_day_that_is_none_is_named(world: World, day: str) -> None:
    path = firm(world, f"assessments/{beginner(world).pk}/")

    answer = caller(world, "key").get(f"{path}roadmap/draft/?starts_on={day}")

    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["starts_on"]


def test_an_action_is_added_and_changed_over_its_version(world: World) -> None:
    program, path = drafted(world)

    made = program.post(f"{path}roadmap/actions/", ACTION | {"checks": ["gateway"]})
    body = ACTION | {"owner": "Ida", "status": "in_progress"}
    changed = program.put(made["Location"], body, If_Match=made["ETag"])
    stale = program.put(made["Location"], body | {"owner": "Bo"}, If_Match=made["ETag"])
    unsaid = program.put(made["Location"], body | {"version": 1})

    assert (made.status_code, made.json()["moves"]) == (201, {"gateway": "yes"})
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert changed.json()["owner"] == "Ida"
    assert (stale.status_code, stale.json()["current"]["version"]) == (412, 2)
    assert unsaid.status_code == 409


def test_giving_up_asks_for_the_reason(world: World) -> None:
    program, path = drafted(world)
    action = program.get(f"{path}roadmap/actions/").json()["results"][0]
    address = firm(world, f"roadmap-actions/{action['id']}/")
    fields = {name: action[name] for name in ("title", "phase", "due_on", "version")}

    answer = program.put(address, fields | {"status": "risk_accepted"})

    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["reason"]


def test_the_value_of_maturity(world: World) -> None:
    program, path = drafted(world)

    value = program.get(f"{path}maturity-value/").json()["value"]

    # 25,110.00 − 13,889.11: integrity alone, worked out in test_maturity_value.
    assert round(value["usd_per_month"], 2) == 11220.89
    assert value["levers"] == ["routing", "semantic_caching"]


def test_a_target_is_chosen_and_cleared(world: World) -> None:
    path = firm(world, f"assessments/{beginner(world).pk}/")
    program = caller(world, "key")

    chosen = program.put(f"{path}targets/routing/", {"level": 4, "reason": "Agreed"})
    scorecard = program.get(f"{path}scorecard/").json()
    cleared = program.send("DELETE", f"{path}targets/routing/")
    unknown = program.get(f"{path}targets/luck/")

    assert (chosen.json()["low"], chosen.json()["source"]) == (4, "override")
    assert scorecard["targets"]["routing"]["reason"] == "Agreed"
    assert cleared.json()["source"] == "default"
    assert unknown.status_code == 404
