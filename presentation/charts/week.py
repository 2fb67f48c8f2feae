"""Draws when in the week calls come, hour by hour; imports neither Django nor I/O."""

from collections.abc import Sequence

from presentation.charts import scales, svg
from presentation.charts.palette import LEVELS, SUNKEN, Tone

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS_A_DAY = 24
LABELLED_HOURS = (0, 6, 12, 18)
LEFT = 36.0
TOP = 20.0
ROW = 22.0
GAP = 1.0
KEY = 40.0


def week_chart(
    profile: Sequence[float], *, title: str, most_words: str = "", width: int = 720
) -> str:
    """Return a strip for each day of the week, an hour the darker the more of the week it holds.

    `profile` are the shares of 168 hours, Monday 00:00 first; any other number of them is refused
    in words. `most_words` say how much the darkest is, where that is no share.
    """
    shares = [max(scales.finite(share) or 0.0, 0.0) for share in profile]
    if len(shares) != len(DAYS) * HOURS_A_DAY or not any(shares):
        return svg.nothing(width, title, "Nothing ran, so there is no week to be drawn.")
    most = max(shares)
    across = (width - LEFT - 4) / HOURS_A_DAY
    parts = [svg.caption(f"{hour:02}:00", LEFT + hour * across, 13) for hour in LABELLED_HOURS]
    for day, name in enumerate(DAYS):
        top = TOP + day * ROW
        parts.append(svg.caption(name, LEFT - 8, top + 15, "end"))
        for hour in range(HOURS_A_DAY):
            tone = _tone(shares[day * HOURS_A_DAY + hour], most)
            left = LEFT + hour * across
            parts.append(svg.rectangle(left, top, across - GAP, ROW - GAP, tone))
    height = TOP + len(DAYS) * ROW + KEY
    parts.append(
        _key(width, height - KEY + 14, most_words or f"{most * len(shares):.1f} × the mean hour")
    )
    return svg.drawing(width, height, title, *parts)


def _tone(share: float, most: float) -> Tone:
    """A pale tone for little and a deep one for much; what is nothing has the ground's own."""
    if share <= 0:
        return SUNKEN
    return LEVELS[min(int(share / most * len(LEVELS)), len(LEVELS) - 1)]


def _key(width: float, top: float, words: str) -> str:
    """The tones, and how much the deepest of them holds."""
    parts = [svg.caption("none", LEFT, top + 11)]
    left = LEFT + 32
    for tone in (SUNKEN, *LEVELS):
        parts.append(svg.rectangle(left, top, 18, 14, tone))
        left += 19
    parts.append(svg.caption(f"{words} (UTC)", left + 6, top + 11))
    return "".join(parts)
