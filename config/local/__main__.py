"""`python -m config.local COMMAND`: the commands of the local machine."""

import argparse
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence

from config.local import product, suite
from config.local.servers import start_development, start_tests, stop_servers
from config.local.state import SetupError, find_state


def main(arguments: Sequence[str]) -> int:
    """Run one command; what only a person can mend is one message and exit 1."""
    listed = "\n".join(f"  {name:9} {duty}" for name, (duty, _) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m config.local",
        epilog=listed,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    chosen, rest = parser.parse_known_args(arguments)
    try:
        return COMMANDS[chosen.command][1](rest)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def print_environment(environment: Mapping[str, str]) -> int:
    """Print settings as lines that a shell can evaluate."""
    for name, value in environment.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def stop() -> int:
    """Stop what `run`, `env` and `test-env` may have left running."""
    state = find_state()
    stopped = [one for name in ("development", "test") for one in stop_servers(state, name)]
    print(f"Stopped {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


COMMANDS: Mapping[str, tuple[str, Callable[[Sequence[str]], int]]] = {
    "run": ("set up, make the demo and serve", lambda rest: product.run(is_serving=True)),
    "demo": ("set up and make the demo", lambda rest: product.run(is_serving=False)),
    "test": ("run the tests on servers of their own; what follows goes to pytest", suite.run_tests),
    "packages": ("install what the tests need of the system", suite.install_packages),
    "bench": ("run the benchmarks on servers of their own", suite.run_benchmarks),
    "env": (
        "start the development database and print its settings for a shell",
        lambda rest: print_environment(start_development(find_state()).environment),
    ),
    "test-env": (
        "start the servers of tests and print their settings for a shell",
        lambda rest: print_environment(start_tests(find_state(), "test").environment),
    ),
    "stop": ("stop the servers that this checkout left running", lambda rest: stop()),
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
