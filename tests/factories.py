"""Makes rows for tests; each function names what matters and invents the rest."""

import itertools
from datetime import date
from io import BytesIO

from PIL import Image

from assessments.framework import load_framework
from assessments.models import Assessment, FrameworkVersion
from assessments.services import note_publication, publish_framework
from costing.catalog.genai_prices import installed_prices
from costing.catalog.models import PriceBook
from costing.catalog.services import store_price_book
from organizations import selectors, services, tenancy
from organizations.models import Branding, Client, Membership, Organization, User
from organizations.permissions import Actor, Role
from organizations.services.branding import change_branding

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


def make_user(email: str | None = None) -> User:
    """Store a person who can sign in with PASSWORD."""
    return services.create_person(
        email=email or f"person{next(_numbers)}@example.com", name="", password=PASSWORD
    )


def make_organization(slug: str | None = None, *, owner: User | None = None) -> Organization:
    """Store a firm with an owner."""
    slug = slug or f"firm-{next(_numbers)}"
    return services.create_organization(
        name=slug.replace("-", " ").title(), slug=slug, owner=owner or make_user()
    )


def system_actor(organization: Organization) -> Actor:
    """Return the product itself, acting in a firm."""
    return Actor(organization_id=organization.pk, label="test")


def make_client(organization: Organization, name: str | None = None) -> Client:
    """Store a client of the firm."""
    with tenancy.enter(organization_id=organization.pk):
        return services.create_client(
            by=system_actor(organization), name=name or f"Client {next(_numbers)}"
        )


def make_member(
    organization: Organization,
    role: Role,
    *,
    client: Client | None = None,
    email: str | None = None,
) -> Membership:
    """Store a person with a role in the firm."""
    user = make_user(email)
    with tenancy.enter(organization_id=organization.pk):
        return services.add_member(
            by=system_actor(organization),
            user=user,
            role=role,
            client_id=client.pk if client else None,
        )


def png(size: tuple[int, int] = (120, 40), colour: str = "#7a1f5c") -> bytes:
    """A picture of one colour."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


BRANDING = {
    "accent": "#7a1f5c",
    "contact": "Ada Byron, ada@harbour.example",
    "confidentiality": "For the board alone",
    "action_label": "Book an architecture review",
    "action_url": "https://harbour.example/review",
}


def make_branding(organization: Organization, **changes: str | bytes) -> Branding:
    """Store how a firm looks, with a logo; call it inside the firm."""
    by = system_actor(organization)
    return change_branding(by=by, **(BRANDING | {"logo": png()} | changes))


def make_invitation(
    organization: Organization,
    role: Role = Role.RESPONDENT,
    *,
    client: Client | None = None,
    email: str | None = None,
) -> services.SentInvitation:
    """Store an invitation; its mail leaves when the test's transaction lets it."""
    with tenancy.enter(organization_id=organization.pk):
        return services.invite_member(
            by=system_actor(organization),
            email=email or f"invited{next(_numbers)}@example.com",
            role=role,
            client_id=client.pk if client else None,
        )


def actor_of(membership: Membership) -> Actor:
    """Return a member as the actor of domain functions."""
    return selectors.membership_actor(membership)


def publish(assessment: Assessment) -> None:
    """Let the client's people see an assessment's results; call inside the tenant."""
    note_publication(assessment=assessment, is_published=True)
    assessment.refresh_from_db(fields=["published_at"])


def load_price_book(*, as_of: date) -> tuple[PriceBook, bool]:
    """Store the installed catalog's prices of a day as a book, as `load_prices` does."""
    return store_price_book(listed=installed_prices(as_of))


def load_latest_framework() -> FrameworkVersion:
    """Store the newest version of the framework that the release carries."""
    row, _ = publish_framework(load_framework())
    return row
