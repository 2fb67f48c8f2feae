"""Why the bill of a period is what it is."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from costing.catalog import selectors as catalog_selectors
from costing.usage import content, selectors
from costing.usage.forms import ReconciliationForm
from costing.usage.models import UsageImport
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.permissions import Permission

MAX_BOOKS = 20


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, usage_import=selectors.usage_import_get)
def usage_reconciliation(request: TenantRequest, usage_import: UsageImport) -> HttpResponse:
    """Show why the bill of a period differs from what a price book predicts of its usage."""
    bills = selectors.billing_imports(usage_import)
    books = list(catalog_selectors.price_book_list()[:MAX_BOOKS])
    form = ReconciliationForm(
        request.GET or None,
        bills=[(str(each.pk), each.filename) for each in bills],
        books=[(str(each.pk), str(each)) for each in books],
    )
    context: dict[str, Any] = {
        "usage_import": usage_import,
        "assessment": usage_import.assessment,
        "form": form,
    }
    status = 200
    if form.is_bound and not form.is_valid():
        raise Http404  # a bill or a book that is not there
    chosen = form.cleaned_data if form.is_bound else {}
    try:
        found = selectors.usage_reconcile(
            usage_import,
            billing=_of(bills, chosen.get("billing")),
            book=_of(books, chosen.get("price_book")),
        )
    except Invalid as error:
        context["refusal"] = error.message
        status = 422 if form.is_bound else 200
    else:
        context |= {"found": found, "page": content.reconciliation_page(found.result)}
    return render(request, "usage/usage_reconciliation.html", context, status=status)


def _of(rows: list[Any], pk: UUID | str | None) -> Any:
    return next((row for row in rows if str(row.pk) == pk), None) if pk else None
