"""Fills a fresh database with the fixed cast, and prints who may ask what as JSON."""

import json
from importlib import import_module

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.middleware.csrf import _get_new_csrf_string  # noqa: E402

from tests import factories  # noqa: E402
from tests.api.callers import make_key  # noqa: E402
from tests.costing.cast import make_scenario  # noqa: E402
from tests.world import build_world  # noqa: E402


def main() -> None:
    """Store the cast; print the session, the key and what the paths need."""
    world = build_world()
    scenario = make_scenario(world.organization, world.client)
    person = world.people["consultant"].user
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    cast = {
        "organization": world.organization.slug,
        "scenario": str(scenario.pk),
        "session": session.session_key,
        "csrf": _get_new_csrf_string(),
        "key": make_key(world, scopes=["read", "write"]),
        "email": person.email,
        "password": factories.PASSWORD,
    }
    print(json.dumps(cast))


if __name__ == "__main__":
    main()
