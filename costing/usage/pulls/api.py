"""The resource of pulls."""

from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers
from rest_framework.response import Response

from assessments.models import Assessment
from assessments.selectors import assessment_get
from costing.usage.columns import CACHED_PLACES
from costing.usage.models import PullSchedule, UsagePull
from costing.usage.pulls import selectors, services
from costing.usage.pulls.origins import ORIGINS
from jobs.api import accepted
from jobs.serializers import JobSerializer
from organizations.api.authentication import TenantAPIRequest
from organizations.api.views import (
    Data,
    DestroyMixin,
    ListMixin,
    Operation,
    ResourceViewSet,
    RetrieveMixin,
    UpdateMixin,
    action,
    resource,
)
from organizations.permissions import Permission
from organizations.serializers import InputSerializer

MAX_SECRET, MAX_URL = 500, 200


class PullScheduleInputSerializer(InputSerializer):
    """How often a pull runs."""

    schedule = serializers.ChoiceField(choices=PullSchedule.choices)


class PullKeyInputSerializer(InputSerializer):
    """A key, which no response shows."""

    secret = serializers.CharField(
        max_length=MAX_SECRET, write_only=True, help_text="Of Langfuse `public:secret`."
    )


class PullInputSerializer(PullKeyInputSerializer):
    """Where usage comes from, with which key, since when and how often."""

    origin = serializers.ChoiceField(choices=[(each.key, each.title) for each in ORIGINS.values()])
    base_url = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=MAX_URL,
        help_text="`https://host` of LiteLLM, Langfuse or Helicone, where it is not the usual one.",
    )
    since = serializers.DateField(help_text="The first day, in UTC; at most a year ago.")
    schedule = serializers.ChoiceField(
        choices=PullSchedule.choices, required=False, default=PullSchedule.DAILY
    )
    cached = serializers.ChoiceField(
        choices=[*CACHED_PLACES],
        required=False,
        default="inside",
        help_text="Of Helicone: whether the input counts cached tokens.",
    )


class PullSerializer(serializers.Serializer[UsagePull]):
    """A pull; its key is shown nowhere."""

    id = serializers.UUIDField()
    url = serializers.SerializerMethodField()
    assessment = serializers.UUIDField(source="assessment_id")
    client = serializers.UUIDField(source="client_id")
    origin = serializers.CharField()
    base_url = serializers.CharField()
    schedule = serializers.ChoiceField(choices=PullSchedule.choices)
    since = serializers.DateField()
    fetched_until = serializers.DateField(
        allow_null=True, help_text="The first day that has not been fetched yet."
    )
    usage_import = serializers.UUIDField(
        source="usage_import_id", allow_null=True, help_text="What it has brought, and grows."
    )
    secret_set_at = serializers.DateTimeField()
    last_run_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField(help_text="Why the last run did not end well, or empty.")
    created_by = serializers.CharField(source="created_by_label")
    created_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, pull: UsagePull) -> str:
        """Return where the pull stays."""
        return reverse("api:usage-pull-detail", args=[self.context["org"], pull.pk])


class PullViewSet(ListMixin, RetrieveMixin, UpdateMixin, DestroyMixin, ResourceViewSet):
    """One pull: how far it is, and how its last run ended."""

    tag = "usage"
    operations = {
        "list": Operation(Permission.PULL_VIEW),
        "create": Operation(
            Permission.PULL_MANAGE, takes=PullInputSerializer, gives={202: JobSerializer}
        ),
        "retrieve": Operation(Permission.PULL_VIEW),
        "update": Operation(
            Permission.PULL_MANAGE, takes=PullScheduleInputSerializer, errors=(409,)
        ),
        "destroy": Operation(Permission.PULL_MANAGE, name="usage_pull_revoke"),
        "run": Operation(Permission.PULL_MANAGE, gives={202: JobSerializer}, errors=(409,)),
        "key": Operation(Permission.PULL_MANAGE, takes=PullKeyInputSerializer, errors=(409,)),
    }
    loaders = {"assessment": assessment_get, "usage_pull": selectors.pull_get}
    serializer_class = PullSerializer

    def list_rows(self, assessment: Assessment) -> QuerySet[UsagePull]:
        """An assessment's pulls, stopped ones too, the newest first."""
        return selectors.pull_list(assessment)

    def create(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Set a pull up and start its first run, a job whose `subject_id` is the pull."""
        data = self.validated()
        is_inside = data.pop("cached") != "beside"
        requested = services.create_pull(
            by=request.actor,
            assessment=assessment,
            pull=services.PullInput(**data, input_includes_cache=is_inside),
            next_url=partial(_page_url, request),
        )
        return accepted(request, requested.job)

    def perform_update(self, data: Data, usage_pull: UsagePull) -> UsagePull:
        """Change how often a pull runs: off, daily or weekly."""
        return services.change_pull_schedule(
            by=self.request.actor, pull=usage_pull, schedule=data["schedule"]
        )

    def perform_destroy(self, usage_pull: UsagePull) -> UsagePull:
        """Stop a pull for good and forget its key; what it brought stays."""
        return services.revoke_pull(by=self.request.actor, pull=usage_pull)

    @action("runs", "post")
    def run(self, request: TenantAPIRequest, usage_pull: UsagePull) -> Response:
        """Run a pull now; a run that is under way is answered with its job."""
        job = services.request_pull(
            by=request.actor, pull=usage_pull, next_url=_page_url(request, usage_pull.pk)
        )
        return accepted(request, job)

    @action("key", "put")
    def key(self, request: TenantAPIRequest, usage_pull: UsagePull) -> Response:
        """Replace the key; the old one is forgotten."""
        data = self.validated()
        return self.respond(
            services.replace_pull_key(by=request.actor, pull=usage_pull, secret=data["secret"])
        )


def _page_url(request: TenantAPIRequest, pull_id: UUID) -> str:
    return reverse("usage:pull-detail", args=[request.organization.slug, pull_id])


urlpatterns = resource(
    "usage-pull",
    PullViewSet,
    many="assessments/<uuid:assessment>/usage-pulls/",
    one="usage-pulls/<uuid:usage_pull>/",
)
