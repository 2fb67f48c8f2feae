"""What a scenario leaves out: levers that nobody described yet, and costs of hosting at nothing.

Must not import Django.
"""

from dataclasses import dataclass

from costing.engine import ROUTING, SELF_HOSTING, SEMANTIC_CACHING, Estimate
from costing.engine.inputs import input_named, sections
from costing.engine.levers import LEVERS, PROMPT_CACHING
from costing.scenarios.content.titles import LEVER_TITLES
from presentation.wording import series

# The figures without which a lever has no price or cannot save, in the order of the form.
FIGURES_OF_LEVER = {
    PROMPT_CACHING: ("workload.prefix_tokens_per_call", "premium_model.cache_read_usd_per_mtok"),
    ROUTING: ("routing.simple_ratio", "small_model.input_usd_per_mtok"),
    SEMANTIC_CACHING: ("semantic_cache.hit_ratio",),
    SELF_HOSTING: ("pool.usd_per_instance_hour", "pool.decode_tokens_per_second"),
}


@dataclass(frozen=True)
class NotAssessed:
    """A lever that the scenario does not describe, and the figures that it asks for.

    `section` is the part of the form where they stand.
    """

    title: str
    figures: str
    section: str
    is_plural: bool = False
    lever: str = ""

    @property
    def sentence(self) -> str:
        """That it was not assessed, and for want of what."""
        verb = "are" if self.is_plural else "is"
        return f"{self.title} was not assessed: {self.figures} {verb} not stated."


def not_assessed(estimate: Estimate) -> list[NotAssessed]:
    """The levers of which the result says nothing, as the scenario does not describe them."""
    return [
        NotAssessed(
            LEVER_TITLES[lever],
            _figures(missing),
            _part_of_form(missing[0]),
            is_plural=len(missing) > 1,
            lever=lever,
        )
        for lever in LEVERS
        if (missing := _missing(lever, estimate))
    ]


def _missing(lever: str, estimate: Estimate) -> list[str]:
    """The figures without which a lever was not priced, or could not save anything."""
    saving, figures = estimate.waterfall.get(lever), FIGURES_OF_LEVER[lever]
    if lever != PROMPT_CACHING:
        return list(figures) if saving is None else []
    if saving:
        return []
    scenario = estimate.scenario
    if scenario.applications:  # they say it each for itself
        return []
    given = (
        scenario.workload.prefix_tokens_per_call,
        scenario.premium_model.cache_read_usd_per_mtok,
    )
    return [path for path, value in zip(figures, given, strict=True) if not value]


def _part_of_form(path: str) -> str:
    """The part of the form where a figure stands; both models share one."""
    section = path.partition(".")[0]
    return "models" if section.endswith("_model") else section


def _figures(paths: list[str]) -> str:
    named = [(input_named(path).label, sections()[path.partition(".")[0]].title) for path in paths]
    return series([f"“{label}” ({section})" for label, section in named])
