"""Reads of scenarios, their economics and comparisons."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from assessments import mapping
from assessments.models import Answer, Assessment
from assessments.roadmap import effort_days
from assessments.scoring import Scores
from assessments.selectors import action_list, answers_given, framework_get, scores_compute
from costing.catalog.models import PriceBook
from costing.catalog.price_overrides import price_overrides_of
from costing.catalog.prices import ModelPrice, PriceOverride
from costing.catalog.selectors import document_resolve, model_prices_find, references_of
from costing.engine.inputs import currency_of
from costing.scenarios.content.comparison import ComparedScenario
from costing.scenarios.content.mismatches import Mismatch, mismatches
from costing.scenarios.models import EconomicsResult, Scenario
from organizations.prepared import Prepared
from presentation.money import Currency


def economics_get(result_id: UUID) -> EconomicsResult:
    """Return one result; raises EconomicsResult.DoesNotExist."""
    results = EconomicsResult.objects.select_related("scenario__assessment__client")
    return results.get(pk=result_id)


def economics_latest(scenario: Scenario) -> EconomicsResult | None:
    """Return the newest result of a scenario, if there is one."""
    return _economics.first(scenario.pk)


_economics = Prepared(
    lambda pk: EconomicsResult.objects.filter(scenario_id=pk).order_by("-computed_at", "-pk")[:1]
)


def economics_stated(
    scenario: Scenario,
) -> tuple[EconomicsResult | None, Mapping[str, float | None] | None]:
    """Return the newest result of a scenario, and the maturity that it was computed with.

    What is large comes as text, which `economics_read` reads: a page that is kept shows it unread.
    """
    found = _stated.first(scenario.pk)
    return found, getattr(found, "maturity", None)


def economics_currency(stated: EconomicsResult | None) -> Currency:
    """Return the currency in which a result of `economics_stated` is shown."""
    return currency_of({"currency": getattr(stated, "currency", None)})


def economics_read(stated: EconomicsResult) -> EconomicsResult:
    """Return a result of `economics_stated` with what its pages show; no query."""
    for name in LARGE:
        setattr(stated, name, json.loads(getattr(stated, f"{name}_text")))
    return stated


LARGE = ("result", "curves", "anti_patterns")
_stated = Prepared(
    lambda pk: (
        EconomicsResult.objects.filter(scenario_id=pk)
        .defer(*LARGE, "prices")
        .annotate(
            maturity=F("result__inputs__maturity"),
            currency=F("result__inputs__currency"),
            **{f"{name}_text": Cast(name, TextField()) for name in LARGE},
        )
        .order_by("-computed_at", "-pk")[:1]
    )
)


def economics_change(
    scenario: Scenario,
    economics: EconomicsResult,
    scores: Scores,
    *,
    maturity: Mapping[str, float | None] | None,
) -> str:
    """Return what changed since a result was computed: `figures`, `scores`, or nothing.

    `scores` are the assessment's as they stand, `maturity` what the result was computed with.
    """
    if economics.scenario_version != scenario.version:
        return "figures"
    return "" if maturity == scores.maturity else "scores"


def economics_newest(**wanted: Any) -> dict[UUID, EconomicsResult]:
    """Return the newest result of each scenario among the results wanted, by its key."""
    results = EconomicsResult.objects.filter(**wanted)
    newest = _newest(results.select_related("scenario__price_book", "price_book"))
    return {result.scenario_id: result for result in newest}


def _newest(results: QuerySet[EconomicsResult]) -> QuerySet[EconomicsResult]:
    order = results.order_by("scenario_id", "-computed_at", "-pk")
    return order.distinct("scenario_id")


def workload_economics(assessment: Assessment) -> list[EconomicsResult]:
    """Return the newest result of each scenario of an assessment that is not archived."""
    newest = economics_newest(scenario__assessment=assessment, scenario__archived_at=None)
    return list(newest.values())


def part_economics(assessment: Assessment) -> list[EconomicsResult]:
    """Return the newest result of each part of an assessment's workload, the oldest part first.

    Without its figures, which are large: `economics_figures` reads those.
    """
    results = EconomicsResult.objects.filter(
        scenario__assessment=assessment,
        scenario__archived_at=None,
        scenario__alternative_to=None,
    ).select_related("scenario")
    newest = _newest(
        results.only("scenario", "computed_at", "scenario__title", "scenario__created_at")
    )
    return sorted(newest, key=lambda each: (each.scenario.created_at, str(each.scenario_id)))


def economics_figures(result_ids: Iterable[UUID]) -> dict[UUID, EconomicsResult]:
    """Return results with their figures and anti-patterns alone, by their keys."""
    return EconomicsResult.objects.only("result", "anti_patterns").in_bulk(list(result_ids))


def model_prices_of(scenario: Scenario) -> dict[str, ModelPrice]:
    """Return the catalog prices that a scenario refers to, by `premium_model` and `small_model`.

    Where it pinned a contract price, that.
    """
    references = references_of(scenario.document)
    return model_prices_find(scenario.price_book, references, scenario.pinned_contracts)


def contracts_resolve(
    document: Mapping[str, Any], book: PriceBook | None, assessment: Assessment
) -> dict[str, PriceOverride]:
    """Return the contract prices that hold for a document now.

    They are those of the assessment's client, or of the organization, on the assessment's date.
    """
    return _contracts_of(model_prices_find(book, references_of(document)).values(), assessment)


def _contracts_of(prices: Iterable[ModelPrice], assessment: Assessment) -> dict[str, PriceOverride]:
    references = [price.reference for price in prices]
    return price_overrides_of(references, client_id=assessment.client_id, on=assessment.as_of)


def contracts_to_show(
    references: Mapping[str, str],
    book: PriceBook | None,
    scenario: Scenario | None,
    assessment: Assessment,
) -> dict[str, PriceOverride]:
    """Return the contract prices that a form's models would have.

    A model that the scenario has already keeps what it pinned, as it does when it is saved.
    """
    pinned = dict(scenario.pinned_contracts) if scenario else {}
    standing = set(references_of(scenario.document).values()) if scenario else set()
    new = {key: {"catalog": name} for key, name in references.items() if name not in standing}
    return (contracts_resolve(new, book, assessment) if new else {}) | pinned


def economics_document(scenario: Scenario) -> dict[str, Any]:
    """Return what the engine is to price: prices filled in, and the maturity of the assessment.

    A dimension without a score holds its levers back, as an unmet one does. Raises
    InvalidScenario with the path of each reference that the pinned book does not know.
    """
    document = document_resolve(scenario.document, scenario.price_book, scenario.pinned_contracts)
    document["maturity"] = maturity_of(scenario.assessment)
    if scenario.price_book is not None:
        document["as_of"] = scenario.price_book.as_of.isoformat()
    return document


def maturity_of(assessment: Assessment) -> dict[str, float | None]:
    """Return an assessment's scores as they stand, as the engine reads them."""
    return scores_compute(assessment).maturity


def work_left(assessment: Assessment, answers: Iterable[Answer] | None = None) -> dict[str, int]:
    """Return the days of work of each change that are left, by answers and the roadmap.

    Answers that were read already are not read again.
    """
    planned = map(mapping.planned_action, action_list(assessment))
    given = answers_given(assessment) if answers is None else mapping.answer_values(answers)
    return effort_days(framework_get(assessment), given, planned)


def scenario_get(scenario_id: UUID) -> Scenario:
    """Return the scenario with its assessment and price book; raises Scenario.DoesNotExist."""
    return _scenario.get(scenario_id)


_scenario = Prepared(
    lambda pk: (
        Scenario.objects.select_related(
            "assessment__framework", "assessment__client", "price_book", "client", "alternative_to"
        )
        .defer("assessment__framework__document")
        .filter(pk=pk)
    )
)


def scenarios_standing() -> QuerySet[Scenario]:
    """Return the tenant's scenarios of which neither they nor their assessment are archived."""
    return Scenario.objects.filter(archived_at=None, assessment__archived_at=None)


def scenario_list(assessment: Assessment) -> QuerySet[Scenario]:
    """Return an assessment's scenarios that are not archived, the last changed first."""
    scenarios = Scenario.objects.filter(assessment=assessment, archived_at=None)
    return scenarios.select_related("alternative_to").order_by("-changed_at", "-pk")


def part_list(assessment: Assessment) -> QuerySet[Scenario]:
    """Return the parts of an assessment's workload, the oldest first."""
    parts = Scenario.objects.filter(assessment=assessment, archived_at=None, alternative_to=None)
    return parts.order_by("created_at", "pk")


def scenarios_with_economics(
    assessment: Assessment,
) -> list[tuple[Scenario, EconomicsResult | None]]:
    """Return an assessment's scenarios, each with its newest result."""
    newest = economics_newest(scenario__assessment=assessment)
    return [(scenario, newest.get(scenario.pk)) for scenario in scenario_list(assessment)]


def scenario_list_of_client(client_id: UUID) -> QuerySet[Scenario]:
    """Return all scenarios of a client with their assessments, the last changed first."""
    scenarios = scenarios_standing().filter(client_id=client_id).select_related("assessment")
    return scenarios.order_by("-changed_at", "-pk")


def scenarios_compared(client_id: UUID, scenario_ids: Sequence[UUID]) -> list[ComparedScenario]:
    """Return a client's scenarios with their newest results, in the order asked for.

    Raises Scenario.DoesNotExist where this client has not every one of them.
    """
    rows = scenarios_standing().filter(client_id=client_id, pk__in=scenario_ids)
    scenarios = {scenario.pk: scenario for scenario in rows}
    if not all(scenario_id in scenarios for scenario_id in scenario_ids):
        raise Scenario.DoesNotExist
    newest = economics_newest(scenario_id__in=scenario_ids)
    return [
        ComparedScenario(
            id=key,
            title=scenarios[key].title,
            estimate=newest[key].estimate if key in newest else None,
            is_stale=key in newest and newest[key].scenario_version != scenarios[key].version,
        )
        for key in dict.fromkeys(scenario_ids)
    ]


def scenario_mismatches(scenario: Scenario, answers: Iterable[Answer]) -> list[Mismatch]:
    """Return where answers and usage disagree with the levers that a scenario runs today."""
    assessment, given = scenario.assessment, mapping.answer_values(answers)
    return mismatches(
        framework_get(assessment),
        {key: answer.value for key, answer in given.items()},
        scenario.document.get("current_levers") or [],
        assessment.measured_cache_read_ratio,
    )


def contracts_changed(scenario: Scenario, prices: Iterable[ModelPrice]) -> bool:
    """Whether other contract prices hold for a scenario's models now than those that it pinned.

    `prices` are those of `model_prices_of`.
    """
    return _contracts_of(prices, scenario.assessment) != scenario.pinned_contracts
