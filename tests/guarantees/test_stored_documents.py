"""Whatever this release or an earlier one can store, every page, list and operation reads it.

Answers have their own test, tests/assessments/test_stored_answers.py.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from assessments.framework import load_framework
from assessments.models import Assessment, Roadmap, RoadmapAction
from assessments.roadmap import GIVEN_UP, ActionOrigin, ActionStatus, Effort
from assessments.selectors import FIRST_PLANNED, LAST_PLANNED, redraft_preview
from assessments.services import apply_draft
from costing.scenarios.economics import request_economics
from costing.scenarios.models import EconomicsResult, Scenario
from costing.scenarios.services import ScenarioInput, create_scenario
from costing.usage.models import UsageImport
from costing.usage.sources import SOURCES
from jobs.models import Job
from jobs.services import cancel_job, run_due_jobs
from organizations import tenancy
from organizations.exceptions import Invalid
from reports.models import Snapshot
from reports.snapshots.payload import checksum
from reports.snapshots.services import create_snapshot, publish_snapshot
from tests import factories
from tests.costing.cast import (
    LOG,
    USAGE,
    api_only,
    import_usage,
    make_assessment,
    make_price_book,
    make_scenario,
    replay_log,
    scenario_a,
    send_log,
    send_usage,
)
from tests.costing.usage import files
from tests.costing.usage import test_bills as bills
from tests.costing.usage import test_responses as responses
from tests.guarantees.reading import Things, broken
from tests.guarantees.stored_scenarios import candidates
from tests.world import World

PAYLOADS = Path(__file__).parent.parent / "reports" / "payloads"
LISTS: tuple[str, Things] = ("lists", {})


@pytest.fixture(autouse=True)
def prices(world: World) -> None:
    """Store the price book, with the cast."""
    make_price_book()


def assess(world: World) -> Assessment:
    return make_assessment(world.organization, world.client, integrity=3, hosting=2)


def of_client(world: World, *assessments: Assessment) -> Iterator[tuple[str, Things]]:
    """Every list, and what shows the client or one of these assessments."""
    yield LISTS
    yield "client", {"client": world.client.pk}
    for each in assessments:
        yield each.title, {"assessment": each.pk}


def store_scenario(world: World, assessment: Assessment, document: dict[str, Any]) -> Scenario:
    """Store and price a scenario; call inside the tenant."""
    by = factories.system_actor(world.organization)
    content = ScenarioInput(title="Support", document=document)
    scenario = create_scenario(by=by, assessment=assessment, content=content)
    request_economics(by=by, scenario=scenario)
    return scenario


def read_scenario(world: World, scenario_id: UUID) -> list[Things]:
    """What a scenario is shown by: itself, and its results."""
    with tenancy.enter(organization_id=world.organization.pk):
        results = EconomicsResult.objects.filter(scenario_id=scenario_id)
        found: list[Things] = [{"result": pk} for pk in results.values_list("pk", flat=True)]
    return [{"scenario": scenario_id}, {"computed": scenario_id}, *found]


def test_every_scenario_that_can_be_stored_is_readable(world: World) -> None:
    assessment, stored = assess(world), {}
    for name, document in candidates():
        with tenancy.enter(organization_id=world.organization.pk):
            try:
                stored[name] = store_scenario(world, assessment, document).pk
            except Invalid:
                continue  # refused, and nothing kept
    run_due_jobs()

    shown = [(name, things) for name, pk in stored.items() for things in read_scenario(world, pk)]

    assert len(stored) > 30
    assert broken(world, [*shown, *of_client(world, assessment)]) == []


@pytest.mark.parametrize("name", ["nothing but a model", "no requests", "workload at its least"])
def test_the_economics_of_any_scenario_leave_its_assessment_readable(
    world: World, name: str
) -> None:
    assessment = assess(world)
    by = factories.system_actor(world.organization)
    with tenancy.enter(organization_id=world.organization.pk):
        store_scenario(world, assessment, dict(candidates())[name])
    run_due_jobs()
    with tenancy.enter(organization_id=world.organization.pk):
        first = date(2026, 11, 1)
        drawn = redraft_preview(assessment, starts_on=first).checksum
        apply_draft(by=by, assessment=assessment, starts_on=first, checksum=drawn)
        snapshot = create_snapshot(by=by, assessment=assessment)

    shown = [*of_client(world, assessment), ("snapshot", {"snapshot": snapshot.pk})]
    assert broken(world, shown) == []


def older_documents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Documents that today's rules would refuse, and yesterday's did not."""
    whole = scenario_a()
    yield "a key that is no more", whole | {"archive": {"months": 3}}
    yield "an input that is no more", whole | {"workload": whole["workload"] | {"words": 7}}
    yield "beyond a bound", whole | {"pool": whole["pool"] | {"max_utilization_ratio": 1.5}}
    yield "a lever that is no more", whole | {"current_levers": ["distillation"]}
    yield "a pair that is no more", whole | {"pairs": [{"from": "baseline", "to": "distilled"}]}
    yield "a score of no dimension", whole | {"maturity": {"culture": 9}}
    yield "a range of nothing", whole | {"ranges": {"workload.words": {"low": 1, "high": 2}}}
    yield (
        "a range beside its value",
        whole | {"ranges": {"workload.requests_per_month": {"low": 1, "high": 2}}},
    )
    yield "a required input too few", api_only() | {"workload": {"requests_per_month": 1}}
    yield "a reference that no book has", whole | {"premium_model": {"catalog": "maker:gone"}}
    yield "nothing", {}


def test_scenarios_of_an_older_release_are_readable(world: World) -> None:
    assessment, stored = assess(world), {}
    with tenancy.enter(organization_id=world.organization.pk):
        for name, document in older_documents():
            pk = store_scenario(world, assessment, scenario_a()).pk
            Scenario.objects.filter(pk=pk).update(document=document, price_book=None)
            stored[name] = pk

    shown = [(name, {"scenario": pk}) for name, pk in stored.items()]
    assert broken(world, [*shown, *of_client(world, assessment)]) == []


# What a result lacked before it was added, and an input that is no more.
OLDER_RESULTS: list[dict[str, Any]] = [
    {"result": {"not_repaid": None, "sensitivity": None, "uncertainty": None}},
    {"anti_patterns": [], "curves": [], "prices": {}, "price_book": None},
]


def test_results_of_an_older_release_are_readable(world: World) -> None:
    assessment = assess(world)
    with tenancy.enter(organization_id=world.organization.pk):
        pks = [store_scenario(world, assessment, scenario_a()).pk for _ in OLDER_RESULTS]
    run_due_jobs()
    with tenancy.enter(organization_id=world.organization.pk):
        for pk, changes in zip(pks, OLDER_RESULTS, strict=True):
            row = EconomicsResult.objects.get(scenario_id=pk)
            for name, value in changes.items():
                kept = (
                    {key: row.result[key] for key in row.result.keys() - value.keys()}
                    if (name == "result")
                    else value
                )
                setattr(row, name, kept)
            row.save()

    shown = [("result", things) for pk in pks for things in read_scenario(world, pk)]
    assert broken(world, [*shown, *of_client(world, assessment)]) == []


PHASES = [phase.key for phase in load_framework().phases]
MONEY = (None, Decimal(0), Decimal("-12.5"), Decimal("9" * 20))
FREE = ("", "Ada\n<b>Byron</b> 🙂")


def actions() -> Iterator[dict[str, Any]]:
    """Every state, with every optional part missing or not."""
    parts = product(ActionStatus, ActionOrigin, FREE, MONEY)
    for number, (status, origin, text, usd) in enumerate(parts):
        is_drafted = origin is ActionOrigin.DRAFTED
        yield {
            "status": status.value,
            "origin": origin.value,
            "key": f"template_{number}" if is_drafted else "",
            "phase": PHASES[number % len(PHASES)],
            "title": "Agree on a gateway",
            "text": text,
            "owner": text[:3],
            "reason": "Too dear." if status in GIVEN_UP else text,
            "due_on": (FIRST_PLANNED, date(2026, 11, 20), LAST_PLANNED)[number % 3],
            "days": (1, 90, 32_767)[number % 3],
            "effort": list(Effort)[number % 3].value,
            "lever": ("", "routing", "self_hosting")[number % 3],
            "moves": ({}, {"gateway": "yes"}, {"gateway": "partial"})[number % 3],
            "drafted_usd_per_month": usd,
            "edited": ([], ["title", "notes"])[number % 2],
        }


@pytest.mark.parametrize("has_money", [False, True])
def test_every_action_that_can_be_stored_is_readable(world: World, has_money: bool) -> None:
    assessment = assess(world)
    ids = {"organization_id": world.organization.pk, "client_id": world.client.pk}
    if has_money:
        with tenancy.enter(organization_id=world.organization.pk):
            store_scenario(world, assessment, scenario_a())
        run_due_jobs()
    with tenancy.enter(organization_id=world.organization.pk):
        Roadmap.objects.create(**ids, assessment=assessment, starts_on=date(2026, 11, 1))
        rows = RoadmapAction.objects.bulk_create(
            RoadmapAction(**ids, assessment=assessment, **content) for content in actions()
        )
        snapshot = create_snapshot(
            by=factories.system_actor(world.organization), assessment=assessment
        )

    shown = [(f"{row.status} {row.origin}", {"action": row.pk}) for row in rows]
    lists = [*of_client(world, assessment), ("snapshot", {"snapshot": snapshot.pk})]
    assert len(rows) == 80
    assert broken(world, [*shown, *lists]) == []


FORMATS: dict[str, Any] = {
    "litellm_spend_logs": [files.litellm_log()],
    "litellm_daily_spend": files.litellm_day(),
    "openai_usage": files.openai_page(),
    "anthropic_usage": files.anthropic_report(),
    "otel_spans": files.spans(files.span()),
    "langfuse_observations": {"data": [files.observation()]},
    "focus_costs": files.FOCUS_HEADER + files.focus_row(),
    "openai_costs": bills.openai_costs(
        {"amount": {"value": 1.5, "currency": "usd"}, "line_item": "large-1, input"}
    ),
    "anthropic_costs": bills.anthropic_costs(),
    "aws_cur": bills.aws_lines("Usage,AmazonBedrock,USE1-Large-input-tokens,1,1K tokens,4.5"),
    "helicone_requests": {"data": [responses.HELICONE]},
    "openrouter_activity": {"data": [responses.ACTIVITY]},
    "openrouter_generations": {"data": [responses.GENERATION]},
    "raw_responses": [responses.chat()],
    "csv": USAGE,
    # No tokens, no calls, a day alone, nothing at all but its time.
    "tokens of nothing": "time,model,input_tokens,output_tokens\n2026-11-02T10:00:00Z,,0,0\n",
    "no calls": "date,model,input_tokens,output_tokens\n2026-11-02,maker:large,5,5\n",
    "a year": "date,model,input_tokens,output_tokens\n2020-11-02,a,5,5\n2026-11-02,b,5,5\n",
    "free": "time,model,calls,input_tokens,output_tokens,cost\n2026-11-02T10:00:00Z,m,0,0,0,0\n",
}


def test_every_usage_import_that_can_be_stored_is_readable(world: World) -> None:
    assessment, stored = assess(world), {}
    for name, content in FORMATS.items():
        chosen = name if name in SOURCES else "csv"
        stored[name] = import_usage(
            world.organization,
            assessment,
            files.content_of(content),
            chosen=chosen,
            filename=f"{name}.json",
        )
    with tenancy.enter(organization_id=world.organization.pk):
        older = UsageImport.objects.get(pk=stored["csv"].pk)
        for use in (older.figures, *older.figures["models"], *older.figures["days"]):
            del use["at_terms"], use["batch_tokens"]
        older.source = "a format that is no more"
        older.columns = {"time": "time", "a column that is no more": "x"}
        older.left_out = {"A reason of an earlier release": 3}
        older.save()

    shown = [(name, {"usage_import": row.pk}) for name, row in stored.items()]
    assert FORMATS.keys() >= SOURCES.keys()
    assert all(row.is_ready for row in stored.values())
    assert broken(world, [*shown, *of_client(world, assessment)]) == []


def test_imports_on_their_way_failed_stopped_or_removed_are_readable(world: World) -> None:
    assessment = assess(world)
    empty = "time,model,input_tokens,output_tokens\nsoon,m,1,1\n"
    unusable = import_or_nothing(world, assessment, empty)
    waiting, stopped, removed = (
        send_usage(world.organization, assessment, USAGE + "\n" * count) for count in (1, 2, 3)
    )
    assert stopped.job is not None
    assert removed.job is not None
    with tenancy.enter(organization_id=world.organization.pk):
        by = factories.system_actor(world.organization)
        cancel_job(by=by, job=stopped.job)
        Job.objects.filter(pk=removed.job.pk).update(subject_id=UUID(int=7))
        UsageImport.objects.filter(pk=removed.usage_import.pk).delete()
        jobs = list(Job.objects.values_list("pk", flat=True))

    shown: list[tuple[str, Things]] = [
        ("waiting", {"usage_import": waiting.usage_import.pk}),
        ("stopped", {"usage_import": stopped.usage_import.pk}),
        ("unusable", {"usage_import": unusable}),
        ("removed", {"usage_import": removed.usage_import.pk}),
        *(("job", {"job": pk}) for pk in jobs),
    ]
    assert broken(world, [*shown, *of_client(world, assessment)]) == []


def import_or_nothing(world: World, assessment: Assessment, content: str) -> UUID:
    """Send a file that no row can be used of; return what its import was."""
    sent = send_usage(world.organization, assessment, content)
    run_due_jobs()
    with tenancy.enter(organization_id=world.organization.pk):
        assert not UsageImport.objects.filter(pk=sent.usage_import.pk).exists()
    return sent.usage_import.pk


def test_replays_of_logs_waiting_replayed_or_of_nothing_in_common_are_readable(
    world: World,
) -> None:
    scenario = make_scenario(world.organization, world.client, document=api_only())
    plain = LOG.replace('"session_id"', '"other"')
    stored = {
        "replayed": replay_log(world.organization, scenario).pk,
        "nothing in common": replay_log(world.organization, scenario, plain).pk,
        "one call": replay_log(world.organization, scenario, LOG.splitlines()[0]).pk,
        "waiting": send_log(world.organization, scenario).subject_id,
    }

    shown = [(name, {"log_replay": pk}) for name, pk in stored.items()]
    of_all: Things = {"scenario": scenario.pk}
    assert broken(world, [*shown, ("scenario", of_all)]) == []


def test_snapshots_of_every_version_and_of_nothing_are_readable(world: World) -> None:
    assessment, blank = assess(world), make_assessment(world.organization, world.client)
    by = factories.system_actor(world.organization)
    ids = {"organization_id": world.organization.pk, "client_id": world.client.pk}
    stored: dict[str, Snapshot] = {}
    with tenancy.enter(organization_id=world.organization.pk):
        stored["nothing answered"] = create_snapshot(by=by, assessment=blank)
        stored["no scenario"] = create_snapshot(by=by, assessment=assessment)
        for number, path in enumerate(sorted(PAYLOADS.glob("v*/*.json")), start=2):
            text = path.read_text("ascii")
            stored[path.stem] = Snapshot.objects.create(
                **ids,
                assessment=assessment,
                number=number,
                document=text,
                sha256=checksum(text),
                created_by_label="Ada",
            )
        for snapshot in stored.values():
            publish_snapshot(by=by, snapshot=snapshot)

    shown = [(name, {"snapshot": row.pk}) for name, row in stored.items()]
    everything = [*shown, *of_client(world, assessment, blank)]
    assert broken(world, everything) == []
    assert broken(world, everything, person="viewer") == []
