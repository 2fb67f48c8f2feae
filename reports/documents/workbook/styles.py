"""How the workbook's cells look: one table of formats in the product's colours; no Django."""

from typing import Any

from presentation.charts import palette
from presentation.money import shown

FONT = "Calibri"
INK, MUTED = palette.INK.value, palette.MUTED.value
LINE = palette.PALE.value
ACCENT, ACCENT_PALE = palette.ACCENT.value, palette.ACCENT_PALE.value
RISK, RISK_PALE = palette.RISK_INK.value, palette.RISK_PALE.value
RISK_MARK = palette.RISK.value
NEUTRAL = palette.NEUTRAL.value


_BASE = {"font_name": FONT, "font_size": 10.5, "font_color": INK, "valign": "vcenter"}
_TEXT = {"text_wrap": True, "valign": "top"}
_HEAD = {
    "bold": True,
    "bg_color": ACCENT,
    "font_color": "#ffffff",
    "text_wrap": True,
    "valign": "bottom",
}
_ROW = {"bottom": 1, "bottom_color": LINE}
_INPUT = {"bg_color": RISK_PALE, "border": 1, "border_color": RISK_MARK, "locked": False}
_RIGHT = {"align": "right"}

FORMATS: dict[str, dict[str, Any]] = {
    "plain": {},
    "title": {"bold": True, "font_size": 20},
    "lead": {"font_color": MUTED, "font_size": 11},
    "heading": {"bold": True, "font_size": 13, "font_color": ACCENT, "valign": "bottom"},
    "head": _HEAD,
    "head_right": {**_HEAD, **_RIGHT},
    "head_indent": {**_HEAD, "align": "left", "indent": 1},
    "head_centre": {**_HEAD, "align": "center"},
    "label": {**_ROW, "text_wrap": True},
    "label_bold": {**_ROW, "bold": True, "text_wrap": True},
    "wrap": {**_ROW, **_TEXT},
    "muted": {**_ROW, "font_color": MUTED, "text_wrap": True, "font_size": 9.5, "indent": 1},
    "note": {"font_color": MUTED, "italic": True},
    "warning": {"bg_color": RISK_PALE, "font_color": RISK, "text_wrap": True, "bold": True},
    "risk": {**_ROW, "font_color": RISK, "text_wrap": True, "indent": 1},
    "label_top": {**_ROW, **_TEXT, "bold": True},
    "label_indent": {**_ROW, "bold": True, "text_wrap": True, "indent": 1},
    "input_text": {**_INPUT, "align": "center"},
    "link": {**_ROW, "bold": True, "font_color": ACCENT, "underline": 1},
    "hidden": {"font_color": "#ffffff"},
    "centre": {**_ROW, "align": "center"},
}
_NUMBERS = {
    "usd": "[>=0.005]#,##0.00;[<=-0.005]−#,##0.00;0.00",
    "usd_fine": "#,##0.00######;−#,##0.00######;0.00",
    "price": "#,##0.000;−#,##0.000;0.000",
    "price_fine": "0.000000;−0.000000;0.00",
    "count": "#,##0;−#,##0;0",
    "count_fine": "#,##0.##;−#,##0.##;0",
    "percent": "0.0%;−0.0%;0.0%",
    "percent_fine": "0.00##%;−0.00##%;0%",
    "level": "0.0",
    "factor": "0.000000",
    "ratio": "0.00",
    "usd_line": "#,##0.00;−#,##0.00;–",
    "exact": "#,##0.00########;−#,##0.00########;0.00",
}


def _numbers(name: str, number: str) -> dict[str, dict[str, Any]]:
    """A format of numbers as it stands in a table, beside a sum, and as delivered."""
    plain = {**_ROW, **_RIGHT, "num_format": number}
    bold, static = {"bold": True, "bg_color": ACCENT_PALE}, {"font_color": MUTED}
    return {name: plain, f"{name}_bold": plain | bold, f"{name}_static": plain | static}


for _name, _number in _NUMBERS.items():
    FORMATS |= _numbers(_name, _number)
    FORMATS[f"input_{_name}"] = {**_INPUT, **_RIGHT, "num_format": _number}


def formats(workbook: Any, accent: str = "") -> dict[str, Any]:
    """Every format of the table, made in a workbook; headings and links in an accent if given."""
    own = {name: {"font_color": accent} for name in ("heading", "link")} if accent else {}
    return {
        name: workbook.add_format(_BASE | style | own.get(name, {}))
        for name, style in (FORMATS | _money(shown().digits)).items()
    }


def _money(digits: int) -> dict[str, dict[str, Any]]:
    """Money of the currency shown: as USD on the other sheets, with its own decimal places."""
    cents, least = f"0.{'0' * digits}" if digits else "0", f"{0.5 * 10**-digits:g}"
    return _numbers("money", f"[>={least}]#,##{cents};[<=-{least}]−#,##{cents};{cents}") | _numbers(
        "money_line", f"#,##{cents};−#,##{cents};–"
    )
