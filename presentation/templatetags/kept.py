"""Parts of pages that are rendered once for the same values."""

import secrets
from itertools import count

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from presentation.kept import Kept

register = template.Library()

# How much of pages a process keeps: one takes 10,000 to 300,000 characters.
KEPT_CHARACTERS = 24_000_000
_parts, _numbers = Kept(KEPT_CHARACTERS), count()
# Stands for the token of forms, which differs at each view; nobody can write it into a page.
_TOKEN = f"token-{secrets.token_hex(16)}"


class KeptNode(template.Node):
    """A part of a page that shows these values, and nothing else that could differ."""

    child_nodelists = ("nodelist",)

    def __init__(self, tag: str, values: list[FilterExpression], nodelist: NodeList) -> None:
        self.tag, self.values, self.nodelist = tag, values, nodelist
        # A template that is read anew has other parts.
        self.number = next(_numbers)

    def render(self, context: Context) -> SafeString:
        """Return the part as it was rendered of the same values, with this view's own token."""
        values = [value.resolve(context) for value in self.values]
        made: list[SafeString] = []

        def make() -> SafeString:
            made.append(self._render(context))
            return made[0]

        text = _parts.get((self.number, values), make)
        if settings.KEPT_PARTS_COMPARED and not made and text != self._render(context):
            raise AssertionError(f"shows more than {self.tag}:\n{text}")
        if _TOKEN not in text:
            return text
        return mark_safe(text.replace(_TOKEN, str(context.get("csrf_token", ""))))

    def _render(self, context: Context) -> SafeString:
        with context.push(csrf_token=_TOKEN):
            return self.nodelist.render(context)


@register.tag("kept")
def kept(parser: Parser, token: Token) -> KeptNode:
    """Render a part once for the same values: `{% kept rows organization.slug %}…{% endkept %}`.

    Name each value that the part shows, and who may do what if it asks for that. Tests render
    every part that was kept once more, and fail where it differs.
    """
    values = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(token.contents, values, nodelist)
