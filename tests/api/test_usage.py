"""Usage over the API: a file in, a job, figures out; the same functions as the pages'."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from assessments.models import Assessment
from jobs.services import run_due_jobs
from tests.costing.cast import USAGE, make_assessment
from tests.world import World


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: object) -> None:
    """Keep the test's files apart."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


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
    # 3000 of 4500 input tokens; two hours with 5 calls are 1825 a month.
    assert round(figures["cache_read_ratio"], 4) == 0.6667
    assert figures["proposal"]["workload"]["requests_per_month"] == 1825.0
    assert bad == {
        "total": 1,
        "results": [{"line": 4, "row": 3, "reason": "time is no date or time."}],
    }


def test_the_same_file_again_answers_with_the_import(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    send(world, assessment)
    run_due_jobs()

    again = send(world, assessment)

    assert again.status_code == 200
    assert again.json()["url"] == again["Location"]


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
