"""Paths of the API on frameworks and assessments; each relative to `api/v1/`."""

from django.urls import path

from assessments.api import answers, assessments, targets

ORGANIZATION = "organizations/<slug:org>/"
ASSESSMENTS = f"{ORGANIZATION}assessments/"
ASSESSMENT = f"{ASSESSMENTS}<uuid:assessment>/"

urlpatterns = [
    path(f"{ORGANIZATION}frameworks/", assessments.FrameworkList.as_view(), name="framework-list"),
    path(
        f"{ORGANIZATION}frameworks/<slug:version>/",
        assessments.FrameworkDetail.as_view(),
        name="framework-detail",
    ),
    path(ASSESSMENTS, assessments.AssessmentList.as_view(), name="assessment-list"),
    path(ASSESSMENT, assessments.AssessmentDetail.as_view(), name="assessment-detail"),
    path(
        f"{ASSESSMENT}submission/",
        assessments.AssessmentSubmission.as_view(),
        name="assessment-submission",
    ),
    path(
        f"{ASSESSMENT}reopening/",
        assessments.AssessmentReopening.as_view(),
        name="assessment-reopening",
    ),
    path(f"{ASSESSMENT}scorecard/", assessments.ScorecardDetail.as_view(), name="scorecard-detail"),
    path(
        f"{ASSESSMENT}targets/<slug:dimension>/",
        targets.TargetDetail.as_view(),
        name="target-detail",
    ),
    path(f"{ASSESSMENT}answers/", answers.AnswerList.as_view(), name="answer-list"),
    path(
        f"{ASSESSMENT}answers/<slug:kind>/<slug:key>/",
        answers.AnswerDetail.as_view(),
        name="answer-detail",
    ),
]
