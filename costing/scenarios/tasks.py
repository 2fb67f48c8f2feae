"""Computes economics outside of the request."""

from datetime import date

from assessments.selectors import framework_get
from costing.engine import estimate_document
from costing.scenarios import computing, economics, estimates, replays, selectors
from costing.scenarios.content.sources import Given
from costing.usage import selectors as usage_selectors
from jobs.run import JobCancelled, Run, job_kind
from organizations.exceptions import DomainError
from organizations.permissions import Permission


@job_kind(economics.ECONOMICS_JOB, needs=Permission.SCENARIO_MANAGE)
def compute_economics(run: Run) -> None:
    """Price every strategy of the run's scenario and store the answer once."""
    run.step("Reading the scenario and its prices", 0.1)
    with run.tenant():
        scenario = selectors.scenario_get(run.subject_id)
        document = selectors.economics_document(scenario)
        prices = selectors.model_prices_of(scenario)
        measured = usage_selectors.measured_usage(scenario.assessment)
        framework = framework_get(scenario.assessment)
        days = selectors.work_left(scenario.assessment)
    run.step("Pricing every strategy and its crossovers", 0.4)
    watch = computing.deadline(computing.JOB_DEADLINE_SECONDS, is_last=True)
    result = economics.compute_economics(
        economics.priceable(document, framework),
        framework=framework,
        measured=measured,
        watch=watch,
        given=Given(prices, scenario.figure_origins, scenario.stated),
        days=days,
    )
    with run.finish(result={"scenario": str(run.subject_id)}):
        economics.store_economics(
            by=run.actor, job_id=run.job_id, scenario=scenario, economics=result, prices=prices
        )


@job_kind(estimates.ESTIMATE_JOB, needs=Permission.CATALOG_VIEW)
def estimate(run: Run) -> None:
    """Price the run's document; its result is the estimate."""
    run.step("Pricing every strategy and its crossovers", 0.1)
    today = date.fromisoformat(run.payload["today"])
    result = estimates.estimate_in_job(run.payload["document"], today=today)
    with run.finish(estimate_document(result)):
        pass


@job_kind(replays.REPLAY_JOB, needs=Permission.SCENARIO_MANAGE)
def replay_log(run: Run) -> None:
    """Replay the run's log once; of one that cannot be used, or is stopped, nothing stays."""
    try:
        with run.tenant():
            row = replays.log_replay_get(run.subject_id)
            scenario = replays.priceable(row.scenario)
        result = replays.replay_upload(row, scenario, replays.Looking(run))
    except (DomainError, JobCancelled) as error:
        reason = "stopped" if isinstance(error, JobCancelled) else "unusable"
        with run.tenant():
            replays.discard_replay(by=run.actor, replay_id=run.subject_id, reason=reason)
        raise
    with run.finish(result={"log_replay": str(run.subject_id)}):
        replays.store_replay(by=run.actor, row=row, scenario=scenario, result=result)
