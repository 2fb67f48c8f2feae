"""Parts of pages that are rendered once for the same values."""

from copy import copy
from itertools import count
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from presentation.kept import TOKEN, Kept, checksum, stand_in

register = template.Library()

# How much of pages a process keeps: one takes 10,000 to 300,000 characters.
KEPT_CHARACTERS = 24_000_000
_parts, _numbers = Kept[SafeString](KEPT_CHARACTERS), count()


class KeptNode(template.Node):
    """A part of a page that shows these values, and nothing else that could differ.

    What the mapping named last has is filled in: the part shows it as it is, or that it is empty.
    """

    child_nodelists = ("nodelist",)

    def __init__(
        self, tag: str, values: list[FilterExpression], filled: str, nodelist: NodeList
    ) -> None:
        self.tag, self.values, self.filled, self.nodelist = tag, values, filled, nodelist
        # A template that is read anew has other parts.
        self.number = next(_numbers)

    def render(self, context: Context) -> SafeString:
        """Return the part as it was rendered of the same values, with this view's own token."""
        given: dict[str, Any] = context[self.filled] if self.filled else {}
        shown = {name: stand_in(name) if value else value for name, value in given.items()}
        key = checksum((self.number, [value.resolve(context) for value in self.values], shown))
        part = _parts.find(key)
        is_found = part is not None
        if part is None:
            part = self._render(context, shown)
            _parts.keep(key, part)
        text = str(part)
        for name, value in given.items():
            if value:
                text = text.replace(shown[name], conditional_escape(localize(value)))
        if is_found and settings.KEPT_PARTS_COMPARED and text != self._render(context, given):
            raise AssertionError(f"shows more than {self.tag}:\n{text}")
        return mark_safe(text.replace(TOKEN, str(context.get("csrf_token", ""))))

    def _render(self, context: Context, shown: dict[str, Any]) -> SafeString:
        filled = {self.filled: shown} if self.filled else {}
        with context.push(csrf_token=TOKEN, **filled):
            return self.nodelist.render(context)


@register.tag("kept")
def kept(parser: Parser, token: Token) -> KeptNode:
    """Render a part once for the same values: `{% kept rows organization.slug %}…{% endkept %}`.

    Name each value that the part shows, and who may do what if it asks for that. Tests render
    every part that was kept once more, and fail where it differs. After `with` comes a mapping of
    what the part shows unchanged, whatever it is: `{% kept form.shape with fill %}` for
    `{{ fill.version }}`.
    """
    _, *words = token.split_contents()
    split = words.index("with") if "with" in words else len(words)
    values = [parser.compile_filter(word) for word in words[:split]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(token.contents, values, "".join(words[split + 1 :]), nodelist)


@register.filter
def showing(field: BoundField, value: object) -> BoundField:
    """Return a form's field as it is with another value."""
    shown = copy(field)
    shown.value = lambda: value  # type: ignore[method-assign]
    return shown
