"""Writes of people: who can sign in."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from organizations.exceptions import Invalid
from organizations.models import User


def create_person(*, email: str, name: str, password: str) -> User:
    """Store a person whose address is known to be theirs, so that they can sign in at once."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    except IntegrityError:
        message = "There is an account for this address already: sign in with it."
        raise Invalid(message) from None
    return user
