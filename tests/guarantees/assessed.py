"""The demo and twelve varied assessments, made through the apps’ own services."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.framework import Framework, load_framework
from assessments.models import Assessment
from assessments.scoring import AnswerState, AnswerValue, CheckValue
from assessments.services import (
    create_assessment,
    publish_framework,
    save_answer,
    set_weights,
    submit_assessment,
)
from costing.scenarios.economics import request_economics
from costing.scenarios.models import Scenario
from costing.scenarios.services import ScenarioInput, create_scenario
from jobs.services import run_due_jobs
from organizations import tenancy
from reports.models import Snapshot
from reports.snapshots.services import create_snapshot
from tests.assessments.second_framework import second_framework
from tests.costing.cast import api_only
from tests.currencies import EUR_STATED
from tests.reports.workbook.cases import OWN_WEIGHTS, changed, checks, levels
from tests.world import World

Answers = dict[str, AnswerValue]
SECOND = second_framework()
READY = levels(4, 4, 4, 4, 4) | checks("yyyyyyyyyyyy")


@dataclass(frozen=True)
class Case:
    """What a client answers and states."""

    answers: Answers
    scenario: dict[str, Any] | None = None
    weights: dict[str, Decimal] = field(default_factory=dict)
    framework: Framework | None = None


CASES: dict[str, Case] = {
    "no scenario": Case(levels(1, 2, None, 3, 2) | checks("nnnpnuyppnyp")),
    "a premium model alone, half unknown": Case(checks("uuuuunpyuuun"), api_only()),
    "no model that caches": Case(
        levels(2, 3, 1, 3, 3) | checks("ppnynnnypyyn"),
        changed(
            premium_model={"cache_read_usd_per_mtok": None},
            small_model={"cache_read_usd_per_mtok": None},
            pairs=None,
        ),
    ),
    "levers held back": Case(levels(1, 1, 1, 1, 1) | checks("nnnnnnnnnnnn"), changed()),
    "hosting pays": Case(
        READY, changed(workload={"requests_per_month": 61_000_000, "monthly_growth_ratio": 0.01})
    ),
    "a dimension that does not apply": Case(
        levels(None, 3, 3, 3, 3) | checks("aaayppynyypn"), changed(pool=None, pairs=None)
    ),
    "own weights": Case(
        levels(2, 3, 4, 2, 3) | checks("ypnypnypnypn"),
        changed(current_levers=["prompt_caching"]),
        OWN_WEIGHTS,
    ),
    "contradictions": Case(
        levels(5, 5, 5, 1, 1) | checks("nnnpnnnyyyyy"),
        changed(workload={"agent_branching": 2.5, "agent_depth": 2}, current_levers=["routing"]),
    ),
    "shown in euro": Case(
        levels(3, 2, 3, 2, 3) | checks("ypnypnypnypn"), changed(currency=EUR_STATED)
    ),
    "nothing to save": Case(READY, changed(workload={"requests_per_month": 0})),
    "huge volumes": Case(
        levels(3, 2, 2, 3, 1) | checks("ynnpuyypynpu"),
        changed(workload={"requests_per_month": 7.3e11, "distinct_prefixes": 2_000_000}),
    ),
    # The last, because whatever is assessed after it follows the same version.
    "a second framework": Case(
        {
            item.key: AnswerValue(AnswerState.ANSWERED, value=CheckValue.PARTIAL)
            for item in SECOND.checks
        }
        | {
            item.key: AnswerValue(AnswerState.ANSWERED, level=level)
            for item, level in zip(SECOND.dimensions, (3, 2, 3, 1, 4, 5), strict=True)
        },
        changed(),
        framework=SECOND,
    ),
}


@dataclass(frozen=True)
class Assessed:
    """One case as it is stored, with its snapshot."""

    slug: str
    assessment: Assessment
    scenario: Scenario | None
    snapshot: Snapshot

    def enter(self) -> Any:
        """Enter the case's firm."""
        return tenancy.enter(organization_id=self.assessment.organization_id)


def assess_all(world: World, cases: Mapping[str, Case] = CASES) -> dict[str, Assessed]:
    """Store every case as an assessment of Northwind, submitted and costed, with a snapshot."""
    with tenancy.enter(organization_id=world.organization.pk):
        stored = {name: _store(world, name, case) for name, case in cases.items()}
    run_due_jobs()
    return {name: _frozen(world, *rows) for name, rows in stored.items()}


def _store(world: World, name: str, case: Case) -> tuple[Assessment, Scenario | None]:
    by = world.actor("consultant")
    if case.framework:
        publish_framework(case.framework)
    assessment = create_assessment(
        by=by, client=world.client, title=name, as_of=date(2026, 11, 1), triggers=["rag"]
    )
    dimensions = {each.key for each in (case.framework or load_framework()).dimensions}
    for key, content in case.answers.items():
        kind = "dimension" if key in dimensions else "check"
        save_answer(by=by, assessment=assessment, kind=kind, key=key, version=0, content=content)
    if case.weights:
        set_weights(by=by, assessment=assessment, weights=case.weights)
    submit_assessment(by=by, assessment=assessment)
    if case.scenario is None:
        return assessment, None
    content = ScenarioInput(title="Support", document=case.scenario)
    scenario = create_scenario(by=by, assessment=assessment, content=content)
    request_economics(by=by, scenario=scenario)
    return assessment, scenario


def _frozen(world: World, assessment: Assessment, scenario: Scenario | None) -> Assessed:
    with tenancy.enter(organization_id=world.organization.pk):
        assessment.refresh_from_db()
        snapshot = create_snapshot(by=world.actor("consultant"), assessment=assessment)
    return Assessed(world.organization.slug, assessment, scenario, snapshot)
