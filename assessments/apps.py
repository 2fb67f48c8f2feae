"""App configuration."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """Framework, questionnaire, answers, scorecards, roadmap."""

    name = "assessments"
