"""Tables of contract prices: what a firm, or one of its clients, negotiated with a provider."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_scopes import ScopedManager

from costing.catalog.models.prices import PRICE_DIGITS, PRICE_PLACES
from organizations.models import Client, TenantModel, User

REASON_LENGTH = 500
FIGURES = (
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cache_read_usd_per_mtok",
    "cache_write_usd_per_mtok",
    "batch_discount_ratio",
)


def _is_absent_or(**condition: object) -> Q:
    (lookup,) = condition
    return Q(**{lookup.partition("__")[0]: None}) | Q(**condition)


class PriceOverride(TenantModel):
    """A contract price in place of a list price; without a client it holds for all of them.

    It is never changed: it may be ended once, and another follows. `valid_until` is the last day
    that was agreed, `ended_on` the first day on which it no longer holds.
    """

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reference = models.CharField(max_length=200)
    model_name = models.CharField(max_length=200)
    input_usd_per_mtok = models.DecimalField(
        null=True, blank=True, max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES
    )
    output_usd_per_mtok = models.DecimalField(
        null=True, blank=True, max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES
    )
    cache_read_usd_per_mtok = models.DecimalField(
        null=True, blank=True, max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES
    )
    cache_write_usd_per_mtok = models.DecimalField(
        null=True, blank=True, max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES
    )
    batch_discount_ratio = models.DecimalField(
        null=True, blank=True, max_digits=5, decimal_places=4
    )
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=REASON_LENGTH)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_by_label = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(null=True, blank=True)
    ended_reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organization="organization_id", client="client_id")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(**dict.fromkeys(FIGURES)), name="catalog_priceoverride_says_a_figure"
            ),
            models.CheckConstraint(
                condition=_is_absent_or(input_usd_per_mtok__gte=0)
                & _is_absent_or(output_usd_per_mtok__gte=0)
                & _is_absent_or(cache_read_usd_per_mtok__gte=0)
                & _is_absent_or(cache_write_usd_per_mtok__gte=0),
                name="catalog_priceoverride_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(batch_discount_ratio=None)
                | Q(batch_discount_ratio__gte=0, batch_discount_ratio__lte=1),
                name="catalog_priceoverride_discount_is_a_ratio",
            ),
            models.CheckConstraint(
                condition=_is_absent_or(valid_until__gte=F("valid_from"))
                & _is_absent_or(ended_on__gte=F("valid_from")),
                name="catalog_priceoverride_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_at=None)
                | Q(ended_on__isnull=False, ended_at__isnull=False),
                name="catalog_priceoverride_ends_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "reference", "-valid_from"],
                name="catalog_priceoverride_of_model",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} since {self.valid_from.isoformat()}"

    def state_on(self, day: date) -> str:
        """Whether it holds on a day: `in force`, `to come`, `over`, or `undone` from the start."""
        if self.ended_on is not None and self.ended_on <= self.valid_from:
            return "undone"
        if day < self.valid_from:
            return "to come"
        is_over = self.valid_until is not None and self.valid_until < day
        is_ended = self.ended_on is not None and self.ended_on <= day
        return "over" if is_over or is_ended else "in force"
