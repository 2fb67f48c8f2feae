"""The scenario: every input of the cost model, declared once.

Each declaration gives the input's path, type, bounds, default, label, unit and help; parsing, the
JSON Schema, forms, sheets and tables are made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema, WrapSerializer

from assessments.recommendation import MATERIALITY_RATIO
from costing.engine.inputs import readers
from costing.engine.inputs.applications import MAX_APPLICATIONS, OWN_SECTIONS, Application
from costing.engine.inputs.commitments import Commitment
from costing.engine.inputs.correlations import MAX_CORRELATIONS, Correlation
from costing.engine.inputs.currency import ReportingCurrency
from costing.engine.inputs.fields import Extra, Group, Input, Number, Ratio, Section
from costing.engine.inputs.latency import Latency
from costing.engine.inputs.models import MODEL_SECTIONS, Model, Routing, SemanticCache
from costing.engine.inputs.outlook import Outlook
from costing.engine.inputs.pool import Pool
from costing.engine.inputs.workload import Workload
from costing.engine.levers import (
    CURRENT,
    DEFAULT_PAIRS,
    LEVERS,
    OPEN_MODEL,
    OPEN_PAIR,
    PROMPT_CACHING,
    RUNNING_CACHE,
    SECTION_OF_LEVER,
    SELF_HOSTING,
    in_order,
    set_of,
    subsets,
)
from costing.engine.units import Figure
from presentation.money import USD, Currency

MAX_RANGES = 100
HORIZON_MONTHS = 36


@dataclass(frozen=True, slots=True)
class Range:
    """How low and how high an input may turn out."""

    low: float
    high: float


def ranges_document(ranges: Mapping[str, Range]) -> dict[str, dict[str, float]]:
    """Ranges by path as a scenario's document has them."""
    return {path: {"low": ends.low, "high": ends.high} for path, ends in ranges.items()}


Score: TypeAlias = Annotated[float, Number(1, 5)]
Pair: TypeAlias = Annotated[
    tuple[str, str],
    BeforeValidator(readers.read_pair),
    PlainSerializer(readers.write_pair),
    WithJsonSchema(readers.PAIR_SCHEMA),
]


@dataclass(frozen=True, slots=True)
class Part:
    """Section 9: an application as a scenario of its own, at its share of the requests.

    Where there are several, what they pay once has no price in it. A scenario without applications
    is its own only part, without a key. `levers_allowed` are None where all are. `shared_units` are
    the sections of models whose provisioned units all share that have no such model of their own.
    """

    key: str
    scenario: "Scenario"
    levers_allowed: tuple[str, ...] | None = None
    shared_units: tuple[str, ...] = ()


class Scenario(Section):
    """All inputs of one estimate, validated, with their defaults filled in."""

    workload: Annotated[
        Workload, Group("Workload", "What users ask for in a month, and how long the prompts are.")
    ]
    premium_model: Annotated[Model, Group("Premium model")]
    small_model: Annotated[
        Model | None, Group("Small model", "Answers the simple calls that routing sends it.")
    ] = None
    open_model: Annotated[
        Model | None,
        Group("Open model by API", "The pool's model as an API sells it: the fair comparison."),
    ] = None
    routing: Annotated[
        Routing | None,
        Group(
            "Routing",
            "A light classifier sends simple calls to the small model.",
            switch="Compare routing",
        ),
    ] = None
    semantic_cache: Annotated[
        SemanticCache | None,
        Group(
            "Semantic cache",
            "Answers that were given before are given again without a model.",
            switch="Compare a semantic cache",
        ),
    ] = None
    pool: Annotated[
        Pool | None,
        Group(
            "Self-hosted pool",
            "Open-weights models on capacity of your own, rented or bought.",
            switch="Compare self-hosting",
        ),
    ] = None
    commitment: Annotated[
        Commitment | None,
        Group(
            "Committed spend",
            "What is paid for tokens in any case, whoever sells them, and the discount above it.",
            switch="Commit to a spend",
        ),
    ] = None
    latency: Annotated[
        Latency | None,
        Group(
            "Latency target",
            "What every call of the pool keeps to; it needs runs that were measured under load.",
            switch="Promise a latency",
        ),
    ] = None
    outlook: Annotated[
        Outlook | None,
        Group(
            "Prices over time",
            "Models and capacity become cheaper, and models are replaced. Used month by month.",
            switch="Let prices move",
        ),
    ] = None
    currency: Annotated[
        ReportingCurrency | None,
        Group(
            "Reporting currency",
            "Results are shown in it. Prices stay in USD, the currency of their sources.",
            switch="Report in another currency than USD",
        ),
    ] = None
    applications: Annotated[
        tuple[Application, ...],
        BeforeValidator(readers.at_most(MAX_APPLICATIONS, "applications")),
    ] = Extra(
        "Applications",
        help="What an application leaves out, it takes from the scenario.",
        default=(),
        schema={"maxItems": MAX_APPLICATIONS},
    )
    current_levers: Annotated[
        tuple[str, ...],
        BeforeValidator(readers.read_levers),
        WithJsonSchema(readers.LEVERS_SCHEMA),
    ] = Input("What runs today", help="Savings are counted against this.", default=())
    ranges: Annotated[
        dict[str, Range], WrapSerializer(lambda ranges, dump: dump(ranges) or None)
    ] = Input("Lows and highs", default={}, schema={"maxProperties": MAX_RANGES})
    correlations: Annotated[
        tuple[Correlation, ...],
        BeforeValidator(readers.at_most(MAX_CORRELATIONS, "correlations")),
    ] = Extra(
        "Correlations",
        help="Inputs with a range that move together; all others vary independently.",
        default=(),
        schema={"maxItems": MAX_CORRELATIONS},
    )
    maturity: Annotated[dict[str, Score | None] | None, BeforeValidator(readers.check_scores)] = (
        Input("Maturity scores", default=None)
    )
    pairs: Annotated[
        tuple[Pair, ...] | None, BeforeValidator(readers.at_most(readers.MAX_PAIRS, "pairs"))
    ] = Input(
        "Pairs to compare",
        help="Strategies by name, or lists of levers.",
        default=None,
        schema={"maxItems": readers.MAX_PAIRS},
    )
    horizon_months: Annotated[int, Number(1, 240)] = Input(
        "Horizon of the break-even",
        "months",
        "How far ahead savings are summed up.",
        default=HORIZON_MONTHS,
    )
    usd_per_day: Annotated[float, Number(0, 1e6)] = Extra(
        "A day of people's work",
        "USD",
        "What a person-day of effort costs; a change must repay its days within the horizon.",
        default=0.0,
    )
    materiality_ratio: Ratio = Extra(
        "Least worth of a change",
        "% of the bill",
        "A change that saves a smaller share of today's bill is left out and named.",
        default=MATERIALITY_RATIO,
    )
    samples: Annotated[int, Number(1, 16_384)] = Input("Futures drawn", "futures", default=4096)
    seed: Annotated[int, Number(0, 4_294_967_295)] = Input(
        "Seed", "whole number", "The same seed draws the same futures.", default=1
    )
    as_of: Annotated[date | None, BeforeValidator(readers.read_day)] = Input(
        "Date of the prices", default=None
    )

    @property
    def shown_in(self) -> Currency:
        """Section 16: the currency in which results are shown."""
        return USD if self.currency is None else self.currency.shown

    @property
    def parts(self) -> tuple[Part, ...]:
        """Section 9: the applications, each as a scenario of its own; itself where there are none.

        Their shares of the requests stay as they are at any volume.
        """
        if not self.applications:
            return (Part("", self),)
        return tuple(
            Part(
                each.key, self._part(each, share), each.levers_allowed, self._units_shared_by(each)
            )
            for each, share in zip(self.applications, self.shares, strict=True)
        )

    def _part(self, application: Application, share: float) -> "Scenario":
        own = {key: getattr(application, key) or getattr(self, key) for key in OWN_SECTIONS}
        for key in ("routing", "semantic_cache"):
            if (shared := getattr(self, key)) is not None:
                fee = shared.platform_usd_per_month if len(self.applications) == 1 else 0.0
                own[key] = own[key].model_copy(update={"platform_usd_per_month": fee})
        requests = {"requests_per_month": self.workload.requests_per_month * share}
        own["workload"] = own["workload"].model_copy(update=requests)
        return self.model_copy(update={**own, "applications": ()})

    def _units_shared_by(self, application: Application) -> tuple[str, ...]:
        if len(self.applications) == 1:
            return ()
        models = ((key, getattr(self, key)) for key in MODEL_SECTIONS)
        return tuple(
            key
            for key, model in models
            if model is not None and model.provisioned is not None
            if getattr(application, key, None) is None
        )

    @property
    def application_titles(self) -> dict[str, str]:
        """What a person calls each application, by key."""
        return {each.key: each.name for each in self.applications}

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of the requests by application; those with a workload split what is left."""
        stated = sum(each.share or 0.0 for each in self.applications)
        own = [each.workload.requests_per_month for each in self.applications if each.workload]
        whole = sum(own)
        return tuple(
            each.share or 0.0
            if each.workload is None
            else (1.0 - stated)
            * (each.workload.requests_per_month / whole if whole else 1.0 / len(own))
            for each in self.applications
        )

    @property
    def tokens_per_request(self) -> Figure:
        """All tokens that a request demands; over all applications, of their mean request."""
        if not self.applications:
            return self.workload.tokens_per_request
        workloads = [each.workload or self.workload for each in self.applications]
        pairs = zip(workloads, self.shares, strict=True)
        return sum(workload.tokens_per_request * share for workload, share in pairs)

    @property
    def available_levers(self) -> tuple[str, ...]:
        """The levers whose section the scenario has; prompt caching needs none."""
        return tuple(
            lever
            for lever in LEVERS
            if lever not in SECTION_OF_LEVER or getattr(self, SECTION_OF_LEVER[lever]) is not None
        )

    @property
    def lever_sets(self) -> tuple[tuple[str, ...], ...]:
        """Every set that can be priced: of the levers, and with `open_model` in a pool's place."""
        sets = subsets(self.available_levers)
        if self.open_model is None:
            return sets
        by_api = (levers for levers in sets if SELF_HOSTING not in levers)
        return (*sets, *((*levers, OPEN_MODEL) for levers in by_api))

    def levers_of(self, strategy: str) -> tuple[str, ...]:
        """The levers of a strategy or set by its name, or of `current`; KeyError for no such."""
        return in_order(self.current_levers) if strategy == CURRENT else set_of(strategy)

    def priced_as(self, strategy: str) -> tuple[str, ...]:
        """The lever set by which a strategy is priced: a prompt cache that runs is paid as it runs.

        Any other caches prompts only where that is cheaper.
        """
        levers = self.levers_of(strategy)
        is_paid = strategy == CURRENT and PROMPT_CACHING in levers
        return (*levers, RUNNING_CACHE) if is_paid else levers

    @property
    def choosable(self) -> tuple[str, ...]:
        """What can be switched on: the levers that have a price, and the open model by API."""
        return (*self.available_levers, *(() if self.open_model is None else (OPEN_MODEL,)))

    @property
    def compared(self) -> tuple[str, ...]:
        """The sets that pairs compare and that are no named strategy."""
        names = dict.fromkeys(name for pair in self.pairs or () for name in pair)
        return tuple(name for name in names if name not in readers.STRATEGY_NAMES)


def default_pairs(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """The pairs to compare where none are asked for: the hosting question first, asked fairly."""
    return DEFAULT_PAIRS if scenario.open_model is None else (OPEN_PAIR, *DEFAULT_PAIRS)
