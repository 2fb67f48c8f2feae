"""A scenario's economics: its document checked, priced by a job or for a preview, and stored."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments.framework import Framework, load_framework
from assessments.models import Assessment
from assessments.selectors import framework_get
from costing.catalog import mapping as catalog_mapping
from costing.catalog import selectors as catalog_selectors
from costing.catalog.models import PriceBook
from costing.catalog.price_overrides import UNUSABLE_FIGURES
from costing.catalog.prices import Contracts, ModelPrice, price_origins_document
from costing.engine import (
    DEFAULT_PAIRS,
    CurvePicture,
    Estimate,
    InvalidScenario,
    estimate,
    estimate_document,
    parse_scenario,
)
from costing.engine import Scenario as Priceable
from costing.engine.anti_patterns import NOTHING_MEASURED, AntiPattern, Measured, detect
from costing.engine.drawing import curve_picture, interesting_volume
from costing.engine.limits import Watch, unwatched
from costing.engine.recommended_crossovers import recommended_picture
from costing.engine.results import EffortDays
from costing.scenarios import computing, selectors
from costing.scenarios.content.bases import bases_of
from costing.scenarios.content.recommended import recommended_rows
from costing.scenarios.content.sources import Given
from costing.scenarios.models import EconomicsResult, Scenario
from costing.scenarios.parts import (
    keep_costs_of_parts,
)
from costing.scenarios.scenario_files import work_of
from costing.scenarios.stored import picture_document
from jobs.models import Job
from jobs.services import request_job
from organizations import audit
from organizations.exceptions import Invalid
from organizations.permissions import Actor

ECONOMICS_JOB = "compute-economics"
# Parts without which a scenario can be priced.
MAY_WAIT = {
    *("ranges", "pairs", "small_model", "open_model", "routing", "semantic_cache", "pool"),
    "currency",
}


class InvalidScenarioDocument(Invalid):
    """A scenario with figures at fault, as `manage.py estimate` names them."""

    code = "invalid_scenario"

    def __init__(self, error: InvalidScenario) -> None:
        super().__init__(UNUSABLE_FIGURES, fields=error.fields)


def check_document(
    document: Mapping[str, Any],
    book: PriceBook | None,
    contracts: Contracts,
    framework: Framework,
) -> dict[str, Any]:
    """Return the document with its prices filled in, once it is checked.

    Raises Invalid with every field at fault, references that the book does not know included.
    """
    unknown: dict[str, list[str]] = {}
    resolved = dict(document)
    try:
        resolved = catalog_selectors.document_resolve(document, book, contracts)
    except InvalidScenario as error:
        unknown = error.fields
    try:
        today = timezone.now().date()
        parse_scenario(resolved, dimensions=framework.dimension_keys, today=today)
    except InvalidScenario as error:
        raise Invalid(UNUSABLE_FIGURES, fields=error.fields | unknown) from error
    if unknown:
        raise Invalid(UNUSABLE_FIGURES, fields=unknown)
    return resolved


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
    """What the engine says of one document, and the same as JSON values."""

    estimate: Estimate
    patterns: tuple[AntiPattern, ...]
    pictures: tuple[CurvePicture, ...]

    @cached_property
    def result(self) -> dict[str, Any]:
        return estimate_document(self.estimate)

    @property
    def anti_patterns(self) -> list[dict[str, Any]]:
        return [asdict(pattern) for pattern in self.patterns]

    @property
    def curves(self) -> list[dict[str, Any]]:
        return [picture_document(picture) for picture in self.pictures]

    @property
    def inputs_checksum(self) -> str:
        return catalog_mapping.checksum(self.result["inputs"])


def priceable(document: Mapping[str, Any], framework: Framework) -> Priceable:
    """Read a resolved document, with scores of this framework.

    Raises Invalid with the path of every field at fault.
    """
    try:
        return parse_scenario(document, dimensions=framework.dimension_keys)
    except InvalidScenario as error:
        raise Invalid(UNUSABLE_FIGURES, fields=error.fields) from error


def compute_economics(
    scenario: Priceable,
    *,
    framework: Framework | None = None,
    measured: Measured = NOTHING_MEASURED,
    watch: Watch = unwatched,
    given: Given | None = None,
    days: EffortDays | None = None,
) -> Economics:
    """Price a scenario.

    One with maturity scores needs the `framework` that they are of. What was `measured`
    speaks in the anti-patterns, whose thresholds are the framework's, the latest without one.
    What is `given` of the inputs says where each comes from; without ranges, default ones are used.
    `days` are those of the work of each change that is left; the framework's in full without them.
    """
    bases = bases_of(scenario, given) if given else None
    requirements = framework.requirements if framework else None
    work = work_of(scenario, framework) if days is None else days
    result = estimate(scenario, requirements, watch, bases, work)
    thresholds = (framework or load_framework()).anti_pattern_thresholds
    return Economics(
        estimate=result,
        patterns=tuple(detect(result, thresholds, measured)),
        pictures=tuple(_pictures(result)),
    )


def _pictures(result: Estimate) -> Iterator[CurvePicture]:
    """The curves of every pair, then of what is recommended, as far as people care."""
    for crossing in result.crossovers:
        yield curve_picture(
            result.scenario,
            crossing.from_strategy,
            crossing.to_strategy,
            high_requests_per_month=interesting_volume(result.scenario, crossing),
        )
    for row in recommended_rows(result, ()):
        far = interesting_volume(result.scenario, row.crossing)
        picture = recommended_picture(result, row.to_strategy, 0.0, far)
        yield from (picture,) if picture else ()


@transaction.atomic
def store_economics(
    *,
    by: Actor,
    job_id: UUID,
    scenario: Scenario,
    economics: Economics,
    prices: Mapping[str, ModelPrice] | None = None,
) -> EconomicsResult:
    """Store what the engine computed for one job, once, and pass its costs to the assessment.

    `prices` are those of the catalog that were used, by `premium_model` and `small_model`.
    """
    result = EconomicsResult.objects.create(
        organization_id=by.organization_id,
        client_id=scenario.client_id,
        scenario=scenario,
        job_id=job_id,
        scenario_version=scenario.version,
        inputs_checksum=economics.inputs_checksum,
        engine_version=economics.estimate.engine_version,
        result=economics.result,
        anti_patterns=economics.anti_patterns,
        curves=economics.curves,
        price_book=scenario.price_book,
        prices=price_origins_document(prices or {}),
    )
    keep_costs_of_parts(scenario.assessment)
    audit.record(
        by=by,
        verb="economics.computed",
        subject=result,
        data={"inputs_checksum": result.inputs_checksum},
    )
    return result


def preview_scenario(
    document: Mapping[str, Any],
    *,
    assessment: Assessment,
    book: PriceBook | None,
    contracts: Contracts,
) -> tuple[Estimate | None, dict[str, list[str]]]:
    """Return what a document comes to, and the path of every field at fault.

    Quick enough for every keystroke: futures are left to the stored scenario, and one pair alone
    is searched for its crossings. Optional parts at fault are left out of it, such as a range that
    its figure has just left, or routing without a small model. None comes of a document that cannot
    be priced without them.
    """
    errors: dict[str, list[str]] = {}
    framework = framework_get(assessment)
    try:
        resolved = check_document(document, book, contracts, framework)
    except Invalid as error:
        errors = dict(error.fields)
        at_fault = {path.partition(".")[0] for path in errors}
        at_fault |= {"routing"} if "small_model" in at_fault else set()
        try:
            rest = {**document, **dict.fromkeys(at_fault & MAY_WAIT)}
            resolved = check_document(rest, book, contracts, framework)
        except Invalid:
            return None, errors
    resolved["maturity"] = selectors.maturity_of(assessment)
    scenario = parse_scenario(resolved, dimensions=framework.dimension_keys)
    days = selectors.work_left(assessment) if scenario.usd_per_day else {}
    quick = scenario.model_copy(update={"ranges": {}, "pairs": _one_pair(scenario)})
    watch = computing.deadline(computing.PREVIEW_DEADLINE_SECONDS)
    try:
        return estimate(quick, framework.requirements, watch, effort_days=days), errors
    except computing.TookTooLong:
        without = quick.model_copy(update={"pairs": ()})
        return estimate(without, framework.requirements, effort_days=days), errors


def _one_pair(scenario: Priceable) -> tuple[tuple[str, str], ...]:
    """The first pair that the scenario asks for, or the first usual one that it can price."""
    available = set(scenario.available_levers)
    pairs = DEFAULT_PAIRS if scenario.pairs is None else scenario.pairs
    for pair in pairs:
        if available.issuperset(lever for name in pair for lever in scenario.levers_of(name)):
            return (pair,)
    return ()
