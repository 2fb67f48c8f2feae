"""Where a scenario says what the formulas do not compute: the engine's figures in their place."""

from collections.abc import Mapping
from dataclasses import dataclass

from costing.engine import Bill, Estimate, bill_of, lever_sets
from costing.engine.inputs import all_inputs, input_named, scenario_document, sections
from costing.engine.levers import OPEN_MODEL, PROMPT_CACHING, ROUTING, RUNNING_CACHE, subsets
from costing.engine.strategies import SHARED_POOL
from presentation.wording import series
from reports.documents.workbook.formula import Formula
from reports.documents.workbook.inputs import NOT_COMPUTED
from reports.documents.workbook.page import Page

Levers = tuple[str, ...]


def not_computed(results: Estimate | None) -> str:
    """The labels of the inputs that a scenario states and no formula computes; empty without."""
    if results is None:
        return ""
    stated = scenario_document(results.scenario)
    labels = [
        item.label
        for item in all_inputs()
        if item.key in NOT_COMPUTED
        and item.section != OPEN_MODEL
        and item.key in (stated.get(item.section) or {})
    ]
    if results.scenario.open_model is not None:
        labels.insert(0, sections()[OPEN_MODEL].title)
    if results.scenario.applications:
        labels.insert(0, input_named("applications").label)
    return series([f"“{label}”" for label in dict.fromkeys(labels)])


def notice_of(labels: str) -> str:
    """What every sheet says whose figures do not follow the inputs."""
    return (
        f"This workbook has no formulas for {labels}. The figures of all strategies are those that"
        " Crossover computed for the inputs as delivered: they do not follow the cells of Inputs."
        " Sets of levers with an open model by API are in the assessment alone."
    )


@dataclass(frozen=True)
class EngineFigures:
    """The engine's bill of every set of levers, as cells without a formula."""

    bill: Bill

    @classmethod
    def of(cls, results: Estimate) -> "EngineFigures":
        """Of all sets that the scenario can price, each also with its prompt cache running."""
        sets = subsets(results.scenario.available_levers)
        running = tuple((*each, RUNNING_CACHE) for each in sets if PROMPT_CACHING in each)
        return cls(bill_of(results.scenario, lever_sets((*sets, *running))))

    def column(self, levers: Levers, *, is_running: bool = False) -> int | None:
        """Where a set stands in the bill; None where the scenario cannot price it."""
        names = self.bill.sets.names
        is_running = is_running and PROMPT_CACHING in levers
        wanted = (*levers, RUNNING_CACHE) if is_running else levers
        return names.index(wanted) if wanted in names else None

    def lines(self, levers: Levers, *, is_running: bool = False) -> dict[str, Formula]:
        """The lines of a set's month in USD."""
        column = self.column(levers, is_running=is_running)
        if column is None:
            return {}
        pooled = "simple" if ROUTING in levers else "complex"
        lines: dict[str, float] = {}
        for line, usd in self.bill.lines(column).items():
            name = _without_application(line, pooled)
            lines[name] = lines.get(name, 0.0) + usd
        return {name: constant(usd) for name, usd in lines.items()}

    def hit_ratio(self, levers: Levers, *, is_running: bool = False) -> Formula:
        """The share of a set's API calls that hit a prompt cache."""
        column = self.column(levers, is_running=is_running)
        return constant(0.0 if column is None else self.bill.hit_ratio(column))

    def capacity(self, levers: Levers, names: Mapping[str, str]) -> dict[str, Formula]:
        """The pool's figures of a set, by their titles."""
        column, pool = self.column(levers), self.bill.pool
        if column is None or pool is None or not self.bill.sets.hosting[column]:
            return {}
        return {
            title: constant(float(getattr(pool, name)[column])) for title, name in names.items()
        }


def _without_application(line: str, pooled: str) -> str:
    """The line of all applications that an application's is part of; there are columns for those.

    `pooled` are the calls that a pool serves.
    """
    *places, name = line.split(".")
    if not places or name in ("semantic_cache", "false_hits", "routing"):
        return name
    return f"{pooled if places == [SHARED_POOL] else places[-1]}.{name}"


def constant(value: float) -> Formula:
    return Formula(repr(value), value)


def write_notice(page: Page, title: str, notice: str) -> None:
    """A sheet that would only show formulas, without any."""
    page.begin(title, "What these formulas do not compute is not shown here.", 120)
    page.text(3, 0, notice, "warning")
    page.sheet.set_row(3, 34)
    page.printed()
