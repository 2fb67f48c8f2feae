"""Where a page stands: the way to it from the organization's home, and its assessment's tabs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from assessments.models import Answer, Assessment, RoadmapAction
from assessments.roadmap import ActionStatus
from assessments.scoring import plain_answer
from assessments.selectors import AssessmentStanding, standing_of
from costing.scenarios.models import EconomicsResult, LogReplay, Scenario
from costing.usage.models import UsageImport, UsageImportState, UsagePull
from organizations.models import Client, Organization
from organizations.permissions import CLIENT_ROLES, RESULTS, Actor, Permission
from organizations.prepared import Prepared
from presentation.wording import counted
from reports.models import Deliverable, ShareLink


@dataclass(frozen=True)
class Crumb:
    """A page on the way to the present one."""

    label: str
    url: str


@dataclass(frozen=True)
class TabLink:
    """A tab as it is shown: how far that part of the assessment is, in a few words."""

    title: str
    url: str
    note: str
    is_current: bool


@dataclass(frozen=True)
class Numbers:
    """How far each part of an assessment is, and whose it is."""

    client_name: str
    summary: AssessmentStanding
    scenarios: int
    computed_scenarios: int
    imports: int
    read_imports: int
    actions: int
    done_actions: int
    documents: int


@dataclass(frozen=True)
class Tab:
    """A part of an assessment: its page, how far it is, and the parts of addresses it holds."""

    title: str
    view: str
    permission: Permission
    note: Callable[[Numbers], str]
    parts: tuple[str, ...]


def _questionnaire(numbers: Numbers) -> str:
    progress, assessment = numbers.summary.progress, numbers.summary.assessment
    state = f", {assessment.get_status_display().lower()}" if assessment.is_fixed else ""
    return f"{progress.answered} of {progress.total}{state}"


def _scorecard(numbers: Numbers) -> str:
    shown = numbers.summary.overall.shown
    if shown is None:
        return "not scored yet"
    return f"{shown} of 5" if numbers.summary.assessment.is_fixed else f"{shown} of 5 so far"


def _economics(numbers: Numbers) -> str:
    waiting = numbers.scenarios - numbers.computed_scenarios
    text = counted(numbers.scenarios, "scenario")
    return f"{text}, {waiting} not computed" if waiting else text


def _usage(numbers: Numbers) -> str:
    reading = numbers.imports - numbers.read_imports
    text = counted(numbers.imports, "import")
    return f"{text}, {reading} being read" if reading else text


def _roadmap(numbers: Numbers) -> str:
    return f"{numbers.done_actions} of {numbers.actions} done" if numbers.actions else "not begun"


def _documents(numbers: Numbers) -> str:
    state = "published" if numbers.summary.assessment.is_published else "not published"
    return f"{counted(numbers.documents, 'document')}, {state}"


TABS = (
    Tab(
        "Questionnaire",
        "assessments:questionnaire",
        Permission.ASSESSMENT_VIEW,
        _questionnaire,
        ("questionnaire", "answers", "evidence", "intake"),
    ),
    Tab(
        "Scorecard",
        "assessments:scorecard",
        Permission.SCORECARD_VIEW,
        _scorecard,
        ("scorecard", "targets"),
    ),
    Tab(
        "Economics",
        "scenarios:scenario-list",
        Permission.SCENARIO_VIEW,
        _economics,
        ("scenarios", "log-replays"),
    ),
    Tab(
        "Usage",
        "usage:usage-import-list",
        Permission.SCENARIO_VIEW,
        _usage,
        ("usage", "usage-imports", "usage-pulls"),
    ),
    Tab(
        "Roadmap",
        "assessments:roadmap",
        Permission.ROADMAP_VIEW,
        _roadmap,
        ("roadmap", "roadmap-actions"),
    ),
    Tab(
        "Documents",
        "reports:deliverable-list",
        Permission.DELIVERABLE_VIEW,
        _documents,
        ("deliverables", "snapshots", "share-links"),
    ),
)


# Pages that stand below another one of their section: its label and its URL name.
ABOVE = {
    "price-book-detail": ("Price books", "catalog:price-book-list"),
    "price-override-create": ("Contract prices", "catalog:price-override-list"),
    "price-override-end": ("Contract prices", "catalog:price-override-list"),
    "member-edit": ("Members", "organizations:member-list"),
    "member-share-link-list": ("Members", "organizations:member-list"),
}


@dataclass(frozen=True)
class Place:
    """The way to a page, from the organization's home, and the tabs of its assessment."""

    crumbs: Sequence[Crumb] = ()
    tabs: Sequence[TabLink] = ()


def find_place(request: Any, organization: Organization | None, section: Iterable[Crumb]) -> Place:
    """Return where a page stands, by the rail's organization and its current page.

    It reads the database once where the page belongs to an assessment, and stands nowhere once
    the view of an organization is over, as a page that reports an error does.
    """
    if not hasattr(request, "found"):
        is_over = hasattr(request, "organization")
        return Place() if is_over else Place([*_above_outside(request, organization)])
    rows = [each for each in request.found.values() if isinstance(each, models.Model)]
    row = rows[0] if rows else None
    assessment = _assessment(row)
    if assessment is None:
        return Place(_way(request, _above(request, section, row)))
    numbers = _numbers(request.actor, assessment)
    way = _way(request, _above_in_assessment(request, assessment, numbers, row))
    return Place(way, _tabs(request, assessment, numbers))


def _above_outside(request: Any, organization: Organization | None) -> Iterator[Crumb]:
    """Yield what stands above a page that belongs to no organization."""
    name = request.resolver_match and request.resolver_match.view_name
    if name == "organizations:organization-create":
        yield Crumb("Your organizations", reverse("organizations:home"))
    if name == "reports:toolkit" and organization is not None:
        yield _home(organization)


def _home(organization: Organization) -> Crumb:
    return Crumb(organization.name, reverse("scenarios:client-list", args=[organization.slug]))


def _assessment(row: Any) -> Assessment | None:
    if isinstance(row, ShareLink):
        row = row.snapshot
    return row if isinstance(row, Assessment) else getattr(row, "assessment", None)


def _way(request: Any, above: Iterable[Crumb]) -> list[Crumb]:
    crumbs = (_home(request.organization), *above)
    return [each for each in crumbs if each.url != request.path]


def _crumb(request: Any, label: str, view: str, *ids: UUID) -> Crumb:
    return Crumb(label, reverse(view, args=[request.organization.slug, *ids]))


def _above(request: Any, section: Iterable[Crumb], row: Any) -> Iterator[Crumb]:
    if isinstance(row, Client):
        yield _crumb(request, row.name, "scenarios:client-detail", row.pk)
    else:
        yield from section
    if request.resolver_match.url_name in ABOVE:
        yield _crumb(request, *ABOVE[request.resolver_match.url_name])


def _above_in_assessment(
    request: Any, assessment: Assessment, numbers: Numbers, row: Any
) -> Iterator[Crumb]:
    yield _crumb(request, numbers.client_name, "scenarios:client-detail", assessment.client_id)
    yield _crumb(request, assessment.title, "assessments:assessment-detail", assessment.pk)
    for tab in TABS:
        crumb = _crumb(request, tab.title, tab.view, assessment.pk)
        is_above = row is not assessment or request.path.startswith(crumb.url)
        if is_above and _part(request.path) in tab.parts:
            yield crumb
    scenario = row.scenario if isinstance(row, LogReplay) else row
    if isinstance(scenario, Scenario):
        yield _crumb(request, scenario.title, "scenarios:scenario-detail", scenario.pk)
    if scenario is not row:
        yield _crumb(request, "Log replays", "scenarios:log-replay-list", scenario.pk)
    if isinstance(row, UsageImport):
        yield _crumb(request, row.filename, "usage:usage-import-detail", row.pk)
    if isinstance(row, UsagePull):
        yield _crumb(request, "Scheduled pulls", "usage:pull-list", assessment.pk)
        yield _crumb(request, row.title, "usage:pull-detail", row.pk)


def _part(path: str) -> str:
    """Return what an address of an organization is about: its own part, or its assessment's."""
    parts = [*path.strip("/").split("/"), "", ""]
    return parts[4] if parts[2] == "assessments" and len(parts) > 6 else parts[2]


def _tabs(request: Any, assessment: Assessment, numbers: Numbers) -> list[TabLink]:
    actor: Actor = request.actor
    sees_results = actor.may_see_results(assessment)
    seen = [
        tab
        for tab in TABS
        if actor.may(tab.permission) and (sees_results or tab.permission not in RESULTS)
    ]
    return [
        TabLink(
            title=tab.title,
            url=reverse(tab.view, args=[request.organization.slug, assessment.pk]),
            note=tab.note(numbers),
            is_current=_part(request.path) in tab.parts,
        )
        for tab in seen
    ]


def _numbers(actor: Actor, assessment: Assessment) -> Numbers:
    """Return how far an assessment is, as somebody sees it, by one query."""
    is_of_client = actor.role in CLIENT_ROLES
    numbers: Any = (_numbers_published if is_of_client else _numbers_of_all).first(assessment.pk)
    given = {each["key"]: plain_answer(each) for each in numbers.pop("answers")}
    return Numbers(summary=standing_of(assessment, given), **numbers)


def _counted(assessment_id: UUID, *, is_published: bool) -> QuerySet[Any, Any]:
    here = OuterRef("pk")
    answers = Answer.objects.filter(assessment=here).values(
        given=JSONObject(**{name: name for name in ("key", "state", "value", "level", "reason")})
    )
    scenarios = Scenario.objects.filter(assessment=here, archived_at=None)
    is_current = EconomicsResult.objects.filter(
        scenario=OuterRef("pk"), scenario_version=OuterRef("version")
    )
    imports = UsageImport.objects.filter(assessment=here, archived_at=None)
    actions = RoadmapAction.objects.filter(assessment=here, archived_at=None)
    documents = Deliverable.objects.filter(snapshot__assessment=here, rendered_at__isnull=False)
    if is_published:
        documents = documents.filter(snapshot__publication__isnull=False)
    return Assessment.objects.filter(pk=assessment_id).values(
        client_name=F("client__name"),
        answers=ArraySubquery(answers),
        scenarios=_count(scenarios),
        computed_scenarios=_count(scenarios.filter(Exists(is_current))),
        imports=_count(imports),
        read_imports=_count(imports.filter(state=UsageImportState.READY)),
        actions=_count(actions),
        done_actions=_count(actions.filter(status=ActionStatus.DONE)),
        documents=_count(documents),
    )


_numbers_of_all = Prepared(partial(_counted, is_published=False))
_numbers_published = Prepared(partial(_counted, is_published=True))


def _count(rows: QuerySet[Any]) -> Subquery:
    counted_rows = rows.order_by().annotate(count=Func(F("pk"), function="count"))
    return Subquery(counted_rows.values("count"), output_field=IntegerField())
