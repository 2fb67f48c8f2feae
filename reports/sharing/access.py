"""The guard of a share link: whoever has its token reaches one snapshot's finished documents."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate

from django.http import HttpRequest, HttpResponse

from organizations import tenancy
from organizations.exceptions import Missing
from reports.models import ShareLink
from reports.sharing import selectors

NO_SUCH_LINK = "There is nothing here."


def share_link_view(
    view: Callable[Concatenate[HttpRequest, ShareLink, ...], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Guard a view below `/shared/<token>/`; it gets the open link, inside of its client.

    A link that never was, is revoked or expired answers alike (Missing). What is shown is kept by
    no cache, found by no search engine, and its address told to no other site.
    """

    @wraps(view)
    def guarded(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        with _presented(token) as share_link:
            response = view(request, share_link, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@contextmanager
def _presented(token: str) -> Iterator[ShareLink]:
    found = selectors.share_link_find(token=token)
    if found is None:
        raise Missing(NO_SUCH_LINK)
    with tenancy.enter(organization_id=found.organization_id, client_id=found.client_id):
        share_link = selectors.share_link_get(found.pk)
        if not share_link.is_open:
            raise Missing(NO_SUCH_LINK)
        yield share_link
