"""Writes scenarios: adds, changes and copies them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment
from assessments.selectors import framework_get
from costing.catalog import selectors as catalog_selectors
from costing.catalog.models import PriceBook
from costing.catalog.origins import Origins, origins_document
from costing.catalog.prices import Contracts, contracts_document
from costing.engine.levers import in_order
from costing.scenarios import selectors
from costing.scenarios.economics import check_document
from costing.scenarios.models import Scenario
from costing.scenarios.parts import (
    choose_part,
    lock_workload,
    part_to_replace,
)
from organizations import audit
from organizations.exceptions import Conflict
from organizations.permissions import Actor

TITLE_LENGTH, VARIANT = 120, ", a variant"


@dataclass(frozen=True)
class ScenarioInput:
    """What a person states of a scenario: section 1's document, and where figures came from."""

    title: str
    document: Mapping[str, Any]
    trigger: str = ""
    origins: Origins = field(default_factory=dict)
    # The part of the workload that it would replace; none where it is a part itself.
    alternative_to_id: UUID | None = None

    @classmethod
    def of(cls, scenario: Scenario, **changed: Any) -> "ScenarioInput":
        """What a scenario states, with what changes in it."""
        stands = {each.name: getattr(scenario, each.name) for each in fields(cls)}
        return cls(**stands | {"origins": scenario.figure_origins} | changed)


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
    contracts: Contracts,
    alternative_to_id: UUID | None,
    **noted: str,
) -> Scenario:
    """Store a new scenario with its audit row."""
    scenario = Scenario.objects.create(
        organization_id=by.organization_id,
        client_id=assessment.client_id,
        assessment=assessment,
        price_book_id=book_id,
        contracts=contracts_document(contracts),
        title=content.title,
        trigger=content.trigger,
        document=dict(content.document),
        origins=origins_document(content.origins),
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
    contracts = _contracts_kept(standing, content.document, book)
    check_document(content.document, book, contracts, framework_get(standing.assessment))
    standing.price_book, standing.contracts = book, contracts_document(contracts)
    standing.title, standing.trigger = content.title, content.trigger
    standing.document = dict(content.document)
    standing.origins = origins_document(content.origins)
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
        contracts=scenario.pinned_contracts,
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
) -> Contracts:
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
    kept = before & now
    pinned = {key: each for key, each in standing.pinned_contracts.items() if key in kept}
    return pinned | {key: value for key, value in fresh.items() if key not in before}
