"""Form controls are written as Django's own templates write them, to the byte."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe

from presentation.form_controls import WRITTEN, FormControls

HOSTILE = """"><script>alert('&amp; 1 < 2')</script>"""
LISTS = (forms.Select, forms.SelectMultiple)
WIDGETS = (
    *(forms.TextInput, forms.NumberInput, forms.EmailInput, forms.PasswordInput),
    *(forms.HiddenInput, forms.DateInput, forms.CheckboxInput, forms.FileInput, forms.Textarea),
    *(forms.SearchInput, *LISTS),
)
# Those that are rendered by their templates still.
OTHERS = (forms.CheckboxSelectMultiple, forms.RadioSelect, forms.ClearableFileInput)
VALUES = (
    *(None, "", "0", 0, 1234567, 0.5, True, False, HOSTILE, mark_safe("<b>&amp;</b>")),
    *(lazystr(HOSTILE), date(2026, 11, 29), "first", ["first", 7], "two\nlines\n", "  blanks "),
)
ATTRIBUTES: tuple[dict[str, Any], ...] = (
    {},
    {"id": "id_x", "class": HOSTILE, "required": True, "disabled": False},
    {"maxlength": 40, "data-share": 1234.5, "title": None, "aria-label": mark_safe("a &amp; b")},
)
CHOICES = [
    ("", "–"),
    ("first", HOSTILE),
    (7, 1234567),
    (HOSTILE, mark_safe("<i>safe</i>")),
    (None, lazystr("<late>")),
    ("A & B", [("0", "no"), ("two\nlines\n", "both")]),
    ("Nothing", []),
]


@pytest.mark.parametrize("attributes", ATTRIBUTES)
@pytest.mark.parametrize("kind", [*WIDGETS, *OTHERS])
def test_a_control_is_what_djangos_template_gives(
    kind: type[forms.Widget], attributes: dict[str, Any]
) -> None:
    widget = kind(attributes)
    if hasattr(widget, "choices"):
        widget.choices = CHOICES

    for value in VALUES:
        written, wanted = (
            widget.render("a<b", value, {"data-n": 1}, renderer)
            for renderer in (FormControls(), DjangoTemplates())
        )
        assert (written, type(written)) == (wanted, type(wanted)), value


def test_a_localized_control_is_what_djangos_template_gives() -> None:
    widget = forms.NumberInput()
    widget.is_localized = True

    written, wanted = (
        widget.render("a", 1234567.25, {}, renderer)
        for renderer in (FormControls(), DjangoTemplates())
    )

    assert written == wanted


def test_every_written_template_is_compared_and_used_by_forms() -> None:
    assert set(WRITTEN) == {kind.template_name for kind in WIDGETS}
    assert type(get_default_renderer()) is FormControls


def test_a_choice_with_a_template_of_its_own_is_rendered_by_it() -> None:
    class Marked(forms.Select):
        option_template_name = "django/forms/widgets/radio_option.html"

    widget = Marked(choices=CHOICES)

    written, wanted = (
        widget.render("a", "first", {}, renderer)
        for renderer in (FormControls(), DjangoTemplates())
    )

    assert written == wanted
