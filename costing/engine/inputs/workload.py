"""The workload of a scenario: what users demand in a month."""

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from costing.engine.inputs.fields import (
    LEAST,
    Advanced,
    Extra,
    Input,
    Number,
    Ratio,
    Section,
    Tokens,
    TokensPerCall,
)
from costing.engine.inputs.readers import PROFILE_SCHEMA, read_profile
from costing.engine.units import Figure

MAX_REQUESTS_PER_MONTH = 1e15
MAX_CALLS_PER_REQUEST = 1e6
MAX_GROWN_REQUESTS = 1e90  # keeps every month of the horizon finite in float64


class Workload(Section):
    """What users demand in a month, and how it is spread over the week (section 1)."""

    requests_per_month: Annotated[float, Number(0, MAX_REQUESTS_PER_MONTH, LEAST)] = Input(
        "Requests", "per month", "What users send. One request may cause several model calls."
    )
    input_tokens_per_call: TokensPerCall = Input(
        "Input per call", "tokens", "Mean length of the whole prompt."
    )
    output_tokens_per_call: TokensPerCall = Input(
        "Output per call", "tokens", "Mean length of the answer."
    )
    calls_per_request: Annotated[float, Number(0, MAX_CALLS_PER_REQUEST, LEAST)] | None = Input(
        "Calls per request",
        "calls",
        "Model calls: 1 for a plain question, more for chains and agents.",
        default=None,
        empty="1",
        only_without="agent_branching",
    )
    agent_branching: Annotated[float, Number(0, 1000)] | None = Advanced(
        "Agents: branching",
        "calls per agent",
        "With a depth, a tree of agents replaces the calls per request.",
        default=None,
        empty="no tree",
        only_with="agent_depth",
    )
    agent_depth: Annotated[int, Number(0, 32)] | None = Advanced(
        "Agents: depth",
        "levels",
        "Calls = sum of branching^i for i = 0 to depth.",
        default=None,
        empty="no tree",
        only_with="agent_branching",
    )
    prefix_tokens_per_call: Tokens = Input(
        "Repeated prefix",
        "tokens",
        "The leading part of the input that repeats: instructions, documents.",
        default=0.0,
    )
    distinct_prefixes: Annotated[float, Number(1, 1e12)] = Input(
        "Different prefixes",
        "in rotation",
        "How many such leading parts take turns: one per document, tenant or agent.",
        default=1.0,
    )
    prefix_hit_ratio: Ratio | None = Advanced(
        "Measured prompt-cache hits",
        "% of calls",
        "Replaces the hit ratio that is otherwise worked out from the traffic.",
        default=None,
    )
    hourly_profile: Annotated[
        tuple[float, ...] | None, BeforeValidator(read_profile), WithJsonSchema(PROFILE_SCHEMA)
    ] = Input(
        "Hour by hour",
        help="168 numbers, Monday 00:00 first: calls or shares of each hour.",
        default=None,
    )
    active_hours_per_day: Annotated[float, Number(0.01, 24)] = Input(
        "Active hours",
        "per day",
        "24 when traffic never rests; else the day starts at 09:00.",
        default=24.0,
        only_without="hourly_profile",
    )
    active_days_per_week: Annotated[float, Number(0.01, 7)] = Input(
        "Active days", "per week", "From Monday.", default=7.0, only_without="hourly_profile"
    )
    peak_to_average_ratio: Annotated[float, Number(1, 1000)] = Advanced(
        "Peak within an hour",
        "× its mean",
        "Sizes the self-hosted pool; 1 when traffic is even.",
        default=1.0,
    )
    batch_ratio: Ratio = Advanced(
        "Sent as batch",
        "% of calls",
        "Through the provider's slower, cheaper tier.",
        default=0.0,
    )
    turns_per_conversation: Annotated[int, Number(1, 1000)] = Extra(
        "Turns of a conversation",
        "calls",
        "Each turn sends again all before it. The input per call is then the first turn's.",
        default=1,
    )
    turn_gap_seconds: Annotated[float, Number(0, 1e8)] = Extra(
        "Time between turns",
        "seconds",
        "Below a prompt cache's lifetime, a turn finds all before it there.",
        default=60.0,
    )
    calls_per_burst: Annotated[float, Number(1, 1e6)] = Extra(
        "Calls of a burst",
        "calls",
        "Calls with the same prefix that come within seconds: only the first can miss the prompt"
        " cache.",
        default=1.0,
        only_without="prefix_hit_ratio",
    )
    image_tokens_per_call: Tokens = Extra(
        "Images, of the input per call",
        "tokens",
        "At a model's price of image input, where it has one.",
        default=0.0,
    )
    audio_tokens_per_call: Tokens = Extra(
        "Audio, of the input per call",
        "tokens",
        "At a model's price of audio input, where it has one.",
        default=0.0,
    )
    monthly_growth_ratio: Annotated[float, Number(-0.9999, 10, style="percent")] = Input(
        "Growth of requests",
        "% per month",
        "Compounds; negative where requests become fewer. Used for the break-even over time.",
        default=0.0,
    )

    @property
    def fan_out(self) -> Figure:
        """Model calls per request: as given, or the size of the tree of agents."""
        if self.agent_branching is None or self.agent_depth is None:
            return 1.0 if self.calls_per_request is None else self.calls_per_request
        return tree_calls(self.agent_branching, self.agent_depth)

    @property
    def is_shrinking(self) -> bool:
        """Whether requests become fewer from month to month."""
        return self.monthly_growth_ratio < 0.0

    @property
    def tokens_per_request(self) -> Figure:
        """All tokens that one request demands, input and output of every call."""
        return self.fan_out * (self.input_tokens_per_call + self.output_tokens_per_call)


def tree_calls(branching: Figure, depth: Figure) -> Figure:
    """Calls of a tree of agents: the sum of branching^i for i = 0..depth (section 1)."""
    import numpy as np  # imported late: to read a scenario needs no NumPy

    levels = range(int(np.max(depth)) + 1)
    return sum(np.where(np.less_equal(i, depth), branching**i, 0.0) for i in levels)
