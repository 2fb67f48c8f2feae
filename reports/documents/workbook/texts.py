"""Makes people's text fit for a cell: nothing that breaks a file; imports nothing."""

LONGEST = 32_767
LONGEST_PROPERTY = 255


def cell_text(value: object) -> str:
    """The text without characters that XML forbids, and no longer than a cell holds."""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in text if _is_allowed(char))
    return _cut(kept, LONGEST)


def property_text(value: object) -> str:
    """The text on one line, for the file's properties and for headers."""
    return _cut(" ".join(cell_text(value).split()), LONGEST_PROPERTY)


def header_text(value: object) -> str:
    """The text for a printed header or footer, whose codes begin with an ampersand."""
    return _cut(property_text(value), 60).replace("&", "&&")


def _cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, as Excel counts, whole characters only."""
    units = 0
    for place, char in enumerate(text):
        units += 2 if ord(char) > 0xFFFF else 1
        if units > limit:
            kept = text[:place]
            while kept and len(kept.encode("utf-16-le")) // 2 > limit - 1:
                kept = kept[:-1]
            return kept + "…"
    return text


def _is_allowed(char: str) -> bool:
    if char in "\n\t":
        return True
    code = ord(char)
    is_control = code < 0x20 or 0x7F <= code < 0xA0
    is_surrogate = 0xD800 <= code <= 0xDFFF
    return not (is_control or is_surrogate or (code & 0xFFFE) == 0xFFFE)
