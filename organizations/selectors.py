"""Reads of organizations, their members, invitations, clients, audit rows and API keys."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_scopes import get_scope, scopes_disabled

from organizations import tenancy
from organizations.models import (
    ApiKey,
    AuditEvent,
    Branding,
    Client,
    Erasure,
    Invitation,
    Membership,
    Organization,
    User,
)
from organizations.permissions import AUDITING, Actor, Role
from organizations.tenancy import PRIVATE_VERBS, Setting
from organizations.tokens import hash_token


def client_get(client_id: UUID) -> Client:
    """Return the client; raises Client.DoesNotExist."""
    return Client.objects.get(pk=client_id)


def client_list() -> QuerySet[Client]:
    """Return the tenant's clients by name, without those that are archived."""
    return Client.objects.filter(archived_at=None).order_by("name", "pk")


def branding_find() -> Branding | None:
    """Return the tenant's branding without the picture of its logo, if there is one."""
    return Branding.objects.select_related("organization").defer("logo").first()


def branding_get(branding_id: UUID) -> Branding:
    """Return the tenant's branding that has a logo; raises Branding.DoesNotExist."""
    return Branding.objects.exclude(logo_sha256="").get(pk=branding_id)


def audit_event_list() -> QuerySet[AuditEvent]:
    """Return the tenant's audit rows, the newest first."""
    return AuditEvent.objects.select_related("client").order_by("-created_at", "-pk")


def client_active_at(client: Client) -> datetime | None:
    """Return when a client was changed last, without the organization's own notes."""
    events = AuditEvent.objects.filter(client=client).exclude(verb__startswith=PRIVATE_VERBS)
    newest = events.order_by("-created_at").values_list("created_at", flat=True)
    return newest.filter(AuditEvent.months.near(timezone.now())).first() or newest.first()


def erasure_list() -> QuerySet[Erasure]:
    """Return what was asked for of the tenant's own erasure, the newest first.

    For a client's people there is none, as there are no other rows of the organization's own.
    """
    scope = get_scope()
    own = Erasure.objects.filter(organization_id=scope["organization"])
    return own.none() if scope["client"] else own.order_by("-requested_at", "-pk")


def erasure_get(erasure_id: UUID) -> Erasure:
    """Return a request of the tenant's own erasure; raises Erasure.DoesNotExist."""
    return erasure_list().get(pk=erasure_id)


def erasure_standing() -> Erasure | None:
    """Return the erasure that waits for its day, if the tenant has one."""
    return erasure_list().filter(withdrawn_at=None).first()


def membership_find(*, user_id: UUID, organization_slug: str) -> Membership | None:
    """Return a person's active membership in the organization of that slug, if there is one."""
    shown = (Setting.USER, user_id)
    with tenancy.enter_found(_OWN_MEMBERSHIP, [organization_slug], shown=shown) as row:
        return None if row is None else _membership_of(row)


def membership_first(*, user_id: UUID) -> Membership | None:
    """Return a person's first active membership by the name of its organization, if any."""
    with tenancy.enter_found(_FIRST_MEMBERSHIP, [], shown=(Setting.USER, user_id)) as row:
        return None if row is None else _membership_of(row)


@dataclass(frozen=True)
class SessionHolder:
    """Whom a session is of, with their membership in the organization that was asked for.

    `elsewhere` is the first other one, by its organization's name, of who is no member of that.
    """

    user: User
    membership: Membership | None = None
    elsewhere: Membership | None = None


@contextmanager
def session_holder_enter(
    *, user_id: UUID, organization_slug: str, session: tuple[str, str]
) -> Iterator[SessionHolder | None]:
    """Enter the tenant of a person's active membership, by the one statement that finds both.

    None, and no tenant, unless the database has just this session, by its key and text. A person
    who is no member enters no tenant, whether there is an organization of that slug or not.
    """
    parameters = [organization_slug, *session, timezone.now()]
    shown = (Setting.USER, user_id)
    with tenancy.enter_found(_SESSION_HOLDER, parameters, shown=shown) as row:
        yield None if row is None else _session_holder_of(row)


def _columns(alias: str, model: type[models.Model]) -> str:
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


# A membership with the person's other organizations; of none, the person alone.
_MEMBERSHIP_COLUMNS = f"""
    array(
        select array[o.id::text, o.name, o.slug]
        from organizations_membership also
        join organizations_organization o on o.id = also.organization_id
        where also.user_id = m.user_id and also.is_active and also.id <> m.id
        order by o.name, o.id
    ), {_columns("m", Membership)}, {_columns("u", User)}, {_columns("own", Organization)}
"""
_MEMBERSHIP = f"""
    select m.organization_id, m.client_id, {_MEMBERSHIP_COLUMNS}
    from organizations_user u
    join organizations_membership m on m.user_id = u.id and m.is_active
    join organizations_organization own on own.id = m.organization_id
    where u.id = known.value::uuid and u.is_active
"""
_OWN_MEMBERSHIP = f"{_MEMBERSHIP} and own.slug = %s"
_FIRST_MEMBERSHIP = f"{_MEMBERSHIP} order by own.name, own.id"
# The tenant is that of the membership asked for alone: any other row has none.
_SESSION_HOLDER = f"""
    select case when own.slug = asked.slug then m.organization_id end,
        case when own.slug = asked.slug then m.client_id end,
        own.slug = asked.slug, {_MEMBERSHIP_COLUMNS}
    from (select %s::text as slug) asked
    cross join organizations_user u
    left join (
        organizations_membership m join organizations_organization own on own.id = m.organization_id
    ) on m.user_id = u.id and m.is_active
    where u.id = known.value::uuid and u.is_active and exists (
        select from django_session
        where session_key = %s and session_data = %s and expire_date > %s
    )
    order by own.slug = asked.slug desc, own.name, own.id
"""


def _session_holder_of(row: Sequence[Any]) -> SessionHolder:
    is_asked_for, *values = row
    membership = _membership_of(values)
    user = membership.user
    if is_asked_for is None:
        return SessionHolder(user)
    if is_asked_for:
        return SessionHolder(user, membership)
    return SessionHolder(user, elsewhere=membership)


def _membership_of(row: Sequence[Any]) -> Membership:
    others, *values = row
    membership, user, organization = _rows_of((Membership, User, Organization), values)
    membership.row = tuple(row)
    membership.user, membership.organization = user, organization
    membership.other_organizations = [
        Organization(id=UUID(key), name=name, slug=slug) for key, name, slug in others
    ]
    return membership  # type: ignore[no-any-return]


def _rows_of(kinds: Iterable[type[models.Model]], values: Sequence[Any]) -> list[Any]:
    """Return a row of each model, of the values of all its columns, one model after the other."""
    rest = iter(values)
    rows: list[Any] = []
    for model in kinds:
        names = [field.attname for field in model._meta.concrete_fields]
        rows.append(model.from_db("default", names, list(islice(rest, len(names)))))
    return rows


def membership_actor(membership: Membership) -> Actor:
    """Return the actor that a membership makes of its person."""
    return Actor(
        organization_id=membership.organization_id,
        label=str(membership.user),
        user_id=membership.user_id,
        role=Role(membership.role),
        client_id=membership.client_id,
    )


def organizations_of(*, user_id: UUID, role: Role | None = None) -> Sequence[Organization]:
    """Return the organizations in which the person is an active member (in that role), by name."""
    with tenancy.expose(Setting.USER, user_id), scopes_disabled():
        own = Membership.objects.filter(user_id=user_id, is_active=True)
        if role is not None:
            own = own.filter(role=role.value)
        rows = Organization.objects.filter(id__in=own.values("organization_id"))
        return list(rows.order_by("name", "pk"))


def organization_ids() -> Iterator[UUID]:
    """Yield every organization once, for what is done in each of them.

    An organization shows itself to its people alone, this program's role included.
    """
    seen: set[UUID] = set()
    for user_id in User.objects.order_by("pk").values_list("pk", flat=True).iterator():
        new = {each.pk for each in organizations_of(user_id=user_id)} - seen
        seen |= new
        yield from sorted(new)


def membership_get(membership_id: UUID) -> Membership:
    """Return the member with their person and client; raises Membership.DoesNotExist."""
    return Membership.objects.select_related("user", "client").get(pk=membership_id)


def owner_names(client_id: UUID) -> list[str]:
    """Return who may own a client's work: the organization's people and the client's own."""
    members = membership_list().filter(Q(client=None) | Q(client=client_id), is_active=True)
    return list(dict.fromkeys(str(member.user) for member in members))


def members_to_notify(
    *, roles: Iterable[Role], client_id: UUID, user_ids: Iterable[UUID] = ()
) -> QuerySet[Membership]:
    """Return the active members of those roles, and those people, who may see a client."""
    chosen = Q(role__in=[role.value for role in roles]) | Q(user__in=list(user_ids))
    may_see = Q(client=None) | Q(client=client_id)
    return membership_list().filter(chosen, may_see, is_active=True, user__is_active=True)


def membership_list() -> QuerySet[Membership]:
    """Return the tenant's members with their people and clients, by email."""
    return Membership.objects.select_related("user", "client").order_by("user__email", "pk")


def invitation_find(*, token: str) -> Invitation | None:
    """Return the open invitation of this token, with organization and client, if there is one."""
    token_hash = hash_token(token)
    with tenancy.expose(Setting.INVITATION, token_hash), scopes_disabled():
        found = Invitation.objects.filter(token_hash=token_hash).first()
    if found is None or not found.is_open:
        return None
    with tenancy.enter(organization_id=found.organization_id):
        related = Invitation.objects.select_related("organization", "client", "invited_by")
        return related.filter(pk=found.pk).first()


def invitation_get(invitation_id: UUID) -> Invitation:
    """Return the invitation with who made it; raises Invitation.DoesNotExist."""
    return Invitation.objects.select_related("invited_by").get(pk=invitation_id)


def invitation_list() -> QuerySet[Invitation]:
    """Return the tenant's invitations that wait for an answer, the newest first."""
    return (
        Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)
        .select_related("client", "invited_by")
        .order_by("-created_at", "-pk")
    )


def account_exists(*, email: str) -> bool:
    """Tell whether somebody can sign in with this address."""
    return User.objects.filter(email=email).exists()


@contextmanager
def api_key_enter(secret: str) -> Iterator[ApiKey | None]:
    """Enter the tenant of the usable key of this secret, by the one statement that finds it.

    A key ends with its maker: it opens nothing once they are no active owner of the organization.
    """
    shown = (Setting.API_KEY, hash_token(secret))
    with tenancy.enter_found(_OWN_KEY, [Role.OWNER.value, timezone.now()], shown=shown) as row:
        if row is None:
            yield None
        else:
            key, organization = _rows_of((ApiKey, Organization), row)
            key.organization = organization
            yield key


# Its organization shows itself, and its maker's membership, once the organization is set.
_ENTERING_KEYS = tenancy.SETTING.format(Setting.ORGANIZATION, "k.organization_id::text")
_OWN_KEY = f"""
    select k.organization_id, k.client_id, {_columns("k", ApiKey)}, {_columns("own", Organization)}
    from organizations_apikey k
    cross join lateral (
        select {_ENTERING_KEYS} as id limit 1
    ) entered
    cross join lateral (
        select o.* from organizations_organization o
        where o.id = entered.id::uuid and exists (
            select from organizations_membership m join organizations_user u on u.id = m.user_id
            where m.organization_id = o.id and m.user_id = k.created_by_id
                and m.role = %s and m.is_active and u.is_active
        )
        limit 1
    ) own
    where k.key_hash = known.value and k.revoked_at is null and k.expires_at > %s
"""


def api_key_opens(key: ApiKey) -> bool:
    """Tell whether a key opens its organization now; call inside of that."""
    return key.is_usable and _makers(key.created_by_id).exists()


def _makers(user_id: UUID) -> QuerySet[Membership]:
    """The membership by which a person's keys are good, if they have it now."""
    return Membership.objects.filter(
        user_id=user_id, role=Role.OWNER.value, is_active=True, user__is_active=True
    )


def actor_standing(actor: Actor) -> Actor | None:
    """Return a person or a key with what they may do now; none where they have no way in any more.

    Until the transaction ends, nobody takes a person's role away. The product itself stands always.
    """
    with tenancy.enter(organization_id=actor.organization_id):
        if actor.api_key_id:
            key = ApiKey.objects.select_for_update(no_key=True).get(pk=actor.api_key_id)
            return api_key_actor(key) if api_key_opens(key) else None
        if actor.user_id:
            own = Membership.objects.filter(user_id=actor.user_id, is_active=True)
            active = own.filter(user__is_active=True).select_related("user")
            membership = active.select_for_update(of=("self",), no_key=True).first()
            return membership_actor(membership) if membership else None
        return actor


def api_keys_made_by(*, user_id: UUID) -> list[ApiKey]:
    """Return the good keys that a person made, in each organization that they belong to."""
    found: list[ApiKey] = []
    for organization in organizations_of(user_id=user_id):
        with tenancy.enter(organization_id=organization.pk):
            own = ApiKey.objects.filter(created_by=user_id, revoked_at=None)
            found += own.filter(expires_at__gt=timezone.now())
    return found


def api_key_actor(key: ApiKey) -> Actor:
    """Return a key's actor: a consultant of the organization, or a respondent of its client."""
    return Actor(
        organization_id=key.organization_id,
        label=f"API key {key.name}",
        api_key_id=key.pk,
        role=Role.RESPONDENT if key.client_id else Role.CONSULTANT,
        client_id=key.client_id,
        is_read_only="write" not in key.scopes,
        granted=AUDITING if "audit" in key.scopes else frozenset(),
    )


def api_key_get(api_key_id: UUID) -> ApiKey:
    """Return the key; raises ApiKey.DoesNotExist."""
    return ApiKey.objects.select_related("created_by").get(pk=api_key_id)


def api_key_list() -> QuerySet[ApiKey]:
    """Return the tenant's keys, the newest first."""
    return ApiKey.objects.select_related("created_by", "client").order_by("-created_at", "-pk")
