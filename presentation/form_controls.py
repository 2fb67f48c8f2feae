"""Writes inputs, text areas and lists of choices as Django's templates do, without rendering them.

A form of many fields takes several templates a field, and one more for each choice of a list.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape

Widget = Mapping[str, Any]
FOLDER = "django/forms/widgets"
# Those of whose templates each is that of an input.
INPUTS = ("checkbox", "date", "email", "file", "hidden", "number", "password", "search", "text")
OPTION = f"{FOLDER}/select_option.html"


class FormControls(DjangoTemplates):
    """Django's own renderer of forms, but for the commonest widgets."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Write a widget; what is not among the commonest by its template."""
        write = WRITTEN.get(template_name)
        if write is None or not _is_plain(context["widget"]):
            return super().render(template_name, context, request)
        return write(context["widget"])


def _is_plain(widget: Widget) -> bool:
    """Whether no choice of a list has a template of its own."""
    groups = widget.get("optgroups", ())
    return all(option["template_name"] == OPTION for _, options, _ in groups for option in options)


def _attributes(widget: Widget) -> str:
    return "".join(
        f" {_escaped(name)}" if value is True else f' {_escaped(name)}="{_escaped(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _input(widget: Widget) -> str:
    value = widget["value"]
    stated = "" if value is None else f' value="{conditional_escape(value)}"'
    start = f'<input type="{conditional_escape(widget["type"])}"'
    return f'{start} name="{conditional_escape(widget["name"])}"{stated}{_attributes(widget)}>'


def _textarea(widget: Widget) -> str:
    text = conditional_escape(widget["value"]) if widget["value"] else ""
    name = conditional_escape(widget["name"])
    return f'<textarea name="{name}"{_attributes(widget)}>\n{text}</textarea>'


def _select(widget: Widget) -> str:
    parts = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget)}>']
    for group, options, _ in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{_shown(group)}">')
        parts += ("\n  " + _option(option) for option in options)
        if group:
            parts.append("\n  </optgroup>")
    return "".join([*parts, "\n</select>"])


def _option(widget: Widget) -> str:
    start = f'<option value="{_escaped(widget["value"])}"{_attributes(widget)}>'
    return f"{start}{_shown(widget['label'])}</option>\n"


def _shown(value: Any) -> str:
    """A value as a template shows it."""
    return _escaped(localize(value))


def _escaped(value: Any) -> str:
    """What Django's `conditional_escape` returns, which asks of every text whether it is lazy."""
    return escape(value) if value.__class__ is str else conditional_escape(value)


WRITTEN: Mapping[str, Callable[[Widget], str]] = {
    **{f"{FOLDER}/{name}.html": _input for name in INPUTS},
    f"{FOLDER}/textarea.html": _textarea,
    f"{FOLDER}/select.html": _select,
}
