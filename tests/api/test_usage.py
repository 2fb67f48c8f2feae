"""Usage over the API: a file in, a job, figures out; the same functions as the pages'."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from assessments.models import Assessment
from jobs.services import run_due_jobs
from organizations import tenancy
from organizations.models import AuditEvent
from tests.costing.cast import USAGE, make_assessment, make_price_book
from tests.world import World


def send(world: World, assessment: Assessment, content: str = USAGE, **fields: Any) -> Any:
    browser = world.login(Browser(), "consultant")
    path = f"/api/v1/organizations/acme/assessments/{assessment.pk}/usage-imports/"
    return browser.post(path, {"file": SimpleUploadedFile("u.csv", content.encode()), **fields})


def read(world: World, path: str) -> Any:
    return world.login(Browser(), "viewer").get(path)


def test_a_file_goes_in_and_its_figures_come_out(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)

    sent = send(world, assessment)
    run_due_jobs()
    job = read(world, sent["Location"]).json()
    path = f"/api/v1/organizations/acme/usage-imports/{job['subject_id']}/"
    row, figures = read(world, path).json(), read(world, f"{path}figures/").json()
    bad = read(world, f"{path}bad-rows/").json()

    assert (sent.status_code, job["state"]) == (202, "done")
    assert (row["format"], row["good_rows"], row["bad_rows"]) == ("csv", 2, 1)
    assert figures["total"]["tokens"] == {
        "uncached_input": 1500,
        "cache_read": 3000,
        "cache_write_5m": 0,
        "cache_write_1h": 0,
        "output": 900,
    }
    # 3000 of 4500 input tokens; 5 calls on a Monday, as many on five to seven days a week:
    # 5 × 6 × 730 / 168.
    assert round(figures["cache_read_ratio"], 4) == 0.6667
    assert figures["proposal"]["workload"]["requests_per_month"] == 130.36
    assert bad == {
        "total": 1,
        "results": [{"line": 4, "row": 3, "reason": "time is not a date or time.", "file": ""}],
    }


def test_the_same_file_again_answers_with_the_import(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    send(world, assessment)
    run_due_jobs()

    again = send(world, assessment)

    assert again.status_code == 200
    assert again.json()["url"] == again["Location"]


def test_several_files_are_one_import_and_the_first_is_shown_before(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)

    def files() -> list[SimpleUploadedFile]:
        days = (USAGE, USAGE.replace("11-02T", "11-03T"))
        return [SimpleUploadedFile(f"{n}.csv", day.encode()) for n, day in enumerate(days)]

    path = f"/api/v1/organizations/acme/assessments/{assessment.pk}/usage-"
    firm = world.login(Browser(), "consultant")
    shown = firm.post(f"{path}previews/", {"file": files()}).json()
    sent = firm.post(f"{path}imports/", {"file": files()})
    run_due_jobs()
    [row] = read(world, f"{path}imports/").json()["results"]
    none, many, page = (
        firm.post(f"{path}imports/", {"format": ""}),
        firm.post(f"{path}imports/", {"file": [each for _ in range(11) for each in files()]}),
        firm.post(f"/o/acme/assessments/{assessment.pk}/usage/preview/", {"file": files()}),
    )

    assert (shown["filename"], shown["files"], len(shown["rows"])) == ("0.csv", 2, 3)
    assert (sent.status_code, row["filename"], row["good_rows"]) == (202, "0.csv, 1.csv", 4)
    assert [(each["filename"], each["format"], each["rows"]) for each in row["files"]] == [
        ("0.csv", "csv", 3),
        ("1.csv", "csv", 3),
    ]
    assert [(each.status_code, [*each.json()["fields"]]) for each in (none, many)] == [
        (422, ["file"])
    ] * 2
    assert "How 0.csv, the first of 2 files, is read" in page.content.decode()


def test_usage_is_split_and_becomes_applications(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    make_price_book()
    split = "time,model,team,input_tokens,output_tokens\n" + "".join(
        f"2026-11-0{day}T10:00:00Z,maker:large,{team},1000,100\n"
        for day in range(2, 9)
        for team in ("Chat", "Chat", "Search")
    )

    sent = send(world, assessment, split, split_by="application")
    run_due_jobs()
    unsplit = send(world, assessment, split)
    path = f"/api/v1/organizations/acme/usage-imports/{sent.json()['subject_id']}/"
    figures = read(world, f"{path}figures/").json()
    body = {"model": "maker:large", "by_group": True}
    firm = world.login(Browser(), "consultant")
    made = firm.post(f"{path}scenarios/", body, content_type="application/json").json()
    refused = send(world, assessment, USAGE, split_by="application")

    assert [(each["group"], each["calls"]) for each in figures["groups"]] == [
        ("Chat", 14),
        ("Search", 7),
    ]
    assert read(world, path).json()["split_by"] == "application"
    # Split in another way it is another import.
    assert unsplit.status_code == 202
    # 2 calls a day are 14 a week: 14 × 730 / 168.
    assert [
        (each["key"], each["workload"]["requests_per_month"])
        for each in made["document"]["applications"]
    ] == [("chat", 60.83), ("search", 30.42)]
    assert (refused.status_code, sorted(refused.json()["fields"])) == (422, ["file", "group"])


def test_errors_are_named_by_their_fields(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)

    columns = send(world, assessment, "when,in,out\n1,2,3\n")
    unknown = send(world, assessment, surprise="1", format="parquet")

    assert (columns.status_code, unknown.status_code) == (422, 422)
    assert sorted(columns.json()["fields"]) == ["file", "input", "output", "time"]
    assert sorted(unknown.json()["fields"]) == ["format", "surprise"]


def test_figures_of_a_file_that_was_not_read_are_not_there(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    job = send(world, assessment).json()

    response = read(world, f"/api/v1/organizations/acme/usage-imports/{job['subject_id']}/figures/")

    assert response.status_code == 404


def test_a_removed_import_is_gone(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    job = send(world, assessment).json()
    run_due_jobs()
    path = f"/api/v1/organizations/acme/usage-imports/{job['subject_id']}/"

    response = world.login(Browser(), "owner").delete(path)

    assert response.status_code == 204
    assert read(world, path).status_code == 404


def test_what_a_file_covers_is_said_and_the_month_follows(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    send(world, assessment)
    run_due_jobs()
    row = read(
        world, f"/api/v1/organizations/acme/assessments/{assessment.pk}/usage-imports/"
    ).json()["results"][0]
    path = f"/api/v1/organizations/acme/usage-imports/{row['id']}/"
    browser = world.login(Browser(), "consultant")

    def put(**body: Any) -> Any:
        return browser.put(f"{path}coverage/", body, content_type="application/json")

    # 5 calls in a week of which six days were idle: 5 × 730 / 168.
    week = {"covers_from": "2026-11-02", "covers_to": "2026-11-08"}
    changed = put(time_zone="Europe/Berlin", **week)
    refused = [
        put(time_zone="Mars/Base", **week),
        put(time_zone="UTC", covers_from="2026-11-02"),
        put(time_zone="UTC", covers_from="2026-11-09", covers_to="2026-11-08"),
        put(time_zone="UTC", covers_from="2026-10-05", covers_to="2026-10-11"),
    ]

    assert changed.status_code == 200
    assert changed.json()["volume"]["per_month"] == pytest.approx(5 * 730 / 168)
    assert changed.json()["proposal"]["workload"]["requests_per_month"] == 21.73
    assert (
        read(world, path).json() | week | {"time_zone": "Europe/Berlin"} == read(world, path).json()
    )
    assert [(each.status_code, [*each.json()["fields"]]) for each in refused] == [
        (422, ["time_zone"]),
        (422, ["covers_to"]),
        (422, ["covers_to"]),
        (422, ["covers_from"]),
    ]
    with tenancy.enter(organization_id=world.organization.pk):
        [event] = AuditEvent.objects.filter(verb="usage.coverage_changed")
        assert event.data["after"] == {"time_zone": "Europe/Berlin", **week}
        # The next file of the client has the zone that was said last.
    send(world, assessment, USAGE + "\n")
    run_due_jobs()
    listed = read(world, f"/api/v1/organizations/acme/assessments/{assessment.pk}/usage-imports/")
    assert listed.json()["results"][0]["time_zone"] == "Europe/Berlin"
    # Another client has none yet.
    other = make_assessment(world.organization, world.sibling_client)
    send(world, other)
    other_path = f"/api/v1/organizations/acme/assessments/{other.pk}/usage-imports/"
    assert browser.get(other_path).json()["results"][0]["time_zone"] == "UTC"
