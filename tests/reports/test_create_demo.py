"""`manage.py create_demo`: the whole job through the services; a second run changes nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from costing.catalog.documents import read_document
from costing.scenarios.models import EconomicsResult
from jobs.models import Job
from organizations import tenancy
from organizations.models import AuditEvent, Membership, User
from organizations.permissions import Role
from organizations.selectors import membership_find
from reports.demo.creation import FILE, PASSWORD, PEOPLE, SLUG
from reports.documents.assess_file import parse_assess_file
from reports.models import Deliverable, Snapshot
from tests.factories import load_latest_framework, load_price_book


def run() -> str:
    out = StringIO()
    call_command("create_demo", stdout=out)
    return out.getvalue()


@pytest.fixture
def loaded(committed_db: None) -> None:
    """The framework and the prices that the demo's date asks for."""
    load_latest_framework()
    load_price_book(as_of=parse_assess_file(read_document(str(FILE))).as_of)


@pytest.fixture
def demo(loaded: None) -> str:
    """What the first run printed."""
    return run()


def organization_id() -> object:
    owner = User.objects.get(email=PEOPLE[Role.OWNER][0])
    membership = membership_find(user_id=owner.pk, organization_slug=SLUG)
    assert membership is not None
    return membership.organization_id


def test_create_demo_prints_scores_economics_files_and_logins(demo: str) -> None:
    with tenancy.enter(organization_id=organization_id()):
        paths = [Path(settings.MEDIA_ROOT) / each.path for each in Deliverable.objects.all()]
    lines = [" ".join(line.split()) for line in demo.splitlines()]

    expected = ["Overall 1.7 Emerging", "Caching, routing, semantic cache 13,889"]
    expected += [f"{role.value} {email}" for role, (email, _) in PEOPLE.items()]
    assert [line for line in expected if line not in lines] == []
    assert PASSWORD in demo
    assert [path for path in paths if str(path) not in demo or not path.is_file()] == []
    assert sorted(path.suffix for path in paths) == [".docx", ".pdf", ".pdf", ".xlsx", ".zip"]


def test_create_demo_again_changes_nothing(demo: str) -> None:
    def state() -> list[object]:
        models = (Membership, AuditEvent, Job, EconomicsResult, Snapshot, Deliverable)
        with tenancy.enter(organization_id=organization_id()):
            return [sorted(str(row) for row in model.objects.values()) for model in models]

    before, files = state(), sorted(Path(settings.MEDIA_ROOT).rglob("*.pdf"))

    again = run()

    assert state() == before
    assert sorted(Path(settings.MEDIA_ROOT).rglob("*.pdf")) == files
    assert again.splitlines()[-5:] == demo.splitlines()[-5:]


def test_create_demo_lets_everybody_sign_in_and_names_pages_that_open(demo: str) -> None:
    """One demo for both: making it takes longer than all that is asked of it."""
    lines = demo.partition("Pages, below")[2].partition("\n\n")[0].splitlines()[1:]
    browsers = {role: Browser() for role in Role}
    owner = browsers[Role.OWNER]

    signed_in = {}
    for role, browser in browsers.items():
        email, _ = PEOPLE[role]
        answer = browser.post("/accounts/login/", {"login": email, "password": PASSWORD})
        own = str(User.objects.get(email=email).pk)
        signed_in[role] = (answer.status_code, browser.session["_auth_user_id"] == own)
    statuses = {line.split()[-1]: owner.get(line.split()[-1]).status_code for line in lines}

    assert signed_in == dict.fromkeys(Role, (302, True))
    assert len(statuses) == 9
    assert set(statuses.values()) == {200}


def test_create_demo_in_production_is_refused(
    loaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MODE", "production")

    with pytest.raises(CommandError, match="public passwords"):
        run()

    assert User.objects.count() == 0
