"""The top floor: settings, URLs and the Celery app. It knows all apps and none knows it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
