"""Writes scenarios, prices them and stores what comes out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
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
from costing.catalog.prices import ModelPrice
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
from costing.engine.levers import in_order
from costing.engine.limits import Watch, unwatched
from costing.scenarios import computing, selectors
from costing.scenarios.content.bases import bases_of
from costing.scenarios.content.sources import Given
from costing.scenarios.models import EconomicsResult, Scenario
from costing.scenarios.parts import (
    choose_part,
    keep_costs_of_parts,
    lock_workload,
    part_to_replace,
)
from costing.scenarios.stored import picture_document
from jobs.models import Job
from jobs.services import request_job
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor

ECONOMICS_JOB = "compute-economics"
# Parts without which a scenario can be priced.
MAY_WAIT = {*("ranges", "pairs", "small_model", "open_model", "routing", "semantic_cache", "pool")}
TITLE_LENGTH, VARIANT = 120, ", a variant"
UNUSABLE_FIGURES = "Some figures cannot be used as they are."


class InvalidScenarioDocument(Invalid):
    """A scenario with figures at fault, as `manage.py estimate` names them."""

    code = "invalid_scenario"

    def __init__(self, error: InvalidScenario) -> None:
        super().__init__(UNUSABLE_FIGURES, fields=error.fields)


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


def compute_economics(
    document: Mapping[str, Any],
    *,
    framework: Framework | None = None,
    measured: Measured = NOTHING_MEASURED,
    watch: Watch = unwatched,
    given: Given | None = None,
) -> Economics:
    """Price a resolved document; raises Invalid with the path of every field at fault.

    A document with maturity scores needs the `framework` that they are of. What was `measured`
    speaks in the anti-patterns, whose thresholds are the framework's, the latest without one.
    What is `given` of the inputs says where each comes from; without ranges, default ones are used.
    """
    try:
        scenario = parse_scenario(
            document, dimensions=None if framework is None else framework.dimension_keys
        )
    except InvalidScenario as error:
        raise Invalid(UNUSABLE_FIGURES, fields=error.fields) from error
    bases = bases_of(scenario, given) if given else None
    result = estimate(scenario, framework.requirements if framework else None, watch, bases)
    thresholds = (framework or load_framework()).anti_pattern_thresholds
    return Economics(
        estimate=result,
        patterns=tuple(detect(result, thresholds, measured)),
        pictures=tuple(
            curve_picture(
                scenario,
                crossing.from_strategy,
                crossing.to_strategy,
                high_requests_per_month=interesting_volume(scenario, crossing),
            )
            for crossing in result.crossovers
        ),
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
        prices={key: catalog_mapping.price_origin(price) for key, price in (prices or {}).items()},
    )
    keep_costs_of_parts(scenario.assessment)
    audit.record(
        by=by,
        verb="economics.computed",
        subject=result,
        data={"inputs_checksum": result.inputs_checksum},
    )
    return result


@dataclass(frozen=True)
class ScenarioInput:
    """What a person states of a scenario: section 1's document, and where figures came from."""

    title: str
    document: Mapping[str, Any]
    trigger: str = ""
    origins: Mapping[str, Any] = field(default_factory=dict)
    # The part of the workload that it would replace; none where it is a part itself.
    alternative_to_id: UUID | None = None

    @classmethod
    def of(cls, scenario: Scenario, **changed: Any) -> "ScenarioInput":
        """What a scenario states, with what changes in it."""
        stands = {each.name: getattr(scenario, each.name) for each in fields(cls)}
        return cls(**stands | changed)


@transaction.atomic
def create_scenario(*, by: Actor, assessment: Assessment, content: ScenarioInput) -> Scenario:
    """Add a scenario to an assessment; pin the latest price book and the contracts that hold.

    Raises Invalid with the path of every field at fault.
    """
    book = catalog_selectors.price_book_latest()
    contracts = selectors.contracts_resolve(content.document, book, assessment)
    check_document(content.document, book, contracts, framework_get(assessment))
    return _add(
        by,
        assessment,
        content,
        book_id=book.pk if book else None,
        contracts=contracts,
        alternative_to_id=part_to_replace(assessment, content.alternative_to_id),
    )


def _add(
    by: Actor,
    assessment: Assessment,
    content: ScenarioInput,
    *,
    book_id: UUID | None,
    contracts: Mapping[str, Any],
    alternative_to_id: UUID | None,
    **noted: str,
) -> Scenario:
    """Store a new scenario with its audit row."""
    scenario = Scenario.objects.create(
        organization_id=by.organization_id,
        client_id=assessment.client_id,
        assessment=assessment,
        price_book_id=book_id,
        contracts=contracts,
        title=content.title,
        trigger=content.trigger,
        document=dict(content.document),
        origins=dict(content.origins),
        alternative_to_id=alternative_to_id,
    )
    replaced = {"alternative_to": str(alternative_to_id)} if alternative_to_id else {}
    data = {"title": scenario.title, **replaced, **noted}
    audit.record(by=by, verb="scenario.created", subject=scenario, data=data)
    return scenario


@transaction.atomic
def save_scenario(
    *, by: Actor, scenario: Scenario, version: int, content: ScenarioInput
) -> Scenario:
    """Change a scenario that still is at `version`; the prices that it has stay pinned.

    Raises Conflict with what stands now, or Invalid with the path of every field at fault.
    """
    if content.alternative_to_id != scenario.alternative_to_id:
        choose_part(by=by, scenario=scenario, alternative_to=content.alternative_to_id)
    standing = scenario_locked(scenario, version=version)
    book = scenario.price_book or catalog_selectors.price_book_latest()
    standing.contracts = _contracts_kept(standing, content.document, book)
    standing.price_book = book
    check_document(content.document, book, standing.contracts, framework_get(standing.assessment))
    standing.title, standing.trigger = content.title, content.trigger
    standing.document, standing.origins = dict(content.document), dict(content.origins)
    standing.version += 1
    standing.changed_at = timezone.now()
    standing.save()
    audit.record(
        by=by, verb="scenario.changed", subject=standing, data={"version": standing.version}
    )
    return standing


@transaction.atomic
def set_current_lever(
    *, by: Actor, scenario: Scenario, version: int, lever: str, runs: bool
) -> Scenario:
    """Say whether a lever runs today in a scenario that still is at `version`.

    Raises as save_scenario does, such as for a lever whose part the scenario does not describe.
    """
    current = set(scenario.document.get("current_levers") or [])
    levers = in_order(current | {lever} if runs else current - {lever})
    document = {**scenario.document, "current_levers": list(levers)}
    content = ScenarioInput.of(scenario, document=document)
    return save_scenario(by=by, scenario=scenario, version=version, content=content)


@transaction.atomic
def copy_scenarios(*, by: Actor, source: Assessment, target: Assessment) -> list[Scenario]:
    """Take one assessment's scenarios into another of the same client, at the prices they have.

    What was an alternative to a part is one to that part's copy.
    """
    copies: dict[UUID | None, Scenario] = {}
    rows = reversed(selectors.scenario_list(source))
    for each in sorted(rows, key=lambda row: row.alternative_to_id is not None):
        part = copies.get(each.alternative_to_id)
        copies[each.pk] = _copy(by, target, each, alternative_to_id=part.pk if part else None)
    return list(copies.values())


@transaction.atomic
def duplicate_scenario(*, by: Actor, scenario: Scenario) -> Scenario:
    """Add a scenario that says the same, as an alternative to it, or to what it would replace."""
    lock_workload(scenario.assessment)
    standing = selectors.scenario_get(scenario.pk)
    part_id = standing.alternative_to_id or standing.pk
    title = f"{scenario.title[: TITLE_LENGTH - len(VARIANT)]}{VARIANT}"
    return _copy(by, standing.assessment, standing, alternative_to_id=part_id, title=title)


def _copy(
    by: Actor,
    target: Assessment,
    scenario: Scenario,
    *,
    alternative_to_id: UUID | None,
    **changed: str,
) -> Scenario:
    """Store what a scenario says once more, at the prices it has."""
    return _add(
        by,
        target,
        ScenarioInput.of(scenario, **changed),
        book_id=scenario.price_book_id,
        contracts=scenario.contracts,
        alternative_to_id=alternative_to_id,
        copied_from=str(scenario.pk),
    )


def scenario_locked(scenario: Scenario, *, version: int) -> Scenario:
    """Return the scenario's row, locked; Conflict with what stands where that is not `version`."""
    standing = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    if standing.version != version:
        raise Conflict(
            "Somebody else changed this scenario while you were editing it.",
            current={"version": standing.version, "title": standing.title},
        )
    return standing


def _contracts_kept(
    standing: Scenario, document: Mapping[str, Any], book: PriceBook | None
) -> dict[str, Any]:
    """Return the contracts of a changed document: a model that was there keeps what was pinned."""
    fresh = selectors.contracts_resolve(document, book, standing.assessment)
    before, now = (
        {price.reference for price in prices.values()}
        for prices in (
            catalog_selectors.model_prices_find(
                standing.price_book, catalog_selectors.references_of(standing.document)
            ),
            catalog_selectors.model_prices_find(book, catalog_selectors.references_of(document)),
        )
    )
    pinned = {key: value for key, value in standing.contracts.items() if key in before & now}
    return pinned | {key: value for key, value in fresh.items() if key not in before}


def check_document(
    document: Mapping[str, Any],
    book: PriceBook | None,
    contracts: Mapping[str, Any],
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
        parse_scenario(resolved, dimensions=framework.dimension_keys)
    except InvalidScenario as error:
        raise Invalid(UNUSABLE_FIGURES, fields=error.fields | unknown) from error
    if unknown:
        raise Invalid(UNUSABLE_FIGURES, fields=unknown)
    return resolved


def preview_scenario(
    document: Mapping[str, Any],
    *,
    assessment: Assessment,
    book: PriceBook | None,
    contracts: Mapping[str, Any],
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
    quick = scenario.model_copy(update={"ranges": {}, "pairs": _one_pair(scenario)})
    watch = computing.deadline(computing.PREVIEW_DEADLINE_SECONDS)
    try:
        return estimate(quick, framework.requirements, watch), errors
    except computing.TookTooLong:
        without = quick.model_copy(update={"pairs": ()})
        return estimate(without, framework.requirements), errors


def _one_pair(scenario: Priceable) -> tuple[tuple[str, str], ...]:
    """The first pair that the scenario asks for, or the first usual one that it can price."""
    available = set(scenario.available_levers)
    pairs = DEFAULT_PAIRS if scenario.pairs is None else scenario.pairs
    for pair in pairs:
        if available.issuperset(lever for name in pair for lever in scenario.levers_of(name)):
            return (pair,)
    return ()
