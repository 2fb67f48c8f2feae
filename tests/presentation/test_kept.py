"""Parts of pages are rendered once for the same values, each view with its own token."""

from typing import Any

import pytest
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
