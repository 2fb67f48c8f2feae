"""Stores a submitted assessment's scorecard outside of the request."""

from assessments import services
from jobs.run import Run, job_kind


@job_kind(services.SCORECARD_JOB)
def compute_scorecard(run: Run) -> None:
    """Score the answers of one submission and store the result once."""
    run.step("Scoring the answers", 0.3)
    with run.finish(result={"assessment": str(run.subject_id)}):
        services.store_scorecard(
            by=run.actor,
            job_id=run.job_id,
            assessment_id=run.subject_id,
            submitted_at=run.payload["submitted_at"],
        )
