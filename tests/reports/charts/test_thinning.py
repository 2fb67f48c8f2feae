"""Points that nobody could see are not drawn, and a drawing of the same figures is made once."""

import math
from itertools import pairwise

from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from presentation.charts.staircase import INVISIBLE, _thinned
from presentation.kept import Kept

PIXELS = st.floats(0, 1000, allow_nan=False)


def test_a_straight_line_is_two_points_and_a_step_keeps_its_two() -> None:
    straight = [(float(x), 2.0 * x) for x in range(300)]
    stairs = [(0.0, 9.0), (5.0, 9.0), (5.0, 4.0), (7.0, 4.0), (9.0, 4.0)]

    assert _thinned(straight) == [straight[0], straight[-1]]
    assert _thinned(stairs) == [(0.0, 9.0), (5.0, 9.0), (5.0, 4.0), (9.0, 4.0)]


@given(st.lists(st.tuples(PIXELS, PIXELS), min_size=2, max_size=40))
def test_a_point_that_is_left_out_lies_on_the_line(points: list[tuple[float, float]]) -> None:
    points.sort(key=lambda point: point[0])

    kept = _thinned(points)

    assert (kept[0], kept[-1]) == (points[0], points[-1])
    for x, y in set(points) - set(kept):
        (left, low), (right, high) = next(
            (a, b) for a, b in pairwise(kept) if a[0] <= x <= b[0] and a[0] < b[0]
        )
        on_line = low + (high - low) * (x - left) / (right - left)
        assert math.isclose(y, on_line, abs_tol=INVISIBLE + 1e-6)


def test_a_drawing_of_the_same_figures_is_made_once_and_another_anew() -> None:
    kept, made = Kept(2), []

    def draw() -> SafeString:
        made.append(0)
        return SafeString("·")

    for figure in (1, 1, 2, 1, 3, 1, 2):
        kept.get(("chart", figure), draw)

    assert len(made) == 4  # 1, 2, 3, and 2 again: it was the one shown longest ago
