"""A file of usage is taken in, read by a job, stored in cells, and leaves nothing else."""

import contextlib
import gzip
import json
import logging
import os
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from assessments.models import Assessment
from costing.usage import files
from costing.usage import selectors as usage_selectors
from costing.usage import services as usage_services
from costing.usage import views as usage_views
from costing.usage.columns import Columns
from costing.usage.models import UsageCell, UsageImport
from jobs.models import Job, JobState
from jobs.services import cancel_job, claim_job, run_due_jobs, run_job
from organizations import tenancy
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent
from tests.api.callers import caller
from tests.costing.cast import USAGE, import_usage, make_assessment, send_usage
from tests.costing.usage.files import litellm_log
from tests.costing.usage.test_bad_files import FILES, Content
from tests.costing.usage.test_conversion import parquet, workbook
from tests.costing.usage.test_privacy import CANARY, WITH_PERSONS
from tests.world import World

BAD = {name: content for name, (content, _) in FILES.items() if name != "ten million columns"}


# Files go when the transaction that stored what they held is committed.
pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def assessment(world: World) -> Assessment:
    return make_assessment(world.organization, world.client)


def kept_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT, "usage").rglob("*") if path.is_file()]


def rows_of(world: World, model: type) -> list:
    with tenancy.enter(organization_id=world.organization.pk):
        return list(model.objects.all())


def test_a_file_comes_to_cells_by_model_and_hour(world: World, assessment: Assessment) -> None:
    row = import_usage(world.organization, assessment)

    assert (row.state, row.rows, row.good_rows, row.bad_rows) == ("ready", 3, 2, 1)
    assert row.listed_rows == [
        {"line": 4, "row": 3, "reason": "time is not a date or time.", "file": ""}
    ]
    cells = sorted(rows_of(world, UsageCell), key=lambda cell: cell.starts_at)
    assert [
        (cell.model, cell.starts_at.hour, cell.hours, cell.calls, cell.uncached_input)
        for cell in cells
    ] == [("maker:large", 10, 1, 4, 1000), ("maker:small", 11, 1, 1, 500)]
    assert (cells[0].cache_read, cells[0].output, cells[0].billed_usd) == (
        3000,
        800,
        Decimal("0.02"),
    )


def test_the_file_is_gone_when_it_was_read(world: World, assessment: Assessment) -> None:
    sent = send_usage(world.organization, assessment)
    [waiting] = kept_files()
    assert waiting.stat().st_mode & 0o777 == 0o600
    assert "usage.csv" not in str(waiting)

    run_due_jobs()

    assert kept_files() == []
    assert rows_of(world, UsageImport)[0].pk == sent.usage_import.pk
    assert rows_of(world, UsageImport)[0].path == ""


def test_the_same_file_twice_changes_nothing(world: World, assessment: Assessment) -> None:
    first = import_usage(world.organization, assessment)
    before = len(rows_of(world, UsageCell))

    again = send_usage(world.organization, assessment, filename="other-name.csv")
    run_due_jobs()

    assert (again.job, again.usage_import.pk) == (None, first.pk)
    assert len(rows_of(world, UsageImport)) == 1
    assert len(rows_of(world, UsageCell)) == before
    assert kept_files() == []


def test_the_same_file_while_it_is_read_leads_to_that_job(
    world: World, assessment: Assessment
) -> None:
    first = send_usage(world.organization, assessment)

    again = send_usage(world.organization, assessment)

    assert first.job is not None
    assert again.job is not None
    assert again.job.pk == first.job.pk
    assert len(kept_files()) == 1


def test_the_database_refuses_a_second_import_of_a_file(
    world: World, assessment: Assessment
) -> None:
    first = import_usage(world.organization, assessment)
    with tenancy.enter(organization_id=world.organization.pk):
        copy = UsageImport.objects.get(pk=first.pk)
        copy.pk = None
        copy._state.adding = True

        with pytest.raises(IntegrityError, match="one_a_file"), transaction.atomic():
            copy.save(force_insert=True)


def test_another_assessment_has_its_own_import(world: World, assessment: Assessment) -> None:
    other = make_assessment(world.organization, world.client)

    import_usage(world.organization, assessment)
    import_usage(world.organization, other)

    assert len(rows_of(world, UsageImport)) == 2


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_bad_file_leaves_nothing_behind(
    world: World, assessment: Assessment, content: Content
) -> None:
    made = content() if callable(content) else content
    with contextlib.suppress(Invalid):
        send_usage(world.organization, assessment, made)
    # What breaks far into the file is noticed by the job alone.
    run_due_jobs()

    jobs = rows_of(world, Job)
    assert [(job.state, bool(job.error)) for job in jobs] == [(JobState.FAILED, True)] * len(jobs)
    with tenancy.enter(organization_id=world.organization.pk):
        assert usage_selectors.usage_import_failures(assessment) == jobs
    assert rows_of(world, UsageImport) == []
    assert rows_of(world, UsageCell) == []
    assert kept_files() == []


def send_two(world: World, assessment: Assessment, second: bytes, **named: str) -> UsageImport:
    names = ("monday.csv", named.get("name", "tuesday.csv.gz"))
    sent = [
        usage_services.UsageFile(name, [content])
        for name, content in zip(names, (USAGE.encode(), second), strict=True)
    ]
    with tenancy.enter(organization_id=world.organization.pk):
        return usage_services.request_usage_import(
            by=world.actor("owner"), assessment=assessment, sent=sent, next_url=str
        ).usage_import


def test_several_files_are_one_import(world: World, assessment: Assessment) -> None:
    tuesday = gzip.compress(USAGE.replace("11-02T", "11-03T").encode(), mtime=0)
    sent = send_two(world, assessment, tuesday)
    waiting = len(kept_files())
    run_due_jobs()

    again = send_two(world, assessment, tuesday)

    [row] = rows_of(world, UsageImport)
    assert (sent.pk, again.pk, row.is_ready) == (row.pk, row.pk, True)
    assert (waiting, kept_files()) == (2, [])
    assert (row.filename, row.rows, row.good_rows) == ("monday.csv, tuesday.csv.gz", 6, 4)
    assert row.source_title == "2 files: CSV with columns of your own"
    assert [(each["filename"], each["good_rows"]) for each in row.files] == [
        ("monday.csv", 2),
        ("tuesday.csv.gz", 2),
    ]
    assert [bad["file"] for bad in row.listed_rows] == ["monday.csv", "tuesday.csv.gz"]
    assert len(rows_of(world, UsageCell)) == 4


@pytest.mark.parametrize(
    ("second", "named", "reason"),
    [
        (b"nothing", {}, "^tuesday.csv.gz: "),
        (b"", {"name": "b.exe"}, "^b.exe: .*ends in"),
        (b"x" * 300, {}, "^At most 200 MB together"),
    ],
)
def test_one_bad_file_of_several_is_named_and_leaves_nothing_behind(
    world: World,
    assessment: Assessment,
    monkeypatch: pytest.MonkeyPatch,
    second: bytes,
    named: dict[str, str],
    reason: str,
) -> None:
    monkeypatch.setattr(files, "LIMITS", replace(files.LIMITS, upload_bytes=len(USAGE) + 200))

    with pytest.raises(Invalid, match=reason):
        send_two(world, assessment, second, **named)

    assert (kept_files(), rows_of(world, UsageImport)) == ([], [])


def test_a_file_of_another_kind_is_refused_by_its_name(
    world: World, assessment: Assessment
) -> None:
    with pytest.raises(Invalid, match="ends in"):
        send_usage(world.organization, assessment, filename="usage.exe")

    assert kept_files() == []


def test_a_file_beyond_the_bound_leaves_nothing_behind(
    world: World, assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LIMITS", replace(files.LIMITS, upload_bytes=50))

    with pytest.raises(Invalid, match="At most 200 MB"):
        send_usage(world.organization, assessment)

    assert kept_files() == []


def test_stopping_a_running_import_leaves_nothing_behind(
    world: World, assessment: Assessment
) -> None:
    sent = send_usage(world.organization, assessment)
    assert sent.job is not None
    run = claim_job(job_id=sent.job.pk, organization_id=world.organization.pk)
    assert run is not None
    with tenancy.enter(organization_id=world.organization.pk):
        job = cancel_job(by=world.actor("owner"), job=Job.objects.get(pk=sent.job.pk))
        # Back to the queue, so that the worker meets the request to stop at its first step.
        Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, lease_token=None)

    run_job(job_id=sent.job.pk, organization_id=world.organization.pk)

    assert rows_of(world, Job)[0].state == JobState.CANCELLED
    assert (rows_of(world, UsageImport), kept_files()) == ([], [])


def test_an_import_stopped_before_it_began_is_read_when_sent_again(
    world: World, assessment: Assessment
) -> None:
    sent = send_usage(world.organization, assessment)
    with tenancy.enter(organization_id=world.organization.pk):
        cancel_job(by=world.actor("owner"), job=Job.objects.get(pk=sent.job and sent.job.pk))

    row = import_usage(world.organization, assessment)

    assert (row.pk, row.state) == (sent.usage_import.pk, "ready")
    assert kept_files() == []


def test_a_job_that_runs_twice_stores_once(world: World, assessment: Assessment) -> None:
    row = import_usage(world.organization, assessment)
    with tenancy.enter(organization_id=world.organization.pk):
        again = usage_services.store_usage(by=world.actor("owner"), usage_import=row, reading=None)  # type: ignore[arg-type]

    assert again.pk == row.pk
    assert len(rows_of(world, UsageCell)) == 2


def test_archiving_an_import_keeps_it_with_its_cells(world: World, assessment: Assessment) -> None:
    row = import_usage(world.organization, assessment)

    archive_import(world, row)

    assert (len(rows_of(world, UsageImport)), len(rows_of(world, UsageCell))) == (1, 2)
    with tenancy.enter(organization_id=world.organization.pk):
        assert list(usage_selectors.usage_import_list(assessment)) == []
    verbs = [event.verb for event in rows_of(world, AuditEvent) if event.verb.startswith("usage")]
    assert sorted(verbs) == ["usage.imported", "usage.sent", "usage_import.archived"]


def test_an_import_that_is_being_read_is_not_archived(world: World, assessment: Assessment) -> None:
    sent = send_usage(world.organization, assessment)

    with pytest.raises(Conflict):
        archive_import(world, sent.usage_import)
    run_due_jobs()

    with tenancy.enter(organization_id=world.organization.pk):
        [row] = usage_selectors.usage_import_list(assessment)
    assert row.is_ready


def test_a_file_can_be_sent_again_while_its_import_is_archived(
    world: World, assessment: Assessment
) -> None:
    first = import_usage(world.organization, assessment)
    archive_import(world, first)

    second = import_usage(world.organization, assessment)

    assert second.pk != first.pk
    assert second.is_ready
    program = caller(world, "key")
    path = f"/api/v1/organizations/acme/usage-imports/{first.pk}/restore/"
    refused = program.post(path)
    assert refused.status_code == 409
    assert "taken its place" in refused.json()["detail"]
    archive_import(world, second)
    assert program.post(path).status_code == 204


def archive_import(world: World, row: UsageImport) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        usage_services.archive_usage_import(by=world.actor("owner"), usage_import=row)


def test_an_archived_import_is_on_no_page_and_can_be_undone(
    world: World, assessment: Assessment
) -> None:
    row = import_usage(world.organization, assessment)
    consultant, reader = world.login(Browser(), "consultant"), caller(world, "reading_key")
    names = {"org": "acme", "usage_import": row.pk}
    listed = f"/api/v1/organizations/acme/assessments/{assessment.pk}/usage-imports/"

    body = consultant.post(
        reverse("scenarios:usage_import-archive", kwargs=names), follow=True
    ).content.decode()

    restore = reverse("scenarios:usage_import-restore", kwargs=names)
    assert "The usage import “usage.csv” is archived." in body
    assert f'action="{restore}"' in body
    assert ">Undo</button>" in body
    assert "No usage yet" in body
    assert "0 imports" in body
    assert reader.get(listed).json()["results"] == []
    for name in ("usage:usage-import-detail", "usage:usage-reconciliation"):
        assert consultant.get(reverse(name, kwargs=names)).status_code == 404
    back = consultant.post(restore, follow=True).content.decode()
    assert "The usage import “usage.csv” is restored." in back
    assert "Undo" not in back
    assert "1 import" in back
    assert [each["id"] for each in reader.get(listed).json()["results"]] == [str(row.pk)]


def test_old_files_are_swept(world: World, assessment: Assessment) -> None:
    send_usage(world.organization, assessment)
    [path] = kept_files()
    assert files.sweep_uploads() == 0

    os.utime(path, (time.time() - 25 * 3600,) * 2)

    assert files.sweep_uploads() == 1
    assert kept_files() == []


def test_another_organizations_tenant_sees_no_cell(world: World, assessment: Assessment) -> None:
    import_usage(world.organization, assessment)

    with tenancy.enter(organization_id=world.other_organization.pk):
        assert UsageCell.objects.count() == UsageImport.objects.count() == 0
    with tenancy.enter(organization_id=world.organization.pk, client_id=world.sibling_client.pk):
        assert UsageCell.objects.count() == UsageImport.objects.count() == 0


@pytest.mark.parametrize("content", WITH_PERSONS.values(), ids=WITH_PERSONS)
def test_nothing_personal_is_stored_or_logged(
    world: World, assessment: Assessment, content: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    text = content if isinstance(content, str) else json.dumps(content)
    # A second row that is bad by what a person wrote: its reason must not repeat it.
    text += f"\n{CANARY},{CANARY},1,1\n" if isinstance(content, str) else ""

    row = import_usage(world.organization, assessment, text)

    assert row.good_rows == 1
    with tenancy.enter(organization_id=world.organization.pk), connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.tables where table_schema = 'public'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"select count(*) from {table} t where t::text like %s", [f"%{CANARY}%"])
            assert cursor.fetchone() == (0,), table
    statements = "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("django.db")
    )
    assert CANARY not in statements
    assert kept_files() == []


def test_workbooks_and_parquet_are_read_by_the_job_and_broken_ones_leave_nothing(
    world: World, assessment: Assessment, tmp_path: Path
) -> None:
    book = workbook(
        tmp_path / "usage.xlsx",
        ["time", "model", "calls", "input_tokens", "output_tokens"],
        ["2026-11-02T10:00:00Z", "maker:large", 4, 1000, 200],
    )
    query = "SELECT TIMESTAMP '2026-11-02 10:00' AS t, 7 AS input_tokens, 2 AS output_tokens"
    table = parquet(tmp_path / "usage.parquet", query).read_bytes()

    read = import_usage(world.organization, assessment, book.read_bytes(), filename="u.xlsx")
    named = import_usage(
        world.organization, assessment, table, filename="u.parquet", columns=Columns(time="t")
    )
    for name in ("v.xlsx", "v.parquet", "w.parquet"):
        # Half a file; and one whose time nobody named: the job alone can tell.
        content = table if name.startswith("w") else name.encode()
        sent = send_usage(world.organization, assessment, content + b" ", filename=name)
        assert sent.job is not None
    run_due_jobs()

    assert (read.source, read.good_rows, read.use.calls, read.use.input_tokens) == (
        "csv",
        1,
        4,
        1000,
    )
    assert (named.use.calls, named.use.input_tokens, named.columns["input"]) == (
        1,
        7,
        "input_tokens",
    )
    failed = [job.error for job in rows_of(world, Job) if job.state == JobState.FAILED]
    assert sorted(error[:38] for error in failed) == [
        "This file cannot be read as Parquet, o",
        "This file cannot be read as Parquet, o",
        "This file cannot be read as an XLSX wo",
    ]
    assert kept_files() == []


def test_a_gzipped_file_is_read(world: World, assessment: Assessment) -> None:
    row = import_usage(
        world.organization, assessment, gzip.compress(USAGE.encode()), filename="usage.csv.gz"
    )

    assert row.good_rows == 2


def test_pages_lead_from_the_file_to_its_figures(world: World, assessment: Assessment) -> None:
    browser = world.login(Browser(), "consultant")
    names = {"org": world.organization.slug, "assessment": assessment.pk}
    upload = SimpleUploadedFile("logs.json", json.dumps([litellm_log()]).encode())

    sent = browser.post(reverse("usage:usage-import-create", kwargs=names), {"file": upload})
    run_due_jobs()
    progress = browser.get(sent["Location"])
    [row] = rows_of(world, UsageImport)
    page = browser.get(
        reverse(
            "usage:usage-import-detail",
            kwargs={"org": world.organization.slug, "usage_import": row.pk},
        )
    )

    assert sent.status_code == 302
    assert f"/usage-imports/{row.pk}/" in progress.content.decode()
    assert "LiteLLM spend logs" in page.content.decode()
    assert "70 %" in page.content.decode()


def test_page_and_api_show_the_first_rows_and_keep_nothing(
    world: World, assessment: Assessment, tmp_path: Path
) -> None:
    browser, program = world.login(Browser(), "consultant"), caller(world, "key")
    names = {"org": world.organization.slug, "assessment": assessment.pk}
    path = reverse("usage:usage-import-preview", kwargs=names)
    days = "day;model;calls;input_tokens;output_tokens\n13.11.2026;maker:large;1.000;5;2\n"
    query = "SELECT TIMESTAMP '2026-11-02 10:00' AS time, 7 AS input_tokens, 2 AS output_tokens"
    table = parquet(tmp_path / "usage.parquet", query).read_bytes()

    page = browser.post(path, {"file": SimpleUploadedFile("a.csv", days.encode())})
    refused = browser.post(path, {"file": SimpleUploadedFile("a.csv", b"when,in\n1,2\n")})
    api = program.post_form(
        f"/api/v1/organizations/acme/assessments/{assessment.pk}/usage-previews/",
        {"file": SimpleUploadedFile("a.parquet", table)},
    )

    body = page.content.decode()
    assert (page.status_code, refused.status_code, api.status_code) == (200, 422, 200)
    for text in ("1.234,5", "02.11.2026 or 2/11/2026", "13 Nov 2026, all day", ">1,000<"):
        assert text in body
    assert "Say which column." in refused.content.decode()
    assert (api.json()["numbers"], api.json()["rows"][0]["tokens"]["uncached_input"]) == (
        "plain",
        7,
    )
    assert (rows_of(world, UsageImport), kept_files()) == ([], [])


def test_imports_are_merged_by_a_job_from_page_and_api(
    world: World, assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = import_usage(world.organization, make_assessment(world.organization, world.client))
    first = import_usage(world.organization, assessment)
    # The same 10 o'clock again, fuller; and an hour of its own.
    more = USAGE.replace("10:10:00Z,maker:large,4", "10:10:00Z,maker:large,6").replace("11:", "12:")
    second = import_usage(world.organization, assessment, more, filename="more.csv")
    browser, program = world.login(Browser(), "consultant"), caller(world, "key")
    names = {"org": world.organization.slug, "assessment": assessment.pk}
    api = f"/api/v1/organizations/acme/assessments/{assessment.pk}/usage-merges/"
    ids = [str(first.pk), str(second.pk)]

    # Also those that another page of the list has.
    monkeypatch.setattr(usage_views, "IMPORTS_A_PAGE", 1)
    page = browser.get(reverse("usage:usage-import-list", kwargs=names)).content.decode()
    sent = browser.post(
        reverse("usage:usage-import-merge", kwargs=names), {"imports": ids, "overlap": "added"}
    )
    alone = browser.post(
        reverse("usage:usage-import-merge", kwargs=names), {"imports": ids[:1], "overlap": "once"}
    )
    asked = program.post(api, {"imports": ids, "overlap": "once"})
    refused = [
        program.post(api, {"imports": wrong, "overlap": "once"}).json()["fields"]
        for wrong in ([ids[0], str(other.pk)], [ids[0], ids[0]])
    ]
    run_due_jobs()
    again = program.post(api, {"imports": ids, "overlap": "once"})

    assert [f'value="{pk}"' in page for pk in ids] == [True, True]
    assert "more.csv (2 Nov 2026 – 2 Nov 2026)" in page
    assert (sent.status_code, alone.status_code, asked.status_code) == (302, 422, 202)
    assert [list(fields) for fields in refused] == [["imports"], ["imports"]]
    assert (again.status_code, again.json()["merged_from"]) == (200, sorted(ids))
    rows = {row.overlap: row for row in rows_of(world, UsageImport) if row.merged_from}
    # 4 + 1 and 6 + 1 calls; the hour with 4 of them is the one with 6.
    assert (rows["added"].use.calls, rows["once"].use.calls) == (12, 8)
    assert (rows["once"].source_title, rows["once"].rows) == ("Merged from 2 files", 6)
    assert list(rows["once"].left_out.values()) == [1]
    detail = {"org": "acme", "usage_import": rows["once"].pk}
    assert (
        "Merged from 2 files"
        in browser.get(reverse("usage:usage-import-detail", kwargs=detail)).content.decode()
    )


def test_a_refused_file_says_why_on_the_page(world: World, assessment: Assessment) -> None:
    browser = world.login(Browser(), "consultant")
    names = {"org": world.organization.slug, "assessment": assessment.pk}
    path = reverse("usage:usage-import-create", kwargs=names)

    picture = browser.post(path, {"file": SimpleUploadedFile("a.csv", b"\x89PNG\r\n\x1a\n\0")})
    unknown = browser.post(path, {"file": SimpleUploadedFile("a.csv", b"when,in,out\n1,2,3\n")})
    nothing = browser.post(path, {})

    assert (picture.status_code, unknown.status_code, nothing.status_code) == (422, 422, 422)
    assert "not text in UTF-8" in picture.content.decode()
    assert "The file has: when, in, out." in unknown.content.decode()
    assert unknown.content.decode().count("Say which column.") >= 3


def test_a_page_takes_the_columns_that_a_person_names(world: World, assessment: Assessment) -> None:
    browser = world.login(Browser(), "consultant")
    names = {"org": world.organization.slug, "assessment": assessment.pk}
    upload = SimpleUploadedFile("a.csv", b"when,in,out\n2026-11-02T10:00:00Z,2,3\n")
    given = {"file": upload, "time": "when", "input": "in", "output": "out", "cached": "beside"}

    response = browser.post(reverse("usage:usage-import-create", kwargs=names), given)
    run_due_jobs()

    assert response.status_code == 302
    assert rows_of(world, UsageImport)[0].good_rows == 1


def test_pages_take_few_queries(
    world: World, assessment: Assessment, django_assert_max_num_queries: object
) -> None:
    browser = world.login(Browser(), "viewer")
    for number in range(6):
        row = import_usage(world.organization, assessment, USAGE + "\n" * number)
    names = {"org": world.organization.slug}
    one = reverse("usage:usage-import-detail", kwargs={**names, "usage_import": row.pk})
    many = reverse("usage:usage-import-list", kwargs={**names, "assessment": assessment.pk})

    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert browser.get(many).status_code == 200
    # One for the newest book, whose prices say what runs today.
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert browser.get(one).status_code == 200
    browser = world.login(Browser(), "consultant")
    # The scenarios to choose from, too.
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert browser.get(one).status_code == 200
