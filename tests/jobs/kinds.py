"""Kinds of work for tests, also for workers that tests start as processes of their own."""

import time

from jobs.models import Job
from jobs.run import Run, job_kind
from organizations import audit
from organizations.exceptions import Invalid
from organizations.permissions import Permission


def store_outcome(run: Run) -> None:
    """Leave one audit row as the outcome of a job."""
    with run.finish(result={"squared": run.payload["number"] ** 2}):
        job = Job.objects.get(pk=run.job_id)
        audit.record(by=run.actor, verb="test.stored", subject=job)


@job_kind("test-square", needs=Permission.SCENARIO_MANAGE)
def square(run: Run) -> None:
    """Take three short steps, then store one outcome."""
    for step in range(3):
        run.step(f"Step {step + 1} of 3", step / 3)
        time.sleep(run.payload.get("step_seconds", 0))
    store_outcome(run)


@job_kind("test-crash", needs=Permission.SCENARIO_MANAGE)
def crash(run: Run) -> None:
    """Fail as a defect would."""
    raise ZeroDivisionError("a defect")


@job_kind("test-refuse", needs=Permission.SCENARIO_MANAGE)
def refuse(run: Run) -> None:
    """Fail as bad input would."""
    raise Invalid("The workload has no requests.\0")


@job_kind("test-crash-at-the-end", needs=Permission.SCENARIO_MANAGE)
def crash_at_the_end(run: Run) -> None:
    """Write an outcome, then fail before it is stored."""
    with run.finish():
        audit.record(by=run.actor, verb="test.stored", subject=Job.objects.get(pk=run.job_id))
        raise ZeroDivisionError("a defect")
