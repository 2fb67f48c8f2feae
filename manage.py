#!/usr/bin/env python
"""Django's command line for Crossover."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # On a person's machine; a deployment sets its mode, and servers without one are production.
    os.environ.setdefault("CROSSOVER_MODE", "local")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
