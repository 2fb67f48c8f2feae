"""Nobody waits for the mail server: what it refuses is sent later, once, and people see it wait."""

import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from organizations import services, tenancy
from organizations.models import OutgoingMail
from organizations.permissions import Role
from organizations.services.outbox import queue_mail, send_due_mail
from tests import factories
from tests.api.callers import caller, firm
from tests.guarantees.smtp import MailServer
from tests.world import World

SIGN_UP = {
    "name": "Fay Founder",
    "organization": "Founders",
    "email": "fay@founder.example",
    "password1": "a new long password",
}


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """A mail server that refuses until it is told otherwise."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = False
        settings.EMAIL_TIMEOUT = 60
        yield server


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port that nobody listens on, and that nobody else can take."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])


def later(server: MailServer, hours: int = 1) -> list[str]:
    """Send what is due after a while; return all that the server has taken."""
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        send_due_mail()
    return server.received


def recipients(server: MailServer) -> list[str]:
    """Whom mail reached."""
    found = (re.search(r"^To: (\S+)", text, re.MULTILINE) for text in server.received)
    return sorted(each[1] for each in found if each)


def invite(world: World) -> int:
    """Invite somebody from the page."""
    url = reverse("organizations:invitation-create", args=[world.organization.slug])
    data = {"email": "page@example.com", "role": "viewer", "client": str(world.client.pk)}
    return world.login(Browser(), "owner").post(url, data).status_code


def invite_by_program(world: World) -> int:
    """Invite somebody by the API."""
    body = {"email": "api@example.com", "role": "viewer", "client": str(world.client.pk)}
    program = caller(world, "key")
    OutgoingMail.objects.all().delete()  # the mail that tells of the key
    return program.post(firm(world, "invitations/"), body).status_code


def ask_for_a_password(email: str) -> Callable[[World], int]:
    """Ask for a new password."""
    url = "/accounts/password/reset/"
    return lambda world: Browser().post(url, {"email": email}).status_code


def sign_up(world: World) -> int:
    """Sign up."""
    return Browser().post("/accounts/signup/", SIGN_UP).status_code


ACTS: dict[str, tuple[Callable[[World], int], int, str]] = {
    "sign-up": (sign_up, 302, "fay@founder.example"),
    "password": (ask_for_a_password("viewer@acme.example"), 302, "viewer@acme.example"),
    "no account": (ask_for_a_password("nobody@acme.example"), 302, "nobody@acme.example"),
    "invitation": (invite, 302, "page@example.com"),
    "invitation by API": (invite_by_program, 201, "api@example.com"),
}


@pytest.mark.parametrize("listens", [True, False])
@pytest.mark.parametrize("name", ACTS)
def test_mail_that_is_refused_fails_no_request_and_is_sent_later(
    world: World,
    server: MailServer,
    settings: Settings,
    unused_port: int,
    name: str,
    listens: bool,
) -> None:
    act, status, email = ACTS[name]
    settings.EMAIL_PORT = server.port if listens else unused_port

    outcome = act(world)
    send_due_mail()
    before = [*server.received]
    settings.EMAIL_PORT, server.refuses = server.port, False
    later(server)
    later(server, hours=2)

    assert outcome == status
    assert before == []
    assert recipients(server) == [email]
    assert OutgoingMail.objects.count() == 0


def test_members_page_says_what_waits_and_what_was_sent(world: World, server: MailServer) -> None:
    invite(world)
    send_due_mail()
    page = reverse("organizations:member-list", args=[world.organization.slug])
    browser = world.login(Browser(), "owner")

    waiting = browser.get(page).content.decode()
    server.refuses = False
    later(server)
    sent = browser.get(page).content.decode()

    assert "Waiting to be sent" in waiting
    assert "Waiting to be sent" not in sent
    assert re.search(r'data-label="Mail">Sent ', sent)


def test_an_invitation_that_ended_while_its_mail_waited_sends_none(
    world: World, server: MailServer
) -> None:
    revoked = factories.make_invitation(world.organization, Role.CONSULTANT)
    resent = factories.make_invitation(world.organization, Role.CONSULTANT, email="r@example.com")
    with tenancy.enter(organization_id=world.organization.pk):
        by = world.actor("owner")
        services.revoke_invitation(by=by, invitation=revoked.invitation)
        again = services.resend_invitation(by=by, invitation=resent.invitation)
    server.refuses = False

    [text] = later(server)

    assert "r@example.com" in text
    assert again.url in text.replace("=\r\n", "")


def test_what_waits_is_readable_to_nobody(world: World, server: MailServer) -> None:
    sent = factories.make_invitation(world.organization, Role.CONSULTANT, email="r@example.com")

    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(m)::text from organizations_outgoingmail m")
        [(row,)] = cursor.fetchall()

    assert sent.url.rstrip("/").rsplit("/", 1)[-1] not in row
    assert "r@example.com" not in row
    assert "invites" not in row


def test_many_workers_send_each_mail_once(committed_db: None, server: MailServer) -> None:
    for number in range(12):
        queue_mail(EmailMessage("Hello", "There", to=[f"p{number:02}@example.com"]))
    server.refuses = False

    def work(_: int) -> None:
        send_due_mail()
        connection.close()

    with ThreadPoolExecutor(6) as workers:
        list(workers.map(work, range(6)))
    send_due_mail()

    assert recipients(server) == [f"p{number:02}@example.com" for number in range(12)]


def test_mail_that_nobody_takes_for_a_week_is_dropped(
    db: None, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    queue_mail(EmailMessage("Hello", "There", to=["p@example.com"]))

    later(server, hours=24 * 6)
    kept = OutgoingMail.objects.count()
    later(server, hours=24 * 7 + 1)

    assert (kept, OutgoingMail.objects.count()) == (1, 0)
    assert "dropped" in caplog.text
    assert "p@example.com" not in caplog.text


def test_mail_carries_one_id_however_often_it_is_tried(db: None, server: MailServer) -> None:
    queue_mail(EmailMessage("Hello", "There", to=["p@example.com"]))
    server.refuses = False

    [text] = later(server)

    assert len(re.findall(r"^Message-ID: <\S+@crossover\.example>", text, re.MULTILINE)) == 1
