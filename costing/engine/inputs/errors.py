"""The errors of a scenario: every field at fault with its path and reasons."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

MAX_PATH_LENGTH = 120


class InvalidScenario(ValueError):
    """A scenario with errors; `fields` maps each path at fault to its reasons."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__("The scenario is not valid: " + ", ".join(sorted(fields)))
        self.fields = fields


class Errors:
    """The errors found so far, by path."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, path: str, reason: str) -> None:
        reasons = self.fields.setdefault(path[:MAX_PATH_LENGTH], [])
        if reason not in reasons:
            reasons.append(reason)

    def replace(self, path: str, reason: str) -> None:
        self.fields[path[:MAX_PATH_LENGTH]] = [reason]

    def add_all(self, error: ValidationError) -> None:
        """Add what validation found; an error of the whole document has the path `scenario`."""
        for details in error.errors(include_url=False, include_input=False):
            path = ".".join(str(part) for part in details["loc"]) or "scenario"
            for reason in reasons_of(details):
                self.add(path, reason)

    def has(self, path: str) -> bool:
        """Whether there is an error at a path, or below it."""
        return any(known == path or known.startswith(f"{path}.") for known in self.fields)


def reasons_of(details: ErrorDetails) -> list[str]:
    """Why a value was refused, in words fit for a person."""
    kind = details["type"]
    if kind == "missing":
        return ["is required"]
    if kind in ("extra_forbidden", "invalid_key"):
        return ["is not a known key"]
    reasons = details.get("ctx", {}).get("reasons", (details["msg"],))
    return [str(reason) for reason in reasons]
