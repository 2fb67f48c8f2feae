"""Sheet Workings, first part: the way of a call, its tokens, and what its errors cost (2, 11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from costing.engine.inputs.models import MODEL_SECTIONS
from reports.documents.workbook import formula as xl
from reports.documents.workbook.formula import Formula
from reports.documents.workbook.inputs import Inputs, Part, prefix_of
from reports.documents.workbook.page import Page

MODELS = tuple(map(prefix_of, MODEL_SECTIONS))
MAX_TREE_DEPTH = 32
TREE_COLUMN = 24
SHARES = ("all", "simple", "complex")
# Which calls: all, the simple or the complex ones, without (0) or with (1) a semantic cache.
Calls = tuple[str, int]
Loads = Mapping[Calls, Formula]


def title_of(calls: Calls) -> str:
    """Calls in words: `simple calls after the cache`."""
    share, has_cache = calls
    return f"{share} calls after the cache" if has_cache else f"{share} calls"


@dataclass(frozen=True)
class Flow:
    """Calls per month, and of one request.

    `carried` has all of them, the simple and the complex ones, each without (0) and with (1) a
    semantic cache before them; the complex ones with what a small model escalates.
    """

    fan_out: Formula
    calls: Formula
    carried: Loads


@dataclass(frozen=True)
class Tokens:
    """Section 11: tokens of a call as a model counts them, and what a mean turn sends again."""

    input: Formula
    prefix: Formula
    answer: Formula
    history: Formula

    @property
    def sent(self) -> Formula:
        return self.input + self.history


def tokens_of(inputs: Inputs, prefix: str) -> Tokens:
    """The input of a call to a model or a pool."""
    ratio, whole = inputs[f"{prefix}_input_token_ratio"], inputs["workload_input_tokens_per_call"]
    shared = xl.lowest(inputs["workload_prefix_tokens_per_call"], whole)
    answer = inputs["workload_output_tokens_per_call"] * ratio
    before = (inputs["workload_turns_per_conversation"] - 1) / 2
    history = before * ((whole - shared) * ratio + answer)
    return Tokens(whole * ratio, shared * ratio, answer, history)


def write_flow(page: Page, row: int, part: Part) -> tuple[int, Flow]:
    """Section 2: where the month's calls go."""
    inputs, tag = part.inputs, part.tag
    row = page.table(row, "Where the calls go", ["Figure", "Value", "With semantic cache"])
    fan_out = _fan_out(page, row, part)
    fan_out = page.line(row, "Model calls per request", fan_out, name=f"{tag}fan_out")
    requested = inputs["workload_requests_per_month"] * fan_out
    calls = page.line(row + 1, "Calls per month", requested, name=f"{tag}calls")

    def pair(offset: int, label: str, contents: Sequence[Formula]) -> list[Formula]:
        page.text(row + offset, 0, label, "label")
        return page.across(row + offset, 1, contents, "exact")

    kept = (calls, calls * (1 - inputs["semantic_hit_ratio"]))
    carried = pair(2, "Calls after the cache", kept)
    simple = [item * inputs["routing_simple_ratio"] for item in carried]
    simple = pair(3, "Simple calls, where routed", simple)
    escalated = inputs["routing_escalation_ratio"]
    hard = [item - easy + easy * escalated for item, easy in zip(carried, simple, strict=True)]
    hard = pair(4, "Complex calls, where routed", hard)
    shares = zip(SHARES, (carried, simple, hard), strict=True)
    by_share = {(share, cache): pair[cache] for share, pair in shares for cache in (0, 1)}
    return row + 6, Flow(fan_out, calls, by_share)


def _fan_out(page: Page, row: int, part: Part) -> Formula:
    """Section 1: the calls of one request, as given or as the size of a tree of agents."""
    inputs = part.inputs
    page.text(row - 1, TREE_COLUMN, "Tree level", "head")
    depths = range(MAX_TREE_DEPTH + 1)
    levels = [page.static(row + n, TREE_COLUMN, n, "count_static") for n in depths]
    level = page.column(levels, f"{part.tag}tree_levels")
    branching, depth = inputs["workload_agent_branching"], inputs["workload_agent_depth"]
    tree = xl.when(branching.equals(0), 1, xl.product_sum((level <= depth) * branching**level))
    given = inputs["workload_calls_per_request"]
    one = xl.when(xl.is_number(given), given, 1)
    return xl.when(xl.all_of(xl.is_number(branching), xl.is_number(depth)), tree, one)


def output_tokens(model: str, inputs: Inputs) -> Formula:
    """Section 11: what a model writes of one call, with the reasoning that nobody sees."""
    seen = inputs["workload_output_tokens_per_call"] * inputs[f"{model}_output_token_ratio"]
    return seen + inputs[f"{model}_reasoning_tokens_per_call"]


def rework_of(model: str, inputs: Inputs) -> Formula:
    """Section 11: USD per call for answers that must be made again."""
    return inputs[f"{model}_rework_ratio"] * inputs[f"{model}_usd_per_rework"]


def usd_of_false_hits(inputs: Inputs) -> Formula:
    """Section 11: USD per hit of the semantic cache for those that answer something else."""
    return inputs["semantic_false_hit_ratio"] * inputs["semantic_usd_per_false_hit"]
