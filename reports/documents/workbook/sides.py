"""What is compared over volume: the strategies of both sides, and what a request causes in each."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from costing.engine.inputs.models import EXPLICIT, MODEL_SECTIONS, STORED
from costing.engine.levers import (
    NAMED,
    OPEN_MODEL,
    PROMPT_CACHING,
    ROUTING,
    SELF_HOSTING,
    SEMANTIC_CACHING,
    STRATEGIES,
)
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from reports.documents.workbook import formula as xl
from reports.documents.workbook.bought_ahead import Terms
from reports.documents.workbook.calls import MODELS, rework_of, usd_of_false_hits
from reports.documents.workbook.capacity import Capacity
from reports.documents.workbook.formula import Formula
from reports.documents.workbook.inputs import CHOOSABLE, PROVISIONED, Inputs, Part, prefix_of
from reports.documents.workbook.lanes import (
    extras_of,
)
from reports.documents.workbook.page import Page
from reports.documents.workbook.rates import Rates
from reports.documents.workbook.shared_units import SharedCurve, SharedTerms, UnitsSheet
from reports.documents.workbook.week import Plan, Week
from reports.snapshots.payload import JsonDict

CATALOG = 2
"""The row of the table of strategies."""
PER_LANE = ("Hits", "Hits an hour", "Tokens", "Units")
PER_SHARED = ("Shared units", "Units and spillover")


@dataclass(frozen=True)
class Followed:
    """What the sheets over volume and time follow: of a scenario as delivered, by model.

    A table of many rows has columns only for what is needed: others are in the month's bill alone.
    """

    models: tuple[str, ...]
    long: frozenset[str]
    stored: frozenset[str]
    sold: frozenset[str]
    has_bursts: bool

    @classmethod
    def of(cls, scenario: JsonDict, units: Mapping[str, Collection[str]]) -> "Followed":
        """What any of its applications has counts for all of them.

        `units` are the models with units of a part's own, by its tag.
        """
        holders = (scenario, *(scenario.get("applications") or ()))
        stated = {
            prefix_of(key): [found for each in holders if (found := each.get(key))]
            for key in MODEL_SECTIONS
        }

        def having(wanted: Callable[[JsonDict], bool]) -> frozenset[str]:
            return frozenset(name for name, found in stated.items() if any(map(wanted, found)))

        return cls(
            models=tuple(name for name in MODELS if name != "open" or stated[name]),
            long=having(lambda model: model.get("cache_write_1h_usd_per_mtok") is not None),
            stored=having(lambda model: model.get("cache_mode") == STORED),
            sold=having(lambda model: model.get(PROVISIONED) is not None)
            & frozenset(name for models in units.values() for name in models),
            has_bursts=any((each.get("workload") or {}).get("calls_per_burst") for each in holders),
        )

    @property
    def strategies(self) -> dict[str, tuple[str, ...]]:
        return dict(NAMED if "open" in self.models else STRATEGIES)

    def is_used(self, title: str) -> bool:
        """Whether a column is needed."""
        name, _, model = title.partition(":")[0].partition(", ")
        among = {"Hits an hour": self.long, "Units": self.sold}.get(name, self.models)
        return not model or model == "USD" or (model in among and model in self.models)


NOT_FOLLOWED = (
    "Provisioned units, caches for an hour, stored caches and bursts count here only where the"
    " scenario had them when this was delivered; sheet Strategies follows them"
)

NO_REQUESTS = (
    "Without requests on sheet Inputs, neither the applications' shares of them nor their load of"
    " the pool are known here"
)


@dataclass(frozen=True)
class Portion:
    """A scenario or one of its applications: its calls for a request of all, and their cost.

    `load` are replicas of one region per call, at weight 1.
    """

    part: Part
    calls_per_request: Formula
    rates: Mapping[str, tuple[Rates, Rates]]
    shares: Formula
    load: Formula


@dataclass(frozen=True)
class Model:
    """What the calls of a scenario or of its applications cost, and what they ask of a pool."""

    followed: Followed
    inputs: Inputs
    portions: tuple[Portion, ...]
    capacity: Capacity
    week: Week
    units: Mapping[str, Mapping[str, Terms]]
    shared: Mapping[str, SharedTerms]
    sheet: UnitsSheet | None

    @property
    def sold(self) -> dict[tuple[str, str], Terms]:
        """The terms of all units by tag of the part and model; of shared ones without a tag."""
        own = {
            (tag, name): each for tag, found in self.units.items() for name, each in found.items()
        }
        return own | {("", name): each.terms for name, each in self.shared.items()}

    @property
    def has_applications(self) -> bool:
        return bool(self.portions[0].part.tag)

    @property
    def lanes(self) -> tuple[tuple[Portion, str], ...]:
        """Of each portion the lanes by API, in the order of their columns."""
        return tuple((each, name) for each in self.portions for name in self.followed.models)

    @property
    def column_titles(self) -> tuple[str, ...]:
        """The heads of what one side costs at a volume."""
        lanes = tuple(
            f"{name}, {model}: {portion.part.title}".removesuffix(": ")
            for portion in self.portions
            for model in (self.followed.models if self.has_applications else MODELS)
            for name in PER_LANE
        )
        shared = (f"{name}, {model}" for model in self.shared for name in PER_SHARED)
        return (*lanes, *shared, "Spend, USD", "Instance-hours", "USD per month")

    @property
    def is_beyond(self) -> Formula:
        """Whether something is priced that these sheets do not follow."""
        followed, found = self.followed, [xl.formula(False)]
        for portion, name in self.lanes:
            inputs = portion.part.inputs
            mode, long = inputs[f"{name}_cache_mode"], f"{name}_cache_write_1h_usd_per_mtok"
            if name not in followed.long:
                found.append(xl.all_of(mode.equals(EXPLICIT), xl.is_number(inputs[long])))
            if name not in followed.stored:
                found.append(mode.equals(STORED))
            terms = self.units[portion.part.tag].get(name)
            if terms is not None and name not in followed.sold:
                found.append(terms.is_sold)
        if not followed.has_bursts:
            bursts = (each.part.inputs["workload_calls_per_burst"] for each in self.portions)
            found += [each > 1 for each in bursts]
        return xl.any_of(*found)

    @property
    def notice(self) -> Formula:
        """What is not followed, in words; empty where all is."""
        words = xl.when(self.is_beyond, NOT_FOLLOWED, "")
        if not self.has_applications:
            return words
        return xl.when(self.inputs["workload_requests_per_month"].equals(0), NO_REQUESTS, words)


@dataclass(frozen=True)
class Lane:
    """A portion's calls to a model for a request of all, and whether it has such a lane at all."""

    portion: Portion
    model: str
    calls: Formula
    is_on: Formula
    is_caching: Formula


@dataclass(frozen=True)
class Side:
    """One side of the comparison: what a request causes and costs under its strategy.

    `load` are replicas of one region per pooled call, for the weights of `plan`.
    """

    fixed_usd: Formula
    usd_per_request: Formula
    lanes: tuple[Lane, ...]
    pooled_calls: Formula
    load: Formula
    plan: Plan
    flags: Mapping[str, Formula]
    shared: Mapping[str, SharedCurve] = field(default_factory=dict)

    @property
    def is_hosting(self) -> Formula:
        return self.flags[SELF_HOSTING]


def write_catalog(
    page: Page,
    column: int,
    levers: Mapping[str, str],
    strategies: Mapping[str, tuple[str, ...]],
) -> list[Formula]:
    """The table of strategies and levers: the range of names, then of each lever's flags."""
    page.texts(CATALOG, column, ["Strategy", *levers.values()], "head")
    cells = [
        [
            page.static(n, column, TITLES[name], "muted"),
            *(
                page.static(n, flag, int(lever in has), "count_static")
                for flag, lever in enumerate(CHOOSABLE, start=column + 1)
            ),
        ]
        for n, (name, has) in enumerate(strategies.items(), start=CATALOG + 1)
    ]
    return [page.column(line) for line in zip(*cells, strict=True)]


SIDE_ROWS = (
    "Calls after the cache, per request",
    "Complex calls to the premium model, per request",
    "Simple calls to the small model, per request",
    "Calls to the open model, per request",
    "Calls to the pool, per request",
    "Fixed, USD per month",
    "Fees, USD per request",
)
FIXED, FEES = 5, 6
SHARED_ROWS = tuple(title for n, title in enumerate(SIDE_ROWS) if n != FIXED)


Put = Callable[[int, Formula], Formula]
"""Writes a figure of `SIDE_ROWS` by its place in them."""


def write_side(
    page: Page, row: int, column: int, chosen: Formula, catalog: Sequence[Formula], model: Model
) -> Side:
    """Sections 2 and 4 for one request of the chosen strategy, and what it costs without any."""
    flags = _flags(page, row, column, chosen, catalog)

    def put(offset: int, content: Formula) -> Formula:
        return page.formula(row + len(CHOOSABLE) + offset, column, content, "exact")

    (portion,) = model.portions
    requested = _requested(portion, flags, model.followed, put)
    fixed = put(FIXED, _fixed_usd(model, flags))
    return Side(
        fixed_usd=fixed,
        usd_per_request=requested.fees,
        lanes=requested.lanes,
        pooled_calls=requested.pooled,
        load=portion.load,
        plan=model.week.plan,
        flags=flags,
    )


def _flags(
    page: Page, row: int, column: int, chosen: Formula, catalog: Sequence[Formula]
) -> dict[str, Formula]:
    """Which levers are on in the chosen strategy."""
    place = xl.place_of(chosen, catalog[0])
    values = page.down(row, column, (xl.at(flag, place) for flag in catalog[1:]), "exact")
    return dict(zip(CHOOSABLE, values, strict=True))


@dataclass(frozen=True)
class _Requested:
    """What a request of all causes at one portion."""

    kept: Formula
    lanes: tuple[Lane, ...]
    pooled: Formula
    fees: Formula


def _requested(
    portion: Portion, flags: Mapping[str, Formula], followed: Followed, put: Put
) -> _Requested:
    """Section 2: where the calls go under the levers that are on, of those the portion may use."""
    inputs, made = portion.part.inputs, portion.calls_per_request
    on = {
        lever: flag if lever in portion.part.levers else xl.formula(0)
        for lever, flag in flags.items()
    }
    routing, semantic, hosting, by_api = (
        on[lever] for lever in (ROUTING, SEMANTIC_CACHING, SELF_HOSTING, OPEN_MODEL)
    )
    kept = put(0, made * (1 - semantic * inputs["semantic_hit_ratio"]))
    share, is_open = inputs["routing_simple_ratio"], hosting + by_api > 0
    routed = kept - kept * share + kept * share * inputs["routing_escalation_ratio"]
    simple, is_routed = kept * share, routing.equals(1)
    open_calls = xl.when(is_routed, simple, kept)
    calls = {
        "premium": put(1, xl.when(is_routed, routed, xl.when(is_open, 0, kept))),
        "small": put(2, xl.when(xl.all_of(is_routed, xl.negate(is_open)), simple, 0)),
        "open": put(3, xl.when(by_api.equals(1), open_calls, 0)),
    }
    is_on = {
        "premium": xl.any_of(is_routed, xl.negate(is_open)),
        "small": xl.all_of(is_routed, xl.negate(is_open)),
        "open": by_api.equals(1),
    }
    pooled = put(4, xl.when(hosting.equals(1), open_calls, 0))
    fees = semantic * inputs["semantic_lookup_usd_per_call"] * made
    false_hits = inputs["semantic_hit_ratio"] * usd_of_false_hits(inputs)
    fees = fees + semantic * false_hits * made + pooled * rework_of("pool", inputs)
    fees = put(FEES, fees + routing * inputs["routing_classifier_usd_per_call"] * kept)
    lanes = (
        Lane(portion, name, calls[name], is_on[name], on[PROMPT_CACHING])
        for name in followed.models
    )
    return _Requested(kept, tuple(lanes), pooled, fees)


def _fixed_usd(model: Model, flags: Mapping[str, Formula]) -> Formula:
    """What a month costs without a call: platforms and the people of a pool, once for all."""
    inputs, used = model.inputs, {lever for each in model.portions for lever in each.part.levers}
    people = inputs["pool_engineering_hours_per_month"] * inputs["pool_engineering_usd_per_hour"]
    platforms = ((SEMANTIC_CACHING, "semantic"), (ROUTING, "routing"))
    fees = [
        flags[lever] * inputs[f"{prefix}_platform_usd_per_month"]
        for lever, prefix in platforms
        if lever in used
    ]
    monthly = people + inputs["pool_platform_usd_per_month"] + extras_of(inputs)
    return xl.added([*fees, flags[SELF_HOSTING] * monthly])


def write_side_of_applications(
    page: Page,
    row: int,
    column: int,
    chosen: Formula,
    catalog: Sequence[Formula],
    model: Model,
    beside: tuple[int, int],
) -> Side:
    """A side of several applications: `beside` is where each has a row of its own."""
    flags = _flags(page, row, column, chosen, catalog)
    found = _by_application(page, beside, flags, model)
    lanes = tuple(lane for each in found for lane in each.lanes)
    by_model = [xl.added(x.calls for x in lanes if x.model == name) for name in MODELS]
    kept, pooled = (xl.added(getattr(each, name) for each in found) for name in ("kept", "pooled"))
    fees = xl.added(each.fees for each in found)
    first = row + len(CHOOSABLE)
    sums = (kept, *by_model, pooled, _fixed_usd(model, flags), fees)
    cells = page.down(first, column, (each * 1 for each in sums), "exact")
    *_, pooled, fixed, fees = cells
    name = "From" if column == 1 else "To"
    plan = model.week.write_chosen(column - 1, name, flags[ROUTING], flags[SEMANTIC_CACHING])
    now = model.inputs["workload_requests_per_month"] * pooled
    load = xl.when(now > 0, 1 / now, 0)
    return Side(
        fixed_usd=fixed,
        usd_per_request=fees,
        lanes=lanes,
        pooled_calls=pooled,
        load=page.formula(first + len(cells), column, load, "exact"),
        plan=plan,
        flags=flags,
        shared=_shared_curves(model, name, lanes),
    )


def _shared_curves(model: Model, side: str, lanes: Sequence[Lane]) -> dict[str, SharedCurve]:
    """What a request of all wants of the units that applications share, by model."""
    if model.sheet is None:
        return {}
    found = {}
    for name, shared in model.shared.items():
        using = [
            lane for lane in lanes if lane.model == name and lane.portion.part.tag in shared.parts
        ]
        loads = {
            tag: xl.when(lane.is_on, lane.calls / shared.capacity[tag], 0)
            for lane in using
            for tag in (lane.portion.part.tag,)
        }
        is_on = xl.any_of(*(lane.is_on for lane in using))
        found[name] = SharedCurve.of(model.sheet, side, shared.terms, is_on, loads)
    return found


def _by_application(
    page: Page, beside: tuple[int, int], flags: Mapping[str, Formula], model: Model
) -> list[_Requested]:
    """A table of what a request of all causes at each application."""
    page.texts(beside[0], beside[1], ["Application, per request of all", *SHARED_ROWS], "head")
    found = []
    for n, portion in enumerate(model.portions, start=beside[0] + 1):
        page.text(n, beside[1], portion.part.title, "muted")

        def put(offset: int, content: Formula, n: int = n) -> Formula:
            at = beside[1] + 1 + SHARED_ROWS.index(SIDE_ROWS[offset])
            return page.formula(n, at, content, "exact")

        found.append(_requested(portion, flags, model.followed, put))
    return found
