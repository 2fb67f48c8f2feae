"""Operations on answers: all of an assessment, or one."""

from typing import Any

from django.http import Http404, HttpResponseBase
from rest_framework.response import Response

from assessments import mapping, selectors, services
from assessments.models import Assessment
from assessments.serializers import (
    AnswerInputSerializer,
    AnswerListSerializer,
    AnswerSerializer,
    AnswersInputSerializer,
    question_document,
)
from organizations.api.endpoint import Endpoint, checked, operation
from organizations.api.requests import TenantAPIRequest
from organizations.api.versions import ETAG, IF_MATCH, expected_version, precondition, tagged
from organizations.permissions import Permission

ASSESSMENT = {"assessment": selectors.assessment_get}


class AnswerList(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/answers/`."""

    tag = "answers"

    @operation(
        "answer_list",
        Permission.ASSESSMENT_VIEW,
        answers={200: AnswerListSerializer},
        rows=ASSESSMENT,
    )
    def get(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Every question with its answer, in the order in which they are asked."""
        return _all(assessment)

    @operation(
        "answer_save_many",
        Permission.ASSESSMENT_ANSWER,
        takes=AnswersInputSerializer,
        answers={200: AnswerListSerializer},
        rows=ASSESSMENT,
        errors=(409,),
    )
    def put(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Save several answers, each over the version that was read: all of them or none."""
        data = checked(AnswersInputSerializer, request)
        entries = [
            services.AnswerEntry(
                kind=each["kind"],
                key=each["key"],
                version=each["version"],
                content=mapping.plain_answer(each),
            )
            for each in data["answers"]
        ]
        services.save_answers(by=request.actor, assessment=assessment, entries=entries)
        return _all(assessment)


class AnswerDetail(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/answers/{kind}/{key}/`."""

    tag = "answers"

    @operation(
        "answer_read",
        Permission.ASSESSMENT_VIEW,
        answers={200: AnswerSerializer},
        rows=ASSESSMENT,
        parameters=(ETAG,),
    )
    def get(
        self, request: TenantAPIRequest, assessment: Assessment, kind: str, key: str
    ) -> HttpResponseBase:
        """One question's answer; `kind` is `check` or `dimension`."""
        return _one(_document(assessment, kind, key))

    @operation(
        "answer_save",
        Permission.ASSESSMENT_ANSWER,
        takes=AnswerInputSerializer,
        answers={200: AnswerSerializer},
        rows=ASSESSMENT,
        parameters=(ETAG, IF_MATCH),
        errors=(409, 412),
    )
    def put(
        self, request: TenantAPIRequest, assessment: Assessment, kind: str, key: str
    ) -> HttpResponseBase:
        """Answer a question over the version that was read; 0 for the first answer."""
        standing = _document(assessment, kind, key)
        data = checked(AnswerInputSerializer, request)
        version = expected_version(request, data, standing=standing["version"])
        with precondition(request):
            answer = services.save_answer(
                by=request.actor,
                assessment=assessment,
                kind=kind,
                key=key,
                version=version,
                content=mapping.plain_answer(data),
            )
        return _one(mapping.answer_document(answer))


def _document(assessment: Assessment, kind: str, key: str) -> dict[str, Any]:
    question = selectors.question_find(assessment, kind=kind, key=key)
    if question is None:
        raise Http404
    return question_document(question)


def _one(document: dict[str, Any]) -> Response:
    return tagged(Response(document), document["version"])


def _all(assessment: Assessment) -> Response:
    questions = selectors.questionnaire_read(assessment).questions
    return Response({"results": [question_document(question) for question in questions]})
