"""App configuration."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """Framework, questionnaire, answers, scorecards, roadmap."""

    name = "assessments"

    def ready(self) -> None:
        """Register the kind of job that assessments do."""
        from assessments import tasks  # noqa: F401
