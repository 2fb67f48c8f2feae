"""The public toolkit: the four documents as nobody has filled them in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organizations.exceptions import Missing
from reports.demo import toolkit
from reports.documents.files import download
from reports.models import DeliverableKind

CACHED_FOR_S = 3600


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
    response["Cache-Control"] = f"public, max-age={CACHED_FOR_S}"
    return response
