#!/usr/bin/env python
"""Django's command line for Crossover."""

import os
import sys
from contextlib import ExitStack

from config.garbage import importing


def main() -> None:
    """Run one management command; without its database it ends with one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # On a person's machine; a deployment sets its mode, and servers without one are production.
    os.environ.setdefault("CROSSOVER_MODE", "local")
    # A command needs one connection, and must not wait for a pool that finds no database.
    os.environ["DATABASE_POOL_SIZE"] = "0"
    imports = ExitStack()
    imports.enter_context(importing())
    from django.core.management import BaseCommand, ManagementUtility
    from django.db import OperationalError

    class CommandLine(ManagementUtility):
        """Django's, which looks for garbage from the command on."""

        def fetch_command(self, subcommand: str) -> BaseCommand:
            command = super().fetch_command(subcommand)
            imports.close()
            return command

    try:
        CommandLine(sys.argv).execute()
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) is not None:
            raise  # the server answered
        reason = str(error).partition("\n")[0]
        sys.exit(f"The database cannot be reached ({reason}): see DATABASE_URL.")


if __name__ == "__main__":
    main()
