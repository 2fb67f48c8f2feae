"""The stated error of measured points holds for every point that the product ships."""

from pathlib import Path

import numpy as np

from costing.catalog.fit_errors import fit, table
from costing.catalog.measured_points import measured_series
from costing.engine.goodput import TPOT_EXPONENTS, TTFT_EXPONENTS

METHODOLOGY = Path(__file__).parents[3] / "docs" / "methodology.md"


def test_table_of_errors_is_that_of_the_catalogs_points() -> None:
    made = table()

    assert made in METHODOLOGY.read_text(), "run `python -m costing.catalog.fit_errors`"
    held = [float(row.split("|")[-2].removesuffix(" % ")) for row in made.splitlines()[2:]]
    assert len(held) == 6
    assert min(held) >= 90


def test_exponents_are_those_of_the_catalogs_points() -> None:
    assert np.allclose(fit(measured_series()), (TTFT_EXPONENTS, TPOT_EXPONENTS), atol=0.0005)
