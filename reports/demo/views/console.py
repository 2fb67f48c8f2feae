"""The public demo console: known to nobody, stored nowhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from reports.demo.console import console_page

# A visitor who moves a slider back waits for nothing; no cache but their own keeps the figures.
CACHED_FOR_S = 300


@require_safe
def demo_console(request: HttpRequest) -> HttpResponse:
    """Show a fictional client's economics beside sliders, to anybody."""
    return _answer("reports/demo_console.html", console_page(request.GET))


@require_safe
def demo_economics(request: HttpRequest) -> HttpResponse:
    """Show the economics alone, after a slider moved."""
    page = console_page(request.GET)
    response = _answer("reports/_demo_economics.html", page | {"is_move": True})
    figures = urlencode([(slider.name, text) for slider, text in page["sliders"]])
    response["HX-Replace-Url"] = f"{reverse('reports:demo-console')}?{figures}"
    return response


def _answer(template: str, page: dict[str, Any]) -> HttpResponse:
    """Draw without the request, so that no session is asked for and no cookie set."""
    response = HttpResponse(render_to_string(template, page))
    patch_cache_control(response, private=True, max_age=CACHED_FOR_S)
    return response
