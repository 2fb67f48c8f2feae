"""The Celery app of worker processes that tests start: `celery -A tests.jobs.worker worker`."""

from config.celery import app

app.autodiscover_tasks(["tests.jobs"], related_name="kinds")
