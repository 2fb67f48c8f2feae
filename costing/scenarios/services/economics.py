"""Prices scenarios and stores what came out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from assessments.framework import Framework, load_framework
from assessments.services import CostSource, keep_costs
from costing.catalog import mapping as catalog_mapping
from costing.catalog.prices import ModelPrice
from costing.engine import InvalidScenario, estimate, estimate_document, parse_scenario
from costing.engine.anti_patterns import NOTHING_MEASURED, Measured, detect
from costing.engine.drawing import curve_picture
from costing.scenarios import mapping
from costing.scenarios.cost_summary import costs_of
from costing.scenarios.models import EconomicsResult, Scenario
from costing.scenarios.scenario_files import framework_for, scenario_of
from jobs.models import Job
from jobs.services import request_job
from organizations import audit
from organizations.exceptions import Invalid
from organizations.permissions import Actor

ECONOMICS_JOB = "compute-economics"


UNUSABLE_FIGURES = "Some figures cannot be used as they are."


class InvalidScenarioDocument(Invalid):
    """A scenario with figures at fault, as `manage.py estimate` names them."""

    code = "invalid_scenario"


def estimate_scenario(document: Any, *, today: date) -> dict[str, Any]:
    """Price a scenario document of which nothing is kept, as section 8.

    Catalog references are priced as of the document's own date, else of today. Raises
    InvalidScenarioDocument with the path of every field at fault.
    """
    framework = framework_for(document)
    try:
        scenario = scenario_of(document, framework, as_of=None, today=today)
    except InvalidScenario as error:
        raise InvalidScenarioDocument(UNUSABLE_FIGURES, fields=error.fields) from error
    return estimate_document(estimate(scenario, framework.requirements if framework else None))


@transaction.atomic
def request_economics(*, by: Actor, scenario: Scenario, next_url: str = "") -> Job:
    """Ask for a scenario's economics; while the same version is being computed, that job."""
    return request_job(
        by=by,
        kind=ECONOMICS_JOB,
        key=f"{ECONOMICS_JOB}:{scenario.pk}:{scenario.version}",
        subject_id=scenario.pk,
        client_id=scenario.client_id,
        payload={"scenario_version": scenario.version},
        next_url=next_url,
    )


@dataclass(frozen=True)
class Economics:
    """What the engine says of one document: section 8, anti-patterns, curves to draw."""

    inputs_checksum: str
    result: dict[str, Any]
    anti_patterns: list[dict[str, Any]]
    curves: list[dict[str, Any]]


def compute_economics(
    document: Mapping[str, Any],
    *,
    framework: Framework | None = None,
    measured: Measured = NOTHING_MEASURED,
) -> Economics:
    """Price a resolved document; raises Invalid with the path of every field at fault.

    A document with maturity scores needs the `framework` that they are of. What was `measured`
    speaks in the anti-patterns, whose thresholds are the framework's, the latest without one.
    """
    try:
        scenario = parse_scenario(
            document, dimensions=None if framework is None else framework.dimension_keys
        )
    except InvalidScenario as error:
        raise Invalid(UNUSABLE_FIGURES, fields=error.fields) from error
    answer = estimate(scenario, framework.requirements if framework else None)
    thresholds = (framework or load_framework()).anti_pattern_thresholds
    result = estimate_document(answer)
    pairs = [(crossover["from"], crossover["to"]) for crossover in result["crossovers"]]
    return Economics(
        inputs_checksum=catalog_mapping.checksum(result["inputs"]),
        result=result,
        anti_patterns=[asdict(pattern) for pattern in detect(answer, thresholds, measured)],
        curves=[mapping.picture_json(curve_picture(scenario, *pair)) for pair in pairs],
    )


@transaction.atomic
def store_economics(
    *,
    by: Actor,
    job_id: UUID,
    scenario: Scenario,
    economics: Economics,
    prices: Mapping[str, ModelPrice] | None = None,
) -> EconomicsResult:
    """Store what the engine answered for one job, once, and hand it down to the assessment.

    `prices` are those of the catalog that were used, by `premium_model` and `small_model`.
    """
    result = EconomicsResult.objects.create(
        organization_id=by.organization_id,
        client_id=scenario.client_id,
        scenario=scenario,
        job_id=job_id,
        scenario_version=scenario.version,
        inputs_checksum=economics.inputs_checksum,
        engine_version=economics.result["engine_version"],
        result=economics.result,
        anti_patterns=economics.anti_patterns,
        curves=economics.curves,
        price_book=scenario.price_book,
        prices={key: catalog_mapping.price_origin(price) for key, price in (prices or {}).items()},
    )
    keep_costs(
        assessment_id=scenario.assessment_id,
        source=CostSource(scenario.pk, scenario.title, result.pk, result.computed_at),
        costs=costs_of(economics.result, economics.anti_patterns),
    )
    audit.record(
        by=by,
        verb="economics.computed",
        subject=result,
        data={"inputs_checksum": result.inputs_checksum},
    )
    return result
