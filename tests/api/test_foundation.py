"""Keys, errors, pages, throttles and filters of the API (K1, A1, V2)."""

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scopes_disabled

from organizations import services, tenancy
from organizations.exceptions import Denied
from organizations.models import ApiKey, AuditEvent, Client, IdempotentRequest
from organizations.permissions import Actor, Role
from organizations.services.api_keys import create_api_key, revoke_api_key
from organizations.tokens import hash_token
from tests.api.callers import Caller, anonymous, caller, firm, make_key, with_key
from tests.world import World


def stored_texts() -> Iterator[str]:
    """Yield every row of every table that the app may read, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select oid::regclass::text from pg_class where relkind in ('r', 'p')"
            " and relnamespace = 'public'::regnamespace and has_table_privilege(oid, 'select')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"select t::text from {table} t")
            yield from (row[0] for row in cursor.fetchall())


def client_names(world: World) -> set[str]:
    """Return the names of the firm's clients."""
    with tenancy.enter(organization_id=world.organization.pk):
        return set(Client.objects.values_list("name", flat=True))


def test_key_is_in_no_table_and_no_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer = caller(world, "owner").post(
        firm(world, "api-keys/"), {"name": "Nightly"}, Idempotency_Key="one"
    )
    secret = answer.json()["secret"]

    with_key(secret).get(firm(world, "clients/"))
    with_key(secret).post(firm(world, "clients/"), b"{broken")
    with tenancy.enter(organization_id=world.organization.pk):
        texts = list(stored_texts())

    assert len([text for text in texts if answer.json()["prefix"] in text]) == 3
    assert [text for text in texts if secret[12:] in text] == []
    assert secret[12:] not in caplog.text


def test_repeated_making_of_a_key_makes_one_and_shows_it_once(world: World) -> None:
    owner = caller(world, "owner")
    path = firm(world, "api-keys/")

    first = owner.post(path, {"name": "Nightly"}, Idempotency_Key="one").json()
    second = owner.post(path, {"name": "Nightly"}, Idempotency_Key="one").json()

    assert second == {**first, "secret": None}


def test_key_makes_no_keys(world: World) -> None:
    answer = caller(world, "key").post(firm(world, "api-keys/"), {"name": "Child"})
    almighty = Actor(organization_id=world.organization.pk, label="API key", role=Role.OWNER)

    assert answer.status_code == 403
    with tenancy.enter(organization_id=world.organization.pk), pytest.raises(Denied):
        create_api_key(by=almighty, name="Child")


def test_revoked_key_opens_nothing_from_the_next_request_on(world: World) -> None:
    program = with_key(make_key(world))
    before = program.get(firm(world)).status_code

    with tenancy.enter(organization_id=world.organization.pk):
        revoke_api_key(by=world.actor("owner"), key=ApiKey.objects.get())

    assert (before, program.get(firm(world)).status_code) == (200, 401)


def test_expired_key_opens_nothing(world: World) -> None:
    program = with_key(make_key(world))

    with tenancy.enter(organization_id=world.organization.pk):
        ApiKey.objects.update(expires_at=timezone.now())

    assert program.get(firm(world)).status_code == 401


@pytest.mark.parametrize("change", ["demoted", "deactivated", "closed"])
def test_key_ends_with_its_maker(world: World, change: str) -> None:
    program = with_key(make_key(world))
    owner = world.people["owner"]

    with tenancy.enter(organization_id=world.organization.pk):
        by = world.actor("owner")
        consultant = world.people["consultant"]
        services.change_member_role(by=by, membership=consultant, role=Role.OWNER)
        if change == "closed":
            owner.user.is_active = False
            owner.user.save()
        elif change == "demoted":
            services.change_member_role(by=by, membership=owner, role=Role.CONSULTANT)
        else:
            services.deactivate_member(by=by, membership=owner)

    assert program.get(firm(world)).status_code == 401


@pytest.mark.parametrize(("path", "status"), [("", 200), ("clients/?no=1", 422), ("no/", 404)])
def test_use_of_a_key_is_noted(world: World, path: str, status: int) -> None:
    answer = with_key(make_key(world)).get(firm(world, path))

    with tenancy.enter(organization_id=world.organization.pk):
        used_at = ApiKey.objects.get().last_used_at

    assert answer.status_code == status
    # A path of no operation asks for no key.
    assert (used_at is not None) == (status != 404)


def test_use_of_a_key_is_noted_once_its_request_is_over(world: World) -> None:
    """Else requests at once would wait for the first one, for they note it in the same row."""
    program = with_key(make_key(world))

    with CaptureQueriesContext(connection) as captured:
        program.get(firm(world))

    sent = [query["sql"] for query in captured]
    noting = next(n for n, sql in enumerate(sent) if sql.startswith("UPDATE"))
    begun = sum(sql.startswith("SAVEPOINT") for sql in sent[:noting])
    over = sum(sql.startswith("RELEASE SAVEPOINT") for sql in sent[:noting])
    assert (begun, over) == (2, 1)


def test_failed_request_of_a_key_keeps_nothing(world: World) -> None:
    program = with_key(make_key(world, scopes=("write",)))

    answer = program.post(firm(world, "clients/"), {"no": "name"}, Idempotency_Key="one")

    with tenancy.enter(organization_id=world.organization.pk):
        kept = IdempotentRequest.objects.count()
    assert (answer.status_code, kept) == (422, 0)


@pytest.mark.parametrize(
    ("name", "slugs"),
    [("owner", ["acme"]), ("other_client_viewer", ["acme"]), ("other_firm_key", ["rival"])],
)
def test_caller_sees_the_firms_that_they_may_enter(
    world: World, name: str, slugs: list[str]
) -> None:
    answer = caller(world, name).get("/api/v1/organizations/")

    assert [each["slug"] for each in answer.json()] == slugs


def test_key_is_read_by_its_hash_alone_outside_of_its_firm(world: World) -> None:
    hashes = [hash_token(make_key(world)), hash_token(make_key(world, by="other_firm_owner"))]

    with tenancy.expose(tenancy.Setting.API_KEY, hashes[0]), scopes_disabled():
        presented = list(ApiKey.objects.values_list("key_hash", flat=True))
    with tenancy.enter(organization_id=world.other_organization.pk), scopes_disabled():
        inside = list(ApiKey.objects.values_list("key_hash", flat=True))
    with scopes_disabled():
        outside = list(ApiKey.objects.values_list("key_hash", flat=True))

    assert (presented, inside, outside) == ([hashes[0]], [hashes[1]], [])


@pytest.mark.parametrize("given", ["Bearer", "Bearer x", "Bearer xo_00000000_" + "a" * 43])
def test_unknown_key_is_refused(world: World, given: str) -> None:
    answer = anonymous().get(firm(world), Authorization=given)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_key_of_one_client_makes_no_clients_and_sees_one(world: World) -> None:
    program = caller(world, "client_key")

    names = [each["name"] for each in program.get(firm(world, "clients/")).json()["results"]]

    assert names == ["Northwind"]
    assert program.post(firm(world, "clients/"), {"name": "New"}).status_code == 403


def test_key_acts_under_its_own_name(world: World) -> None:
    caller(world, "key").post(firm(world, "clients/"), {"name": "Westwind"})

    with tenancy.enter(organization_id=world.organization.pk):
        event = AuditEvent.objects.get(verb="client.created", data__name="Westwind")

    assert (event.actor_label, event.actor_id) == ("API key Test", None)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "unreadable"),
        (b'{"name": NaN}', 400, "unreadable"),
        (b'{"name": 1e999}', 400, "unreadable"),
        (b'{"name": "a\\u0000b"}', 400, "unreadable"),
        (b'{"name": "\\ud800"}', 400, "unreadable"),
        (b'{"name": ' + b"9" * 5000 + b"}", 400, "unreadable"),
        (b"[" * 100_000, 400, "unreadable"),
        (b'{"name": "\xff"}', 400, "unreadable"),
        (b'"' + b"a" * 3_000_000 + b'"', 413, "too_large"),
        (b"[]", 422, "invalid"),
        (b'{"name": ""}', 422, "invalid"),
        (b'{"name": {"a": 1}}', 422, "invalid"),
    ],
)
def test_unfit_body_is_refused_in_the_one_shape(
    world: World, body: bytes, status: int, code: str
) -> None:
    answer = caller(world, "key").post(firm(world, "clients/"), body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == {"code", "detail", "fields"}


def test_other_media_type_is_refused(world: World) -> None:
    owner = caller(world, "owner")

    answer = owner.browser.post(firm(world, "clients/"), {"name": "Form"})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_fields_at_fault_are_named(world: World) -> None:
    answer = caller(world, "owner").post(
        firm(world, "api-keys/"), {"scopes": ["all"], "expires_at": "soon", "role": "owner"}
    )

    assert sorted(answer.json()["fields"]) == ["expires_at", "name", "role", "scopes"]


def test_path_of_no_operation_is_answered_in_the_one_shape(db: None) -> None:
    answer = anonymous().get("/api/v1/organizations/acme/nothing/")

    assert answer.status_code == 404
    assert answer.json() == {"code": "not_found", "detail": "There is nothing here.", "fields": {}}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("members/?client=x", "client"),
        ("members/?role=king", "role"),
        ("clients/?cursor=abc", "cursor"),
        ("clients/?name=%00", "name"),
        ("audit-events/?since=yesterday", "since"),
        ("audit-events/?since=0001-01-01T00:00:00%2B23:59", "since"),
    ],
)
def test_unfit_filter_is_refused(world: World, path: str, field: str) -> None:
    answer = caller(world, "owner").get(firm(world, path))

    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])


@pytest.mark.parametrize("zone", ["%2B18:29", "-22:44", "Z", "%2B00:00"])
def test_moment_in_any_zone_narrows_a_list(world: World, zone: str) -> None:
    owner = caller(world, "owner")

    before = owner.get(firm(world, f"audit-events/?until=1631-03-28T02:00:45{zone}"))
    since = owner.get(firm(world, f"audit-events/?since=1631-03-28T02:00:45{zone}"))

    assert (before.status_code, before.json()["results"]) == (200, [])
    assert (since.status_code, bool(since.json()["results"])) == (200, True)


def test_pages_show_every_row_once(world: World) -> None:
    program = caller(world, "key")
    for number in range(5):
        program.post(firm(world, "clients/"), {"name": f"Client {number}"})

    url, names = firm(world, "clients/?limit=2"), []
    while url:
        page = program.get(url).json()
        names += [each["name"] for each in page["results"]]
        url = page["next"]

    assert names == sorted(client_names(world))
    assert len(names) == 7  # Northwind, Southwind and the five


def test_cursor_of_another_list_is_refused(world: World) -> None:
    program = caller(world, "key")
    page = program.get(firm(world, "clients/?limit=1")).json()
    cursor = page["next"].partition("cursor=")[2]

    answer = program.get(firm(world, f"members/?cursor={cursor}"))

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["cursor"])


def test_cursor_of_a_release_that_signed_a_time_is_refused(world: World) -> None:
    path = firm(world, "clients/")
    cursor = signing.dumps([0, False, "Northwind"], salt=f"cursor:{path}")

    answer = caller(world, "key").get(f"{path}?{urlencode({'cursor': cursor})}")

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["cursor"])


def test_too_many_requests_are_told_when_to_come_back(world: World, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    program, other = caller(world, "key"), caller(world, "owner")

    statuses = [program.get(firm(world)).status_code for _ in range(2)]
    refused = program.get(firm(world))

    assert (statuses, refused.status_code) == ([200, 200], 429)
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert other.get(firm(world)).status_code == 200


def test_answers_are_kept_out_of_caches(world: World) -> None:
    answer = caller(world, "key").get(firm(world))

    assert answer["Cache-Control"] == "private, no-store"


def test_session_needs_a_csrf_token_to_write(world: World) -> None:
    browser = world.login(type(anonymous().browser)(enforce_csrf_checks=True), "owner")

    answer = Caller(browser).post(firm(world, "clients/"), {"name": "Forged"})

    assert answer.status_code == 403
    assert "Forged" not in client_names(world)
