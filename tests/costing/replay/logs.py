"""Logs to replay: written by hand, or made with known rates."""

import json
from collections.abc import Iterable, Mapping
from io import BytesIO
from random import Random
from typing import Any

from costing.engine import parse_scenario
from costing.engine.inputs.scenario import Scenario
from costing.usage.replay import Call, Log, Replay, Settings, read_log, replay
from tests.golden import golden

START = 1_790_000_000  # a Monday in 2026 is at hand; any time will do


def lines(*records: Mapping[str, Any] | str) -> BytesIO:
    """A file with one record a line."""
    texts = (each if isinstance(each, str) else json.dumps(each) for each in records)
    return BytesIO("\n".join(texts).encode())


def calls_of(file: BytesIO, log: Log | None = None) -> list[Call]:
    return list(read_log(file, log or Log(), b"salt"))


def replayed(
    file: BytesIO, scenario: Scenario | None = None, settings: Settings | None = None
) -> Replay:
    log = Log()
    return replay(read_log(file, log, b"salt"), log, scenario, settings)


def scenario_a(**changes: Any) -> Scenario:
    return parse_scenario(golden("scenario_a") | changes)


def poisson_times(random: Random, rate: float, count: int) -> Iterable[float]:
    """Times of arrivals at so many a second."""
    now = 0.0
    for _ in range(count):
        now += random.expovariate(rate)
        yield now
