"""Guards of views: sign-in, membership, the tenant, its rows and the role's permission."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, Concatenate, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare

from organizations import selectors
from organizations.exceptions import Archived, Denied
from organizations.kept_pages import find_or_make
from organizations.models import Membership, Organization, User
from organizations.permissions import RESULTS, Actor, Permission
from organizations.sessions import SessionStore

NOT_PUBLISHED = "The results are not published yet: your consultant does that once they are sound."
Loader = Callable[[Any], models.Model]


class TenantRequest(HttpRequest):
    """A request of a member inside their organization."""

    actor: Actor
    organization: Organization
    other_organizations: Sequence[Organization]
    # Of who is no member: their first membership in another organization, for the page's rail.
    membership_elsewhere: Membership | None
    # The parts of the path, with rows in place of ids: there while the view runs, in the tenant.
    found: Mapping[str, Any]


def tenant_view(
    permission: Permission, *, of_archived: bool = False, is_kept: bool = False, **loaders: Loader
) -> Callable[
    [Callable[Concatenate[TenantRequest, ...], HttpResponseBase]], Callable[..., HttpResponseBase]
]:
    """Guard a view below `/o/<slug:org>/`.

    In this order: sign-in; membership (404 for a non-member); then the checks of `checked_rows`.
    A row that does not exist and a row of another tenant give the same response. Only a view
    `of_archived` rows gets one that is archived. A view that `is_kept` shows a page that follows
    from the database and `clock` alone: `kept_pages` says how it is kept.
    """

    def decorate(
        view: Callable[Concatenate[TenantRequest, ...], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        check = partial(
            checked_rows, permission=permission, loaders=loaders, of_archived=of_archived
        )

        enter = partial(_respond_to_member, partial(_respond, view, check), is_kept)

        @signed_in
        def attempt_again(request: TenantRequest, org: str, **kwargs: Any) -> HttpResponseBase:
            # The copy of the session was an old one, perhaps; the database's was read since.
            response = enter(request, org, kwargs)
            if response is None:
                raise Http404
            return response

        @wraps(view)
        def guarded(request: TenantRequest, org: str, **kwargs: Any) -> HttpResponseBase:
            response = enter(request, org, kwargs)
            return attempt_again(request, org, **kwargs) if response is None else response

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.is_kept = is_kept  # type: ignore[attr-defined]
        return guarded

    return decorate


def _respond(
    view: Callable[..., HttpResponseBase],
    check: Callable[..., dict[str, Any]],
    request: TenantRequest,
    kwargs: Mapping[str, Any],
) -> HttpResponseBase:
    """Return a view's response, once its rows are found and may be had."""
    request.found = found = check(request.actor, kwargs=kwargs)
    try:
        return view(request, **found)
    finally:
        del request.found


def _respond_to_member(
    respond: Callable[[TenantRequest, Mapping[str, Any]], HttpResponseBase],
    is_kept: bool,
    request: TenantRequest,
    org: str,
    kwargs: Mapping[str, Any],
) -> HttpResponseBase | None:
    """Return a view's response inside the tenant; None where nobody is known to be signed in.

    Raises Http404 for a person who is no member.
    """
    with enter_as_holder(request, org) as holder:
        if holder is None:
            return None
        request.user = holder.user
        membership = holder.membership
        if membership is None:
            request.membership_elsewhere = holder.elsewhere
            raise Http404
        request.actor = selectors.membership_actor(membership)
        request.organization = membership.organization
        request.other_organizations = membership.other_organizations
        make = partial(respond, request, kwargs)
        return find_or_make(request, membership.row, make) if is_kept else make()


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Redirect to the sign-in page; a fragment gets 401, so that the page does not replace it."""
    redirecting = login_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.headers.get("HX-Request") and not request.user.is_authenticated:
            return HttpResponse("You are signed out.", status=401, content_type="text/plain")
        return redirecting(request, *args, **kwargs)

    return guarded


@contextmanager
def enter_as_holder(request: HttpRequest, org: str) -> Iterator[selectors.SessionHolder | None]:
    """Enter, for a whole request, the organization of that slug as whoever the session is of.

    One statement finds person and membership, if the session still stands as it was read. None,
    and no tenant, for who is signed out, and where the session is to be read anew; a person who is
    no member enters no tenant either.
    """
    session = cast(SessionStore, request.session)
    text, data = session.peek()
    if SESSION_KEY not in data:
        yield None
        return
    entered = selectors.session_holder_enter(
        user_id=UUID(data[SESSION_KEY]),
        organization_slug=org,
        session=(str(session.session_key), text),
    )
    with entered as holder:
        if holder is None or not _is_session_of(holder.user, data):
            yield None
        else:
            session.accept(data)
            yield holder


def _is_session_of(user: User, data: Mapping[str, Any]) -> bool:
    """Tell whether a session is a person's as they are now: what `auth.get_user` asks."""
    is_known = data.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    given = data.get(HASH_SESSION_KEY) or ""
    return is_known and constant_time_compare(given, user.get_session_auth_hash())


def checked_rows(
    actor: Actor,
    permission: Permission,
    loaders: Mapping[str, Loader],
    kwargs: Mapping[str, Any],
    of_archived: bool = False,
) -> dict[str, Any]:
    """Return a view's arguments, inside the actor's tenant, if they may have them.

    Each loader's row replaces the id of the same name in the path (Http404 where this tenant has
    none); then the role's permission is asked for, and of a client's people who ask for results
    whether those are published (Denied). What is archived is refused, unless `of_archived`.
    """
    rows = {name: _load(load, kwargs[name]) for name, load in loaders.items()}
    if not actor.may(permission):
        raise Denied("Your role does not include this.")
    if permission in RESULTS and not all(map(actor.may_see_results, rows.values())):
        raise Denied(NOT_PUBLISHED)
    if not of_archived and any(getattr(row, "is_archived", False) for row in rows.values()):
        raise Archived
    return {**kwargs, **rows}


def _load(load: Loader, row_id: UUID) -> Any:
    try:
        return load(row_id)
    except ObjectDoesNotExist:
        raise Http404 from None
