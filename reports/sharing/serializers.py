"""What the API takes and shows of share links."""

from rest_framework import serializers

from organizations.serializers import InputSerializer
from reports.models import SHARE_DAYS


class ShareLinkSerializer(serializers.Serializer):
    """A way to a snapshot's documents for whoever has its link."""

    id = serializers.UUIDField()
    snapshot = serializers.UUIDField(source="snapshot_id")
    created_by = serializers.CharField(source="created_by_label")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    is_open = serializers.BooleanField()
    opened_count = serializers.IntegerField()
    last_opened_at = serializers.DateTimeField(allow_null=True)


class NewShareLinkSerializer(ShareLinkSerializer):
    """A share link with its address, this once."""

    link = serializers.CharField(
        allow_null=True, help_text="Shown this once; null where the request is repeated."
    )


class ShareLinkInputSerializer(InputSerializer):
    """For how long a share link is good."""

    days = serializers.ChoiceField(choices=SHARE_DAYS)
