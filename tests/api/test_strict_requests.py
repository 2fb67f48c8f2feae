"""What a request asks for is done or refused: parameters, page sizes, entity tags."""

import pytest

from tests.api.callers import caller, firm
from tests.costing.cast import make_assessment
from tests.world import World

CATALOG = ("price-books/", "price-overrides/", "gpu-offers/", "offer-books/")


@pytest.mark.parametrize("path", ["clients/", "audit-events/", "api-keys/", "", *CATALOG])
def test_a_parameter_that_is_not_there_is_refused(world: World, path: str) -> None:
    response = caller(world, "owner").get(firm(world, f"{path}?serach=acme"))

    assert response.status_code == 422
    assert list(response.json()["fields"]) == ["serach"]


def test_a_parameter_is_refused_on_the_list_of_organizations_and_on_a_write(world: World) -> None:
    owner = caller(world, "owner")

    listed = owner.get("/api/v1/organizations/?page=2")
    written = owner.post(firm(world, "clients/?dry_run=1"), {"name": "Not made"})

    assert (listed.status_code, written.status_code) == (422, 422)
    assert "Not made" not in str(owner.get(firm(world, "clients/")).json())


@pytest.mark.parametrize("limit", ["0", "-1", "201", "many", "", "1e2", "9" * 5000])
@pytest.mark.parametrize("path", ["clients/", "throughput-profiles/", *CATALOG])
def test_a_page_size_out_of_bounds_is_refused(world: World, path: str, limit: str) -> None:
    response = caller(world, "owner").get(firm(world, f"{path}?limit={limit}"))

    assert (response.status_code, list(response.json()["fields"])) == (422, ["limit"])


def test_documented_parameters_pass(world: World) -> None:
    owner = caller(world, "owner")

    responses = [
        owner.get(firm(world, path))
        for path in ("clients/?limit=200&name=a", "audit-events/?verb=client.created&limit=1")
    ]

    assert [response.status_code for response in responses] == [200, 200]


BODIES = {
    "client": ({"name": "Ours"}, {"name": "Theirs"}),
    "assessment": (
        {"title": "Ours", "as_of": "2026-11-02"},
        {"title": "Theirs", "as_of": "2026-11-02"},
    ),
    "target": ({"level": 4, "reason": "Ours"}, {"level": 3, "reason": "Theirs"}),
}


@pytest.mark.parametrize("kind", BODIES)
def test_another_state_than_was_read_is_not_overwritten(world: World, kind: str) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = {
        "client": firm(world, f"clients/{world.client.pk}/"),
        "assessment": firm(world, f"assessments/{assessment.pk}/"),
        "target": firm(world, f"assessments/{assessment.pk}/targets/routing/"),
    }[kind]
    owner, (ours, theirs) = caller(world, "owner"), BODIES[kind]
    read = owner.get(path)

    first = owner.put(path, ours, If_Match=read["ETag"])
    stale = owner.put(path, theirs, If_Match=read["ETag"])
    again = owner.put(path, theirs, If_Match=f'"x", {first["ETag"]}')

    assert (first.status_code, stale.status_code, again.status_code) == (200, 412, 200)
    assert stale.json()["current"] == first.json()
    assert owner.get(path)["ETag"] == again["ETag"]


def test_weights_and_a_cleared_target_heed_the_entity_tag_too(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    owner, path = caller(world, "owner"), firm(world, f"assessments/{assessment.pk}/")

    weighed = owner.put(f"{path}weights/", {"weights": {}}, If_Match='"stale"')
    cleared = owner.send("DELETE", f"{path}targets/routing/", If_Match='"stale"')
    any_state = owner.put(f"{path}weights/", {"weights": {}}, If_Match="*")

    assert (weighed.status_code, cleared.status_code, any_state.status_code) == (412, 412, 200)
