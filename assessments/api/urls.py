"""Paths of the API on frameworks and assessments."""

from assessments.api import assessments, roadmap
from organizations.api.views import resource

ASSESSMENT = "assessments/<uuid:assessment>/"
ANSWER = f"{ASSESSMENT}answers/<slug:kind>/<slug:key>/"

urlpatterns = [
    *resource(
        "framework",
        assessments.FrameworkViewSet,
        many="frameworks/",
        one="frameworks/<slug:version>/",
    ),
    *resource("assessment", assessments.AssessmentViewSet, many="assessments/", one=ASSESSMENT),
    *resource("assessment", assessments.ReviewViewSet, one=ASSESSMENT),
    *resource("note", assessments.NoteViewSet, many=f"{ASSESSMENT}notes/"),
    *resource(
        "evidence",
        assessments.EvidenceViewSet,
        many=f"{ASSESSMENT}evidence/",
        one="evidence/<uuid:evidence>/",
    ),
    *resource("answer", assessments.AnswerEvidenceViewSet, one=ANSWER),
    *resource("answer", assessments.AnswerViewSet, many=f"{ASSESSMENT}answers/", one=ANSWER),
    *resource("scorecard", assessments.ScorecardViewSet, one=f"{ASSESSMENT}scorecard/"),
    *resource("target", assessments.TargetViewSet, one=f"{ASSESSMENT}targets/<slug:dimension>/"),
    *resource("roadmap", roadmap.RoadmapViewSet, one=f"{ASSESSMENT}roadmap/"),
    *resource(
        "action",
        roadmap.ActionViewSet,
        many=f"{ASSESSMENT}roadmap/actions/",
        one="roadmap-actions/<uuid:action>/",
    ),
    *resource("maturity-value", roadmap.MaturityValueViewSet, one=f"{ASSESSMENT}maturity-value/"),
]
