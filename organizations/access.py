"""The one door to a tenant's rows: who is it, which firm, which row, may they."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse

from organizations import selectors, tenancy
from organizations.exceptions import Denied
from organizations.models import Organization
from organizations.permissions import Actor, Permission

Loader = Callable[[UUID], models.Model]


class TenantRequest(HttpRequest):
    """A request that came through the door."""

    actor: Actor
    organization: Organization


def door(
    permission: Permission, **loaders: Loader
) -> Callable[
    [Callable[Concatenate[TenantRequest, ...], HttpResponse]], Callable[..., HttpResponse]
]:
    """Guard a view below `/o/<slug:org>/`.

    In this order: sign-in; membership (404 for a stranger); the tenant entered for the whole
    view; each loader's row, named as in the URL (404 where this tenant has none); the role's
    permission (403). What does not exist and what is another's answer alike.
    """

    def decorate(
        view: Callable[Concatenate[TenantRequest, ...], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def guarded(request: TenantRequest, org: str, **kwargs: Any) -> HttpResponse:
            user_id = cast(UUID, request.user.pk)
            membership = selectors.membership_find(user_id=user_id, organization_slug=org)
            if membership is None:
                raise Http404
            actor = selectors.membership_actor(membership)
            request.actor, request.organization = actor, membership.organization
            with tenancy.enter(
                organization_id=actor.organization_id, client_id=actor.client_id, user_id=user_id
            ):
                for name, load in loaders.items():
                    kwargs[name] = _load(load, kwargs[name])
                if not actor.may(permission):
                    raise Denied("Your role does not include this.")
                return view(request, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _load(load: Loader, row_id: UUID) -> models.Model:
    try:
        return load(row_id)
    except ObjectDoesNotExist:
        raise Http404 from None
