"""Resources of frameworks and assessments: answers, evidence, notes, targets and scorecards."""

from typing import Any

from django.http import Http404, HttpResponse
from django_filters import FilterSet, filters
from drf_spectacular.types import OpenApiTypes
from rest_framework.response import Response

from assessments import mapping, selectors, serializers, services
from assessments.files import download
from assessments.models import Answer, Assessment, AssessmentStatus, Evidence, Note
from assessments.scoring import Target, plain_answer
from assessments.uploads import FILE_KINDS
from jobs.api import accepted
from jobs.serializers import JobSerializer
from organizations.api.authentication import TenantAPIRequest
from organizations.api.headers import ETAG, IF_MATCH, expected_version, precondition, tagged
from organizations.api.parsing import StrictFormParser, StrictJSONParser
from organizations.api.views import (
    CreateMixin,
    Data,
    DestroyMixin,
    ListMixin,
    Operation,
    ResourceViewSet,
    RetrieveMixin,
    UpdateMixin,
    action,
    find_referenced,
)
from organizations.permissions import Permission
from organizations.selectors import client_get

ASSESSMENT = {"assessment": selectors.assessment_get}


class FrameworkViewSet(ListMixin, RetrieveMixin, ResourceViewSet):
    """One version with all that it asks; it never changes."""

    tag = "frameworks"
    operations = {
        "list": Operation(Permission.ASSESSMENT_VIEW),
        "retrieve": Operation(
            Permission.ASSESSMENT_VIEW, gives=serializers.FrameworkDocumentSerializer
        ),
    }
    loaders = {"version": selectors.framework_find}
    serializer_class = serializers.FrameworkVersionSerializer
    ordering = ("-published_at", "-pk")

    def list_rows(self) -> Any:
        """The published versions of the framework, the newest first."""
        return selectors.framework_list()


class AssessmentFilter(FilterSet):
    """Assessments by client, status and date."""

    client = filters.UUIDFilter(field_name="client_id")
    status = filters.ChoiceFilter(choices=AssessmentStatus.choices)
    as_of_from = filters.DateFilter(field_name="as_of", lookup_expr="gte")
    as_of_until = filters.DateFilter(field_name="as_of", lookup_expr="lte")


class AssessmentViewSet(CreateMixin, ListMixin, RetrieveMixin, UpdateMixin, ResourceViewSet):
    """One assessment."""

    tag = "assessments"
    operations = {
        "list": Operation(Permission.ASSESSMENT_VIEW, is_kept=True),
        "retrieve": Operation(Permission.ASSESSMENT_VIEW),
        "create": Operation(
            Permission.ASSESSMENT_MANAGE, takes=serializers.AssessmentInputSerializer
        ),
        "update": Operation(
            Permission.ASSESSMENT_MANAGE,
            takes=serializers.AssessmentChangeInputSerializer,
            errors=(409,),
            name="assessment_edit",
        ),
        "weigh": Operation(
            Permission.ASSESSMENT_MANAGE, takes=serializers.WeightsInputSerializer, errors=(409,)
        ),
    }
    loaders = ASSESSMENT
    serializer_class = serializers.AssessmentSerializer
    filterset_class = AssessmentFilter

    def list_rows(self) -> Any:
        """The assessments that the caller may see, the newest first."""
        return selectors.assessment_list()

    def perform_create(self, data: Data) -> Assessment:
        """Start an assessment of a client, bound to the framework's latest version."""
        client = find_referenced(client_get, data.pop("client"), "client")
        return services.create_assessment(by=self.request.actor, client=client, **data)

    def perform_update(self, data: Data, assessment: Assessment) -> Assessment:
        """Change an open assessment's title, date and reasons."""
        services.edit_assessment(by=self.request.actor, assessment=assessment, **data)
        return selectors.assessment_get(assessment.pk)

    @action("weights", "put")
    def weigh(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Keep the client's own weights beside the version's; an empty object takes them away."""
        weights = self.validated()["weights"] or None
        services.set_weights(by=request.actor, assessment=assessment, weights=weights)
        return self.respond(selectors.assessment_get(assessment.pk))


class ReviewViewSet(ResourceViewSet):
    """The way of an assessment: submitted, returned or approved, reopened."""

    tag = "reviews"
    operations = {
        "submit": Operation(
            Permission.ASSESSMENT_SUBMIT, gives=JobSerializer, status=202, errors=(409,)
        ),
        "reopen": Operation(Permission.ASSESSMENT_MANAGE, errors=(409,)),
        "send_back": Operation(
            Permission.ASSESSMENT_MANAGE,
            takes=serializers.RemarkInputSerializer,
            errors=(409,),
            name="assessment_return",
        ),
        "approve": Operation(Permission.ASSESSMENT_MANAGE, errors=(409,)),
    }
    loaders = ASSESSMENT
    serializer_class = serializers.AssessmentSerializer

    @action("submission", "post")
    def submit(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Fix the answers and ask for the scorecard that they come to."""
        job = services.submit_assessment(by=request.actor, assessment=assessment)
        return accepted(request, job)

    @action("reopening", "post")
    def reopen(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Let the answers be changed again."""
        services.reopen_assessment(by=request.actor, assessment=assessment)
        return self.respond(selectors.assessment_get(assessment.pk))

    @action("return", "post")
    def send_back(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Give a submitted assessment back to be answered again, with what is asked for."""
        remark = self.validated()["remark"]
        services.return_assessment(by=request.actor, assessment=assessment, remark=remark)
        return self.respond(selectors.assessment_get(assessment.pk))

    @action("approval", "post")
    def approve(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Accept a submitted assessment as it stands."""
        services.approve_assessment(by=request.actor, assessment=assessment)
        return self.respond(selectors.assessment_get(assessment.pk))


class AnswerViewSet(ResourceViewSet):
    """Answers to an assessment's questions."""

    tag = "answers"
    operations = {
        "list": Operation(Permission.ASSESSMENT_VIEW, gives=serializers.AnswerListSerializer),
        "update_all": Operation(
            Permission.ASSESSMENT_ANSWER,
            takes=serializers.AnswersInputSerializer,
            gives=serializers.AnswerListSerializer,
            errors=(409,),
            name="answer_save_many",
        ),
        "retrieve": Operation(Permission.ASSESSMENT_VIEW, parameters=(ETAG,)),
        "update": Operation(
            Permission.ASSESSMENT_ANSWER,
            takes=serializers.AnswerInputSerializer,
            parameters=(ETAG, IF_MATCH),
            errors=(409, 412),
        ),
    }
    loaders = ASSESSMENT
    serializer_class = serializers.AnswerSerializer

    def list(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Every question with its answer, in the order in which they are asked."""
        questions = selectors.questionnaire_read(assessment).questions
        results = [mapping.answer_document(each.standing) for each in questions]
        return self.respond({"results": results})

    def update_all(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Save several answers, each over the version that was read: all of them or none."""
        entries = [
            services.AnswerEntry(each["kind"], each["key"], each["version"], plain_answer(each))
            for each in self.validated()["answers"]
        ]
        services.save_answers(by=request.actor, assessment=assessment, entries=entries)
        return self.list(request, assessment)

    def retrieve(
        self, request: TenantAPIRequest, assessment: Assessment, kind: str, key: str
    ) -> Response:
        """One question's answer; `kind` is `check` or `dimension`."""
        return _respond(selectors.question_get(assessment, kind=kind, key=key).standing)

    def update(
        self, request: TenantAPIRequest, assessment: Assessment, kind: str, key: str
    ) -> Response:
        """Answer a question over the version that was read; 0 for the first answer."""
        standing = selectors.question_get(assessment, kind=kind, key=key).standing
        data = self.validated()
        version = expected_version(request, data, standing=standing.version)
        with precondition(request):
            answer = services.save_answer(
                by=request.actor,
                assessment=assessment,
                kind=kind,
                key=key,
                version=version,
                content=plain_answer(data),
            )
        return _respond(answer)


def _respond(answer: Answer) -> Response:
    return tagged(Response(mapping.answer_document(answer)), answer.version)


class EvidenceFilter(FilterSet):
    """Evidence by question."""

    kind = filters.CharFilter()
    key = filters.CharFilter()


class EvidenceViewSet(ListMixin, RetrieveMixin, DestroyMixin, ResourceViewSet):
    """One link or file."""

    tag = "evidence"
    operations = {
        "list": Operation(Permission.ASSESSMENT_VIEW),
        "retrieve": Operation(Permission.ASSESSMENT_VIEW),
        "destroy": Operation(Permission.ASSESSMENT_ANSWER, status=204, errors=(409,)),
        "file": Operation(
            Permission.ASSESSMENT_VIEW,
            gives={(200, each.content_type): OpenApiTypes.BINARY for each in FILE_KINDS},
        ),
    }
    loaders = ASSESSMENT | {"evidence": selectors.evidence_get}
    serializer_class = serializers.EvidenceSerializer
    filterset_class = EvidenceFilter
    ordering = ("added_at", "pk")

    def list_rows(self, assessment: Assessment) -> Any:
        """An assessment's links and files, the oldest first."""
        return selectors.evidence_list(assessment)

    def perform_destroy(self, evidence: Evidence) -> None:
        """Take a link or a file away."""
        services.delete_evidence(by=self.request.actor, evidence=evidence)

    @action("file", "get")
    def file(self, request: TenantAPIRequest, evidence: Evidence) -> HttpResponse:
        """The file itself, to be saved and not shown; 404 for a link."""
        return download(evidence)


class AnswerEvidenceViewSet(ResourceViewSet):
    """Evidence of one answer."""

    tag = "evidence"
    operations = {
        "add": Operation(
            Permission.ASSESSMENT_ANSWER,
            takes={
                StrictJSONParser.media_type: serializers.EvidenceLinkInputSerializer,
                StrictFormParser.media_type: serializers.EvidenceFileInputSerializer,
            },
            status=201,
            errors=(409,),
            name="evidence_create",
        )
    }
    loaders = ASSESSMENT
    parser_classes = (StrictJSONParser, StrictFormParser)
    serializer_class = serializers.EvidenceSerializer

    @action("evidence", "post")
    def add(self, request: TenantAPIRequest, **answer: Any) -> Response:
        """Add a web address (as JSON) or a file (as a form) to a question's answer."""
        if request.FILES:
            file = self.validated(serializers.EvidenceFileInputSerializer)["file"]
            evidence = services.add_file(
                by=request.actor, filename=file.name, content=file.read(), **answer
            )
        else:
            link = self.validated(serializers.EvidenceLinkInputSerializer)
            evidence = services.add_link(by=request.actor, **link, **answer)
        return self.respond_created(evidence, at="evidence-detail")


class NoteFilter(FilterSet):
    """Notes by question."""

    question = filters.CharFilter(label="Its key.")


class NoteViewSet(CreateMixin, ListMixin, ResourceViewSet):
    """The organization's own notes, which no client's person or program sees."""

    tag = "notes"
    operations = {
        "list": Operation(Permission.NOTE_VIEW),
        "create": Operation(Permission.NOTE_WRITE, takes=serializers.NoteInputSerializer),
    }
    loaders = ASSESSMENT
    serializer_class = serializers.NoteSerializer
    filterset_class = NoteFilter
    ordering = ("-written_at", "-pk")

    def list_rows(self, assessment: Assessment) -> Any:
        """The organization's own notes on an assessment, the newest first."""
        return selectors.note_rows(assessment)

    def perform_create(self, data: Data, assessment: Assessment) -> Note:
        """Note something for the organization alone, on the assessment or one of its questions."""
        return services.add_note(by=self.request.actor, assessment=assessment, **data)


class ScorecardViewSet(ResourceViewSet):
    """An assessment's scores."""

    tag = "assessments"
    operations = {"retrieve": Operation(Permission.SCORECARD_VIEW)}
    loaders = ASSESSMENT
    serializer_class = serializers.ScorecardSerializer

    def retrieve(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """The scores as of now with their explanation, and those that a job stored last."""
        scores = selectors.scores_compute(assessment)
        targets = selectors.targets_compute(assessment, scores, selectors.costs_find(assessment))
        stored = selectors.scorecard_latest(assessment)
        return self.respond({"scores": scores, "targets": targets, "stored": stored})


class TargetViewSet(UpdateMixin, DestroyMixin, ResourceViewSet):
    """What to aim at in a dimension: by the rules, or by a consultant's own choice."""

    tag = "assessments"
    operations = {
        "retrieve": Operation(Permission.SCORECARD_VIEW),
        "update": Operation(
            Permission.ASSESSMENT_MANAGE,
            takes=serializers.TargetInputSerializer,
            name="target_choose",
        ),
        "destroy": Operation(Permission.ASSESSMENT_MANAGE, name="target_clear"),
    }
    loaders = ASSESSMENT
    serializer_class = serializers.TargetSerializer

    def retrieve(
        self, request: TenantAPIRequest, assessment: Assessment, dimension: str
    ) -> Response:
        """The level to aim at in one dimension, and why."""
        return self.respond(_target(assessment, dimension))

    def perform_update(self, data: Data, assessment: Assessment, dimension: str) -> Target:
        """Aim at another level than the rules say."""
        services.choose_target(
            by=self.request.actor, assessment=assessment, dimension=dimension, **data
        )
        return _target(assessment, dimension)

    def perform_destroy(self, assessment: Assessment, dimension: str) -> Target:
        """Aim again at what the rules say."""
        services.clear_target(by=self.request.actor, assessment=assessment, dimension=dimension)
        return _target(assessment, dimension)


def _target(assessment: Assessment, dimension: str) -> Target:
    scores, known = selectors.scores_compute(assessment), selectors.costs_find(assessment)
    targets = selectors.targets_compute(assessment, scores, known)
    if dimension not in targets:
        raise Http404
    return targets[dimension]
