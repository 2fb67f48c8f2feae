"""The resource of logs that are replayed at a scenario's prices."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from costing.scenarios import replays, selectors
from costing.scenarios.models import LogReplay, Scenario
from costing.scenarios.serializers import ScenarioSerializer, version_field
from costing.usage.replay import Replay
from costing.usage.serializers import UploadField
from jobs.api import accepted
from jobs.serializers import JobSerializer
from organizations.api.authentication import TenantAPIRequest
from organizations.api.headers import ETAG, IF_MATCH, expected_version, precondition
from organizations.api.parsing import StrictFormParser
from organizations.api.views import (
    DestroyMixin,
    ListMixin,
    Operation,
    ResourceViewSet,
    RetrieveMixin,
    action,
)
from organizations.permissions import Permission
from organizations.serializers import InputSerializer, result_serializer

ReplaySerializer = result_serializer(Replay)


class LogReplayInputSerializer(InputSerializer):
    """A log: JSON Lines or CSV, also gzipped, of at most 200 MB and a million calls."""

    file = UploadField()
    target_seconds = serializers.FloatField(
        required=False,
        min_value=0.001,
        max_value=replays.MAX_TARGET_SECONDS,
        default=replays.SentLog.target_seconds,
        help_text="95 % of first tokens must arrive within so many seconds.",
    )
    simple_input_tokens = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=replays.MAX_TOKENS,
        help_text="Calls with more are not simple; with neither, the scenario's share is drawn.",
    )
    simple_output_tokens = serializers.IntegerField(
        required=False, min_value=0, max_value=replays.MAX_TOKENS
    )


class LogReplaySerializer(serializers.Serializer[LogReplay]):
    """A log that was sent, and how it is replayed."""

    id = serializers.UUIDField()
    url = serializers.SerializerMethodField()
    scenario = serializers.UUIDField(source="scenario_id")
    scenario_version = serializers.IntegerField(
        allow_null=True, help_text="The version that was priced; null until it is replayed."
    )
    is_replayed = serializers.BooleanField()
    filename = serializers.CharField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField(source="checksum")
    target_seconds = serializers.FloatField()
    simple_input_tokens = serializers.IntegerField(allow_null=True)
    simple_output_tokens = serializers.IntegerField(allow_null=True)
    sent_by = serializers.CharField(source="sent_by_label")
    sent_at = serializers.DateTimeField()

    def get_url(self, row: LogReplay) -> str:
        """Return where the replay stays."""
        return reverse("api:log-replay-detail", args=[self.context["org"], row.pk])


class LogReplayResultSerializer(LogReplaySerializer):
    """A log with what it came to."""

    replay = serializers.SerializerMethodField()

    @extend_schema_field(ReplaySerializer(allow_null=True))
    def get_replay(self, row: LogReplay) -> dict[str, Any] | None:
        """Return what the log came to; null until it is replayed."""
        return None if row.replay is None else dict(ReplaySerializer(row.replay).data)


class HitRatioInputSerializer(InputSerializer):
    """The version of the scenario that was read."""

    version = version_field()


class LogReplayViewSet(ListMixin, RetrieveMixin, DestroyMixin, ResourceViewSet):
    """A log, and what it came to when it was replayed at a scenario's prices."""

    tag = "scenarios"
    operations = {
        "list": Operation(Permission.SCENARIO_VIEW),
        "create": Operation(
            Permission.SCENARIO_MANAGE,
            takes={StrictFormParser.media_type: LogReplayInputSerializer},
            gives={202: JobSerializer},
        ),
        "retrieve": Operation(Permission.SCENARIO_VIEW, gives=LogReplayResultSerializer),
        "destroy": Operation(Permission.SCENARIO_MANAGE, status=204, errors=(409,)),
    }
    loaders = {"scenario": selectors.scenario_get, "log_replay": replays.log_replay_get}
    serializer_class = LogReplaySerializer
    parser_classes = (StrictFormParser,)
    ordering = ("-sent_at", "-pk")

    def list_rows(self, scenario: Scenario) -> QuerySet[LogReplay]:
        """A scenario's replays, the last one first."""
        return replays.log_replay_list(scenario)

    def create(self, request: TenantAPIRequest, scenario: Scenario) -> Response:
        """Send a log to be replayed by a job, whose `subject_id` is the replay."""
        data = self.validated(LogReplayInputSerializer)
        file = data.pop("file")
        job = replays.request_log_replay(
            by=request.actor,
            scenario=scenario,
            log=replays.SentLog(file.name, file.chunks(), **data),
            next_url=partial(replays.replay_url, request.organization.slug),
        )
        return accepted(request, job)

    def perform_destroy(self, log_replay: LogReplay) -> None:
        """Remove a replay."""
        replays.delete_replay(by=self.request.actor, row=log_replay)


class ReplayedHitsViewSet(ResourceViewSet):
    """The scenario of a replay, with the replayed hits."""

    tag = "scenarios"
    operations = {
        "take_hit_ratio": Operation(
            Permission.SCENARIO_MANAGE,
            takes=HitRatioInputSerializer,
            gives=ScenarioSerializer,
            parameters=(ETAG, IF_MATCH),
            errors=(409, 412),
            name="log_replay_hit_ratio",
        ),
    }
    loaders = {"log_replay": replays.log_replay_get}
    serializer_class = ScenarioSerializer
    is_versioned = True

    @action("hit-ratio", "post")
    def take_hit_ratio(self, request: TenantAPIRequest, log_replay: LogReplay) -> Response:
        """Put the replayed hits into the scenario over the version that was read."""
        data = self.validated()
        version = expected_version(request, data, standing=log_replay.scenario.version)
        with precondition(request):
            saved = replays.take_hit_ratio(
                by=request.actor,
                row=log_replay,
                version=version,
                source_url=replays.replay_url(request.organization.slug, log_replay.pk),
            )
        return self.respond(saved)
