"""The resource of an organization's branding."""

from rest_framework.response import Response

from organizations.api.authentication import TenantAPIRequest
from organizations.api.views import Data, Operation, ResourceViewSet, UpdateMixin
from organizations.models import Branding
from organizations.permissions import Permission
from organizations.selectors import branding_find
from organizations.serializers import BrandingInputSerializer, BrandingSerializer
from organizations.services.branding import change_branding


class BrandingViewSet(UpdateMixin, ResourceViewSet):
    """How the organization looks to its clients; empty where nobody has said."""

    tag = "branding"
    operations = {
        "retrieve": Operation(Permission.ORGANIZATION_VIEW),
        "update": Operation(Permission.BRANDING_MANAGE, takes=BrandingInputSerializer),
    }
    serializer_class = BrandingSerializer

    def retrieve(self, request: TenantAPIRequest) -> Response:
        return self.respond(branding_find() or Branding())

    def perform_update(self, data: Data) -> Branding:
        """Say anew how the organization looks: what is left out is removed, but for the logo."""
        return change_branding(by=self.request.actor, **data)
