"""An installation of many organizations: rows that services stored, copied many times by SQL."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from assessments.framework import load_framework
from assessments.models import Assessment
from assessments.services import approve_assessment, submit_assessment
from costing.scenarios.economics import request_economics
from costing.scenarios.models import Scenario
from jobs.services import run_due_jobs
from organizations import tenancy
from organizations.models import Client, Organization
from organizations.services.api_keys import create_api_key
from organizations.services.months import make_months_between, partitioned_models
from reports.sharing.services import create_share_link
from reports.snapshots.services import create_snapshot
from tests import factories
from tests.assessments.cast import NO, PARTIAL, YES, level, make_assessment
from tests.costing.cast import make_scenario
from tests.databases import owner_connection
from tests.world import World

ASSESSMENTS_A_CLIENT = 4
# One client in so many has economics of its own: a result is as large as all else of a client.
CLIENTS_A_RESULT = 10


@dataclass(frozen=True)
class Samples:
    """The rows that are copied: of a client with an approved and an open assessment."""

    client: Client
    approved: Assessment
    open: Assessment
    scenario: Scenario


def make_samples(world: World) -> Samples:
    """Store, by services, what the copies are made of, and what there is one of."""
    factories.load_price_book(as_of=date(2026, 11, 1))
    answers = {key: (YES, NO, PARTIAL)[place % 3] for place, key in enumerate(_checks())}
    answers |= {key: level(2) for key in load_framework().dimension_keys}
    approved, open_one = (
        make_assessment(world.organization, world.client, title, **answers)
        for title in ("Review in spring", "Review in autumn")
    )
    scenario = make_scenario(world.organization, world.client, assessment=open_one)
    with tenancy.enter(organization_id=world.organization.pk):
        submit_assessment(by=world.actor("respondent"), assessment=approved)
        approve_assessment(by=world.actor("owner"), assessment=approved)
        request_economics(by=world.actor("owner"), scenario=scenario)
        snapshot = create_snapshot(by=world.actor("owner"), assessment=approved)
        create_share_link(by=world.actor("owner"), snapshot=snapshot, days=30)
        create_api_key(by=world.actor("owner"), name="Nightly")
    run_due_jobs()
    return Samples(world.client, approved, open_one, scenario)


def _checks() -> list[str]:
    return [check.key for check in load_framework().checks]


def make_organizations(count: int) -> list[Organization]:
    """Store organizations with an owner each."""
    return [factories.make_organization(f"grown-{uuid4().hex[:8]}") for _ in range(count)]


def make_months(days: int) -> None:
    """Make partitions of so many days back and of two months to come, as of an old installation."""
    today = timezone.now().date()
    first, last = today - timedelta(days=days), today + timedelta(days=62)
    for model in partitioned_models():
        assert make_months_between(model, first, last), f"{model._meta.db_table} is in use"


def fill(organization_id: UUID, samples: Samples, *, clients: int, events: int) -> None:
    """Add clients to an organization, with all that hangs on them and audit events."""
    values = _sample_documents(samples)
    batch = uuid4().hex[:6]
    with tenancy.enter(organization_id=organization_id), connection.cursor() as cursor:
        cursor.execute(
            "create temporary table grown on commit drop as select gen_random_uuid() id, n,"
            " 'Client ' || lpad(n::text, 5, '0') || ' of ' || %s as name"
            " from generate_series(1, %s) n",
            [batch, clients],
        )
        copy = _Copier(cursor, organization_id, values)
        copy("organizations_client", "grown g", id="g.id", name="g.name")
        cursor.execute(
            "create temporary table reviewed on commit drop as select gen_random_uuid() id,"
            " g.id client_id, m, gen_random_uuid() summary_id, gen_random_uuid() scenario_id, g.n"
            f" from grown g, generate_series(1, {ASSESSMENTS_A_CLIENT}) m"
        )
        _copy_assessments(copy)
        copy(
            "organizations_auditevent",
            f"generate_series(1, {events}) e join grown g on g.n = e %% {clients} + 1",
            id="gen_random_uuid()",
            client_id="g.id",
            subject_id="g.id",
            verb="(array['answer.saved', 'assessment.created', 'client.renamed'])[e %% 3 + 1]",
            created_at="now() - e * interval '1 minute'",
        )


def _copy_assessments(copy: "_Copier") -> None:
    own = {"client_id": "r.client_id"}
    made_at = "now() - (5 - r.m) * interval '30 days' - r.n * interval '1 minute'"
    copy(
        "assessments_assessment",
        "reviewed r",
        id="r.id",
        created_at=made_at,
        title="'Review ' || r.m || ' of client ' || r.n",
        **own,
    )
    copy("assessments_answer", "reviewed r", id="gen_random_uuid()", assessment_id="r.id", **own)
    copy(
        "jobs_job", "reviewed r", id="r.summary_id", subject_id="r.id", requested_at=made_at, **own
    )
    scored = {"overall": "1 + (r.n %% 40) / 10.0", "band": "'Managed'"}
    copy(
        "assessments_assessmentsummary",
        "reviewed r",
        id="r.summary_id",
        assessment_id="r.id",
        **scored,
        **own,
    )
    newest = f"(select * from reviewed where m = {ASSESSMENTS_A_CLIENT}) r"
    copy(
        "assessments_clientsummary",
        newest,
        id="gen_random_uuid()",
        latest_id="r.summary_id",
        today_usd_per_month="r.n * 100",
        active_at=made_at,
        **own,
    )
    copy("scenarios_scenario", newest, id="r.scenario_id", assessment_id="r.id", **own)
    some = newest.replace(") r", f" and n %% {CLIENTS_A_RESULT} = 0) r")
    copy(
        "scenarios_economicsresult",
        some,
        id="gen_random_uuid()",
        scenario_id="r.scenario_id",
        job_id="r.summary_id",
        **own,
    )


TABLES = {
    "organizations_client": "id = %(client)s",
    "assessments_assessment": "id = %(open)s",
    "assessments_answer": "assessment_id = %(open)s",
    "assessments_assessmentsummary": "assessment_id = %(open)s",
    "assessments_clientsummary": "client_id = %(client)s",
    "jobs_job": "subject_id = %(scenario)s",
    "scenarios_scenario": "id = %(scenario)s",
    "scenarios_economicsresult": "scenario_id = %(scenario)s",
    "organizations_auditevent": "subject_id = %(open)s and verb = 'assessment.created'",
}


def _sample_documents(samples: Samples) -> dict[str, list[str]]:
    """Return the rows to copy as JSON, by table."""
    ids = {"client": samples.client.pk, "open": samples.open.pk, "scenario": samples.scenario.pk}
    found = {}
    with tenancy.enter(organization_id=samples.client.organization_id):
        for table, where in TABLES.items():
            with connection.cursor() as cursor:
                cursor.execute(f"select to_jsonb(t)::text from {table} t where {where}", ids)
                found[table] = [document for (document,) in cursor.fetchall()]
    assert all(found.values()), {table for table, rows in found.items() if not rows}
    return found


class _Copier:
    """Copies the samples of a table once for every row of a query, with some columns changed."""

    def __init__(
        self, cursor: object, organization_id: UUID, samples: dict[str, list[str]]
    ) -> None:
        self.cursor, self.organization_id, self.samples = cursor, organization_id, samples

    def __call__(self, table: str, rows: str, **changed: str) -> None:
        pairs = ", ".join(f"'{column}', {value}" for column, value in changed.items())
        self.cursor.execute(  # type: ignore[attr-defined]
            f"insert into {table} select made.* from unnest(%s::jsonb[]) sample, {rows},"
            f" jsonb_populate_record(null::{table}, sample || jsonb_build_object("
            f"'organization_id', %s::uuid, {pairs})) made",
            [self.samples[table], self.organization_id],
        )


def settle() -> None:
    """Let the database know what it holds, as its own vacuum does after a while."""
    with owner_connection(connection.settings_dict["NAME"]) as owner:
        owner.execute("vacuum analyze")


def empty() -> None:
    """Remove every organization at once: a million rows are too many to delete one by one."""
    with owner_connection(connection.settings_dict["NAME"]) as owner:
        owner.execute("truncate organizations_organization cascade")
