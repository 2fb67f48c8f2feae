"""What the API takes and shows of organizations."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, ClassVar, get_args, get_type_hints

from pydantic import TypeAdapter
from rest_framework import serializers

from organizations.models import EMAIL_LENGTH, KEY_NAME_LENGTH, NAME_LENGTH, Branding
from organizations.permissions import Role

UNKNOWN_FIELD = "There is no such field."
API_SCOPES = ["read", "write", "audit"]


class InputSerializer(serializers.Serializer):
    """Reads a body; a field that nobody declared is refused, not passed over."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the declared fields; raises ValidationError with every fault."""
        unknown = {}
        if isinstance(data, Mapping):
            unknown = {str(name)[:120]: [UNKNOWN_FIELD] for name in data if name not in self.fields}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **unknown}) from None  # type: ignore[dict-item]
        if unknown:
            raise serializers.ValidationError(unknown)
        return values


class ResultSerializer(serializers.BaseSerializer):
    """Shows a typed result as pydantic writes it; the API's description follows from its type."""

    adapter: ClassVar[TypeAdapter[Any]]

    def to_representation(self, instance: Any) -> Any:
        """Return the result as plain values."""
        return self.adapter.dump_python(instance, mode="json", by_alias=True)


@cache
def result_serializer(kind: Any, name: str = "") -> type[ResultSerializer]:
    """Return the serializer of a type of results; `name` is the component's, if not the type's."""
    title = f"{name or kind.__name__}Serializer"
    return type(title, (ResultSerializer,), {"adapter": TypeAdapter(kind), "__doc__": kind.__doc__})


class TypedSerializer(serializers.Serializer):
    """Shows the parts of a dataclass that `names` lists, as its annotations say.

    What is declared comes after them; `helps` explains some of them.
    """

    shows: ClassVar[type]
    names: ClassVar[Sequence[str]]
    helps: ClassVar[Mapping[str, str]] = {}

    def get_fields(self) -> dict[str, serializers.Field]:
        """Return the fields of the annotations and the declared ones."""
        hints = get_type_hints(self.shows)
        typed = {name: self._typed_field(name, hints[name]) for name in self.names}
        return typed | super().get_fields()

    def _typed_field(self, name: str, hint: Any) -> serializers.Field:
        kinds = get_args(hint) or (hint,)
        (kind,) = set(kinds) - {NoneType}
        field = serializers.URLField if name.endswith("_url") else FIELDS_OF_TYPES[kind]
        return field(help_text=self.helps.get(name), allow_null=NoneType in kinds)


FIELDS_OF_TYPES: Mapping[type, type[serializers.Field]] = {
    bool: serializers.BooleanField,
    date: serializers.DateField,
    Decimal: serializers.FloatField,
    float: serializers.FloatField,
    int: serializers.IntegerField,
    str: serializers.CharField,
}


class ErrorSerializer(serializers.Serializer):
    """Every refusal."""

    code = serializers.CharField()
    detail = serializers.CharField()
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        help_text="The fields at fault by path, such as `workload.requests_per_month`.",
    )
    current = serializers.DictField(required=False, help_text="After a conflict: what is stored.")


class RowSerializer(serializers.Serializer):
    """A row that keeps when it was made."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()


class OrganizationSerializer(serializers.Serializer):
    """An organization."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()


class ErasureInputSerializer(InputSerializer):
    """That an organization is meant to be erased."""

    address = serializers.CharField(help_text="The organization's `slug`, as a confirmation.")


class ErasureSerializer(serializers.Serializer):
    """The erasure of an organization, which its owners may withdraw until it is due."""

    id = serializers.UUIDField()
    requested_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class BrandingInputSerializer(InputSerializer):
    """What an organization says to its clients; a text that is not given is removed."""

    accent = serializers.CharField(
        default="", allow_blank=True, help_text="As `#0b5c5c`: text in it must be readable."
    )
    contact = serializers.CharField(default="", allow_blank=True)
    confidentiality = serializers.CharField(
        default="", allow_blank=True, help_text="In the foot of every document."
    )
    action_label = serializers.CharField(
        default="", allow_blank=True, help_text="Such as `Book an architecture review`."
    )
    action_url = serializers.CharField(
        default="", allow_blank=True, help_text="Where that leads; https alone."
    )
    logo = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="A PNG or an SVG of plain paths, in Base64: it is redrawn as a PNG. Left out,"
        " the logo stays; empty, it is removed.",
    )

    def validate_logo(self, value: str) -> bytes:
        """Return the file."""
        try:
            return b64decode(value, validate=True)
        except ValueError:
            raise serializers.ValidationError("This is no Base64.") from None


class BrandingSerializer(serializers.Serializer):
    """How an organization looks to its clients."""

    accent = serializers.CharField()
    contact = serializers.CharField()
    confidentiality = serializers.CharField()
    action_label = serializers.CharField()
    action_url = serializers.CharField()
    logo = serializers.SerializerMethodField(help_text="A PNG in Base64, or empty.")

    def get_logo(self, branding: Branding) -> str:
        """Return the picture."""
        return b64encode(branding.logo).decode()


class RoleSerializer(RowSerializer):
    """A role, with the client that some roles have."""

    role = serializers.ChoiceField(choices=[role.value for role in Role])
    client = serializers.UUIDField(source="client_id", allow_null=True)


class MemberSerializer(RoleSerializer):
    """A person's role in the organization."""

    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")
    is_active = serializers.BooleanField()


class MemberInputSerializer(InputSerializer):
    """A role, with the client that some roles ask for."""

    role = serializers.ChoiceField(choices=[role.value for role in Role])
    client = serializers.UUIDField(
        default=None, allow_null=True, help_text="For respondents and viewers, and only there."
    )


class InvitationSerializer(RoleSerializer):
    """An offer of a role to an address, without its link."""

    email = serializers.EmailField()
    invited_by = serializers.EmailField(
        source="invited_by.email", default=None, allow_null=True, help_text="Null for an API key."
    )
    expires_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(
        allow_null=True, help_text="Null until the mail server took it."
    )
    accepted_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class InvitationInputSerializer(MemberInputSerializer):
    """Whom to invite, and to what."""

    email = serializers.EmailField(max_length=EMAIL_LENGTH)


class ClientSerializer(RowSerializer):
    """A company that the organization assesses."""

    name = serializers.CharField()


class ClientInputSerializer(InputSerializer):
    """A client's name."""

    name = serializers.CharField(max_length=NAME_LENGTH)


class AuditEventSerializer(RowSerializer):
    """What somebody changed."""

    actor = serializers.CharField(source="actor_label")
    verb = serializers.CharField()
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()
    client = serializers.UUIDField(source="client_id", allow_null=True)
    data = serializers.DictField()  # type: ignore[assignment]


class ApiKeySerializer(RowSerializer):
    """An API key without its secret."""

    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=API_SCOPES))
    client = serializers.UUIDField(
        source="client_id", allow_null=True, help_text="Null where it is the whole organization's."
    )
    created_by = serializers.EmailField(source="created_by.email")
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewApiKeySerializer(ApiKeySerializer):
    """An API key with its secret, this once."""

    secret = serializers.CharField(
        allow_null=True, help_text="Shown this once; null where the request is repeated."
    )


class ApiKeyInputSerializer(InputSerializer):
    """What a key is for."""

    name = serializers.CharField(max_length=KEY_NAME_LENGTH)
    scopes = serializers.MultipleChoiceField(
        choices=API_SCOPES,
        default={"read"},
        allow_empty=False,
        help_text="`audit` reads the audit and the keys, for a key of the whole organization.",
    )
    client = serializers.UUIDField(default=None, allow_null=True)
    expires_at = serializers.DateTimeField(
        default=None, allow_null=True, help_text="Within a year; 90 days from now by default."
    )
