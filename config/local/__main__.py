"""`python -m config.local COMMAND`: the local machine's commands, one function each."""

import argparse
import shlex
import sys
from collections.abc import Callable, Mapping

from config.local import redis
from config.local.cluster import find_cluster
from config.local.cluster import stop as stop_cluster
from config.local.errors import SetupError
from config.local.servers import development_environment, test_environment
from config.local.state import find_state


def print_environment(environment: Mapping[str, str]) -> None:
    """Print settings as lines that a shell can evaluate."""
    for name, value in environment.items():
        print(f"export {name}={shlex.quote(value)}")


def env() -> int:
    """Start the development database where it does not run, and print its settings."""
    print_environment(development_environment(find_state()))
    return 0


def test_env() -> int:
    """Start the servers that the tests need and print their settings."""
    print_environment(test_environment(find_state()))
    return 0


def stop() -> int:
    """Stop the servers that this checkout left running."""
    state = find_state()
    for name in ("development", "test"):
        if stop_cluster(find_cluster(state, name, is_durable=name != "test")):
            print(f"Stopped the {name} database.")
    if redis.stop(redis.find_redis(state, "test")):
        print("Stopped Redis.")
    return 0


COMMANDS: dict[str, Callable[[], int]] = {"env": env, "test-env": test_env, "stop": stop}


def main() -> int:
    """Run one command; what only a person can mend is one message and exit 1."""
    parser = argparse.ArgumentParser(prog="python -m config.local", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    command = COMMANDS[parser.parse_args().command]
    try:
        return command()
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
