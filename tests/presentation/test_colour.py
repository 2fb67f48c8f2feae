"""Contrast by WCAG, and the nearest tone that can be read."""

import re
from pathlib import Path

import pytest

from presentation.colour import DARK_GROUND, LIGHT_GROUND, READABLE, contrast, readable_on

TOKENS = Path("config/static/css/tokens.css")


def test_contrast_is_that_of_the_standard() -> None:
    # #767676 is the palest grey that WCAG's own examples take on white: 4.54:1.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("ground", [LIGHT_GROUND, DARK_GROUND])
@pytest.mark.parametrize("colour", ["#ffff00", "#ffffff", "#000000", "#ff0000", "#0b5c5c"])
def test_the_nearest_tone_can_be_read(colour: str, ground: str) -> None:
    tone = readable_on(ground, colour)

    assert contrast(tone, ground) >= READABLE
    assert (tone == colour) == (contrast(colour, ground) >= READABLE)


def test_the_grounds_are_those_of_the_pages() -> None:
    pale = re.search(r"--accent-pale: light-dark\((#\w+), (#\w+)\)", TOKENS.read_text())

    assert pale is not None
    assert pale.groups() == (LIGHT_GROUND, DARK_GROUND)
