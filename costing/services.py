"""Writes of price books, scenarios and their economics."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment
from costing import catalog, mapping, selectors
from costing.anti_patterns import detect
from costing.engine import InvalidScenario, estimate, estimate_document, parse_scenario
from costing.engine.drawing import curve_picture
from costing.models import EconomicsResult, ModelPrice, PriceBook, Scenario
from costing.scenario_files import scenario_of
from jobs.models import Job
from jobs.services import request_job
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor

ECONOMICS_JOB = "compute-economics"
UNUSABLE_FIGURES = "Some figures cannot be used as they are."
_ROWS_A_STATEMENT = 500


@transaction.atomic
def load_price_book(*, as_of: date) -> tuple[PriceBook, bool]:
    """Store the catalog's prices of one date as a book; the same content again changes nothing.

    Returns the book and whether it is new. Books are no firm's own, so there is no actor.
    """
    prices = catalog.list_prices(as_of)
    checksum = mapping.price_book_checksum(catalog.SOURCE_NAME, as_of, prices)
    book, is_new = PriceBook.objects.get_or_create(
        checksum=checksum,
        defaults={
            "source": catalog.SOURCE_NAME,
            "source_url": catalog.SOURCE_URL,
            "as_of": as_of,
            "checked_on": catalog.source_checked_on(),
        },
    )
    if is_new:
        rows = [mapping.price_row(price, book_id=book.pk) for price in prices]
        ModelPrice.objects.bulk_create(rows, batch_size=_ROWS_A_STATEMENT)
    return book, is_new


@dataclass(frozen=True)
class ScenarioInput:
    """What a person said about a scenario: section 1's document, and where figures came from."""

    title: str
    document: Mapping[str, Any]
    trigger: str = ""
    origins: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def create_scenario(*, by: Actor, assessment: Assessment, content: ScenarioInput) -> Scenario:
    """Add a scenario to an assessment and pin the latest price book.

    Raises Invalid with the path of every field at fault.
    """
    book = selectors.price_book_latest()
    _check_document(content.document, book)
    scenario = Scenario.objects.create(
        organization_id=by.organization_id,
        client_id=assessment.client_id,
        assessment=assessment,
        price_book=book,
        title=content.title,
        trigger=content.trigger,
        document=dict(content.document),
        origins=dict(content.origins),
    )
    audit.record(by=by, verb="scenario.created", subject=scenario, data={"title": scenario.title})
    return scenario


@transaction.atomic
def save_scenario(
    *, by: Actor, scenario: Scenario, version: int, content: ScenarioInput
) -> Scenario:
    """Change a scenario that still is at `version`; the price book that it has stays pinned.

    Raises Conflict with what stands now, or Invalid with the path of every field at fault.
    """
    standing = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    if standing.version != version:
        raise Conflict(
            "Somebody else changed this scenario while you were editing it.",
            current={"version": standing.version, "title": standing.title},
        )
    standing.price_book = scenario.price_book or selectors.price_book_latest()
    _check_document(content.document, standing.price_book)
    standing.title, standing.trigger = content.title, content.trigger
    standing.document, standing.origins = dict(content.document), dict(content.origins)
    standing.version += 1
    standing.changed_at = timezone.now()
    standing.save()
    audit.record(
        by=by, verb="scenario.changed", subject=standing, data={"version": standing.version}
    )
    return standing


def _check_document(document: Mapping[str, Any], book: PriceBook | None) -> None:
    """Raise Invalid with every field at fault, references that the book does not know included."""
    unknown: dict[str, list[str]] = {}
    try:
        document = selectors.document_resolve(document, book)
    except InvalidScenario as error:
        unknown = error.fields
    try:
        parse_scenario(document)
    except InvalidScenario as error:
        raise Invalid(UNUSABLE_FIGURES, fields=error.fields | unknown) from error
    if unknown:
        raise Invalid(UNUSABLE_FIGURES, fields=unknown)


class InvalidScenarioDocument(Invalid):
    """A scenario with figures at fault, as `manage.py estimate` names them."""

    code = "invalid_scenario"


def estimate_scenario(document: Any, *, today: date) -> dict[str, Any]:
    """Price a scenario document of which nothing is kept, as section 8.

    Catalog references are priced as of the document's own date, else of today. Raises
    InvalidScenarioDocument with the path of every field at fault.
    """
    try:
        scenario = scenario_of(document, as_of=None, today=today)
    except InvalidScenario as error:
        raise InvalidScenarioDocument(UNUSABLE_FIGURES, fields=error.fields) from error
    return estimate_document(estimate(scenario))


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


def compute_economics(document: Mapping[str, Any]) -> Economics:
    """Price a resolved document; raises Invalid with the path of every field at fault."""
    try:
        scenario = parse_scenario(document)
    except InvalidScenario as error:
        raise Invalid(UNUSABLE_FIGURES, fields=error.fields) from error
    answer = estimate(scenario)
    result = estimate_document(answer)
    pairs = [(crossover["from"], crossover["to"]) for crossover in result["crossovers"]]
    return Economics(
        inputs_checksum=mapping.checksum(result["inputs"]),
        result=result,
        anti_patterns=[asdict(pattern) for pattern in detect(answer)],
        curves=[mapping.picture_json(curve_picture(scenario, *pair)) for pair in pairs],
    )


def store_economics(
    *, by: Actor, job_id: UUID, scenario: Scenario, economics: Economics
) -> EconomicsResult:
    """Store what the engine answered for one job, once."""
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
    )
    audit.record(
        by=by,
        verb="economics.computed",
        subject=result,
        data={"inputs_checksum": result.inputs_checksum},
    )
    return result
