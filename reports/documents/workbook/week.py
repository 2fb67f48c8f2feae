"""Sheet Week: the hours of a week, their traffic and replicas (cost model, 1, 4, 9 and 13)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from costing.engine.units import HOURS_PER_DAY, HOURS_PER_WEEK, MINUTES_PER_HOUR
from presentation.wording import WEEKDAYS
from reports.documents.workbook import formula as xl
from reports.documents.workbook.calls import Calls, title_of
from reports.documents.workbook.capacity import Capacity
from reports.documents.workbook.formula import Cells, Formula, Operand
from reports.documents.workbook.inputs import Inputs, Part
from reports.documents.workbook.page import Page, between
from reports.documents.workbook.waiting import Need, Waiting

HEAD, TOTALS, FIRST = 6, 7, 8
OWN, FIRST_PLAN = 2, 5
TRAFFIC_HEADS = ("Own weight", "Weight", "Share of the week")
PLAN_HEADS = ("Staffed for", "Hours paid", "Hours that need as much", "Reserved for")
CHOSEN_HEADS = ("Staffed for", "Hours paid", "Reserved for")
TOLERANCE = 1e-9
LEAD = (
    "Fill the amber column with 168 weights for a profile of your own;"
    " empty, the traffic is flat over the active hours and days."
)


@dataclass(frozen=True)
class Plan:
    """How a pool is staffed: by hour the load that sizes it, −1 where the pool is closed.

    `paid` are the hours that a replica of each hour is paid for, its starts included.
    `reserved_for` is the load that a reserved instance carries, −1 where none pays.
    """

    hours: Sequence[Formula]
    sized: Formula
    paid: Formula
    peak: Formula
    reserved_for: Formula


@dataclass(frozen=True)
class Staff:
    """A pool's week: the replicas by hour, and how its hours are paid."""

    replicas: Formula
    plan: Plan
    reserved_replicas: Formula


@dataclass(frozen=True)
class Week:
    """Each part's shares of the week's hours, the plan of one part's pool, every pool's staff.

    `hours` are the cells of `shares`. The sheet's columns from `free_column` on are empty.
    """

    shares: Mapping[str, Formula]
    hours: Mapping[str, Sequence[Formula]]
    plan: Plan
    staff: Mapping[Calls, Staff]
    page: Page
    free_column: int

    def write_chosen(self, place: int, title: str, routing: Formula, semantic: Formula) -> Plan:
        """The plan of the pool that a strategy with these levers uses, by `place` in two columns.

        Of several applications: its loads are those of the present requests.
        """
        page, column = self.page, self.free_column + place * len(CHOSEN_HEADS)
        page.texts(
            HEAD, column, [f"{title}: {head.lower()}" for head in CHOSEN_HEADS], "head_right"
        )

        plans = {pool: staff.plan for pool, staff in self.staff.items()}

        def chosen(found: Mapping[Calls, Formula]) -> Formula:
            uncached, cached = (
                xl.when(routing.equals(1), found["simple", cache], found["all", cache])
                for cache in (0, 1)
            )
            return xl.when(semantic.equals(1), cached, uncached)

        def each_hour(cells: Callable[[Plan, int], Formula]) -> Iterator[Formula]:
            for n in range(HOURS_PER_WEEK):
                yield chosen({pool: cells(plan, n) for pool, plan in plans.items()})

        hours = page.down(FIRST, column, each_hour(lambda plan, n: plan.hours[n]), "factor")
        paid = each_hour(lambda plan, n: xl.at(plan.paid, n + 1))
        paid_for = page.column(page.down(FIRST, column + 1, paid, "factor"))
        peak, reserved_for = (
            page.formula(TOTALS, column + offset, chosen(figures), "factor_bold")
            for offset, figures in (
                (0, {pool: plan.peak for pool, plan in plans.items()}),
                (2, {pool: plan.reserved_for for pool, plan in plans.items()}),
            )
        )
        return Plan(hours, page.column(hours), paid_for, peak, reserved_for)


def write_week(
    page: Page,
    waiting: Waiting,
    parts: Sequence[Part],
    profiles: Mapping[str, Sequence[float] | None],
    loads: Mapping[Calls, Cells],
    capacity: Capacity,
) -> Week:
    """The sheet. `profiles` are the workloads of their own by the tag of their part.

    `loads` are by pool and part, at weight 1; each pool gets a column of replicas.
    """
    page.begin("The week, hour by hour", LEAD, 13, 8, *[12] * 60)
    write_hours(page)
    inputs = parts[0].inputs.of_scenario
    whole = Part("", "", "", inputs)
    hours = {"": _traffic(page, OWN, whole, profiles.get(""))}
    alone = waiting.write_need(0, "", {"": xl.formula(1)}, hours, [whole])
    plan = _plan(page, FIRST_PLAN, alone, inputs, capacity, "")
    column = FIRST_PLAN + len(PLAN_HEADS)
    for part in parts:
        if part.tag and part.tag in profiles:
            hours[part.tag] = _traffic(page, column, part, profiles[part.tag])
            column += len(TRAFFIC_HEADS)
    staff = {}
    for place, (pool, by_part) in enumerate(loads.items(), start=1):
        load, plan_of_pool = xl.added(by_part.values()), plan
        if tuple(by_part) != ("",):
            need = waiting.write_need(place, title_of(pool), by_part, hours, parts)
            plan_of_pool = _plan_of_all(page, column, pool, need, inputs, capacity)
            load, column = xl.formula(1), column + 1 + len(PLAN_HEADS)
        staff[pool] = _staff(page, column, pool, load, inputs, plan_of_pool)
        column += 1
    page.sheet.freeze_panes(FIRST, 2)
    page.printed(repeat_row=HEAD)
    cells = {part.tag: hours.get(part.tag, hours[""]) for part in parts}
    shares = {tag: page.column(own) for tag, own in cells.items()}
    return Week(shares, cells, plan, staff, page, column)


def write_hours(page: Page) -> None:
    """The first two columns: days and hours."""
    page.sheet.set_row(HEAD, 44)
    page.texts(HEAD, 0, ("Day", "Hour"), "head")
    page.text(TOTALS, 0, "Week", "label_bold")
    for number in range(HOURS_PER_WEEK):
        page.text(FIRST + number, 0, WEEKDAYS[number // HOURS_PER_DAY], "label")
        page.text(FIRST + number, 1, f"{number % HOURS_PER_DAY:02d}:00", "centre")


def _traffic(page: Page, column: int, part: Part, profile: Sequence[float] | None) -> list[Formula]:
    """A workload's share of the week by hour."""
    heads = [f"{part.title}: {head.lower()}" if part.title else head for head in TRAFFIC_HEADS]
    page.texts(HEAD, column, heads, "head_right")
    weights = _weights(page, column, part, profile)
    summed = page.formula(TOTALS, column + 1, xl.total(page.column(weights)), "factor_bold")
    shares = page.down(FIRST, column + 2, (weight / summed for weight in weights), "factor")
    page.formula(TOTALS, column + 2, xl.highest(page.column(shares)), "factor_bold")
    return shares


def _weights(page: Page, column: int, part: Part, profile: Sequence[float] | None) -> list[Formula]:
    """Section 1: each hour's weight, own or flat."""
    rule = between("Weight", "0 or more, or empty.", 0, 10**12)
    page.sheet.data_validation(FIRST, column, FIRST + HOURS_PER_WEEK - 1, column, rule)
    own = [
        page.static(FIRST + n, column, None if profile is None else profile[n], "input_count_fine")
        for n in range(HOURS_PER_WEEK)
    ]
    cells = page.column(own, f"{part.tag}own_profile")
    is_own = xl.when(xl.all_of(xl.count(cells) > 0, xl.total(cells) > 0), 1, 0)
    page.text(2, column, "Profile of its own, 1 yes", "note")
    is_own = page.formula(3, column, is_own, "count", f"{part.tag}has_own_profile")
    used = (
        xl.when(is_own.equals(1), weight, _flat(part.inputs, *divmod(number, HOURS_PER_DAY)))
        for number, weight in enumerate(own)
    )
    return page.down(FIRST, column + 1, used, "factor")


def _flat(inputs: Inputs, day: int, hour: int) -> Formula:
    """A broken hour or day at the end weighs its fraction; days over 15 h begin at midnight."""
    hours, days = inputs["workload_active_hours_per_day"], inputs["workload_active_days_per_week"]
    start = xl.when(hours > 15, 0, 9)
    in_day = xl.when(start <= hour, xl.highest(0, xl.lowest(1, hours - (hour - start))), 0)
    return in_day * xl.highest(0, xl.lowest(1, days - day))


def _plan_of_all(
    page: Page, column: int, pool: Calls, need: Need, inputs: Inputs, capacity: Capacity
) -> Plan:
    """Section 9: replicas that all parts together want in each hour, and how they are staffed."""
    title = title_of(pool)
    page.text(HEAD, column, f"Wanted: {title}", "head_right")
    page.down(FIRST, column, (each * 1 for each in need.hours), "factor")
    return _plan(page, column + 1, need, inputs, capacity, title)


def _plan(
    page: Page,
    column: int,
    need: Need,
    inputs: Inputs,
    capacity: Capacity,
    title: str,
) -> Plan:
    """Sections 4 and 13: what each hour is staffed for, and what of it is reserved all month."""
    heads = [f"{head}: {title}" if title else head for head in PLAN_HEADS]
    page.texts(HEAD, column, heads, "head_right")
    scaling = inputs["pool_scaling"]
    is_scheduled, is_autoscaled = scaling.equals("scheduled"), scaling.equals("autoscaled")
    peak = page.formula(TOTALS, column, need.level * 1, "factor_bold")
    sizes = (
        xl.when(is_scheduled, xl.when(each > 0, peak, -1), xl.when(is_autoscaled, each, peak))
        for each in need.hours
    )
    cells = page.down(FIRST, column, sizes, "factor")
    sized = page.column(cells)
    cold = inputs["pool_cold_start_minutes"] / MINUTES_PER_HOUR
    neighbours = zip([cells[-1], *cells], cells, [*cells[1:], cells[0]], strict=False)
    hours = (  # a start is paid with the hour after a lighter one, and counted once
        1 + (xl.when(each > before, 1, 0) - xl.when(after > each, 1, 0)) * cold
        for before, each, after in neighbours
    )
    paid = page.column(page.down(FIRST, column + 1, hours, "factor"))
    reserved_for = _reserved_for(page, column + 2, cells, paid, capacity)
    return Plan(cells, sized, paid, peak, reserved_for)


def _reserved_for(
    page: Page, column: int, cells: Sequence[Formula], paid: Formula, capacity: Capacity
) -> Formula:
    """Section 13: the heaviest load whose hours cost more than a reserved month; −1 without."""
    sized = page.column(cells)
    counts = (xl.product_sum((sized >= each) * paid) for each in cells)
    until = page.down(FIRST, column, counts, "factor")
    hourly, reserved = capacity.usd_per_instance_hour, capacity.reserved_usd_per_hour
    is_sold = xl.is_number(reserved)
    pays = (
        xl.when(is_sold, xl.when(needed * hourly > HOURS_PER_WEEK * reserved, each, -1), -1)
        for needed, each in zip(until, cells, strict=True)
    )
    kept = page.column(page.down(FIRST, column + 1, pays, "factor"))
    return page.formula(TOTALS, column + 1, xl.highest(kept), "factor_bold")


def _staff(
    page: Page, column: int, pool: Calls, load: Formula, inputs: Inputs, plan: Plan
) -> Staff:
    page.text(HEAD, column, f"Replicas: {title_of(pool)}", "head_right")
    is_unused = xl.all_of(inputs["pool_scaling"].equals("scheduled"), load.equals(0))
    cells = (xl.when(is_unused, 0, replicas_for(load, each, inputs)) for each in plan.hours)
    replicas = page.column(page.down(FIRST, column, cells, "count"))
    page.formula(TOTALS, column, xl.total(replicas), "count_bold")
    return Staff(replicas, plan, replicas_for(load, plan.reserved_for, inputs))


def staffed(wanted: Formula, inputs: Inputs) -> Formula:
    """Section 4: replicas for a load: whole, with spares, at least the minimum."""
    needed = xl.round_up(wanted - TOLERANCE) + inputs["pool_spare_replicas"]
    return xl.highest(inputs["pool_min_replicas"], xl.when(wanted > TOLERANCE, needed, 0))


def replicas_for(load: Operand, sized: Formula, inputs: Inputs) -> Formula:
    """The replicas of an hour that is staffed for so much; none where it is closed."""
    return xl.when(sized < 0, 0, staffed(load * sized, inputs))
