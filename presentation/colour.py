"""Contrast of colours as WCAG 2.2 counts it, and the nearest colour that can be read; pure."""

# The hardest grounds that text in the accent stands on: `--accent-pale` of css/tokens.css, light
# and dark. What can be read there can be read on white, on paper and on the dark page.
LIGHT_GROUND = "#e4f0ee"
DARK_GROUND = "#17302f"
READABLE = 4.5  # WCAG 1.4.3, text of usual size
STEPS = 256


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb`, from 0 (black) to 1 (white)."""
    channels = (value / 255 for value in bytes.fromhex(colour[1:]))
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    ]
    return sum(
        weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable_on(ground: str, colour: str) -> str:
    """The colour, or where it cannot be read on a ground the nearest of its tones that can.

    It is darkened on light ground and lightened on dark.
    """
    end = "#000000" if luminance(ground) > 0.18 else "#ffffff"
    tones = (_mixed(colour, end, step / STEPS) for step in range(STEPS + 1))
    return next(tone for tone in tones if contrast(tone, ground) >= READABLE)


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()
