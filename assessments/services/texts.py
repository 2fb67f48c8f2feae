"""What PostgreSQL can store of what people type."""

from organizations.exceptions import Invalid

UNSTORABLE = "There are characters in it that cannot be stored."


def is_storable(text: str) -> bool:
    """Tell whether a text has neither NUL nor half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def required_text(text: str, *, field: str, longest: int) -> str:
    """Return a text without outer blanks; raises Invalid when it is empty, too long or odd."""
    stripped = text.strip()
    message = ""
    if not stripped:
        message = "Please fill this in."
    elif len(stripped) > longest:
        message = f"At most {longest} characters, please."
    elif not is_storable(stripped):
        message = UNSTORABLE
    if message:
        raise Invalid(message, fields={field: [message]})
    return stripped
