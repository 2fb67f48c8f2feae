"""The `crossover` command; what needs Django imports it when it is asked for."""

import os
import sys
from argparse import REMAINDER, ArgumentParser
from collections.abc import Sequence

from config.garbage import importing


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = ArgumentParser(
        prog="crossover", description="Assess what LLM inference costs, and what it should cost."
    )
    parser.add_argument("command", choices=COMMANDS, help="--help after it lists its arguments")
    parser.add_argument("arguments", nargs=REMAINDER, help="the command's own arguments")
    options = parser.parse_args(arguments)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # to look for them takes long
    try:
        return COMMANDS[options.command](options.arguments)
    except BrokenPipeError:  # whoever read our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def estimate(arguments: Sequence[str]) -> int:
    """`crossover estimate FILE… [--as-of 2026-11-01]`."""
    with importing():
        from costing.scenarios import estimate_command

    parser = ArgumentParser(prog="crossover estimate", description=estimate_command.HELP)
    estimate_command.add_arguments(parser)
    options = parser.parse_args(arguments)
    return estimate_command.run(options.files, options.as_of, out=sys.stdout, err=sys.stderr)


def replay(arguments: Sequence[str]) -> int:
    """`crossover replay LOG [--scenario FILE]`."""
    with importing():
        from costing.scenarios import replay_command

    parser = ArgumentParser(prog="crossover replay", description=replay_command.HELP)
    replay_command.add_arguments(parser)
    return replay_command.run(parser.parse_args(arguments), out=sys.stdout, err=sys.stderr)


def assess(arguments: Sequence[str]) -> int:
    """`crossover assess FILE --out DIR [--paper a4]`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("CROSSOVER_MODE", "local")
    with importing():
        import django

        django.setup()
        from reports.documents import assess_command

    parser = ArgumentParser(prog="crossover assess", description=assess_command.HELP)
    assess_command.add_arguments(parser)
    options = parser.parse_args(arguments)
    return assess_command.run(
        options.file, options.out, options.paper, out=sys.stdout, err=sys.stderr
    )


COMMANDS = {"estimate": estimate, "replay": replay, "assess": assess}
