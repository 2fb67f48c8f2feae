"""A typed number: thousands may be separated, percent becomes a ratio, nothing else is guessed."""

import math
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from presentation.numbers import MINUS

_MAX_NUMBER_LENGTH = 40
_GROUPED = re.compile(r"[-+]?\d{1,3}([, \u202f\u00a0]\d{3})+(\.\d+)?", re.ASCII)
_PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,4})?", re.ASCII)
GUESS, GUESS_MARKS = "~", ("~", "≈")
NEGATIVE = "Write a number that is not negative."
NOT_A_NUMBER = "Write a number such as 3,000,000 or 0.45."


class NumberField(forms.CharField):
    """A number as people write it; gives int where it is whole, else float.

    It is not negative unless `low` is; a percentage lies within the ratios `low` to `high`. Where
    it `may_be_guess`, a tilde before the number calls it one.
    """

    def __init__(
        self,
        *,
        is_percent: bool = False,
        low: float = 0.0,
        high: float = 1.0,
        placeholder: str = "",
        may_be_guess: bool = False,
        **kwargs: Any,
    ) -> None:
        self.is_percent, self.low, self.high = is_percent, min(low, 0.0), high
        self.may_be_guess = may_be_guess
        attrs = {"inputmode": "decimal", "autocomplete": "off", "maxlength": _MAX_NUMBER_LENGTH}
        if placeholder:
            attrs["placeholder"] = placeholder
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the number, None where nothing was typed; raise for all else."""
        text = super().to_python(value)
        if text and self.may_be_guess and is_guess(text):
            text = text[1:].lstrip()
            if not text:
                raise ValidationError(NOT_A_NUMBER)
        if not text:
            return None
        if len(text) > _MAX_NUMBER_LENGTH:
            raise ValidationError(NOT_A_NUMBER)
        number = _decimal(text, may_be_negative=self.low < 0)
        if self.is_percent:
            number = number / 100
            if not self.low <= number <= self.high:
                raise ValidationError(f"Write a percentage {percent_span(self.low, self.high)}.")
        return _plain(number)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as text; the form does not ask for more."""
        return str(initial or "") != str(data or "")


def is_guess(text: str) -> bool:
    """Whether a typed number is called a guess: `~1,200`."""
    return text.lstrip().startswith(GUESS_MARKS)


def percent_span(low: float, high: float) -> str:
    """The ratios that a percentage may come to, as people write them: `from 0 to 100`."""
    return f"from {low * 100:,.10g} to {high * 100:,.10g}"


def shown(value: float | int | None, *, is_percent: bool = False) -> str:
    """A number of the document as a person would type it."""
    if value is None or isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    number = Decimal(str(value)) * (100 if is_percent else 1)
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_number(text: str) -> int | float:
    """The number that a text stands for; raises ValidationError for anything else."""
    if len(text) > _MAX_NUMBER_LENGTH:
        raise ValidationError(NOT_A_NUMBER)
    return _plain(_decimal(text))


def _decimal(text: str, *, may_be_negative: bool = False) -> Decimal:
    text = text.replace(MINUS, "-")
    plain = re.sub(r"[, \u202f\u00a0]", "", text) if _GROUPED.fullmatch(text) else text
    if not _PLAIN.fullmatch(plain):
        raise ValidationError(NOT_A_NUMBER)
    number = Decimal(plain)
    if not math.isfinite(float(number)):
        raise ValidationError("Write a number that is finite.")
    if number < 0 and not may_be_negative:
        raise ValidationError(NEGATIVE)
    return number


def _plain(number: Decimal) -> int | float:
    as_float = float(number)
    return int(as_float) if as_float.is_integer() and abs(as_float) < 2**53 else as_float
