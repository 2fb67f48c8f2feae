"""Answers outside of any view: JSON below `/api/`, else pages."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template import loader
from django.urls import reverse
from django.views import defaults

from organizations.api.errors import NOT_FOUND, error_body
from organizations.files import FilesUnreachable
from organizations.views import page_not_found

# The start, and the page that it leads those to who belong to one organization.
HOME = ("organizations:home", "scenarios:client-list")
# Where the database, or a bucket, cannot be reached: about as long as one takes to start again.
RETRY_AFTER_S = 5


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what Django refuses to read."""
    if _is_api(request):
        return JsonResponse(error_body("unreadable", "This cannot be read."), status=400)
    return defaults.bad_request(request, exception or ValueError())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer alike for what does not exist and for what is another's."""
    if _is_api(request):
        return JsonResponse(error_body("not_found", NOT_FOUND), status=404)
    return page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what is our own fault: 503 where database or bucket are out of reach, else 500."""
    error = sys.exception()
    if isinstance(error, OperationalError | InterfaceError):
        return _unavailable(request, "database")
    if isinstance(error, FilesUnreachable):
        return _unavailable(request, "store of files")
    if _is_api(request):
        detail = "Something went wrong on our side. It is safe to try again."
        return JsonResponse(error_body("server_error", detail), status=500)
    return HttpResponseServerError(loader.render_to_string("500.html", _way_out(request)))


def _unavailable(request: HttpRequest, what: str) -> HttpResponse:
    response: HttpResponse
    if _is_api(request):
        detail = f"The {what} cannot be reached at this moment. It is safe to try again."
        response = JsonResponse(error_body("unavailable", detail), status=503)
    else:
        context = {"url": request.get_full_path(), "what": what}
        page = loader.render_to_string("503.html", context)
        response = HttpResponse(page, status=503)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _way_out(request: HttpRequest) -> dict[str, str]:
    """Lead to a page that does not show what the failed one does; reads nothing stored."""
    match = getattr(request, "resolver_match", None)
    org = match.kwargs.get("org") if match else None
    if match and match.view_name not in HOME:
        return {"url": reverse("organizations:home"), "label": "Back to the start page"}
    if org:
        return {"url": reverse("organizations:settings", args=[org]), "label": "To the settings"}
    return {"url": reverse("reports:toolkit"), "label": "To the toolkit"}


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")
