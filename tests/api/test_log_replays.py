"""Replays of logs over the API: a log in, a job, what it came to out."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from jobs.services import run_due_jobs
from tests.costing.cast import LOG, make_scenario
from tests.world import World


def test_a_log_goes_in_and_its_replay_comes_out_and_goes(world: World) -> None:
    scenario = make_scenario(world.organization, world.client)
    many = f"/api/v1/organizations/acme/scenarios/{scenario.pk}/log-replays/"
    firm, viewer = world.login(Browser(), "consultant"), world.login(Browser(), "viewer")

    def file(name: str = "calls.jsonl") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, LOG.encode())

    sent = firm.post(many, {"file": file(), "target_seconds": "3", "simple_input_tokens": "5000"})
    one = f"/api/v1/organizations/acme/log-replays/{sent.json()['subject_id']}/"
    waiting = viewer.get(one).json()
    run_due_jobs()
    row = viewer.get(one).json()

    assert sent.status_code == 202
    assert (waiting["is_replayed"], waiting["replay"]) == (False, None)
    assert (row["scenario_version"], row["target_seconds"], row["simple_input_tokens"]) == (
        1,
        3.0,
        5000,
    )
    assert row["replay"]["traffic"]["calls"] == 3
    assert row["replay"]["target_first_token_seconds"] == 3.0
    listed = viewer.get(many).json()["results"]
    assert [each["url"] for each in listed] == [one]
    assert "replay" not in listed[0]
    for fields, at_fault in (
        ({"file": file("calls.exe")}, "file"),
        ({"file": file(), "target_seconds": "inf"}, "target_seconds"),
        ({"file": file(), "target_seconds": "nan"}, "target_seconds"),
        ({"file": file(), "simple_output_tokens": "-1"}, "simple_output_tokens"),
        ({}, "file"),
    ):
        refused = firm.post(many, fields)
        assert (refused.status_code, list(refused.json()["fields"])) == (422, [at_fault])
    scenario_url = f"/api/v1/organizations/acme/scenarios/{scenario.pk}/"
    taken, stale, unsaid = (
        firm.post(f"{one}hit-ratio/", body, content_type="application/json")
        for body in ({"version": 1}, {"version": 1}, {})
    )
    firm.post(f"{scenario_url}computations/")
    run_due_jobs()
    # The second and the third of three calls begin with the one before.
    assert (taken.status_code, taken["ETag"]) == (200, '"2"')
    assert taken.json()["document"]["workload"]["prefix_hit_ratio"] == 0.666667
    assert viewer.get(f"{scenario_url}result/").json()["scenario_version"] == 2
    assert [each.status_code for each in (stale, unsaid)] == [409, 422]
    assert firm.delete(one).status_code == 204
    assert viewer.get(one).status_code == 404
