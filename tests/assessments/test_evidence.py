"""F1: evidence is added with the right to answer, and handed out by the app alone."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser

from assessments import selectors, services
from assessments.models import Assessment, Evidence
from organizations.exceptions import Conflict, Invalid, Missing
from organizations.models import AuditEvent
from tests.assessments.cast import YES, answer_url, assess, enter, make_assessment, url
from tests.world import World

CSV = b"day,tokens\n2026-11-01,12\n"
HTMX = {"HX-Request": "true"}
QUESTION = {"kind": "check", "key": "token_logging"}


def files() -> list[Path]:
    """Return all files of the folder."""
    return [path for path in Path(settings.MEDIA_ROOT, "evidence").rglob("*") if path.is_file()]


def add_file(world: World, assessment: Assessment, filename: str = "tokens.csv") -> Evidence:
    """Add the file as the respondent."""
    with enter(world):
        return services.add_file(
            by=world.actor("respondent"),
            assessment=assessment,
            filename=filename,
            content=CSV,
            **QUESTION,
        )


@transaction.atomic
def move(evidence: Evidence, assessment: Assessment) -> None:
    """Point a row at another assessment, past all services."""
    Evidence.objects.filter(pk=evidence.pk).update(assessment_id=assessment.pk)
    connection.check_constraints()


def create_url(world: World, assessment: Assessment) -> str:
    """Return the path that evidence of the first question is sent to."""
    return url("evidence-create", world, assessment=assessment.pk, **QUESTION)


def test_file_lies_whole_under_a_random_name_outside_of_the_web_root(world: World) -> None:
    assessment = assess(world)

    evidence = add_file(world, assessment, "../../Token bill.csv")

    with enter(world):
        event = AuditEvent.objects.get(subject_id=evidence.pk)
    assert (evidence.filename, evidence.size_bytes) == ("Token bill.csv", len(CSV))
    assert files() == [Path(settings.MEDIA_ROOT, "evidence") / evidence.path]
    assert files()[0].read_bytes() == CSV
    assert "Token" not in evidence.path
    assert files()[0].stat().st_mode & 0o777 == 0o600
    assert (event.verb, event.actor_id) == ("evidence.added", world.people["respondent"].user_id)


def test_download_is_an_attachment_that_nobody_sniffs_or_keeps(
    world: World, client: Browser
) -> None:
    evidence = add_file(world, assess(world), 'Bill "Ä".csv')

    response = world.login(client, "viewer").get(
        url("evidence-download", world, evidence=evidence.pk)
    )

    assert response.content == CSV
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Bill%20%22%C3%84%22.csv"
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_file_is_nowhere_on_the_web_but_behind_its_row(world: World, client: Browser) -> None:
    evidence = add_file(world, assess(world))
    browser = world.login(client, "owner")
    paths = [f"/{root}/{evidence.path}" for root in ("evidence", "media", "static", "files")]

    statuses = [browser.get(path).status_code for path in paths]

    assert statuses == [404] * 4


def test_link_of_a_row_is_no_file(world: World, client: Browser) -> None:
    assessment = assess(world)
    with enter(world):
        link = services.add_link(
            by=world.actor("respondent"),
            assessment=assessment,
            url="https://wiki.example/a?b=%3Cc%3E",
            **QUESTION,
        )

    response = world.login(client, "owner").get(url("evidence-download", world, evidence=link.pk))

    assert response.status_code == 404
    assert link.url == "https://wiki.example/a?b=%3Cc%3E"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt://x.example/%0aalert(1)",
        "data:text/html,x",
        "ftp://files.example/",
        "file:///etc/passwd",
        "//wiki.example/",
        "wiki.example",
        "https://",
        "https://[broken",
        "https://user:secret@wiki.example/",
        "https://wiki.example/a b",
        "https://wiki.example/\u202e",
        "https://wiki.example/\0",
        f"https://wiki.example/{'x' * 2000}",
    ],
)
def test_other_link_is_refused(world: World, address: str) -> None:
    assessment = assess(world)

    with enter(world), pytest.raises(Invalid) as caught:
        services.add_link(
            by=world.actor("respondent"), assessment=assessment, url=address, **QUESTION
        )

    assert list(caught.value.fields) == ["url"]


def test_deleted_evidence_takes_its_file_along(committed_db: None, world: World) -> None:
    assessment = assess(world)
    evidence = add_file(world, assessment)

    with enter(world):
        services.delete_evidence(
            by=world.actor("respondent"), evidence=selectors.evidence_get(evidence.pk)
        )
        verbs = set(
            AuditEvent.objects.filter(subject_id=evidence.pk).values_list("verb", flat=True)
        )

    with enter(world):
        assert list(selectors.evidence_list(assessment)) == []
    assert files() == []
    assert verbs == {"evidence.added", "evidence.deleted"}


def test_evidence_of_fixed_answers_stays_as_it_is(world: World) -> None:
    assessment, by = assess(world, gateway=YES), world.actor("respondent")
    evidence = add_file(world, assessment)
    with enter(world):
        services.submit_assessment(by=by, assessment=assessment)

    with pytest.raises(Conflict, match="was submitted"):
        add_file(world, assessment)
    with enter(world), pytest.raises(Conflict, match="was submitted"):
        services.delete_evidence(by=by, evidence=selectors.evidence_get(evidence.pk))

    assert files() == [Path(settings.MEDIA_ROOT, "evidence") / evidence.path]


def test_evidence_is_bounded_and_belongs_to_a_question_that_is_asked(world: World) -> None:
    assessment, by = assess(world), world.actor("respondent")
    place = {"by": by, "assessment": assessment, "url": "https://wiki.example/"}

    with enter(world):
        for _ in range(20):
            services.add_link(**place, **QUESTION)
    with enter(world), pytest.raises(Invalid, match="At most 20"):
        services.add_link(**place, **QUESTION)
    with enter(world), pytest.raises(Missing):
        services.add_link(**place, kind="check", key="weather")


def test_database_refuses_evidence_of_a_siblings_assessment(world: World) -> None:
    sibling = make_assessment(world.organization, world.sibling_client)
    evidence = add_file(world, assess(world))

    with enter(world), pytest.raises(IntegrityError, match="assessment_id_same_tenant"):
        move(evidence, sibling)


def test_evidence_changes_no_score(world: World) -> None:
    assessment = assess(world, token_logging=YES)
    with enter(world):
        before = selectors.scores_compute(assessment)

    add_file(world, assessment)

    with enter(world):
        assert selectors.scores_compute(assessment) == before


def test_respondent_adds_and_removes_on_the_card(world: World, client: Browser) -> None:
    assessment = assess(world)
    browser = world.login(client, "respondent")
    upload = SimpleUploadedFile("<b>bill</b>.csv", CSV, content_type="text/html")

    added = browser.post(create_url(world, assessment), {"file": upload}, headers=HTMX)
    with enter(world):
        evidence = selectors.evidence_list(assessment).get()
    removed = browser.post(
        url("evidence-delete", world, evidence=evidence.pk), headers=HTMX
    ).content.decode()

    body = added.content.decode()
    assert added.status_code == 200
    assert body.lstrip().startswith('<div class="stack stack-tight" id="question-check-token')
    assert "b&gt;.csv</a>" in body
    assert "<b>" not in body
    assert evidence.content_type == "text/csv; charset=utf-8"
    assert ".csv</a>" not in removed


def test_without_javascript_the_page_comes_back(world: World, client: Browser) -> None:
    assessment = assess(world)
    browser = world.login(client, "respondent")
    page = url("questionnaire", world, assessment=assessment.pk)

    added = browser.post(create_url(world, assessment), {"url": "https://wiki.example/bill"})
    refused = browser.post(create_url(world, assessment), {"url": "javascript:alert(1)"})
    shown = browser.get(page).content.decode()

    assert (added.status_code, added["Location"]) == (302, f"{page}#question-check-token_logging")
    assert refused.status_code == 422
    assert "The evidence was not added" in refused.content.decode()
    assert "starts with https://" in refused.content.decode()
    assert '<a href="https://wiki.example/bill" rel="noopener noreferrer nofollow"' in shown
    assert "javascript:alert" not in shown


@pytest.mark.parametrize(
    ("upload", "reason"),
    [
        (SimpleUploadedFile("a.csv", b"MZ\x90\x00"), "kind of file is not accepted"),
        (SimpleUploadedFile("a.csv", b"x" * (10 * 1024 * 1024 + 1)), "At most 10 MB"),
        (None, "Give a link, or choose a file"),
    ],
)
def test_refused_file_says_why_on_the_card(
    world: World, client: Browser, upload: SimpleUploadedFile | None, reason: str
) -> None:
    assessment = assess(world)

    response = world.login(client, "respondent").post(
        create_url(world, assessment), {"file": upload} if upload else {}, headers=HTMX
    )

    assert response.status_code == 422
    assert reason in response.content.decode()
    assert files() == []


def test_viewer_reads_evidence_and_is_offered_no_form(world: World, client: Browser) -> None:
    assessment = assess(world)
    add_file(world, assessment)

    body = (
        world.login(client, "viewer")
        .get(url("questionnaire", world, assessment=assessment.pk))
        .content.decode()
    )

    assert "tokens.csv</a>" in body
    assert "Add the evidence" not in body
    assert ">Remove<" not in body


def test_saved_card_keeps_the_evidence_block(world: World, client: Browser) -> None:
    assessment = assess(world)
    add_file(world, assessment)

    response = world.login(client, "respondent").post(
        answer_url(world, assessment), {"version": 0, "answer": "yes"}, headers=HTMX
    )

    body = response.content.decode()
    assert response.status_code == 200
    assert 'id="question-check-token_logging-evidence" hx-preserve="true"' in body
    assert "tokens.csv" not in body  # htmx leaves the page's own block in its place
