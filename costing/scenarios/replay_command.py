"""The replay command: prints what a log of calls says when it is replayed, without Django."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from secrets import token_bytes
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO

from costing.catalog.documents import UnreadableDocument, read_document
from costing.engine import InvalidScenario, Scenario
from costing.scenarios.estimate_command import BAD_INPUT, Output, parse_date
from costing.scenarios.scenario_files import framework_for, scenario_of
from costing.usage.replay import Log, Settings, read_log, replay, replay_document
from costing.usage.replay.queueing import Replica
from organizations.exceptions import Invalid

HELP = (
    "Replays a log of calls (JSON Lines or CSV, plain or gzipped) and prints as JSON what prompt"
    " caches, a semantic cache, routing and a pool make of it. docs/replay.md names its fields."
)
STANDARD_INPUT = "-"
USUAL = Settings()


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the log, the scenario with its prices, and what is assumed."""
    add = parser.add_argument
    add("log", metavar="LOG", help="the log; - for standard input")
    add("--scenario", metavar="FILE", help="scenario in JSON or YAML: its prices, levers and pool")
    add("--as-of", metavar="YYYY-MM-DD", help="date of the catalog's prices")
    add("--seed", type=int, default=USUAL.seed, help="draws what the log does not tell")
    whole = partial(add, type=int, metavar="TOKENS")
    whole("--simple-input", help="calls with more input tokens are not simple")
    whole("--simple-output", help="calls with more output tokens are not simple")
    number = partial(add, type=float)
    number(
        "--target-seconds",
        default=USUAL.target_first_token_seconds,
        help="95 %% of first tokens are to come within so many seconds (%(default)s)",
    )
    number(
        "--semantic-ttl-seconds",
        default=USUAL.semantic_ttl_seconds,
        help="how long an answer may be given again (%(default)s)",
    )
    number(
        "--likeness",
        default=USUAL.semantic_likeness,
        help="the cosine from which two embeddings mean the same (%(default)s)",
    )
    concurrency = partial(add, type=int, metavar="CALLS")
    concurrency(
        "--max-concurrency",
        default=USUAL.replica.max_concurrency,
        help="calls that one replica takes at once (%(default)s)",
    )
    concurrency(
        "--saturated-at",
        default=int(USUAL.replica.saturated_at),
        help="calls at once from which one replica is at full speed (%(default)s)",
    )


def run(options: Namespace, *, out: Output, err: Output) -> int:
    """Print the replay, or what is wrong with its input; the exit code is 0 or 2."""
    try:
        settings, scenario = _settings(options), _scenario(options)
        log = Log()
        with _opened(options.log) as file:
            result = replay(read_log(file, log, token_bytes(16)), log, scenario, settings)
    except (Invalid, InvalidScenario) as error:
        err.write(json.dumps({"code": "invalid", "fields": error.fields}) + "\n")
        return BAD_INPUT
    out.write(json.dumps(replay_document(result), allow_nan=False, indent=2) + "\n")
    return 0


def _settings(options: Namespace) -> Settings:
    least = {
        "simple_input": 0,
        "simple_output": 0,
        "target_seconds": 0,
        "semantic_ttl_seconds": 0,
        "max_concurrency": 1,
        "saturated_at": 1,
    }
    for name, lowest in least.items():
        value = getattr(options, name)
        if value is not None and not lowest <= value < float("inf"):
            raise Invalid.at(name, f"must be at least {lowest}")
    if not 0 < options.likeness <= 1:
        raise Invalid.at("likeness", "must be above 0, and at most 1")
    return Settings(
        seed=options.seed,
        simple_input_tokens=options.simple_input,
        simple_output_tokens=options.simple_output,
        semantic_ttl_seconds=options.semantic_ttl_seconds,
        semantic_likeness=options.likeness,
        target_first_token_seconds=options.target_seconds,
        replica=Replica(options.saturated_at, options.max_concurrency),
    )


def _scenario(options: Namespace) -> Scenario | None:
    as_of = parse_date(options.as_of)
    if options.scenario is None:
        return None
    try:
        document = read_document(options.scenario)
    except UnreadableDocument as error:
        raise Invalid.at("scenario", str(error)) from None
    framework, today = framework_for(document), datetime.now(UTC).date()
    return scenario_of(document, framework, as_of=as_of, today=today)


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    with ExitStack() as opened:
        if path == STANDARD_INPUT:
            copy = opened.enter_context(TemporaryFile())
            copyfileobj(sys.stdin.buffer, copy)  # a pipe cannot be read from its start again
            yield copy
            return
        try:
            file = opened.enter_context(Path(path).open("rb"))
        except OSError as error:
            raise Invalid.at("log", f"cannot be read: {error.strerror}") from None
        yield file
