"""Where answers, measured usage and a scenario disagree on what runs today.

Must not import Django.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.framework import Framework
from costing.engine.levers import LEVERS, PROMPT_CACHING
from costing.scenarios.content.titles import LEVER_TITLES
from presentation.numbers import ratio_percent


@dataclass(frozen=True)
class Mismatch:
    """A lever that runs by one account and not by the other; `check` is the answer's, if it is one.

    `runs_in_scenario` says what the scenario has: the mend of the scenario is the opposite.
    """

    lever: str
    runs_in_scenario: bool
    text: str
    check: str = ""

    @property
    def title(self) -> str:
        return LEVER_TITLES[self.lever]


def mismatches(
    framework: Framework,
    values: Mapping[str, str | None],
    current_levers: Sequence[str],
    cache_read_ratio: Decimal | None = None,
) -> list[Mismatch]:
    """What answers and usage say of levers against the levers that a scenario runs today.

    `values` are those of the answered checks, by key. A lever runs by its checks where the action
    that brings its money has nothing left to change.
    """
    return [
        *_of_answers(framework, values, current_levers),
        *_of_usage(current_levers, cache_read_ratio),
    ]


def _of_answers(
    framework: Framework, values: Mapping[str, str | None], current_levers: Sequence[str]
) -> Iterator[Mismatch]:
    for lever in LEVERS:
        runs = lever in current_levers
        for action in framework.actions:
            if action.lever != lever or not action.brings_money:
                continue
            for key, wanted in action.moves.items():
                value, said = values.get(key), f"“{framework.check(key).title}” is answered"
                if (value == wanted and not runs) or (value == "no" and runs):
                    yield Mismatch(lever, runs, _text(lever, f"{said} {value}", runs), key)


def _of_usage(
    current_levers: Sequence[str], cache_read_ratio: Decimal | None
) -> Iterator[Mismatch]:
    runs = PROMPT_CACHING in current_levers
    if cache_read_ratio is not None and (cache_read_ratio > 0) is not runs:
        said = f"Usage shows {ratio_percent(cache_read_ratio)} of input read from the prompt cache"
        yield Mismatch(PROMPT_CACHING, runs, _text(PROMPT_CACHING, said, runs))


def _text(lever: str, said: str, runs: bool) -> str:
    has = "runs" if runs else "does not run"
    return f"{said}, but the scenario {has} {LEVER_TITLES[lever].lower()} today."
