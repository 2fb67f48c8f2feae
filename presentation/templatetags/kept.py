"""Parts of pages that are rendered once for the same values."""

from itertools import count

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from presentation.kept import TOKEN, Kept, checksum

register = template.Library()

# How much of pages a process keeps: one takes 10,000 to 300,000 characters.
KEPT_CHARACTERS = 24_000_000
_parts, _numbers = Kept[SafeString](KEPT_CHARACTERS), count()


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
        key = checksum((self.number, values))
        text = _parts.find(key)
        if text is None:
            text = self._render(context)
            _parts.keep(key, text)
        elif settings.KEPT_PARTS_COMPARED and text != self._render(context):
            raise AssertionError(f"shows more than {self.tag}:\n{text}")
        if TOKEN not in text:
            return text
        return mark_safe(text.replace(TOKEN, str(context.get("csrf_token", ""))))

    def _render(self, context: Context) -> SafeString:
        with context.push(csrf_token=TOKEN):
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
