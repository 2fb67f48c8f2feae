"""Tables of scenarios and their results."""

from functools import cached_property
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from assessments.models import Assessment
from costing.catalog.models import PriceBook
from costing.catalog.origins import Origins, read_origins
from costing.catalog.prices import (
    Contracts,
    PriceOrigins,
    read_contracts,
    read_price_origins,
)
from costing.engine import CurvePicture, Estimate, read_estimate
from costing.engine.anti_patterns import AntiPattern
from costing.engine.inputs import Stated
from costing.scenarios.stored import read_pattern, read_picture
from costing.usage.replay import Replay, read_replay
from jobs.models import Job
from organizations.models import LABEL_LENGTH, Archivable, Client, ClientModel, User
from organizations.tenancy import tenant_key


class Scenario(Archivable, ClientModel):
    """A client's workload with the prices and levers to compare, as section 1's inputs."""

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    price_book = models.ForeignKey(
        PriceBook, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The contract prices that are pinned with the book, by reference; no other is used.
    contracts = models.JSONField(default=dict)
    title = models.CharField(max_length=120)
    trigger = models.CharField(max_length=60, blank=True)
    document = models.JSONField(default=dict)
    # Where figures of the document were taken from: path → label, source_url, checked_on.
    origins = models.JSONField(default=dict)
    # The part of the client's workload that this would replace; none: it is a part itself.
    alternative_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("scenarios_scenario", client=True),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="scenarios_scenario_version_counts_from_one"
            ),
            models.CheckConstraint(
                condition=~Q(alternative_to=F("id")), name="scenarios_scenario_not_its_alternative"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "assessment", "-changed_at"],
                name="scenarios_scenario_recent",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stated(self) -> Stated:
        return Stated(self.document)

    @property
    def figure_origins(self) -> Origins:
        return read_origins(self.origins)

    @property
    def pinned_contracts(self) -> Contracts:
        return read_contracts(self.contracts)


class EconomicsResult(ClientModel):
    """What the engine computed for one state of a scenario, with all of its inputs."""

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    scenario = models.ForeignKey(
        Scenario, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    job = models.ForeignKey(
        Job, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    scenario_version = models.PositiveIntegerField()
    inputs_checksum = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=40)
    result = models.JSONField()
    anti_patterns = models.JSONField(default=list)
    curves = models.JSONField(default=list)
    # Which prices were used, by model, and the book they came from (none: older than this column).
    prices = models.JSONField(default=dict)
    price_book = models.ForeignKey(
        PriceBook, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("scenarios_economicsresult", client=True),
            models.UniqueConstraint(
                fields=["organization", "job"], name="scenarios_economicsresult_one_a_job"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "scenario", "-computed_at"],
                name="scenarios_economics_latest",
            ),
        ]

    @cached_property
    def estimate(self) -> Estimate:
        return read_estimate(self.result)

    @property
    def price_origins(self) -> PriceOrigins:
        return read_price_origins(self.prices)

    @property
    def patterns(self) -> tuple[AntiPattern, ...]:
        return tuple(read_pattern(each) for each in self.anti_patterns)

    @property
    def pictures(self) -> tuple[CurvePicture, ...]:
        return tuple(read_picture(each) for each in self.curves)


class LogReplay(ClientModel):
    """A log of calls, replayed at a scenario's prices; nothing that the calls said is kept.

    The file itself lies at `path` until it has been replayed, and no longer.
    """

    scenario = models.ForeignKey(
        Scenario, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    # The scenario's version that was priced, and how long its model keeps a prefix.
    scenario_version = models.PositiveIntegerField(null=True)
    ttl_seconds = models.FloatField(null=True)
    filename = models.CharField(max_length=120)
    size_bytes = models.PositiveBigIntegerField()
    checksum = models.CharField(max_length=64)
    path = models.CharField(max_length=80, blank=True)
    target_seconds = models.FloatField()
    # A call is simple within these; with neither, the scenario's share of calls is.
    simple_input_tokens = models.PositiveIntegerField(null=True)
    simple_output_tokens = models.PositiveIntegerField(null=True)
    result = models.JSONField(default=dict)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sent_by_label = models.CharField(max_length=LABEL_LENGTH)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("scenarios_logreplay", client=True),
            models.CheckConstraint(
                condition=(Q(result={}, scenario_version=None, ttl_seconds=None) & ~Q(path=""))
                | (
                    Q(path="", scenario_version__isnull=False, ttl_seconds__isnull=False)
                    & ~Q(result={})
                ),
                name="scenarios_logreplay_replayed_keeps_no_file",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "scenario", "-sent_at"], name="scenarios_logreplay_recent"
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def assessment(self) -> Assessment:
        return self.scenario.assessment

    @property
    def is_replayed(self) -> bool:
        return self.scenario_version is not None

    @cached_property
    def replay(self) -> Replay | None:
        """What it came to, once it has been replayed."""
        return read_replay(self.result) if self.is_replayed else None
