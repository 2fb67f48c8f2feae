"""The product as production serves it, but without a manifest of static files."""

from django.conf import settings

from config.wsgi import application

settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
__all__ = ["application"]
