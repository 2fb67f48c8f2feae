"""Tables of price books, offer books and contract prices."""

import uuid
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_scopes import ScopedManager

from costing.catalog.offers import PRICINGS
from costing.catalog.price_text import BESIDE, TOKEN_PRICES
from costing.catalog.prices import FIGURES
from organizations.models import LABEL_LENGTH, Client, TenantModel, User
from organizations.tenancy import tenant_key

PRICE_DIGITS, PRICE_PLACES = 30, 18


def _price() -> "models.DecimalField[Decimal, Decimal]":
    """A price in USD per million tokens."""
    return models.DecimalField(max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES)


def _price_or_none(*, blank: bool = False) -> "models.DecimalField[Decimal | None, Decimal | None]":
    return models.DecimalField(
        null=True, blank=blank, max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES
    )


def _is_absent_or(**condition: object) -> Q:
    (lookup,) = condition
    return Q(**{lookup.partition("__")[0]: None}) | Q(**condition)


def _none_negative(*names: str) -> Q:
    return reduce(and_, (_is_absent_or(**{f"{name}__gte": 0}) for name in names))


class Book(models.Model):
    """What a source published at one time; shared by all organizations and never edited."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=80)
    source_url = models.URLField(max_length=300)
    checksum = models.CharField(max_length=64)
    # Entries of the source that are no prices of text models, or no offers, counted by why.
    left_out = models.JSONField(default=dict)
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


class PriceBook(Book):
    """The prices of one source as of one date."""

    # The same for all versions of a source: what a later book is compared with.
    source_key = models.CharField(max_length=40)
    as_of = models.DateField()
    checked_on = models.DateField(null=True)
    currency = models.CharField(max_length=3, choices=[("USD", "US dollar")], default="USD")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checksum"], name="catalog_pricebook_checksum_unique"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-as_of", "-imported_at"], name="catalog_pricebook_latest"),
            models.Index(fields=["source_key", "-as_of"], name="catalog_pricebook_of_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source}, as of {self.as_of.isoformat()}"


class ModelPrice(models.Model):
    """What one model costs by API in one price book, in USD per million tokens."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    book = models.ForeignKey(PriceBook, on_delete=models.PROTECT, related_name="prices")
    reference = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=8, choices=[("list", "list"), ("contract", "contract")], default="list"
    )
    provider = models.CharField(max_length=80)
    provider_name = models.CharField(max_length=120)
    model = models.CharField(max_length=160)
    model_name = models.CharField(max_length=200)
    input_usd_per_mtok = _price()
    output_usd_per_mtok = _price()
    cache_read_usd_per_mtok = _price_or_none()
    cache_write_usd_per_mtok = _price_or_none()
    cache_ttl_seconds = models.PositiveIntegerField()
    min_cacheable_tokens = models.PositiveIntegerField()
    batch_discount_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    tiers = models.JSONField(default=list)
    context_window_tokens = models.PositiveBigIntegerField(null=True)
    is_deprecated = models.BooleanField(default=False)
    cache_write_1h_usd_per_mtok = _price_or_none()
    batch_input_usd_per_mtok = _price_or_none()
    batch_output_usd_per_mtok = _price_or_none()
    is_caching_claimed = models.BooleanField(default=False)
    # Prices of other tiers and other tokens, USD per million, as texts with every digit.
    further = models.JSONField(default=dict)
    deprecated_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    # The day this price was checked on, where that is not the book's.
    checked_on = models.DateField(null=True)
    source_url = models.URLField(max_length=300)
    cache_source_url = models.URLField(max_length=300, blank=True)
    notes = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["book", "reference"], name="catalog_modelprice_reference_unique"
            ),
            models.CheckConstraint(
                condition=Q(input_usd_per_mtok__gte=0, output_usd_per_mtok__gte=0)
                & _none_negative("cache_read_usd_per_mtok", "cache_write_usd_per_mtok"),
                name="catalog_modelprice_not_negative",
            ),
            models.CheckConstraint(
                condition=_none_negative(*BESIDE),
                name="catalog_modelprice_listed_beside_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(batch_discount_ratio__gte=0, batch_discount_ratio__lte=1),
                name="catalog_modelprice_discount_is_a_ratio",
            ),
        ]


class OfferBook(Book):
    """The GPU offers of one source at one time."""

    # None where the source carries no date.
    as_of = models.DateField(null=True)
    checked_on = models.DateField()
    shape = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checksum"], name="catalog_offerbook_checksum_unique"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["source", "-checked_on", "-imported_at"], name="catalog_offerbook_latest"
            ),
        ]

    def __str__(self) -> str:
        dated = f"as of {self.as_of.isoformat()}" if self.as_of else "undated"
        return f"{self.source}, {dated}"


class GpuOffer(models.Model):
    """One instance type in one place at one price, in USD per instance hour."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    book = models.ForeignKey(OfferBook, on_delete=models.PROTECT, related_name="offers")
    key = models.CharField(max_length=400)
    provider = models.CharField(max_length=40)
    instance_type = models.CharField(max_length=100)
    region = models.CharField(max_length=100)
    zone = models.CharField(max_length=100, blank=True)
    pricing = models.CharField(max_length=10, choices=list(PRICINGS.items()))
    usd_per_instance_hour = models.DecimalField(max_digits=15, decimal_places=9)
    accelerator = models.CharField(max_length=100, null=True)
    accelerators = models.PositiveIntegerField(null=True)
    # Of the accelerator, without memory and form: what offers are found by.
    family = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "key"], name="catalog_gpuoffer_key_unique"),
            models.CheckConstraint(
                condition=Q(usd_per_instance_hour__gt=0), name="catalog_gpuoffer_has_a_price"
            ),
            models.CheckConstraint(
                condition=_is_absent_or(accelerators__gte=1),
                name="catalog_gpuoffer_has_accelerators",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["book", "family", "usd_per_instance_hour"], name="catalog_gpuoffer_family"
            ),
        ]


REASON_LENGTH = 500


class PriceOverride(TenantModel):
    """A contract price in place of a list price; without a client it holds for all of them.

    It is never changed: it may be ended once, and another follows. `valid_until` is the last day
    that was agreed, `ended_on` the first day on which it no longer holds.
    """

    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
    )
    reference = models.CharField(max_length=200)
    model_name = models.CharField(max_length=200)
    input_usd_per_mtok = _price_or_none(blank=True)
    output_usd_per_mtok = _price_or_none(blank=True)
    cache_read_usd_per_mtok = _price_or_none(blank=True)
    cache_write_usd_per_mtok = _price_or_none(blank=True)
    batch_discount_ratio = models.DecimalField(
        null=True, blank=True, max_digits=5, decimal_places=4
    )
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=REASON_LENGTH)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_by_label = models.CharField(max_length=LABEL_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(null=True, blank=True)
    ended_reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(organization="organization_id", client="client_id")

    class Meta:
        constraints: ClassVar = [
            tenant_key("catalog_priceoverride", client=False),
            models.CheckConstraint(
                condition=~Q(**dict.fromkeys(FIGURES)), name="catalog_priceoverride_says_a_figure"
            ),
            models.CheckConstraint(
                condition=_none_negative(*TOKEN_PRICES),
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
