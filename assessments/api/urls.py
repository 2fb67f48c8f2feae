"""Paths of the API on frameworks and assessments; each relative to `api/v1/`."""

from django.urls import path

from assessments.api import answers, assessments, evidence, notes, reviews, roadmap, targets

ORGANIZATION = "organizations/<slug:org>/"
ASSESSMENTS = f"{ORGANIZATION}assessments/"
ASSESSMENT = f"{ASSESSMENTS}<uuid:assessment>/"
EVIDENCE = f"{ORGANIZATION}evidence/<uuid:evidence>/"

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
        reviews.AssessmentSubmission.as_view(),
        name="assessment-submission",
    ),
    path(
        f"{ASSESSMENT}reopening/",
        reviews.AssessmentReopening.as_view(),
        name="assessment-reopening",
    ),
    path(f"{ASSESSMENT}return/", reviews.AssessmentReturn.as_view(), name="assessment-return"),
    path(
        f"{ASSESSMENT}approval/", reviews.AssessmentApproval.as_view(), name="assessment-approval"
    ),
    path(
        f"{ASSESSMENT}weights/", assessments.AssessmentWeights.as_view(), name="assessment-weights"
    ),
    path(f"{ASSESSMENT}notes/", notes.NoteList.as_view(), name="note-list"),
    path(f"{ASSESSMENT}evidence/", evidence.EvidenceList.as_view(), name="evidence-list"),
    path(
        f"{ASSESSMENT}answers/<slug:kind>/<slug:key>/evidence/",
        evidence.AnswerEvidence.as_view(),
        name="answer-evidence",
    ),
    path(EVIDENCE, evidence.EvidenceDetail.as_view(), name="evidence-detail"),
    path(f"{EVIDENCE}file/", evidence.EvidenceFile.as_view(), name="evidence-file"),
    path(f"{ASSESSMENT}scorecard/", assessments.ScorecardDetail.as_view(), name="scorecard-detail"),
    path(
        f"{ASSESSMENT}targets/<slug:dimension>/",
        targets.TargetDetail.as_view(),
        name="target-detail",
    ),
    path(f"{ASSESSMENT}roadmap/", roadmap.RoadmapDetail.as_view(), name="roadmap-detail"),
    path(f"{ASSESSMENT}roadmap/draft/", roadmap.RoadmapDraft.as_view(), name="roadmap-draft"),
    path(f"{ASSESSMENT}roadmap/actions/", roadmap.ActionList.as_view(), name="action-list"),
    path(
        f"{ORGANIZATION}roadmap-actions/<uuid:action>/",
        roadmap.ActionDetail.as_view(),
        name="action-detail",
    ),
    path(
        f"{ASSESSMENT}maturity-value/",
        roadmap.MaturityValueDetail.as_view(),
        name="maturity-value-detail",
    ),
    path(f"{ASSESSMENT}answers/", answers.AnswerList.as_view(), name="answer-list"),
    path(
        f"{ASSESSMENT}answers/<slug:kind>/<slug:key>/",
        answers.AnswerDetail.as_view(),
        name="answer-detail",
    ),
]
