"""Forms of sign-up, members and invitations."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from uuid import UUID

from allauth.account.forms import ResetPasswordKeyForm
from allauth.account.forms import SignupForm as AccountForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django_filters import FilterSet, filters

from organizations import audit_words, selectors, services
from organizations.exceptions import DomainError, Invalid
from organizations.models import EMAIL_LENGTH, KEY_NAME_LENGTH, NAME_LENGTH, User
from organizations.permissions import CLIENT_ROLES, Role
from organizations.services.api_keys import revoke_api_keys_of

PASSWORD_HELP = "At least 10 characters, and none of the common ones."
# What each role is for, as a person chooses it.
ROLE_LABELS = {
    Role.OWNER: "Owner: everything, with members and audit",
    Role.CONSULTANT: "Consultant: all clients and their assessments",
    Role.RESPONDENT: "Respondent: answers for one client",
    Role.VIEWER: "Viewer: reads for one client",
}


def name_field(label: str, autocomplete: str) -> forms.CharField:
    """Return the field of a person's or an organization's name."""
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(max_length=NAME_LENGTH, label=label, widget=widget)


class DayField(forms.DateField):
    """A day, by the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ("%Y-%m-%d",)


class DomainForm(forms.Form):
    """A form that can show a domain error."""

    # The errors of a service that are shown here; the others are pages of their own.
    shows: ClassVar[tuple[type[DomainError], ...]] = (Invalid,)
    # What the service returned that `save` called.
    saved: Any = None

    @property
    def values(self) -> dict[str, Any]:
        """The values as the service takes them."""
        return self.cleaned_data

    def save(self, write: Callable[..., Any], **known: Any) -> bool:
        """Call a service with what is known and what was typed; tell whether it was stored."""
        if self.is_valid():
            try:
                self.saved = write(**known, **self.values)
            except self.shows as error:
                self.refuse(error)
        return self.is_bound and not self.errors

    def refuse(self, error: DomainError) -> None:
        """Show the error by its fields, else on top."""
        for field, messages in error.fields.items():
            self.add_error(field if field in self.fields else None, messages)
        if not error.fields:
            self.add_error(None, error.message)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent to a page that also shows its form empty."""
    return request.POST if request.method == "POST" else None


class SignupForm(AccountForm):
    """Sign-up of a person together with the organization that they will own."""

    field_order = ("name", "organization", "email", "password1")
    account_already_exists: bool
    name = name_field("Your name", "name")
    organization = name_field("Your organization", "organization")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = PASSWORD_HELP
        # Without it a longer address would be cut to what the table holds.
        self.fields["email"].validators.append(MaxLengthValidator(EMAIL_LENGTH))

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Store person and organization; a taken address gets the same response, as late."""
        if self.account_already_exists:
            # What a new account costs: the time must not tell that there is one already.
            make_password(self.cleaned_data["password1"])
            return super().try_save(request)
        try:
            return super().try_save(request)
        except IntegrityError:
            # Somebody took the address since the form was checked.
            self.account_already_exists = True
            return super().try_save(request)

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """Store the person and the organization, or neither."""
        user: User = super().save(request)
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        services.found_organization(name=self.cleaned_data["organization"], owner=user)
        return user


class ResetPasswordForm(ResetPasswordKeyForm):
    """A new password of a person who has the link; their API keys end with it unless they say no.

    Somebody may have set the old one aside because others know it.
    """

    ends_keys = forms.BooleanField(
        label="End the API keys that I made, too", required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = PASSWORD_HELP
        count = len(selectors.api_keys_made_by(user_id=self.user.pk)) if self.user else 0
        if count:
            keys = "key is" if count == 1 else "keys are"
            self.fields[
                "ends_keys"
            ].help_text = (
                f"{count} {keys} good now. Leave this on if somebody else may know your password."
            )
        else:
            del self.fields["ends_keys"]

    @transaction.atomic
    def save(self) -> None:
        super().save()
        if self.cleaned_data.get("ends_keys"):
            revoke_api_keys_of(user=self.user)


class OrganizationForm(DomainForm):
    """The name of an organization that a person with an account founds."""

    name = name_field("Name of the organization", "organization")


def client_choices() -> list[tuple[str, str]]:
    """Return the tenant's clients to choose from, by one plain statement."""
    return [(str(client.pk), client.name) for client in selectors.client_list()]


class ClientForm(DomainForm):
    """A form that names one of the tenant's clients, or none."""

    client = forms.TypedChoiceField(required=False, coerce=UUID, empty_value=None, label="Client")
    no_client = "None"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", self.no_client), *client_choices()]
        self.fields["client"].choices = choices  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        values = {name: value for name, value in self.cleaned_data.items() if name != "client"}
        return {**values, "client_id": self.cleaned_data["client"]}


class RoleForm(ClientForm):
    """A role, with the client that some roles ask for."""

    role = forms.TypedChoiceField(label="Role", coerce=Role)
    field_order = ("email", "role", "client")

    def __init__(self, *args: Any, roles: frozenset[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, client = self.fields["role"], self.fields["client"]
        role.choices = [item for item in ROLE_LABELS.items() if item[0] in roles]  # type: ignore[attr-defined]
        client.help_text = "For respondents and viewers: the one client that they see."
        # Where every role asks for a client, so does the form.
        client.required = roles <= CLIENT_ROLES


class InvitationForm(RoleForm):
    """Whom to invite, and to what."""

    email = forms.EmailField(
        label="Email",
        max_length=EMAIL_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ApiKeyForm(ClientForm):
    """What a key is for, what it may do, and how long it is good."""

    name = forms.CharField(
        max_length=KEY_NAME_LENGTH,
        label="Name",
        help_text="What will use it, such as “Nightly usage import”.",
    )
    scopes = forms.MultipleChoiceField(
        choices=[("write", "Change what a consultant may"), ("audit", "Read the audit and keys")],
        required=False,
        label="Beside reading",
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        choices=[(days, f"{days} days") for days in (30, 90, 365)],
        coerce=int,
        initial=90,
        label="Good for",
    )
    field_order = ("name", "scopes", "client", "days")
    no_client = "All of the organization"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        client = self.fields["client"]
        client.help_text = "A key of one client sees and does what its respondents may."

    @property
    def values(self) -> dict[str, Any]:
        values = super().values
        return values | {"expires_at": timezone.now() + timedelta(days=values.pop("days"))}


A_DAY = timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


class AuditFilter(FilterSet):
    """Which changes to list: by whom, of what kind, of which client, and when."""

    who = filters.CharFilter(
        field_name="actor_label", lookup_expr="icontains", max_length=NAME_LENGTH, label="Who"
    )
    what = filters.ChoiceFilter(
        field_name="verb", choices=audit_words.choices, label="What", empty_label="Everything"
    )
    client = filters.ChoiceFilter(choices=client_choices, label="Client", empty_label="All")
    since = filters.DateFilter(method="filter_since", label="From", widget=DayField.widget)
    until = filters.DateFilter(method="filter_until", label="To", widget=DayField.widget)

    def filter_since(self, rows: QuerySet, _name: str, day: date) -> QuerySet:
        """Leave what was done on that day, in UTC, or later."""
        return rows.filter(created_at__gte=_midnight(day))

    def filter_until(self, rows: QuerySet, _name: str, day: date) -> QuerySet:
        """Leave what was done on that day, in UTC, or earlier."""
        return rows if day == date.max else rows.filter(created_at__lt=_midnight(day + A_DAY))


class JoinForm(DomainForm):
    """The name and password of a person who accepts an invitation without an account."""

    name = name_field("Your name", "name")
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=1000,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Check the password against common ones and against the person."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("password"):
            person = User(email=self.email, name=cleaned.get("name", ""))
            try:
                validate_password(cleaned["password"], person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned
