"""Where a benchmark leaves a table for the end of the run."""

import pytest

TABLES = pytest.StashKey[dict[str, str]]()


def leave_table(config: pytest.Config, title: str, text: str) -> None:
    """Have the table printed when all has run."""
    config.stash.setdefault(TABLES, {})[title] = text
