"""Shows a secret on the page that a form leads to; as its hash alone is stored, a cookie has it.

The cookie belongs to that one page, and ends after a few minutes.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

COOKIE = "shown-once"
SECONDS = 300


def redirect_with_secret(address: str, secret: str) -> HttpResponse:
    """Lead to the page that shows a secret to this browser for a few minutes."""
    response = redirect(address)
    response.set_signed_cookie(
        COOKIE,
        secret,
        salt=address,
        max_age=SECONDS,
        path=address,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def secret_of(request: HttpRequest) -> str:
    """Return the secret that this page may show; empty later, and for everybody else."""
    secret = request.get_signed_cookie(COOKIE, default="", salt=request.path, max_age=SECONDS)
    return secret or ""
