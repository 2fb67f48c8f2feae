"""The public pages: the demo console, and the toolkit of blank documents."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from organizations.exceptions import Missing
from organizations.throttling import throttled
from reports.demo import toolkit
from reports.demo.console import console_page
from reports.documents.files import download
from reports.models import DeliverableKind

# A visitor who moves a slider back waits for nothing; no cache but their own keeps the figures.
CONSOLE_CACHED_FOR_S = 300
TOOLKIT_CACHED_FOR_S = 3600


@require_safe
@throttled
def demo_console(request: HttpRequest) -> HttpResponse:
    """Show a fictional client's economics beside sliders, to anybody."""
    return _drawn("reports/demo_console.html", console_page(request.GET))


@require_safe
@throttled
def demo_economics(request: HttpRequest) -> HttpResponse:
    """Show the economics alone, after a slider moved."""
    page = console_page(request.GET)
    response = _drawn("reports/_demo_economics.html", page | {"is_move": True})
    figures = urlencode([(slider.name, text) for slider, text in page["sliders"]])
    response["HX-Replace-Url"] = f"{reverse('reports:demo-console')}?{figures}"
    return response


def _drawn(template: str, page: dict[str, Any]) -> HttpResponse:
    """Draw without the request, so that no session is asked for and no cookie set."""
    response = HttpResponse(render_to_string(template, page))
    patch_cache_control(response, private=True, max_age=CONSOLE_CACHED_FOR_S)
    return response


@require_safe
def toolkit_detail(request: HttpRequest) -> HttpResponse:
    """Show what the toolkit holds, to anybody."""
    return render(request, "reports/toolkit.html", {"documents": toolkit.find_blank_documents()})


@require_safe
def toolkit_download(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out a blank document, to anybody; nothing in it is private."""
    if kind not in DeliverableKind.values:
        raise Missing("The toolkit has no such document.")
    document = toolkit.BlankDocument(DeliverableKind(kind))
    response = download(document.path, filename=document.filename)
    response["Cache-Control"] = f"public, max-age={TOOLKIT_CACHED_FOR_S}"
    return response
