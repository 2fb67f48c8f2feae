"""The product as production serves it, with one bare view beside it, for gunicorn."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from config.wsgi import application

settings.ROOT_URLCONF = __name__
# Addresses of static files without a manifest, which takes a minute to make; none is asked for.
settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
# The cache calls a socket by another name than the broker does.
for cache in settings.CACHES.values():
    cache["LOCATION"] = settings.CELERY_BROKER_URL.replace("redis+socket:", "unix:")


@login_required
def bare(_request: HttpRequest) -> HttpResponse:
    """What every signed-in page costs at least: the person, and one SELECT."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        (one,) = cursor.fetchone()
    return HttpResponse(str(one))


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]
__all__ = ["application", "urlpatterns"]
