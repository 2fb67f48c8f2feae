"""Middleware: private pages are never cached, domain errors become pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from organizations.exceptions import DomainError, Missing
from organizations.views import page_not_found


class PagesMiddleware:
    """Keeps what a signed-in person sees out of every cache; renders errors that no form shows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method in ("GET", "HEAD"):
            allowed = response["Allow"]
            response = render(request, "405.html", status=405)
            response["Allow"] = allowed
        if response.status_code == 503:  # without a database nobody is known
            response["Cache-Control"] = "no-store"
        elif request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
            response["Expires"] = "0"  # for caches that know nothing newer
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Render a domain error's page with its status."""
        if isinstance(error, Missing):
            return page_not_found(request)
        if not isinstance(error, DomainError):
            return None
        response = render(request, "error.html", {"error": error}, status=error.status)
        if error.retry_after_s:
            response["Retry-After"] = str(error.retry_after_s)
        return response
