"""Who may call which operation of the API: the table that tests/api/test_permissions.py walks.

A new operation needs a row here, a new kind of row a maker in THINGS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from costing.scenarios.economics import request_economics
from costing.scenarios.estimates import request_estimate
from costing.scenarios.models import EconomicsResult
from jobs.services import run_due_jobs
from organizations import tenancy
from organizations.models import Client, Organization
from organizations.permissions import Role
from tests import factories, permission_table
from tests.api.callers import PROGRAMS, make_key_of
from tests.costing.cast import api_only, make_price_book, make_scenario
from tests.factories import load_latest_framework
from tests.world import World

OWNER = frozenset({"owner"})
# The firm's own people and programs.
FIRM = frozenset({"owner", "consultant", "key"})
FIRM_READING = FIRM | {"reading_key"}
ANSWERING = FIRM | {"respondent", "client_key"}
EVERYONE = FIRM_READING | ANSWERING | {"viewer", "client_reading_key"}

# Paths outside of a firm, each with its reason.
PUBLIC = {
    "api:schema": "describes the API, knows no firm",
    "api:docs": "shows the description",
    "api:organization-list": "leads a caller to their own firms",
}

Things = Mapping[str, UUID]


@dataclass(frozen=True)
class Row(permission_table.Row):
    """One path with one method; `data` makes the body of the row's things."""

    data: Callable[[Things], Any] | None = None

    @property
    def url_name(self) -> str:
        return f"api:{self.name}"


def _member(organization: Organization, client: Client) -> UUID:
    return factories.make_member(organization, Role.VIEWER, client=client).pk


def _computed(organization: Organization, client: Client) -> UUID:
    scenario = make_scenario(organization, client, document=api_only())
    with tenancy.enter(organization_id=organization.pk):
        request_economics(by=factories.system_actor(organization), scenario=scenario)
    run_due_jobs()
    return scenario.pk


def _result(organization: Organization, client: Client) -> UUID:
    scenario_id = _computed(organization, client)
    with tenancy.enter(organization_id=organization.pk):
        return EconomicsResult.objects.get(scenario_id=scenario_id).pk


def _estimate(organization: Organization, client: Client) -> UUID:
    by = replace(factories.system_actor(organization), client_id=client.pk)
    with tenancy.enter(organization_id=organization.pk):
        job = request_estimate(by=by, document=api_only(), today=date(2026, 11, 1))
    run_due_jobs()
    return job.subject_id


THINGS: dict[str, Callable[[Organization, Client], UUID]] = {
    **permission_table.THINGS,
    "member": _member,
    "result": _result,
    "computed": _computed,
    "estimate": _estimate,
}


def store_things(world: World) -> None:
    """Store what any row's path and body need, for each client, and the keys of all programs."""
    load_latest_framework()
    world.keys = {name: make_key_of(world, name) for name in sorted(PROGRAMS)}
    permission_table.store_kinds(world, THINGS, {kind for row in ROWS for kind in row.things})
    for client_id, made in world.things.items():
        made["client"] = client_id


TRIAGE = {"kind": "check", "key": "triage"}
ACTION = {"title": "Agree on a gateway", "phase": "quick_wins", "due_on": "2026-11-20"}
HOSTING = {"dimension": "hosting"}
TARGET = {"level": 3, "reason": "A pilot is agreed."}
ANSWER = {"version": 1, "state": "answered", "value": "yes"}
ANSWERS = {"answers": [TRIAGE | ANSWER]}
DIMENSIONS = ("hosting", "routing", "caching", "integrity", "finops")
OVERRIDE = {
    "reference": "maker:large",
    "input_usd_per_mtok": 2.4,
    "valid_from": "2026-11-01",
    "reason": "Contract 12",
}


def _override(_: Things) -> dict[str, Any]:
    """A contract price of the model that the price book has."""
    make_price_book()
    return OVERRIDE


SCENARIO = {"title": "Support", "document": api_only()}
# Two scenarios that nobody has; tests/costing/test_comparisons.py has those that somebody does.
COMPARED = {"scenarios": [str(UUID(int=1)), str(UUID(int=2))]}

ROWS = [
    Row("organization-detail", "GET", EVERYONE),
    Row("branding-detail", "GET", EVERYONE),
    Row("branding-detail", "PUT", OWNER, data=lambda _: {"accent": "#7a1f5c", "contact": "Ada"}),
    Row("export-list", "GET", OWNER),
    Row("export-list", "POST", OWNER),
    Row("export-file", "GET", OWNER, ("export",), hidden_from=EVERYONE - FIRM_READING),
    Row("erasure-list", "GET", OWNER),
    Row("erasure-list", "POST", OWNER, data=lambda _: {"address": "acme"}),
    Row("erasure-detail", "DELETE", OWNER, ("erasure",), hidden_from=EVERYONE - FIRM_READING),
    Row("member-list", "GET", FIRM_READING),
    Row("member-detail", "GET", FIRM_READING, ("member",)),
    Row(
        "member-detail",
        "PUT",
        OWNER,
        ("member",),
        data=lambda ids: {"role": "respondent", "client": str(ids["client"])},
    ),
    Row("member-deactivation", "POST", OWNER, ("member",)),
    Row("member-reactivation", "POST", OWNER, ("member",)),
    Row("invitation-list", "GET", FIRM_READING),
    Row(
        "invitation-list",
        "POST",
        FIRM,
        data=lambda ids: {
            "email": "new@example.com",
            "role": "viewer",
            "client": str(ids["client"]),
        },
    ),
    Row("invitation-detail", "GET", FIRM_READING, ("invitation",)),
    Row("invitation-detail", "DELETE", FIRM, ("invitation",)),
    Row("invitation-resending", "POST", FIRM, ("invitation",)),
    Row("client-list", "GET", EVERYONE),
    Row("client-list", "POST", FIRM, data=lambda _: {"name": "Westwind"}),
    Row("client-detail", "GET", EVERYONE, ("client",)),
    Row("client-detail", "PUT", FIRM, ("client",), data=lambda _: {"name": "Northeast"}),
    Row("audit-event-list", "GET", OWNER),
    Row("api-key-list", "GET", OWNER),
    Row("api-key-list", "POST", OWNER, data=lambda _: {"name": "Nightly"}),
    Row("api-key-detail", "GET", OWNER, ("api_key",)),
    Row("api-key-detail", "DELETE", OWNER, ("api_key",)),
    Row("job-list", "GET", EVERYONE),
    Row("job-detail", "GET", EVERYONE, ("job",)),
    Row("job-cancellation", "POST", FIRM, ("job",)),
    Row("framework-list", "GET", EVERYONE),
    Row("framework-detail", "GET", EVERYONE, path={"version": "1"}),
    Row("assessment-list", "GET", EVERYONE),
    Row(
        "assessment-list",
        "POST",
        FIRM,
        data=lambda ids: {"client": str(ids["client"]), "title": "Q4", "as_of": "2026-11-01"},
    ),
    Row("assessment-detail", "GET", EVERYONE, ("assessment",)),
    Row(
        "assessment-detail",
        "PUT",
        FIRM,
        ("assessment",),
        data=lambda _: {"title": "Q4", "as_of": "2026-11-02"},
    ),
    Row(
        "assessment-weights",
        "PUT",
        FIRM,
        ("assessment",),
        data=lambda _: {"weights": dict.fromkeys(DIMENSIONS, "1.5")},
    ),
    Row("assessment-return", "POST", FIRM, ("assessment",), data=lambda _: {"remark": "More"}),
    Row(
        "assessment-reassessment",
        "POST",
        FIRM,
        ("assessment",),
        data=lambda _: {"title": "Q1", "as_of": "2027-02-01"},
    ),
    Row("assessment-approval", "POST", FIRM, ("assessment",)),
    Row("note-list", "GET", FIRM_READING, ("assessment",)),
    Row("note-list", "POST", FIRM, ("assessment",), data=lambda _: {"text": "Ask again"}),
    Row("evidence-list", "GET", EVERYONE, ("assessment",)),
    Row(
        "answer-evidence",
        "POST",
        ANSWERING,
        ("assessment",),
        path=TRIAGE,
        data=lambda _: {"url": "https://wiki.example/triage"},
    ),
    Row("evidence-detail", "GET", EVERYONE, ("evidence",)),
    Row("evidence-detail", "DELETE", ANSWERING, ("evidence",), takes_away=True),
    Row("evidence-file", "GET", EVERYONE, ("evidence",)),
    Row("assessment-submission", "POST", ANSWERING, ("assessment",)),
    Row("assessment-reopening", "POST", FIRM, ("assessment",)),
    Row("scorecard-detail", "GET", EVERYONE, ("assessment",)),
    Row("roadmap-detail", "GET", EVERYONE, ("assessment",)),
    Row("roadmap-team", "PUT", FIRM, ("assessment",), data=lambda _: {"team_size": 3}),
    Row("roadmap-draft", "GET", FIRM, ("assessment",)),
    Row("roadmap-draft", "POST", FIRM, ("assessment",), data=lambda _: {"checksum": "0"}),
    Row("action-list", "GET", EVERYONE, ("assessment",)),
    Row("action-list", "POST", FIRM, ("assessment",), data=lambda _: ACTION),
    Row("action-detail", "GET", EVERYONE, ("action",)),
    Row("action-detail", "PUT", FIRM, ("action",), data=lambda _: ACTION | {"version": 1}),
    Row("maturity-value-detail", "GET", EVERYONE, ("assessment",)),
    Row("target-detail", "GET", EVERYONE, ("assessment",), path=HOSTING),
    Row("target-detail", "PUT", FIRM, ("assessment",), path=HOSTING, data=lambda _: TARGET),
    Row("target-detail", "DELETE", FIRM, ("assessment",), path=HOSTING),
    Row("answer-list", "GET", EVERYONE, ("assessment",)),
    Row("answer-list", "PUT", ANSWERING, ("assessment",), data=lambda _: ANSWERS),
    Row("answer-detail", "GET", EVERYONE, ("assessment",), path=TRIAGE),
    Row("answer-detail", "PUT", ANSWERING, ("assessment",), path=TRIAGE, data=lambda _: ANSWER),
    Row("price-book-list", "GET", FIRM_READING),
    Row("price-book-detail", "GET", FIRM_READING, shared=("price_book",)),
    Row("price-book-report", "GET", FIRM_READING, shared=("price_book",)),
    Row("price-change-list", "GET", FIRM_READING, shared=("price_book",)),
    Row("price-lint-list", "GET", FIRM_READING, shared=("price_book",)),
    Row("model-price-list", "GET", FIRM_READING, shared=("price_book",)),
    Row("price-override-list", "GET", FIRM_READING),
    Row("price-override-list", "POST", FIRM, data=_override),
    Row("price-override-detail", "GET", FIRM_READING, ("price_override",)),
    Row(
        "price-override-ending",
        "POST",
        FIRM,
        ("price_override",),
        data=lambda _: {"ended_on": "2026-11-26"},
    ),
    Row("gpu-offer-list", "GET", FIRM_READING),
    Row("offer-book-list", "GET", FIRM_READING),
    Row("throughput-profile-list", "GET", FIRM_READING),
    Row("measured-point-list", "GET", FIRM_READING),
    Row("hosted-price-list", "GET", FIRM_READING),
    Row(
        "pool-proposal-list",
        "POST",
        FIRM_READING,
        data=lambda _: {"workload": api_only()["workload"], "model_family": "llama-3.1-8b"},
    ),
    Row("scenario-list", "GET", EVERYONE, ("assessment",)),
    Row("scenario-list", "POST", FIRM, ("assessment",), data=lambda _: SCENARIO),
    Row("comparison-list", "POST", EVERYONE, ("assessment",), data=lambda _: COMPARED),
    Row("scenario-detail", "GET", EVERYONE, ("scenario",)),
    Row("scenario-detail", "PUT", FIRM, ("scenario",), data=lambda _: SCENARIO | {"version": 1}),
    Row("scenario-computation", "POST", FIRM, ("scenario",)),
    Row("scenario-repricing", "GET", FIRM, ("scenario",)),
    Row(
        "scenario-repricing",
        "POST",
        FIRM,
        ("scenario",),
        data=lambda _: {"price_book": str(make_price_book()), "version": 1},
    ),
    Row("scenario-result", "GET", EVERYONE, ("computed",)),
    Row("result-detail", "GET", EVERYONE, ("result",)),
    Row("usage-import-list", "GET", EVERYONE, ("assessment",)),
    # The file goes as a form; what is JSON is refused after the role was.
    Row("usage-import-list", "POST", FIRM, ("assessment",), data=lambda _: {}),
    Row("usage-preview-list", "POST", FIRM, ("assessment",), data=lambda _: {}),
    # What is not there is refused after the role was.
    Row(
        "usage-merge-list",
        "POST",
        FIRM,
        ("assessment",),
        data=lambda _: {"imports": [str(UUID(int=1)), str(UUID(int=2))], "overlap": "once"},
    ),
    Row("usage-import-detail", "GET", EVERYONE, ("usage_import",)),
    Row("usage-import-detail", "DELETE", FIRM, ("usage_import",), takes_away=True),
    Row("usage-bad-row-list", "GET", EVERYONE, ("usage_import",)),
    Row("usage-figures", "GET", EVERYONE, ("usage_import",)),
    Row("usage-coverage", "PUT", FIRM, ("usage_import",), data=lambda _: {"time_zone": "UTC"}),
    Row("usage-reconciliation", "GET", EVERYONE, ("usage_import",)),
    Row("usage-pull-list", "GET", FIRM_READING, ("assessment",)),
    Row(
        "usage-pull-list",
        "POST",
        FIRM,
        ("assessment",),
        data=lambda _: {
            "origin": "litellm",
            "base_url": "https://litellm.invalid",
            "secret": "sk-0123456789",
            "since": str(timezone.now().date() - timedelta(days=1)),
        },
    ),
    Row("usage-pull-detail", "GET", FIRM_READING, ("usage_pull",)),
    Row("usage-pull-detail", "PUT", FIRM, ("usage_pull",), data=lambda _: {"schedule": "weekly"}),
    Row("usage-pull-runs", "POST", FIRM, ("usage_pull",)),
    Row("usage-pull-key", "PUT", FIRM, ("usage_pull",), data=lambda _: {"secret": "sk-987654321"}),
    Row("usage-pull-detail", "DELETE", FIRM, ("usage_pull",)),
    Row("usage-scenario", "POST", FIRM, ("usage_import",), data=lambda _: {"model": "maker:large"}),
    Row("log-replay-list", "GET", EVERYONE, ("scenario",)),
    # The file goes as a form; what is JSON is refused after the role was.
    Row("log-replay-list", "POST", FIRM, ("scenario",), data=lambda _: {}),
    Row("log-replay-detail", "GET", EVERYONE, ("log_replay",)),
    Row("log-replay-detail", "DELETE", FIRM, ("log_replay",), takes_away=True),
    Row("log-replay-hit-ratio", "POST", FIRM, ("log_replay",), data=lambda _: {"version": 1}),
    Row("estimate-list", "POST", FIRM_READING, data=lambda _: api_only()),
    Row("bulk-estimate-list", "POST", FIRM_READING, data=lambda _: {"scenarios": [api_only()]}),
    Row("estimate-detail", "GET", FIRM_READING, ("estimate",)),
    Row("snapshot-list", "GET", EVERYONE, ("assessment",)),
    Row("snapshot-list", "POST", FIRM, ("assessment",)),
    Row("snapshot-publication", "POST", FIRM, ("snapshot",)),
    Row("snapshot-withdrawal", "POST", FIRM, ("snapshot",)),
    Row("snapshot-archive", "GET", EVERYONE, ("printed_snapshot",)),
    Row("share-link-list", "GET", FIRM, ("snapshot",)),
    Row("share-link-list", "POST", FIRM, ("snapshot",), data=lambda _: {"days": 7}),
    Row("share-link-detail", "GET", FIRM, ("share_link",)),
    Row("share-link-detail", "DELETE", FIRM, ("share_link",)),
    Row("snapshot-detail", "GET", EVERYONE, ("snapshot",)),
    Row("deliverable-list", "GET", EVERYONE, ("snapshot",)),
    Row("deliverable-list", "POST", FIRM, ("snapshot",), data=lambda _: {"kind": "scorecard"}),
    Row("deliverable-detail", "GET", EVERYONE, ("deliverable",)),
    Row("deliverable-file", "GET", EVERYONE, ("deliverable",)),
    Row("archive-list", "GET", FIRM_READING),
    *(
        Row(
            f"{kind}-archiving-{act}",
            "POST",
            FIRM,
            (kind,),
            takes_away=act == "archive",
            hidden_from=permission_table.HIDDEN.get(kind, frozenset()),
        )
        for kind in permission_table.ARCHIVABLE
        for act in ("archive", "restore")
    ),
]
