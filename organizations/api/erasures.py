"""The resource of an organization's erasure."""

from typing import Any

from organizations.api.views import (
    CreateMixin,
    Data,
    DestroyMixin,
    ListMixin,
    Operation,
    ResourceViewSet,
)
from organizations.models import Erasure
from organizations.permissions import Permission
from organizations.selectors import erasure_get, erasure_list
from organizations.serializers import ErasureInputSerializer, ErasureSerializer
from organizations.services.erasures import request_erasure, withdraw_erasure


class ErasureViewSet(CreateMixin, DestroyMixin, ListMixin, ResourceViewSet):
    """The erasure of the whole organization; only a person who owns it asks for one."""

    tag = "organizations"
    operations = {
        "list": Operation(Permission.ORGANIZATION_ERASE),
        "create": Operation(Permission.ORGANIZATION_ERASE, takes=ErasureInputSerializer),
        "destroy": Operation(Permission.ORGANIZATION_ERASE, name="erasure_withdraw", errors=(409,)),
    }
    loaders = {"erasure": erasure_get}
    serializer_class = ErasureSerializer
    ordering = ("-requested_at", "-pk")

    def list_rows(self) -> Any:
        """What was asked for, and withdrawn, the newest first."""
        return erasure_list()

    def perform_create(self, data: Data) -> Erasure:
        """Have the organization erased once the days to withdraw it are over."""
        return request_erasure(by=self.request.actor, address=data["address"])

    def perform_destroy(self, erasure: Erasure) -> Erasure:
        """Withdraw an erasure that has not begun."""
        return withdraw_erasure(by=self.request.actor, erasure=erasure)
