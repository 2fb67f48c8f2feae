"""How much one request may make the engine compute: a bound on its input, and a deadline."""

from time import monotonic

from costing.engine import Scenario
from costing.engine.limits import Watch, computing_seconds
from organizations.exceptions import DomainError, Invalid

# Of the engine's own estimate: what a request may take, and what a job may.
IN_REQUEST_SECONDS = 1.0
IN_BULK_SECONDS = 0.5
MAX_SECONDS = 3.0
# Of the clock: a machine may be busy, and parallel costs are searched for longer.
REQUEST_DEADLINE_SECONDS = 2.0
PREVIEW_DEADLINE_SECONDS = 1.0
JOB_DEADLINE_SECONDS = 300.0
# A field is named that causes at least this share.
NAMED_SHARE = 0.1


class TookTooLong(DomainError):
    """The engine was ended at its deadline."""

    code = "took_too_long"
    status = 503
    retry_after_s: int | None = 30


def deadline(seconds: float, *, is_last: bool = False) -> Watch:
    """Return what the engine asks in its long loops: TookTooLong from so many seconds on.

    Where it `is_last`, trying again later would not help.
    """
    ends_at = monotonic() + seconds

    def watch() -> None:
        if monotonic() > ends_at:
            error = TookTooLong(
                "These figures take longer to compute than there is time for. "
                "Ask for fewer futures, ranges or pairs."
            )
            error.retry_after_s = None if is_last else error.retry_after_s
            raise error

    return watch


def bounded_seconds(scenario: Scenario) -> float:
    """Return about how many seconds an estimate will take; Invalid for more than MAX_SECONDS."""
    causes = computing_seconds(scenario)
    seconds = sum(causes.values())
    if seconds > MAX_SECONDS:
        text = (
            f"causes about {{:.1f}} of {seconds:.1f} s of computing; "
            f"an estimate may take {MAX_SECONDS:.1f} s"
        )
        fields = {
            path: [text.format(part)]
            for path, part in causes.items()
            if part >= NAMED_SHARE * seconds
        }
        raise Invalid("This is too much to compute at once.", fields=fields)
    return seconds
