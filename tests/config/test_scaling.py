"""docs/scaling.md says what follows from the measured unit costs, and more workers do more."""

import pytest

from config.local.state import CHECKOUT
from tests.bench.scaling import ACTS, Act, capacity_rows, speedup, speedup_rows


def test_document_has_what_is_computed() -> None:
    document = (CHECKOUT / "docs" / "scaling.md").read_text(encoding="utf-8")

    units = [
        f"| {each.name} | {each.a_day:.0f} | {each.cost.app_s * 1000:.1f}"
        f" | {each.cost.database_s * 1000:.1f} |"
        for each in ACTS
    ]
    missing = [row for row in (*units, *capacity_rows(), *speedup_rows()) if row not in document]
    assert missing == []


@pytest.mark.parametrize("act", [each for each in ACTS if each.is_job], ids=lambda act: act.name)
def test_workers_share_jobs_while_the_database_has_room(act: Act) -> None:
    """Once they keep the database busy, more of them gain nothing: so much of a job is its part."""
    two, four = (speedup(workers, act.cost, database_cores=2) for workers in (2, 4))
    bound = (act.cost.app_s + act.cost.database_s) / act.cost.database_s

    assert two >= 1.8
    assert four >= 3.4
    assert speedup(64, act.cost, database_cores=1) == pytest.approx(bound, rel=0.05)
