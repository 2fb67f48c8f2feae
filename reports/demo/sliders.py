"""The demo console's sliders: what each moves, its bounds, and the reading of what was sent.

Pure: must not import Django.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from assessments.framework import LEVELS, Dimension, load_framework
from costing.engine import Scenario
from costing.engine.inputs import figure_at, input_named, with_figures
from presentation.numbers import count

Figures = Mapping[str, float]

# A longer text is no number that a person or a slider means.
MAX_NUMBER_LENGTH = 40


@dataclass(frozen=True)
class Slider:
    """One figure that a visitor moves, in the unit that the page shows."""

    name: str
    label: str
    unit: str
    low: float
    high: float
    step: float


def gate() -> Dimension:
    """The dimension that most levers ask a score of; its score decides what is allowed today."""
    framework = load_framework()
    asked = Counter(key for lever in framework.levers for key in lever.requires)
    return framework.dimension(asked.most_common(1)[0][0])


GATE = gate()
GATE_SCORE = f"{GATE.key}_score"
PREFIX = input_named("workload.prefix_tokens_per_call")
SLIDERS = (
    Slider("requests_per_month", "Requests", "per month", 100_000, 30_000_000, 100_000),
    Slider("input_tokens_per_call", "Input", "tokens per call", 200, 20_000, 100),
    Slider("prefix_percent", PREFIX.label, "% of the input", 0, 100, 1),
    Slider("output_tokens_per_call", "Output", "tokens per call", 10, 4_000, 10),
    Slider("simple_percent", "Simple calls", "% of calls", 0, 100, 1),
    Slider("semantic_hit_percent", "Semantic-cache hits", "% of calls", 0, 60, 1),
    Slider("usd_per_instance_hour", "GPU instance", "USD per hour", 1, 60, 0.5),
    Slider(GATE_SCORE, GATE.title, "maturity, 1–5", LEVELS[0], LEVELS[-1], 0.1),
)


@dataclass(frozen=True)
class Positions:
    """Where the sliders stand, and what had to be put right of what was sent."""

    figures: Figures
    remarks: tuple[str, ...] = ()


def start_figures(scenario: Scenario) -> dict[str, float]:
    """The sliders' figures in a scenario with its maturity."""
    input_tokens = _figure(scenario, "workload.input_tokens_per_call")
    prefix_tokens = _figure(scenario, "workload.prefix_tokens_per_call")
    score = (scenario.maturity or {})[GATE.key]
    assert score is not None
    return {
        "requests_per_month": _figure(scenario, "workload.requests_per_month"),
        "input_tokens_per_call": input_tokens,
        "prefix_percent": _percent(prefix_tokens / input_tokens),
        "output_tokens_per_call": _figure(scenario, "workload.output_tokens_per_call"),
        "simple_percent": _percent(_figure(scenario, "routing.simple_ratio")),
        "semantic_hit_percent": _percent(_figure(scenario, "semantic_cache.hit_ratio")),
        "usd_per_instance_hour": _figure(scenario, "pool.usd_per_instance_hour"),
        GATE_SCORE: score,
    }


def _figure(scenario: Scenario, path: str) -> float:
    figure = figure_at(scenario, path)
    assert figure is not None
    return float(figure)


def _percent(ratio: float) -> float:
    return round(100.0 * ratio, 6)


def read_positions(query: Mapping[str, str], start: Figures) -> Positions:
    """The positions that a query asks for; whatever it says, every figure is within its bounds."""
    figures = dict(start)
    remarks = []
    for slider in SLIDERS:
        if slider.name in query:
            asked = _number(query[slider.name])
            figures[slider.name], remark = _placed(slider, asked, start[slider.name])
            if remark:
                remarks.append(remark)
    return Positions(figures, tuple(remarks))


def _number(text: str) -> float | None:
    if len(text) > MAX_NUMBER_LENGTH:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _placed(slider: Slider, asked: float | None, start: float) -> tuple[float, str]:
    """The figure within the slider's bounds, and a remark where that is not the one asked for."""
    if asked is None:
        return start, f"{slider.label}: that is not a number, so {_shown(start)} stands instead."
    figure = min(max(asked, slider.low), slider.high) + 0.0
    if figure != asked:
        span = f"{_shown(slider.low)} to {_shown(slider.high)}"
        return figure, f"{slider.label}: the console goes from {span}; {_shown(figure)} is shown."
    return figure, ""


def _shown(figure: float) -> str:
    return count(figure) if figure == int(figure) else f"{figure:g}"


def moved(scenario: Scenario, figures: Figures) -> Scenario:
    """The scenario with the sliders' figures in their places."""
    input_tokens = figures["input_tokens_per_call"]
    changed = with_figures(
        scenario,
        {
            "workload.requests_per_month": figures["requests_per_month"],
            "workload.input_tokens_per_call": input_tokens,
            "workload.prefix_tokens_per_call": min(
                input_tokens, input_tokens * figures["prefix_percent"] / 100.0
            ),
            "workload.output_tokens_per_call": figures["output_tokens_per_call"],
            "routing.simple_ratio": figures["simple_percent"] / 100.0,
            "semantic_cache.hit_ratio": figures["semantic_hit_percent"] / 100.0,
            "pool.usd_per_instance_hour": figures["usd_per_instance_hour"],
        },
    )
    maturity = {**(scenario.maturity or {}), GATE.key: figures[GATE_SCORE]}
    return changed.model_copy(update={"maturity": maturity})
