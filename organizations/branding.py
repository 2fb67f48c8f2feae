"""Branding: the page that changes it and shows it first, and what a branded page loads."""

import base64
import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.forms import DomainForm, posted
from organizations.logos import MAX_FILE_BYTES, TOO_LARGE
from organizations.models import BRANDING_LENGTHS, Branding
from organizations.permissions import CLIENT_ROLES, Permission
from organizations.selectors import branding_find, branding_get
from organizations.services.branding import apply_branding, change_branding
from presentation.colour import DARK_GROUND, contrast, readable_on

WHITE = "#ffffff"
INERT = "default-src 'none'; sandbox"
STYLE = """.branded {{
  --brand: light-dark(#{accent}, {dark});
  --on-brand: light-dark(#ffffff, #07201f);
}}
"""


def text_field(name: str, label: str, help_text: str) -> forms.CharField:
    longest = BRANDING_LENGTHS[name]
    return forms.CharField(max_length=longest, label=label, help_text=help_text, required=False)


class BrandingForm(DomainForm):
    """What an organization's clients see of it."""

    logo = forms.FileField(
        required=False,
        label="Logo",
        help_text="PNG, or SVG of plain paths; at most 1 MB. Its empty margin is cut off.",
        widget=forms.FileInput(attrs={"accept": ".png,.svg"}),
    )
    removes_logo = forms.BooleanField(required=False, label="Remove the logo")
    accent = text_field("accent", "Accent colour", "Such as #0b5c5c. Text in it must be readable.")
    contact = text_field("contact", "Contact", "One line: a name, an address, a number.")
    confidentiality = text_field(
        "confidentiality", "Confidentiality line", "It appears at the foot of every document."
    )
    action_label = text_field(
        "action_label", "Call to action", "Such as “Book an architecture review”."
    )
    action_url = text_field("action_url", "Its link", "An address that starts with https://.")

    def clean_logo(self) -> Any:
        """Refuse by its size before anything of it is read."""
        file = self.cleaned_data["logo"]
        if file and file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file

    @property
    def values(self) -> dict[str, str | bytes]:
        """The texts, and the logo where it changes."""
        changes = {
            name: self.cleaned_data[name] for name in BRANDING_LENGTHS if name in self.cleaned_data
        }
        if self.cleaned_data.get("logo"):
            file = self.cleaned_data["logo"]
            file.seek(0)
            changes["logo"] = file.read()
        elif self.cleaned_data.get("removes_logo"):
            changes["logo"] = b""
        return changes


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.BRANDING_MANAGE)
def branding_edit(request: TenantRequest) -> HttpResponse:
    """Change the organization's branding; the page shows how it looks."""
    form = _form(request)
    if form.save(change_branding, by=request.actor):
        messages.success(request, "Saved. Documents that are frozen already stay as they are.")
        return redirect(request.path)
    return _show(request, form)


@require_POST
@tenant_view(Permission.BRANDING_MANAGE)
def branding_preview(request: TenantRequest) -> HttpResponse:
    """Show how it would look, and store nothing."""
    return _show(request, _form(request))


def _form(request: TenantRequest) -> BrandingForm:
    row = branding_find()
    initial = {name: getattr(row, name) for name in BRANDING_LENGTHS} if row else {}
    files = request.FILES if request.method == "POST" else None
    return BrandingForm(posted(request), files, initial=initial)


def _show(request: TenantRequest, form: BrandingForm) -> HttpResponse:
    row = branding_find() or Branding()
    has_logo = bool(row.logo_sha256)
    if form.is_bound and form.is_valid():
        try:
            apply_branding(row, form.values)
        except Invalid as error:
            form.refuse(error)
    is_new = row.logo_sha256 and "logo" not in row.get_deferred_fields() and form.is_bound
    row.logo_url = _data_url(row) if is_new else _logo_url(request, row)
    context = {"form": form, "look": row, "has_logo": has_logo, "tones": _tones(row.accent)}
    name = "_branding_preview" if request.headers.get("HX-Request") else "branding_form"
    status = 422 if form.errors else 200
    return render(request, f"organizations/{name}.html", context, status=status)


def _data_url(row: Branding) -> str:
    return f"data:image/png;base64,{base64.b64encode(row.logo).decode()}"


def _logo_url(request: TenantRequest, row: Branding) -> str:
    if not row.logo_sha256:
        return ""
    address = reverse("organizations:logo", args=[request.organization.slug, row.pk])
    return f"{address}?v={row.logo_sha256[:8]}"


def _tones(accent: str) -> dict[str, str]:
    """The accent's contrast on white, and its tone on dark ground."""
    if not re.fullmatch("#[0-9a-f]{6}", accent):
        return {}
    dark = readable_on(DARK_GROUND, accent)
    return {
        "on_white": f"{contrast(accent, WHITE):.1f}",
        "dark": dark,
        "on_dark": f"{contrast(dark, DARK_GROUND):.1f}",
    }


def branding_for(request: Any) -> Branding | None:
    """Return how the page of a client's person looks; none for the organization's own people."""
    actor = getattr(request, "actor", None)
    if not hasattr(request, "found") or actor is None or actor.role not in CLIENT_ROLES:
        return None
    row = branding_find()
    if row is not None:
        row.logo_url = _logo_url(request, row)
    return row


@require_safe
@tenant_view(Permission.ORGANIZATION_VIEW, branding=branding_get)
def logo(request: TenantRequest, branding: Branding) -> HttpResponse:
    """Show the organization's logo to its members."""
    return logo_response(branding)


def logo_response(branding: Branding) -> HttpResponse:
    """Return a logo, as a picture and nothing else."""
    response = HttpResponse(bytes(branding.logo), content_type="image/png")
    response["Content-Security-Policy"] = INERT
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def accent_style(request: HttpRequest, accent: str) -> HttpResponse:
    """Give the style sheet of one accent colour: it is nobody's, and never changes."""
    if not re.fullmatch("[0-9a-f]{6}", accent):
        raise Http404
    style = STYLE.format(accent=accent, dark=readable_on(DARK_GROUND, f"#{accent}"))
    response = HttpResponse(style, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


PATHS = [
    path("accents/<str:accent>.css", accent_style, name="accent-style"),
    path("o/<slug:org>/settings/branding/", branding_edit, name="branding"),
    path("o/<slug:org>/settings/branding/preview/", branding_preview, name="branding-preview"),
    path("o/<slug:org>/settings/branding/<uuid:branding>/logo/", logo, name="logo"),
]
