"""K2: whatever is posted twice under one key is carried out once."""

from collections import Counter

import pytest
from django.apps import apps

from organizations import tenancy
from tests.api.callers import caller
from tests.api.description import Described, described
from tests.api.test_permissions import things_of
from tests.api.test_undeclared_fields import APPS
from tests.world import World

HEADER = "Idempotency-Key"
# Fields that are shown once, by the operation's path.
SHOWN_ONCE = {"api-key-list": "secret", "share-link-list": "link"}
# What needs no key, each with its reason.
WITHOUT_KEY = {
    "comparison-list": "keeps nothing",
    "estimate-list": "keeps nothing",
    "bulk-estimate-list": "keeps nothing",
    "pool-proposal-list": "keeps nothing",
}
POSTS = [each for each in described() if each.method == "POST"]


@pytest.fixture
def world(stocked: World) -> World:
    """The fixed cast with rows of every kind."""
    return stocked


def takes_a_key(each: Described) -> bool:
    """Tell whether an operation is carried out once under a key."""
    return HEADER in {parameter["name"] for parameter in each.says.get("parameters", [])}


ONCE = [each for each in POSTS if takes_a_key(each)]


def rows_of(world: World) -> Counter[str]:
    """Count the rows of every table that the firm sees."""
    with tenancy.enter(organization_id=world.organization.pk):
        return Counter(
            {
                model._meta.label: model._base_manager.count()
                for app in APPS
                for model in apps.get_app_config(app).get_models()
            }
        )


def test_every_post_that_keeps_something_takes_a_key() -> None:
    assert {each.name for each in POSTS if not takes_a_key(each)} == set(WITHOUT_KEY)


@pytest.mark.parametrize("each", ONCE, ids=[each.name for each in ONCE])
def test_post_is_carried_out_once(world: World, each: Described) -> None:
    row, owner = each.row, caller(world, "owner")
    things = things_of(row, world, world.client)
    data, path = row.data and row.data(things), row.address(world.organization.slug, things)

    first = owner.post(path, data, Idempotency_Key="one")
    between = rows_of(world)
    second = owner.post(path, data, Idempotency_Key="one")

    hidden = {SHOWN_ONCE[each.name]: None} if each.name in SHOWN_ONCE else {}
    assert second.status_code == first.status_code
    if first.status_code == 204:
        assert second.content == first.content == b""
    else:
        assert second.json() == {**first.json(), **hidden}
    assert second.get("Location") == first.get("Location")
    assert rows_of(world) == between


@pytest.mark.parametrize(
    "each", [each for each in ONCE if each.bodies], ids=[each.name for each in ONCE if each.bodies]
)
def test_other_body_under_one_key_is_refused(world: World, each: Described) -> None:
    row, owner = each.row, caller(world, "owner")
    things = things_of(row, world, world.client)
    assert row.data is not None
    data, path = row.data(things), row.address(world.organization.slug, things)
    if owner.post(path, data, Idempotency_Key="one").status_code >= 400:
        return  # what failed leaves its key free

    other = owner.post(path, {**data, "more": 1}, Idempotency_Key="one")

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
