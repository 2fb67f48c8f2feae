"""Reads of price books, scenarios and their economics."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from assessments.models import Assessment
from assessments.selectors import framework_get, scores_compute
from costing import catalog, mapping
from costing.models import EconomicsResult, ModelPrice, PriceBook, Scenario

OPTIONS_A_SEARCH = 40
# Offered before anything is typed: models sold by those who made them.
MAKERS = ("anthropic", "openai", "google", "mistral", "deepseek", "x-ai", "cohere")


def price_book_latest() -> PriceBook | None:
    """Return the book with the latest date, of equals the one imported last; none before any."""
    return PriceBook.objects.order_by("-as_of", "-imported_at", "-pk").first()


def price_book_list() -> QuerySet[PriceBook]:
    """Return every price book, the latest date first."""
    return PriceBook.objects.order_by("-as_of", "-pk")


def price_book_get(book_id: UUID) -> PriceBook:
    """Return the price book; raises PriceBook.DoesNotExist."""
    return PriceBook.objects.get(pk=book_id)


def model_price_list(book: PriceBook | None, *, search: str = "") -> QuerySet[ModelPrice]:
    """Return a book's prices whose reference or name holds every word of the search."""
    prices = model_price_search(ModelPrice.objects.filter(book=book), search)
    return prices.order_by("provider", "model", "pk")


def model_price_search(prices: QuerySet[ModelPrice], search: str) -> QuerySet[ModelPrice]:
    """Return the prices whose reference or name holds every word of the search."""
    for word in search.split()[:8]:
        prices = prices.filter(
            Q(reference__icontains=word)
            | Q(model_name__icontains=word)
            | Q(provider_name__icontains=word)
        )
    return prices


def model_options(book: PriceBook | None, *, search: str = "") -> list[ModelPrice]:
    """Return the models to offer in a form: what matches, or at first those of the makers."""
    prices = model_price_list(book, search=search)
    if search:
        return list(prices[:OPTIONS_A_SEARCH])
    return list(prices.filter(provider__in=MAKERS, is_deprecated=False))


def model_price_find(book: PriceBook | None, reference: str) -> catalog.ModelPrice | None:
    """Return the price of `<provider>:<model>` in a book, under any name the catalog knows."""
    if book is None:
        return None
    names = {reference.strip().replace("\0", ""), catalog.canonical_reference(reference) or ""}
    row = ModelPrice.objects.filter(book=book, reference__in=names).order_by("pk").first()
    return mapping.price_of_row(row, book) if row else None


def model_prices_of(scenario: Scenario) -> dict[str, catalog.ModelPrice]:
    """Return the catalog prices that a scenario refers to, by `premium_model` and `small_model`."""
    models = {key: scenario.document.get(key) or {} for key in ("premium_model", "small_model")}
    references = {key: str(model.get("catalog", "")) for key, model in models.items()}
    return model_prices_find(scenario.price_book, references)


def model_prices_find(
    book: PriceBook | None, references: Mapping[str, str]
) -> dict[str, catalog.ModelPrice]:
    """Return the prices of those references that a book knows, under the keys they came with."""
    found = {
        key: model_price_find(book, reference) for key, reference in references.items() if reference
    }
    return {key: price for key, price in found.items() if price is not None}


def document_resolve(document: Mapping[str, Any], book: PriceBook | None) -> dict[str, Any]:
    """Return a scenario document with its references replaced by a book's prices.

    Raises InvalidScenario with the path of each reference that the book does not know.
    """
    return catalog.resolve_references(
        document,
        find=lambda reference: model_price_find(book, reference),
        known=lambda: list(
            ModelPrice.objects.filter(book=book).values_list("reference", flat=True)
        ),
    )


@dataclass(frozen=True)
class ScenarioTrigger:
    """A reason to run an assessment, with the figures that it starts a scenario from."""

    key: str
    title: str
    text: str
    note: str
    document: dict[str, Any]
    is_chosen: bool


def scenario_triggers(assessment: Assessment) -> list[ScenarioTrigger]:
    """Return the framework's triggers; those chosen at intake say so."""
    framework = framework_get(assessment)
    return [
        ScenarioTrigger(
            key=trigger.key,
            title=trigger.title,
            text=trigger.text,
            note=trigger.preset_note,
            document=trigger.preset(),
            is_chosen=trigger.key in assessment.triggers,
        )
        for trigger in framework.triggers
    ]


def economics_document(scenario: Scenario) -> dict[str, Any]:
    """Return what the engine is to price: prices filled in, and the maturity of the assessment.

    A dimension without a score holds its levers back, as an unmet one does. Raises
    InvalidScenario with the path of each reference that the pinned book does not know.
    """
    document = document_resolve(scenario.document, scenario.price_book)
    document["maturity"] = mapping.maturity_document(scores_compute(scenario.assessment))
    if scenario.price_book is not None:
        document["as_of"] = scenario.price_book.as_of.isoformat()
    return document


def scenario_get(scenario_id: UUID) -> Scenario:
    """Return the scenario with its assessment and price book; raises Scenario.DoesNotExist."""
    scenarios = Scenario.objects.select_related("assessment__framework", "price_book", "client")
    return scenarios.defer("assessment__framework__document").get(pk=scenario_id)


def scenario_list(assessment: Assessment) -> QuerySet[Scenario]:
    """Return an assessment's scenarios, the last changed first."""
    return Scenario.objects.filter(assessment=assessment).order_by("-changed_at", "-pk")


def scenarios_with_economics(
    assessment: Assessment,
) -> list[tuple[Scenario, EconomicsResult | None]]:
    """Return an assessment's scenarios, each with its newest result."""
    newest = economics_by_scenario(assessment)
    return [(scenario, newest.get(scenario.pk)) for scenario in scenario_list(assessment)]


def economics_get(result_id: UUID) -> EconomicsResult:
    """Return one result; raises EconomicsResult.DoesNotExist."""
    return EconomicsResult.objects.select_related("scenario").get(pk=result_id)


def economics_latest(scenario: Scenario) -> EconomicsResult | None:
    """Return the newest result of a scenario, if there is one."""
    results = EconomicsResult.objects.filter(scenario=scenario)
    return results.order_by("-computed_at", "-pk").first()


def economics_change(scenario: Scenario, economics: EconomicsResult) -> str:
    """Return what changed since a result was computed: `figures`, `scores`, or nothing."""
    if economics.scenario_version != scenario.version:
        return "figures"
    scores = mapping.maturity_document(scores_compute(scenario.assessment))
    return "" if economics.result["inputs"].get("maturity") == scores else "scores"


def economics_latest_of(assessment: Assessment) -> EconomicsResult | None:
    """Return the newest result of any of an assessment's scenarios, with its scenario."""
    results = EconomicsResult.objects.filter(scenario__assessment=assessment)
    return results.select_related("scenario").order_by("-computed_at", "-pk").first()


def economics_by_scenario(assessment: Assessment) -> dict[UUID, EconomicsResult]:
    """Return the newest result of each of an assessment's scenarios, by the scenario's key."""
    results = (
        EconomicsResult.objects.filter(scenario__assessment=assessment)
        .order_by("scenario_id", "-computed_at", "-pk")
        .distinct("scenario_id")
    )
    return {result.scenario_id: result for result in results}
