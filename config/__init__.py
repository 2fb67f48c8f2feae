"""The top layer: settings, URLs, the Celery app, commands. It knows all apps; none knows it."""
