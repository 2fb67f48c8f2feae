"""Tables of offer books: what GPU capacity costs by one source."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from costing import catalog

OFFER_DIGITS, OFFER_PLACES = 15, 9


class OfferBook(models.Model):
    """The GPU offers of one source at one time; shared by all firms and never edited."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=80)
    source_url = models.URLField(max_length=300)
    # None where the source carries no date.
    as_of = models.DateField(null=True)
    checked_on = models.DateField()
    shape = models.CharField(max_length=20)
    checksum = models.CharField(max_length=64)
    # Rows of the file that are no offers, counted by why.
    left_out = models.JSONField(default=dict)
    imported_at = models.DateTimeField(default=timezone.now)

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
    pricing = models.CharField(max_length=10, choices=list(catalog.PRICINGS.items()))
    usd_per_instance_hour = models.DecimalField(
        max_digits=OFFER_DIGITS, decimal_places=OFFER_PLACES
    )
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
                condition=Q(accelerators=None) | Q(accelerators__gte=1),
                name="catalog_gpuoffer_has_accelerators",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["book", "family", "usd_per_instance_hour"], name="catalog_gpuoffer_family"
            ),
        ]
