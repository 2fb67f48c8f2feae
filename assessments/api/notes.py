"""Operations on the firm's own notes, which no client's person or program sees."""

from django.http import HttpResponseBase
from django_filters import FilterSet, filters
from rest_framework.response import Response

from assessments import selectors, services
from assessments.api.assessments import ASSESSMENT
from assessments.models import Assessment
from assessments.serializers import NoteInputSerializer, NoteSerializer
from organizations.api.endpoint import Endpoint, checked, operation, shown
from organizations.api.filters import filter_parameters, narrowed
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission


class NoteFilter(FilterSet):
    """Notes by question."""

    question = filters.CharFilter(label="Its key.")


class NoteList(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/notes/`."""

    tag = "notes"

    @operation(
        "note_list",
        Permission.NOTE_VIEW,
        answers={200: page_schema(NoteSerializer)},
        rows=ASSESSMENT,
        parameters=(*PAGING, *filter_parameters(NoteFilter)),
    )
    def get(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """The firm's own notes on an assessment, the newest first."""
        rows = narrowed(request, NoteFilter, selectors.note_rows(assessment))
        return page_of(request, rows, NoteSerializer, order=("-written_at", "-pk"))

    @operation(
        "note_create",
        Permission.NOTE_WRITE,
        takes=NoteInputSerializer,
        answers={201: NoteSerializer},
        rows=ASSESSMENT,
    )
    def post(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Note something for the firm alone, on the assessment or on one of its questions."""
        data = checked(NoteInputSerializer, request)
        note = services.add_note(by=request.actor, assessment=assessment, **data)
        return Response(shown(NoteSerializer, note, request), status=201)
