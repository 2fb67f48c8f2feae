#!/usr/bin/env python
"""Django's command line for Crossover."""

import os
import sys


def main() -> None:
    """Run one management command; without its database it ends with one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # On a person's machine; a deployment sets its mode, and servers without one are production.
    os.environ.setdefault("CROSSOVER_MODE", "local")
    # A command needs one connection, and must not wait for a pool that finds no database.
    os.environ["DATABASE_POOL_SIZE"] = "0"
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) is not None:
            raise  # the server answered
        reason = str(error).partition("\n")[0]
        sys.exit(f"The database cannot be reached ({reason}): see DATABASE_URL.")


if __name__ == "__main__":
    main()
