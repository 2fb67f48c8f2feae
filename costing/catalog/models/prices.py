"""Tables of price books: the prices of one source as of one date."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

CURRENCIES = [("USD", "US dollar")]


PRICE_DIGITS, PRICE_PLACES = 30, 18


class PriceBook(models.Model):
    """The prices of one source as of one date; shared by all firms and never edited."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The same for all versions of a source: what a later book is compared with.
    source_key = models.CharField(max_length=40)
    source = models.CharField(max_length=80)
    source_url = models.URLField(max_length=300)
    as_of = models.DateField()
    checked_on = models.DateField(null=True)
    currency = models.CharField(max_length=3, choices=CURRENCIES, default="USD")
    checksum = models.CharField(max_length=64)
    # Entries of the source that are no prices of text models, counted by why.
    left_out = models.JSONField(default=dict)
    imported_at = models.DateTimeField(default=timezone.now)

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
    input_usd_per_mtok = models.DecimalField(max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES)
    output_usd_per_mtok = models.DecimalField(max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES)
    cache_read_usd_per_mtok = models.DecimalField(
        null=True, max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES
    )
    cache_write_usd_per_mtok = models.DecimalField(
        null=True, max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES
    )
    cache_ttl_seconds = models.PositiveIntegerField()
    min_cacheable_tokens = models.PositiveIntegerField()
    batch_discount_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    tiers = models.JSONField(default=list)
    context_window_tokens = models.PositiveBigIntegerField(null=True)
    is_deprecated = models.BooleanField(default=False)
    cache_write_1h_usd_per_mtok = models.DecimalField(
        null=True, max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES
    )
    batch_input_usd_per_mtok = models.DecimalField(
        null=True, max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES
    )
    batch_output_usd_per_mtok = models.DecimalField(
        null=True, max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES
    )
    is_caching_claimed = models.BooleanField(default=False)
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
                & (Q(cache_read_usd_per_mtok=None) | Q(cache_read_usd_per_mtok__gte=0))
                & (Q(cache_write_usd_per_mtok=None) | Q(cache_write_usd_per_mtok__gte=0)),
                name="catalog_modelprice_not_negative",
            ),
            models.CheckConstraint(
                condition=(
                    Q(cache_write_1h_usd_per_mtok=None) | Q(cache_write_1h_usd_per_mtok__gte=0)
                )
                & (Q(batch_input_usd_per_mtok=None) | Q(batch_input_usd_per_mtok__gte=0))
                & (Q(batch_output_usd_per_mtok=None) | Q(batch_output_usd_per_mtok__gte=0)),
                name="catalog_modelprice_listed_beside_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(batch_discount_ratio__gte=0, batch_discount_ratio__lte=1),
                name="catalog_modelprice_discount_is_a_ratio",
            ),
        ]
