"""Parts of pages are rendered once for the same values, each view with its own token."""

import re
from typing import Any

import pytest
from django import forms
from django.template import Context, Template

CARD = "{% load kept %}{% kept name %}<p>{{ name }}, {{ day }}</p>{% csrf_token %}{% endkept %}"


def show(template: Template, **values: Any) -> str:
    return template.render(Context(values))


def test_a_part_is_rendered_once_for_the_same_values(settings: Any) -> None:
    settings.KEPT_PARTS_COMPARED = False
    card = Template(CARD)

    shown = [
        show(card, name=name, day=day, csrf_token=f"token of day {day}")
        for name, day in (("Ada", 1), ("Ada", 2), ("Bo", 3), ("<b>", 4))
    ]

    assert [each.partition("</p>")[0] for each in shown] == [
        "<p>Ada, 1",
        "<p>Ada, 1",
        "<p>Bo, 3",
        "<p>&lt;b&gt;, 4",
    ]
    assert all(f'value="token of day {day}"' in each for day, each in enumerate(shown, 1))


def test_a_template_read_anew_has_other_parts(settings: Any) -> None:
    settings.KEPT_PARTS_COMPARED = False

    assert show(Template(CARD), name="Ada", day=1) != show(Template(CARD), name="Ada", day=2)


def test_a_part_that_shows_more_than_it_names_fails() -> None:
    card = Template(CARD)

    assert show(card, name="Ada", day=1) == show(card, name="Ada", day=1)
    with pytest.raises(AssertionError, match="shows more than kept name"):
        show(card, name="Ada", day=2)


FILLED = (
    "{% load kept %}{% kept name with fill %}"
    "<p>{{ name }}, {{ fill.day }}{% if fill.note %}: {{ fill.note }}{% endif %}</p>{% endkept %}"
)


def test_values_are_filled_into_a_part_that_was_rendered_with_others(settings: Any) -> None:
    settings.KEPT_PARTS_COMPARED = False
    card = Template(FILLED)

    shown = [
        show(card, name="Ada", fill={"day": day, "note": note})
        for day, note in ((1, ""), (0, "<i>"), (2, "two"), (3, ""), (None, "day"))
    ]

    assert shown == [
        "<p>Ada, 1</p>",
        "<p>Ada, 0: &lt;i&gt;</p>",
        "<p>Ada, 2: two</p>",
        "<p>Ada, 3</p>",
        "<p>Ada, None: day</p>",
    ]


def test_a_part_is_not_rendered_anew_for_what_is_filled_in(settings: Any) -> None:
    settings.KEPT_PARTS_COMPARED = False
    card = Template(FILLED.replace("{{ name }}", "{{ other }}"))

    first = show(card, name="Ada", other="made once", fill={"day": 1})

    again = show(card, name="Ada", other="not looked at", fill={"day": 2})
    assert again == first.replace("1", "2")


def test_a_part_that_changes_what_is_filled_in_fails() -> None:
    """As by a filter: the stand-in goes through it, the value does not."""
    card = Template(FILLED.replace("{{ fill.day }}", "{{ fill.day|add:1 }}"))
    show(card, name="Ada", fill={"day": 1})

    with pytest.raises(AssertionError, match="shows more than kept name with fill"):
        show(card, name="Ada", fill={"day": 2})


class NoteForm(forms.Form):
    note = forms.CharField(widget=forms.Textarea)


def test_a_field_shows_another_value() -> None:
    form = NoteForm(initial={"note": "its own"})
    page = Template("{% load kept %}{{ form.note|showing:other }}{{ form.note }}")

    shown = show(page, form=form, other="<other>")

    assert re.findall(r">\s*([^<]*)</textarea>", shown) == ["&lt;other&gt;", "its own"]
