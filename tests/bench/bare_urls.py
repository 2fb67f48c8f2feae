"""The product's URLs and one bare view: signed in, let through the tenant_view, one SELECT."""

from django.http import HttpResponse
from django.urls import path

from config.urls import urlpatterns as product
from costing.scenarios.models import Scenario
from organizations.access import TenantRequest, tenant_view
from organizations.permissions import Permission


@tenant_view(Permission.SCENARIO_VIEW)
def bare(request: TenantRequest) -> HttpResponse:
    """Count the scenarios."""
    return HttpResponse(str(Scenario.objects.count()))


urlpatterns = [*product, path("o/<slug:org>/bare/", bare, name="bare")]
