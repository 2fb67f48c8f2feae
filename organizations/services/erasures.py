"""Writes of an organization's erasure: asked for, withdrawn, and carried out batch by batch."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from graphlib import TopologicalSorter
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, models, transaction
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from organizations import audit, selectors, tenancy
from organizations.exceptions import Conflict, Invalid
from organizations.files import remove_files
from organizations.mail import Notice, notice_letter
from organizations.models import (
    ApiKey,
    Client,
    Erasure,
    Invitation,
    Membership,
    Organization,
    TenantModel,
    User,
)
from organizations.permissions import Actor, Role
from organizations.services.outbox import forget_mail_to, queue_mail
from organizations.tenancy import Setting
from presentation.wording import day

logger = logging.getLogger(__name__)

BATCH_ROWS = 2000
HAS_BEGUN = "The erasure has begun; nothing can stop it any more."
# What ends at once when an erasure begins, inside the tenant: upper layers add their function.
closers: list[Callable[[], object]] = []


@transaction.atomic
def request_erasure(*, by: Actor, address: str) -> Erasure:
    """Have the organization erased once `ERASURE_DELAY_DAYS` are over; the owners are told.

    `address` is the organization's own, typed as a confirmation; Invalid for another one. While
    an erasure stands, that one is returned.
    """
    organization = Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    if address.strip() != organization.slug:
        raise Invalid.at("address", f"Type {organization.slug} to say that you mean it.")
    standing = selectors.erasure_standing()
    if standing is not None:
        return standing
    now = timezone.now()
    erasure = Erasure.objects.create(
        organization_id=organization.pk,
        requested_by_id=by.user_id,
        requested_at=now,
        due_at=now + timedelta(days=settings.ERASURE_DELAY_DAYS),
    )
    data = {"name": organization.name, "due": erasure.due_at.isoformat()}
    audit.record(by=by, verb="erasure.requested", subject=erasure, data=data)
    when = day(erasure.due_at.date())
    what = f"{by.label} asked for {organization.name} to be erased: all of its clients, assessments"
    what += f", documents and people. It begins on {when}, and cannot be undone then."
    _tell_owners(
        organization,
        Notice(
            f"{organization.name} will be erased on {when}",
            [what, "Until then any owner may withdraw it."],
            "See the erasure, and withdraw it",
        ),
    )
    return erasure


@transaction.atomic
def withdraw_erasure(*, by: Actor, erasure: Erasure) -> Erasure:
    """Leave the organization as it is; raises Conflict once the erasure has begun."""
    erasure = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if erasure.started_at is not None:
        raise Conflict(HAS_BEGUN)
    if erasure.withdrawn_at is None:
        erasure.withdrawn_at = timezone.now()
        erasure.save(update_fields=["withdrawn_at"])
        organization = Organization.objects.get(pk=by.organization_id)
        data = {"name": organization.name}
        audit.record(by=by, verb="erasure.withdrawn", subject=erasure, data=data)
        notice = Notice(
            f"{organization.name} stays",
            [f"{by.label} withdrew the erasure of {organization.name}."],
            "See the settings",
        )
        _tell_owners(organization, notice)
    return erasure


def _tell_owners(organization: Organization, notice: Notice) -> None:
    url = urljoin(
        settings.SITE_URL, reverse("organizations:erasure-list", args=[organization.slug])
    )
    owners = Membership.objects.select_related("user").filter(role=Role.OWNER, is_active=True)
    for owner in owners.filter(user__is_active=True):
        letter = notice_letter(
            to=owner.user.email, notice=notice, url=url, organization=organization.name
        )
        queue_mail(letter, organization_id=organization.pk)


def erase_due() -> int:
    """Begin what is due and carry out what began; return how many organizations are gone now.

    What began first ends all access, and waits until no request or job from before can still be
    at work. Then the rows go in batches, each a transaction, so that a worker may die at any time.
    """
    due = Erasure.objects.filter(withdrawn_at=None, erased_at=None, due_at__lte=timezone.now())
    erased = 0
    for erasure in due.order_by("due_at", "pk"):
        try:
            erased += _carry_out(erasure)
        except IntegrityError:  # a row came while its table was emptied: the next turn takes it
            logger.exception(
                "The erasure of organization %s goes on later.", erasure.organization_id
            )
    return erased


def _carry_out(erasure: Erasure) -> bool:
    begun = _close(erasure.pk)
    quiet_after = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
    if begun is None or begun.started_at + quiet_after > timezone.now():
        return False
    organization_id = begun.organization_id
    for model in tables_in_order():
        erase = _erase_member if model is Membership else _erase_rows
        _forget_order(model, organization_id)
        while erase(model, organization_id):
            pass
    _erase_organization(organization_id)
    remove_files(organization_id)
    Erasure.objects.filter(pk=begun.pk).update(erased_at=timezone.now())
    logger.info("Organization %s is erased.", organization_id)
    return True


def _close(erasure_id: UUID) -> Any:
    """Mark the erasure as begun and end all access and work; none where it was withdrawn."""
    with transaction.atomic():
        rows = Erasure.objects.select_for_update()
        erasure = rows.filter(pk=erasure_id, withdrawn_at=None, erased_at=None).first()
        if erasure is None:
            return None
        now = timezone.now()
        if erasure.started_at is None:
            erasure.started_at = now
            erasure.save(update_fields=["started_at"])
        with tenancy.enter(organization_id=erasure.organization_id):
            Membership.objects.update(is_active=False)
            ApiKey.objects.filter(revoked_at=None).update(revoked_at=now)
            Invitation.objects.filter(accepted_at=None, revoked_at=None).update(revoked_at=now)
            for close in closers:
                close()
        _erase_loose_rows(erasure.organization_id)
    return erasure


def tables_in_order() -> Iterable[type[TenantModel]]:
    """Return every table of a tenant: those that refer to others first, members near the end.

    A member's person goes along, so all rows that name people come before.
    """
    tables = {model for model in apps.get_models() if issubclass(model, TenantModel)}
    order = TopologicalSorter[type[TenantModel]](dict.fromkeys(tables, ()))
    for table in tables:
        for field in table._meta.concrete_fields:
            if field.related_model in tables - {table}:
                order.add(field.related_model, table)
    order.add(Membership, *(tables - {Membership, Client}))
    return order.static_order()


def _forget_order(model: type[TenantModel], organization_id: UUID) -> None:
    """Let no row refer to another one of its table, so that batches may come in any order."""
    own = [each for each in model._meta.concrete_fields if each.related_model is model]
    for field in own:
        with tenancy.enter(organization_id=organization_id):
            rows = model.objects.filter(**{f"{field.name}__isnull": False})
            rows.update(**{field.name: None})


def _erase_rows(model: type[TenantModel], organization_id: UUID) -> bool:
    """Delete a batch of rows; tell whether there were any."""
    table = connection.ops.quote_name(model._meta.db_table)
    with tenancy.enter(organization_id=organization_id), connection.cursor() as cursor:
        cursor.execute("select has_table_privilege(%s, 'delete')", [model._meta.db_table])
        if cursor.fetchone() == (True,):
            key = f"{model.months.column}, id" if model.months else "id"
            some = f"select {key} from {table} where organization_id = %s limit %s"
            cursor.execute(
                f"delete from {table} where organization_id = %s and ({key}) in ({some})",
                [organization_id, organization_id, BATCH_ROWS],
            )
            return bool(cursor.rowcount)
        # The app may not delete these: a function of their owner does, while an erasure is due.
        cursor.execute(f"select erase_{model._meta.db_table}(%s)", [BATCH_ROWS])
        return bool(cursor.fetchone()[0])


def _erase_member(model: type[TenantModel], organization_id: UUID) -> bool:
    """Delete a member, and their person unless another organization knows them."""
    with tenancy.enter(organization_id=organization_id):
        membership = Membership.objects.select_related("user").first()
        if membership is None:
            return False
        membership.delete()
        if not _belongs_elsewhere(membership.user):
            _erase_person(membership.user)
    return True


def _belongs_elsewhere(user: User) -> bool:
    with tenancy.expose(Setting.USER, user.pk), scopes_disabled():
        return Membership.objects.filter(user=user).exists()


def _erase_person(user: User) -> None:
    """Delete a person with their sessions and the mail that waits for them.

    One whom another organization's rows name stays.
    """
    keys = UserSession.objects.filter(user=user).values("session_key")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            Session.objects.filter(session_key__in=keys).delete()
            forget_mail_to(user.email)
            user.delete()
            cursor.execute("set constraints all immediate")
    except IntegrityError:
        logger.warning("A person of an erased organization stays: others' rows name them.")


def _erase_organization(organization_id: UUID) -> None:
    """Delete the organization itself: the database refuses while any row of a tenant is left."""
    with tenancy.enter(organization_id=organization_id):
        Organization.objects.filter(pk=organization_id).delete()
        _erase_loose_rows(organization_id)


def _erase_loose_rows(organization_id: UUID) -> None:
    """Delete what tables of all organizations hold of one: tickets, turns, mail that waits."""
    for model in loose_tables():
        model._base_manager.filter(organization_id=organization_id).delete()


def loose_tables() -> list[type[models.Model]]:
    """Return the tables that are no tenant's own and name organizations."""
    return [
        model
        for model in apps.get_models()
        if not issubclass(model, (TenantModel, Erasure))
        and any(each.attname == "organization_id" for each in model._meta.concrete_fields)
    ]
