"""Compresses what is text on its way out; documents and images are compressed already."""

from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

COMPRESSED_TYPES = ("application/json", "application/yaml", "image/svg+xml")


class CompressText(GZipMiddleware):
    """Django's own, which also makes the length of equal pages differ, for text alone."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress a page or JSON where a client takes it so; a strong ETag becomes a weak one."""
        kind = response.get("Content-Type", "").partition(";")[0].strip()
        is_text = kind.startswith("text/") or kind in COMPRESSED_TYPES
        if is_text and response.status_code != HTTPStatus.PARTIAL_CONTENT:
            return super().process_response(request, response)
        return response
