"""The page that erases an organization: asks, shows until when it can be withdrawn, withdraws."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from organizations.access import TenantRequest, tenant_view
from organizations.forms import DomainForm, posted
from organizations.models import Erasure
from organizations.permissions import Permission
from organizations.selectors import erasure_get, erasure_standing
from organizations.services.erasures import request_erasure, withdraw_erasure
from presentation.wording import counted

MAX_ADDRESS_LENGTH = 60


class ErasureForm(DomainForm):
    """The organization's address, typed by whoever wants it erased."""

    address = forms.CharField(max_length=MAX_ADDRESS_LENGTH)

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].label = f"Type {address} to confirm"
        self.fields["address"].widget.attrs["autocomplete"] = "off"


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ORGANIZATION_ERASE)
def erasure_list(request: TenantRequest) -> HttpResponse:
    """Have the organization erased, or see when it will be."""
    form = ErasureForm(posted(request), address=request.organization.slug)
    if form.save(request_erasure, by=request.actor):
        return redirect(request.path)
    delay = counted(settings.ERASURE_DELAY_DAYS, "day")
    context = {"form": form, "erasure": erasure_standing(), "delay": delay}
    status = 422 if form.errors else 200
    return render(request, "organizations/erasure_list.html", context, status=status)


@require_POST
@tenant_view(Permission.ORGANIZATION_ERASE, erasure=erasure_get)
def erasure_withdraw(request: TenantRequest, erasure: Erasure) -> HttpResponse:
    """Leave the organization as it is."""
    withdraw_erasure(by=request.actor, erasure=erasure)
    messages.success(request, f"{request.organization.name} stays as it is.")
    return redirect("organizations:erasure-list", org=request.organization.slug)


PAGE = "o/<slug:org>/settings/erasures/"
PATHS = [
    path(PAGE, erasure_list, name="erasure-list"),
    path(f"{PAGE}<uuid:erasure>/withdrawal/", erasure_withdraw, name="erasure-withdraw"),
]
