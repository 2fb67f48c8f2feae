"""Operations on the roadmap: read, preview and apply a draft, add and change actions."""

from datetime import date

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from assessments import selectors, services
from assessments.models import Assessment, RoadmapAction
from assessments.roadmap import followed_document, redraft_checksum, redraft_document
from assessments.serializers.roadmap import (
    ActionChangeInputSerializer,
    ActionInputSerializer,
    ActionSerializer,
    DraftInputSerializer,
    DraftSerializer,
    MaturityValueAnswerSerializer,
    RoadmapSerializer,
    said,
)
from organizations.api.endpoint import Endpoint, checked, made, operation, shown
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.api.versions import ETAG, IF_MATCH, expected_version, precondition, tagged
from organizations.exceptions import Invalid
from organizations.permissions import Permission

ASSESSMENT = {"assessment": selectors.assessment_get}
ACTION = {"action": selectors.action_get}
STARTS_ON = OpenApiParameter(
    "starts_on", date, description="Day 1 of the roadmap; by default as it stands."
)


class RoadmapDetail(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/roadmap/`."""

    tag = "roadmap"

    @operation(
        "roadmap_read", Permission.ROADMAP_VIEW, answers={200: RoadmapSerializer}, rows=ASSESSMENT
    )
    def get(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """The roadmap as people left it, by phases, with projections and what is not proposed."""
        view = selectors.roadmap_read(assessment)
        basis = view.basis
        document = followed_document(
            basis.framework, view.followed, basis.draft.not_proposed
        ).document()
        document["is_begun"] = view.row is not None
        patterns = basis.known.costs.anti_patterns if basis.known else ()
        document["anti_patterns"] = [pattern.document() for pattern in patterns]
        document.pop("targets")
        return Response(document)


class RoadmapDraft(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/roadmap/draft/`."""

    tag = "roadmap"

    @operation(
        "roadmap_preview",
        Permission.ROADMAP_MANAGE,
        answers={200: DraftSerializer},
        rows=ASSESSMENT,
        parameters=(STARTS_ON,),
    )
    def get(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """What drafting would change; nothing is stored."""
        return _preview(assessment, _first_day(request, assessment))

    @operation(
        "roadmap_draft",
        Permission.ROADMAP_MANAGE,
        takes=DraftInputSerializer,
        answers={200: DraftSerializer},
        rows=ASSESSMENT,
        errors=(409,),
    )
    def post(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Draft as it was previewed; another difference by now is answered by 409."""
        data = checked(DraftInputSerializer, request)
        starts_on = data.get("starts_on") or selectors.first_day(assessment)
        services.apply_draft(
            by=request.actor,
            assessment=assessment,
            starts_on=starts_on,
            checksum=data["checksum"],
        )
        return _preview(assessment, starts_on)


class ActionList(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/roadmap/actions/`."""

    tag = "roadmap"

    @operation(
        "action_list",
        Permission.ROADMAP_VIEW,
        answers={200: page_schema(ActionSerializer)},
        rows=ASSESSMENT,
        parameters=PAGING,
    )
    def get(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """The roadmap's actions by due date."""
        rows = selectors.action_list(assessment)
        return page_of(request, rows, ActionSerializer, order=("due_on", "pk"))

    @operation(
        "action_create",
        Permission.ROADMAP_MANAGE,
        takes=ActionInputSerializer,
        answers={201: ActionSerializer},
        rows=ASSESSMENT,
        parameters=(ETAG,),
    )
    def post(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Add an action by hand."""
        data = checked(ActionInputSerializer, request)
        action = services.add_action(
            by=request.actor, assessment=assessment, content=services.ActionInput(**said(data))
        )
        return tagged(made(ActionSerializer, action, request, at="action-detail"), action.version)


class ActionDetail(Endpoint):
    """`/organizations/{org}/roadmap-actions/{action}/`."""

    tag = "roadmap"

    @operation(
        "action_read",
        Permission.ROADMAP_VIEW,
        answers={200: ActionSerializer},
        rows=ACTION,
        parameters=(ETAG,),
    )
    def get(self, request: TenantAPIRequest, action: RoadmapAction) -> HttpResponseBase:
        """One action."""
        return tagged(Response(shown(ActionSerializer, action, request)), action.version)

    @operation(
        "action_save",
        Permission.ROADMAP_MANAGE,
        takes=ActionChangeInputSerializer,
        answers={200: ActionSerializer},
        rows=ACTION,
        parameters=(ETAG, IF_MATCH),
        errors=(409, 412),
    )
    def put(self, request: TenantAPIRequest, action: RoadmapAction) -> HttpResponseBase:
        """Change an action over the version that was read; drafting leaves that alone."""
        data = checked(ActionChangeInputSerializer, request)
        version = expected_version(request, data, standing=action.version)
        with precondition(request):
            saved = services.change_action(
                by=request.actor,
                action=action,
                version=version,
                content=services.ActionInput(**said(data)),
            )
        return tagged(Response(shown(ActionSerializer, saved, request)), saved.version)


class MaturityValueDetail(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/maturity-value/`."""

    tag = "roadmap"

    @operation(
        "maturity_value_read",
        Permission.ROADMAP_VIEW,
        answers={200: MaturityValueAnswerSerializer},
        rows=ASSESSMENT,
    )
    def get(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """What raising each dimension is worth in USD a month; null before any economics."""
        value = selectors.maturity_value_compute(
            selectors.framework_get(assessment),
            selectors.scores_compute(assessment),
            selectors.costs_find(assessment),
        )
        return Response(MaturityValueAnswerSerializer({"value": value}).data)


def _first_day(request: TenantAPIRequest, assessment: Assessment) -> date:
    given = request.query_params.get("starts_on")
    if given is None:
        return selectors.first_day(assessment)
    try:
        day = date.fromisoformat(given)
    except ValueError:
        message = "This is no day: write YYYY-MM-DD."
        raise Invalid(message, fields={"starts_on": [message]}) from None
    services.check_day(day, "starts_on")
    return day


def _preview(assessment: Assessment, starts_on: date) -> Response:
    difference = selectors.redraft_preview(assessment, starts_on=starts_on)
    document = redraft_document(difference).document()
    return Response({**document, "checksum": redraft_checksum(difference)})
