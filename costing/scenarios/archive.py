"""The archive: what people put aside, in one list, and the one way of putting aside and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet, Value
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.response import Response

from assessments.models import Assessment, Note, RoadmapAction
from assessments.selectors import action_get, assessment_get, note_get
from costing.scenarios.models import Scenario
from costing.scenarios.parts import keep_costs_of_parts
from costing.scenarios.selectors import scenario_get
from costing.scenarios.serializers import ArchivedRowSerializer
from costing.usage import services as usage_services
from costing.usage.models import UsageImport
from costing.usage.selectors import usage_import_get
from organizations.access import TenantRequest, tenant_view
from organizations.api.authentication import TenantAPIRequest
from organizations.api.views import ListMixin, Operation, ResourceViewSet, action, resource
from organizations.confirmation import Question, ask, say_undoable
from organizations.models import Client
from organizations.permissions import Actor, Permission
from organizations.selectors import client_get
from organizations.services.archive import archive_row, restore_row, words

ROWS_A_PAGE = 50
SHOWN_LENGTH = 80


@dataclass(frozen=True)
class Kind:
    """A kind of row that can be archived: `title` is its field, `consequence` what it takes along.

    `page` names the page of a row, or, of what `is_part` of an assessment, the assessment's page
    that shows it. `then` does what follows for sums that are kept.
    """

    name: str
    many: str
    model: Any
    load: Callable[[UUID], Any]
    title: str
    consequence: str
    page: str
    client_name: str = "client__name"
    is_part: bool = False
    then: Callable[[Actor, Any], None] = lambda by, row: None

    def title_of(self, row: Any) -> str:
        """What the row is called, on one line."""
        text = " ".join(str(getattr(row, self.title)).split())
        return text if len(text) <= SHOWN_LENGTH else f"{text[: SHOWN_LENGTH - 1]}…"

    def url_of(self, org: str, row: Any) -> str:
        """The page that shows the row."""
        return reverse(self.page, args=[org, row.assessment_id if self.is_part else row.pk])


KINDS = (
    Kind(
        "client",
        "clients",
        Client,
        client_get,
        "name",
        "Its assessments, scenarios and documents leave lists, sums and pages with it, and its"
        " people and share links lead nowhere until it is restored.",
        "scenarios:client-detail",
        client_name="name",
    ),
    Kind(
        "assessment",
        "assessments",
        Assessment,
        assessment_get,
        "title",
        "Its answers, scenarios and documents leave lists, sums and the client’s history with it,"
        " and its share links lead nowhere until it is restored.",
        "assessments:assessment-detail",
    ),
    Kind(
        "scenario",
        "scenarios",
        Scenario,
        scenario_get,
        "title",
        "Its economics no longer count: sums, roadmap and documents follow without it, and what was"
        " an alternative to it stands beside nothing until it is made a part.",
        "scenarios:scenario-detail",
        then=lambda by, row: keep_costs_of_parts(row.assessment),
    ),
    Kind(
        "action",
        "roadmap-actions",
        RoadmapAction,
        action_get,
        "title",
        "It leaves the roadmap and what that promises, and drafting again does not bring it back.",
        "assessments:roadmap",
        is_part=True,
    ),
    Kind(
        "note",
        "notes",
        Note,
        note_get,
        "text",
        "It leaves the list of notes.",
        "assessments:note-list",
        is_part=True,
    ),
    Kind(
        "usage_import",
        "usage-imports",
        UsageImport,
        usage_import_get,
        "filename",
        "Everything counted from this file leaves with it, and the assessment’s claims are checked"
        " against what is left. Scenarios that were made from it stay.",
        "usage:usage-import-list",
        is_part=True,
        then=usage_services.follow_archiving,
    ),
)


@dataclass(frozen=True)
class ArchivedRow:
    """One row of the archive."""

    kind: str
    id: UUID
    title: str
    client: str
    archived_at: datetime
    archived_by: str

    @property
    def kind_words(self) -> str:
        """What people call its kind."""
        return words(self.kind)


def archived_rows() -> list[ArchivedRow]:
    """Return all that is archived in the tenant, the newest first; a query for each kind."""
    return sorted(
        (row for kind in KINDS for row in _archived(kind)),
        key=lambda row: row.archived_at,
        reverse=True,
    )


def _archived(kind: Kind) -> list[ArchivedRow]:
    rows: QuerySet[Any] = kind.model.objects.filter(archived_at__isnull=False).values_list(
        Value(kind.name), "pk", kind.title, kind.client_name, "archived_at", "archived_by_label"
    )
    return [ArchivedRow(*row) for row in rows]


@transaction.atomic
def archive(*, by: Actor, kind: Kind, row: Any) -> None:
    """Put a row aside with all that follows from it."""
    archive_row(by=by, row=row, kind=kind.name, title=kind.title_of(row))
    kind.then(by, row)


@transaction.atomic
def restore(*, by: Actor, kind: Kind, row: Any) -> None:
    """Bring a row back with all that follows from it."""
    restore_row(by=by, row=row, kind=kind.name, title=kind.title_of(row))
    kind.then(by, row)


@require_safe
@tenant_view(Permission.ARCHIVE_VIEW, is_kept=True)
def archive_list(request: TenantRequest) -> HttpResponse:
    """List what is archived, each row with the way back."""
    page = Paginator(archived_rows(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    org = request.organization.slug
    restore_urls = [reverse(f"scenarios:{row.kind}-restore", args=[org, row.id]) for row in page]
    context = {
        "page": page,
        "rows": list(zip(page, restore_urls, strict=True)),
        "may_manage": request.actor.may(Permission.ARCHIVE_MANAGE),
    }
    return render(request, "scenarios/archive_list.html", context)


def _archive_view(kind: Kind) -> Callable[..., HttpResponseBase]:
    loaders: Any = {kind.name: kind.load}

    @require_http_methods(["GET", "HEAD", "POST"])
    @tenant_view(Permission.ARCHIVE_MANAGE, **loaders)
    def view(request: TenantRequest, **found: Any) -> HttpResponse:
        """Ask, then put the row aside and lead to what it was part of, or to the archive."""
        row = found[kind.name]
        title, org = kind.title_of(row), request.organization.slug
        url = kind.url_of(org, row)
        if request.method != "POST":
            text = f"{kind.consequence} Nothing is deleted."
            return ask(request, Question(f"Archive “{title}”?", text, "Archive", url))
        archive(by=request.actor, kind=kind, row=row)
        undo = reverse(f"scenarios:{kind.name}-restore", args=[org, row.pk])
        say_undoable(request, f"The {words(kind.name)} “{title}” is archived.", undo)
        return redirect(url if kind.is_part else reverse("scenarios:archive-list", args=[org]))

    return view


def _restore_view(kind: Kind) -> Callable[..., HttpResponseBase]:
    loaders: Any = {kind.name: kind.load}

    @require_POST
    @tenant_view(Permission.ARCHIVE_MANAGE, of_archived=True, **loaders)
    def view(request: TenantRequest, **found: Any) -> HttpResponse:
        """Bring the row back and lead to its page, or to the archive that its owner is in."""
        row = found[kind.name]
        restore(by=request.actor, kind=kind, row=row)
        messages.success(request, f"The {words(kind.name)} “{kind.title_of(row)}” is restored.")
        org = request.organization.slug
        if kind.load(row.pk).is_archived:
            return redirect("scenarios:archive-list", org)
        return redirect(kind.url_of(org, row))

    return view


def _paths(kind: Kind) -> list[URLPattern]:
    row = f"o/<slug:org>/{kind.many}/<uuid:{kind.name}>/"
    return [
        path(f"{row}archive/", _archive_view(kind), name=f"{kind.name}-archive"),
        path(f"{row}restore/", _restore_view(kind), name=f"{kind.name}-restore"),
    ]


page_paths = [
    path("o/<slug:org>/archive/", archive_list, name="archive-list"),
    *(each for kind in KINDS for each in _paths(kind)),
]


class ArchiveViewSet(ListMixin, ResourceViewSet):
    """What is archived."""

    tag = "archive"
    operations = {"list": Operation(Permission.ARCHIVE_VIEW, name="archive_list", is_kept=True)}
    serializer_class = ArchivedRowSerializer
    pagination_class = None

    def list_rows(self) -> list[ArchivedRow]:
        """All that is archived, the newest first."""
        return archived_rows()


class ArchivingViewSet(ResourceViewSet):
    """Putting a row aside, and back."""

    tag = "archive"
    kind: Kind

    @action("archive", "post")
    def archive(self, request: TenantAPIRequest, **found: Any) -> Response:
        """Put it aside: lists, sums and pages leave it out."""
        archive(by=request.actor, kind=self.kind, row=found[self.kind.name])
        return Response(status=204)

    @action("restore", "post")
    def restore(self, request: TenantAPIRequest, **found: Any) -> Response:
        """Bring it back."""
        restore(by=request.actor, kind=self.kind, row=found[self.kind.name])
        return Response(status=204)


def _viewset(kind: Kind) -> type[ArchivingViewSet]:
    # Both get what is archived: a request that is repeated under its key gets the same response.
    operations: Mapping[str, Operation] = {
        act: Operation(
            Permission.ARCHIVE_MANAGE,
            status=204,
            errors=(409,),
            name=f"{kind.name}_{act}",
            of_archived=True,
        )
        for act in ("archive", "restore")
    }
    contents = {"kind": kind, "operations": operations, "loaders": {kind.name: kind.load}}
    return type(f"{kind.name.title()}ArchivingViewSet", (ArchivingViewSet,), contents)


urlpatterns = resource("archive", ArchiveViewSet, many="archive/")
for _kind in KINDS:
    urlpatterns += resource(
        f"{_kind.name}-archiving", _viewset(_kind), one=f"{_kind.many}/<uuid:{_kind.name}>/"
    )
