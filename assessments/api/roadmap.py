"""Resources of the roadmap: read, preview and apply a draft, add and change actions."""

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from assessments import selectors, services
from assessments.api.assessments import ASSESSMENT
from assessments.models import Assessment, RoadmapAction
from assessments.roadmap import roadmap_document
from assessments.serializers import (
    ActionChangeInputSerializer,
    ActionInputSerializer,
    ActionSerializer,
    DraftInputSerializer,
    DraftSerializer,
    MaturityValueAnswerSerializer,
    RoadmapSerializer,
    TeamInputSerializer,
)
from organizations.api.authentication import TenantAPIRequest
from organizations.api.views import (
    CreateMixin,
    Data,
    ListMixin,
    Operation,
    ResourceViewSet,
    RetrieveMixin,
    UpdateMixin,
    action,
)
from organizations.exceptions import Invalid
from organizations.permissions import Permission

STARTS_ON = OpenApiParameter(
    "starts_on", date, description="Day 1 of the roadmap; by default its present one."
)


class RoadmapViewSet(ResourceViewSet):
    """An assessment's roadmap."""

    tag = "roadmap"
    operations = {
        "retrieve": Operation(Permission.ROADMAP_VIEW),
        "preview": Operation(
            Permission.ROADMAP_MANAGE, gives=DraftSerializer, parameters=(STARTS_ON,)
        ),
        "team": Operation(Permission.ROADMAP_MANAGE, takes=TeamInputSerializer),
        "draft": Operation(
            Permission.ROADMAP_MANAGE,
            takes=DraftInputSerializer,
            gives=DraftSerializer,
            errors=(409,),
        ),
    }
    loaders = ASSESSMENT
    serializer_class = RoadmapSerializer

    def retrieve(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """The roadmap as people left it, by phases, with projections and what is not proposed."""
        view = selectors.roadmap_read(assessment)
        document = roadmap_document(view.framework, view.followed, view.not_proposed)
        anti_patterns = view.costs.anti_patterns if view.costs else ()
        return self.respond(
            vars(document) | {"is_begun": view.row is not None, "anti_patterns": anti_patterns}
        )

    @action("team", "put")
    def team(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """State how many people work on the roadmap, which bounds its projections."""
        services.set_team_size(by=request.actor, assessment=assessment, **self.validated())
        return self.retrieve(request, assessment)

    @action("draft", "get")
    def preview(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """What drafting would change; nothing is stored."""
        return self.respond(
            selectors.redraft_preview(assessment, starts_on=_first_day(request, assessment))
        )

    @preview.mapping.post
    def draft(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Draft as it was previewed; another difference by now is answered by 409."""
        data = self.validated()
        starts_on = data.get("starts_on") or selectors.first_day(
            assessment, selectors.roadmap_find(assessment)
        )
        services.apply_draft(
            by=request.actor, assessment=assessment, starts_on=starts_on, checksum=data["checksum"]
        )
        return self.respond(selectors.redraft_preview(assessment, starts_on=starts_on))


class ActionViewSet(CreateMixin, ListMixin, RetrieveMixin, UpdateMixin, ResourceViewSet):
    """One action."""

    tag = "roadmap"
    operations = {
        "list": Operation(Permission.ROADMAP_VIEW, is_kept=True),
        "retrieve": Operation(Permission.ROADMAP_VIEW),
        "create": Operation(Permission.ROADMAP_MANAGE, takes=ActionInputSerializer),
        "update": Operation(Permission.ROADMAP_MANAGE, takes=ActionChangeInputSerializer),
    }
    loaders = ASSESSMENT | {"action": selectors.action_get}
    serializer_class = ActionSerializer
    ordering = ("due_on", "pk")
    is_versioned = True

    def list_rows(self, assessment: Assessment) -> Any:
        """The roadmap's actions by due date."""
        return selectors.action_list(assessment)

    def perform_create(self, data: Data, assessment: Assessment) -> RoadmapAction:
        """Add an action by hand."""
        content = services.ActionInput.parse(data)
        return services.add_action(by=self.request.actor, assessment=assessment, content=content)

    def perform_update(self, data: Data, action: RoadmapAction) -> RoadmapAction:
        """Change an action over the version that was read; drafting leaves that alone."""
        return services.change_action(
            by=self.request.actor,
            action=action,
            version=data["version"],
            content=services.ActionInput.parse(data),
        )


class MaturityValueViewSet(ResourceViewSet):
    """The value of maturity."""

    tag = "roadmap"
    operations = {"retrieve": Operation(Permission.ROADMAP_VIEW)}
    loaders = ASSESSMENT
    serializer_class = MaturityValueAnswerSerializer

    def retrieve(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """What raising each dimension is worth in USD a month; null before any economics."""
        scores, known = selectors.scores_compute(assessment), selectors.costs_find(assessment)
        return self.respond({"value": selectors.maturity_value_compute(assessment, scores, known)})


def _first_day(request: TenantAPIRequest, assessment: Assessment) -> date:
    text = request.query_params.get("starts_on")
    if text is None:
        return selectors.first_day(assessment, selectors.roadmap_find(assessment))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        message = "This is not a date: write YYYY-MM-DD."
        raise Invalid(message, fields={"starts_on": [message]}) from None
    services.check_day(day, "starts_on")
    return day
