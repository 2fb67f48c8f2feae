"""Writes of scenarios."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.framework import Framework
from assessments.models import Assessment
from assessments.selectors import framework_get
from costing.catalog import selectors as catalog_selectors
from costing.catalog.models import PriceBook
from costing.engine import InvalidScenario, parse_scenario
from costing.scenarios import selectors
from costing.scenarios.models import Scenario
from costing.scenarios.services.economics import UNUSABLE_FIGURES
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor


@dataclass(frozen=True)
class ScenarioInput:
    """What a person said about a scenario: section 1's document, and where figures came from."""

    title: str
    document: Mapping[str, Any]
    trigger: str = ""
    origins: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def create_scenario(*, by: Actor, assessment: Assessment, content: ScenarioInput) -> Scenario:
    """Add a scenario to an assessment; pin the latest price book and the contracts that hold.

    Raises Invalid with the path of every field at fault.
    """
    book = catalog_selectors.price_book_latest()
    contracts = selectors.contracts_resolve(content.document, book, assessment)
    check_document(content.document, book, contracts, framework_get(assessment))
    scenario = Scenario.objects.create(
        organization_id=by.organization_id,
        client_id=assessment.client_id,
        assessment=assessment,
        price_book=book,
        contracts=contracts,
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
    """Change a scenario that still is at `version`; the prices that it has stay pinned.

    Raises Conflict with what stands now, or Invalid with the path of every field at fault.
    """
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
def copy_scenarios(*, by: Actor, source: Assessment, target: Assessment) -> list[Scenario]:
    """Take one assessment's scenarios into another of the same client, at the prices they have."""
    copies = []
    for each in reversed(selectors.scenario_list(source)):
        copy = Scenario.objects.create(
            organization_id=by.organization_id,
            client_id=target.client_id,
            assessment=target,
            price_book_id=each.price_book_id,
            contracts=each.contracts,
            title=each.title,
            trigger=each.trigger,
            document=each.document,
            origins=each.origins,
        )
        data = {"title": copy.title, "copied_from": str(each.pk)}
        audit.record(by=by, verb="scenario.created", subject=copy, data=data)
        copies.append(copy)
    return copies


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
        {price.reference for price in found.values()}
        for found in (
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
    """Return the document with its prices filled in, once it has been found sound.

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
