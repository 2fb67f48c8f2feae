"""A fixed cast for tests: two firms, in the first one two clients, and a person for every role."""

from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.test import Client as Browser

from organizations import tenancy
from organizations.models import Client, Membership, Organization, User
from organizations.permissions import Actor, Role
from organizations.selectors import membership_actor
from tests import factories


@dataclass
class World:
    """Who there is.

    Acme (a firm) assesses Northwind and Southwind (its clients). Rival is another firm with the
    client Eastwind. `people` maps a principal's name to the membership.
    """

    organization: Organization
    client: Client
    sibling_client: Client
    other_organization: Organization
    other_client: Client
    people: dict[str, Membership] = field(default_factory=dict)
    # Of people who are signed in already, the session for the first browser.
    sessions: dict[str, str] = field(default_factory=dict)
    # Of programs whose keys are stored already, the secret.
    keys: dict[str, str] = field(default_factory=dict)
    # What the tests of a module share beyond the cast: a client's rows by kind.
    things: dict[UUID, dict[str, UUID]] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Return a member as the actor of domain functions."""
        return membership_actor(self.people[name])

    def login(self, browser: Browser, name: str) -> Browser:
        """Sign a member in and return the browser."""
        if name in self.sessions:
            browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions.pop(name)
            browser.session.load()  # as any page before this one did
        else:
            browser.force_login(self.people[name].user)
        return browser

    def sign_in_all(self) -> None:
        """Begin a session for everybody, to be handed out by `login`; it counts as no sign-in."""
        begun = {name: self.login(Browser(), name).session.session_key for name in self.people}
        User.objects.update(last_login=None)
        for membership in self.people.values():
            membership.user.last_login = None
        self.sessions = begun


def build_world() -> World:
    """Store the cast."""
    acme = factories.make_organization("acme", owner=factories.make_user("owner@acme.example"))
    rival = factories.make_organization("rival", owner=factories.make_user("owner@rival.example"))
    northwind = factories.make_client(acme, "Northwind")
    southwind = factories.make_client(acme, "Southwind")
    eastwind = factories.make_client(rival, "Eastwind")
    world = World(acme, northwind, southwind, rival, eastwind)
    cast = [
        ("consultant", acme, Role.CONSULTANT, None),
        ("respondent", acme, Role.RESPONDENT, northwind),
        ("viewer", acme, Role.VIEWER, northwind),
        ("other_client_respondent", acme, Role.RESPONDENT, southwind),
        ("other_client_viewer", acme, Role.VIEWER, southwind),
        ("other_firm_consultant", rival, Role.CONSULTANT, None),
    ]
    for name, organization, role, client in cast:
        email = f"{name.replace('_', '-')}@{organization.slug}.example"
        world.people[name] = factories.make_member(organization, role, client=client, email=email)
    world.people["owner"] = _owner_of(acme)
    world.people["other_firm_owner"] = _owner_of(rival)
    return world


def _owner_of(organization: Organization) -> Membership:
    with tenancy.enter(organization_id=organization.pk):
        return Membership.objects.select_related("user").get(role=Role.OWNER.value)
