"""Re-prices a scenario: what other prices would change, the decision over a version, its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from pydantic import Field, PlainSerializer, TypeAdapter

from costing.catalog import selectors as catalog_selectors
from costing.catalog.models import PriceBook
from costing.catalog.origins import origins_document
from costing.catalog.price_overrides import UNUSABLE_FIGURES
from costing.catalog.price_reports import FigureChange, figure_changes
from costing.catalog.prices import Contracts, ModelPrice, PriceOrigin, contracts_document
from costing.catalog.views import asked_book
from costing.engine import InvalidScenario, parse_scenario, strategy_costs
from costing.engine.inputs import currency_of
from costing.scenarios import selectors, services
from costing.scenarios.content.titles import STRATEGY_TITLES
from costing.scenarios.contract_terms import (
    CONTRACT_MONTHS,
    ContractEnd,
    contract_end,
    months_to_put,
)
from costing.scenarios.economics import request_economics
from costing.scenarios.forms import VersionForm
from costing.scenarios.models import Scenario
from organizations import audit
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Conflict, Invalid
from organizations.forms import DomainForm
from organizations.permissions import Actor, Permission
from presentation.money import shown_in
from presentation.wording import first_upper

BOOKS_TO_CHOOSE = 50
Price = Annotated[
    ModelPrice | None,
    PlainSerializer(
        lambda price: price and PriceOrigin.of(price).model_dump(mode="json"),
        return_type=dict[str, Any] | None,
    ),
]


class RepricingForm(VersionForm, DomainForm):
    """Which book to pin over which version of a scenario."""

    price_book = forms.UUIDField()


@dataclass(frozen=True)
class BookReference:
    """A price book in short."""

    id: UUID
    source: str
    as_of: date

    @classmethod
    def of(cls, book: PriceBook | None) -> "BookReference | None":
        return None if book is None else cls(book.pk, book.source, book.as_of)


@dataclass(frozen=True)
class BookMove:
    """The pinned book, and the one to pin."""

    before: BookReference | None
    after: BookReference | None


@dataclass(frozen=True)
class ModelMove:
    """A model's price before and after, with the figures that differ."""

    model: str
    before: Price
    after: Price

    @property
    def title(self) -> str:
        """Premium, small or open, behind an application of which it is the own."""
        *place, section = self.model.split(".")
        name = first_upper(section.removesuffix("_model"))
        return f"Application {int(place[1]) + 1}, {name.lower()}" if place else name

    @property
    def figures(self) -> tuple[FigureChange, ...]:
        return figure_changes(self.before, self.after)


@dataclass(frozen=True)
class MonthMove:
    """What a strategy costs a month in USD, before and after."""

    strategy: str
    before_usd_per_month: float | None
    after_usd_per_month: float | None

    @property
    def title(self) -> str:
        return STRATEGY_TITLES[self.strategy]

    @property
    def change_usd_per_month(self) -> float | None:
        """By how much it gets dearer; None where one of the two has no price."""
        if self.before_usd_per_month is None or self.after_usd_per_month is None:
            return None
        return self.after_usd_per_month - self.before_usd_per_month


@dataclass(frozen=True)
class Repricing:
    """All that re-pricing a scenario would change; `is_possible`: the book knows every model.

    `api_contract_months` is how long the models' prices then hold by contract, where prices move
    and nobody entered that; None where that stays.
    """

    price_book: BookMove
    is_possible: bool
    is_change: bool
    faults: Mapping[str, list[str]]
    models: tuple[ModelMove, ...]
    strategies: tuple[MonthMove, ...]
    api_contract_months: float | None
    contract_end: Annotated[ContractEnd | None, Field(exclude=True)]
    contracts: Annotated[Contracts, Field(exclude=True)]


REPRICING = TypeAdapter(Repricing)


@dataclass(frozen=True)
class _Pricing:
    """A scenario by one book and its contracts; `errors` says why it cannot be priced so."""

    prices: Mapping[str, ModelPrice]
    usd_per_month: Mapping[str, float]
    errors: Mapping[str, list[str]]


def _pricing(scenario: Scenario, book: PriceBook | None, contracts: Contracts) -> _Pricing:
    costs: Mapping[str, float] = {}
    errors: dict[str, list[str]] = {}
    try:
        document = catalog_selectors.document_resolve(scenario.document, book, contracts)
        costs = strategy_costs(parse_scenario(document))
    except InvalidScenario as error:
        errors = error.fields
    references = catalog_selectors.references_of(scenario.document)
    prices = catalog_selectors.model_prices_find(book, references, contracts)
    return _Pricing(prices, costs, errors)


def repricing_preview(scenario: Scenario, book: PriceBook) -> Repricing:
    """What pinning this book, and the contracts that hold now, would change."""
    contracts = selectors.contracts_resolve(scenario.document, book, scenario.assessment)
    before = _pricing(scenario, scenario.price_book, scenario.pinned_contracts)
    after = _pricing(scenario, book, contracts)
    end = contract_end(scenario.stated, after.prices, scenario.assessment.as_of)
    months = months_to_put(scenario.stated, scenario.figure_origins, end)
    is_same = scenario.price_book == book and scenario.pinned_contracts == contracts
    return Repricing(
        price_book=BookMove(BookReference.of(scenario.price_book), BookReference.of(book)),
        is_possible=not after.errors,
        is_change=not is_same or months is not None,
        faults=after.errors,
        models=tuple(
            ModelMove(key, before.prices.get(key), after.prices.get(key))
            for key in catalog_selectors.references_of(scenario.document)
        ),
        strategies=tuple(
            MonthMove(name, before.usd_per_month.get(name), after.usd_per_month.get(name))
            for name in dict.fromkeys([*before.usd_per_month, *after.usd_per_month])
        ),
        api_contract_months=months,
        contract_end=end,
        contracts=contracts,
    )


@transaction.atomic
def reprice_scenario(*, by: Actor, scenario: Scenario, version: int, book: PriceBook) -> Scenario:
    """Pin a price book, and the contract prices that hold now, to a scenario at `version`.

    With them how long those hold, where prices move and nobody entered that.

    Raises Conflict with what stands now; Invalid where the book lacks a model, or where the
    scenario has these prices already.
    """
    standing = services.scenario_locked(scenario, version=version)
    preview = repricing_preview(standing, book)
    if not preview.is_possible:
        raise Invalid(UNUSABLE_FIGURES, fields=preview.faults)
    if not preview.is_change:
        raise Invalid(
            "The scenario has these prices already.",
            fields={"price_book": ["It has these prices already."]},
        )
    standing.price_book, standing.contracts = book, contracts_document(preview.contracts)
    if preview.contract_end is not None and preview.api_contract_months is not None:
        outlook = {
            **standing.document["outlook"],
            "api_contract_months": preview.api_contract_months,
        }
        standing.document = {**standing.document, "outlook": outlook}
        origins = {**standing.figure_origins, CONTRACT_MONTHS: preview.contract_end.origin}
        standing.origins = origins_document(origins)
    standing.version += 1
    standing.changed_at = timezone.now()
    standing.save()
    data = {"version": standing.version, **REPRICING.dump_python(preview, mode="json")}
    audit.record(by=by, verb="scenario.repriced", subject=standing, data=data)
    return standing


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_reprice(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Show what another book, or contracts that changed, would make of it; pin it on POST."""
    if request.method != "POST":
        return _page(request, scenario, asked_book(request, "book") or _suggested(scenario))
    form = RepricingForm(request.POST)
    if not form.is_valid():
        return _page(request, scenario, _suggested(scenario), status=422, form=form)
    try:
        book = catalog_selectors.price_book_get(form.cleaned_data["price_book"])
    except PriceBook.DoesNotExist:
        raise Http404 from None
    try:
        repriced = reprice_scenario(
            by=request.actor, scenario=scenario, version=form.cleaned_data["version"], book=book
        )
    except Conflict as conflict:
        scenario = selectors.scenario_get(scenario.pk)
        return _page(request, scenario, book, status=409, conflict=conflict)
    except Invalid as error:
        form.refuse(error)
        return _page(request, scenario, book, status=422, form=form)
    url = reverse("scenarios:scenario-detail", args=[request.organization.slug, repriced.pk])
    request_economics(by=request.actor, scenario=repriced, next_url=url)
    return redirect(url)


def _suggested(scenario: Scenario) -> PriceBook | None:
    """The newest book of the source that the scenario is priced by, else the latest."""
    pinned = scenario.price_book
    books = catalog_selectors.price_book_list()
    own = books.filter(source_key=pinned.source_key).first() if pinned else None
    return own or catalog_selectors.price_book_latest()


def _page(
    request: TenantRequest,
    scenario: Scenario,
    book: PriceBook | None,
    *,
    status: int = 200,
    **outcome: Any,
) -> HttpResponse:
    context = {
        "scenario": scenario,
        "assessment": scenario.assessment,
        "book": book,
        "books": catalog_selectors.price_book_list()[:BOOKS_TO_CHOOSE],
        "preview": repricing_preview(scenario, book) if book else None,
    }
    with shown_in(currency_of(scenario.document)):
        return render(request, "scenarios/scenario_reprice.html", context | outcome, status=status)
