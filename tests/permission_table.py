"""Who may call which URL: the table that tests/test_permissions.py walks.

A new URL needs a row here (or a reason in PUBLIC), a new kind of row needs a maker in THINGS.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from assessments.services import ActionInput, add_action, add_file, add_note
from jobs.services import request_job, run_job
from organizations import tenancy
from organizations.models import Client, Organization
from organizations.permissions import Role
from organizations.services.api_keys import create_api_key
from organizations.services.erasures import request_erasure
from reports.exports.services import request_export
from tests import factories
from tests.assessments.cast import make_assessment
from tests.costing.cast import (
    api_only,
    import_usage,
    make_price_book,
    make_price_override,
    make_scenario,
    replay_log,
)
from tests.costing.pulls.cast import set_up_pull
from tests.reports import rows as report_rows
from tests.world import World

# Principals that belong to the firm and client whose rows are asked for.
OWNER = frozenset({"owner"})
FIRM = OWNER | {"consultant"}
ANSWERING = FIRM | {"respondent"}
EVERYONE = ANSWERING | {"viewer"}

# URLs outside of a firm, each with its reason.
PUBLIC = {
    "organizations:accent-style": "the style of one colour, which is nobody's",
    "healthz": "tells a load balancer whether the process is well",
    "organizations:home": "leads a signed-in person to their own firms",
    "organizations:organization-create": "a signed-in person founds a firm of their own",
    "organizations:invitation-accept": "its token is the right to it",
    "reports:demo-console": "shows a fictional client's figures and stores nothing",
    "reports:demo-economics": "the same page's economics, after a slider moved",
    "reports:toolkit": "the blank documents are for anybody",
    "reports:share-open": "its token is the right to it",
    "reports:share-logo": "its token is the right to it",
    "reports:share-document": "its token is the right to it",
    "reports:share-archive": "its token is the right to it",
    "reports:toolkit-download": "the blank documents are for anybody",
}
# URL names of the sign-in library, which has its own tests.
SIGN_IN = ("account_", "mfa_", "usersessions_")
# URL names of the REST API, whose table is tests/api/table.py.
API = "api:"

Maker = Callable[[Organization, Client], UUID]


# How the path calls a kind of row, where the two differ.
PATH_NAMES = {"computed": "scenario", "printed_snapshot": "snapshot"}


@dataclass(frozen=True)
class Row:
    """One URL with one method: who of the firm passes, and what the path and the body hold.

    `things` are the kinds of rows behind the UUIDs of the path, `shared` those that are the same
    for all firms: nobody's is foreign; `path` holds the other parts;
    `takes_away` says that the row is gone afterwards; it does not exist to those whom it is
    `hidden_from`.
    """

    name: str
    method: str
    allowed: frozenset[str]
    things: tuple[str, ...] = ()
    path: Mapping[str, Any] = field(default_factory=dict)
    data: Any = None
    takes_away: bool = False
    shared: tuple[str, ...] = ()
    hidden_from: frozenset[str] = frozenset()

    @property
    def url_name(self) -> str:
        return self.name

    def address(self, org: str, things: Mapping[str, UUID]) -> str:
        """Return its path for a firm and these things, by their kinds."""
        ids = {PATH_NAMES.get(kind, kind): things[kind] for kind in (*self.things, *self.shared)}
        return reverse(self.url_name, kwargs={"org": org, **ids, **self.path})


def _client(organization: Organization, client: Client) -> UUID:
    with tenancy.enter(organization_id=organization.pk):
        Client.objects.filter(pk=client.pk).update(archived_at=None)
    return client.pk


def _job(organization: Organization, client: Client) -> UUID:
    with tenancy.enter(organization_id=organization.pk):
        return request_job(
            by=factories.system_actor(organization),
            kind="test",
            key=f"test:{client.pk}",
            subject_id=client.pk,
            client_id=client.pk,
        ).pk


def _scenario(organization: Organization, client: Client) -> UUID:
    return make_scenario(organization, client).pk


def _usage_import(organization: Organization, client: Client) -> UUID:
    return import_usage(organization, make_assessment(organization, client)).pk


def _usage_pull(organization: Organization, client: Client) -> UUID:
    assessment = make_assessment(organization, client)
    return set_up_pull(
        organization,
        assessment,
        "litellm",
        "https://litellm.invalid",
        since=timezone.now().date() - timedelta(days=1),
    ).pk


def _log_replay(organization: Organization, client: Client) -> UUID:
    scenario = make_scenario(organization, client, document=api_only())
    return replay_log(organization, scenario).pk


def _invitation(organization: Organization, client: Client) -> UUID:
    return factories.make_invitation(organization, client=client).invitation.pk


def _branding(organization: Organization, client: Client) -> UUID:
    with tenancy.enter(organization_id=organization.pk):
        return factories.make_branding(organization).pk


def _erasure(organization: Organization, client: Client) -> UUID:
    with tenancy.enter(organization_id=organization.pk):
        by = factories.system_actor(organization)
        return request_erasure(by=by, address=organization.slug).pk


def _export(organization: Organization, client: Client) -> UUID:
    """An export that is done; the owner's, for nobody else may have one."""
    owner = factories.make_member(organization, Role.OWNER)
    with tenancy.enter(organization_id=organization.pk):
        job = request_export(by=factories.actor_of(owner))
    run_job(job_id=job.pk, organization_id=organization.pk)
    return job.pk


def _member(organization: Organization, client: Client) -> UUID:
    return factories.make_member(organization, Role.RESPONDENT, client=client).pk


def _evidence(organization: Organization, client: Client) -> UUID:
    assessment = make_assessment(organization, client)
    with tenancy.enter(organization_id=organization.pk):
        return add_file(
            by=factories.system_actor(organization),
            assessment=assessment,
            kind="check",
            key="token_logging",
            filename="tokens.csv",
            content=b"day,tokens\n",
        ).pk


def _action(organization: Organization, client: Client) -> UUID:
    assessment = make_assessment(organization, client)
    with tenancy.enter(organization_id=organization.pk):
        return add_action(
            by=factories.system_actor(organization),
            assessment=assessment,
            content=ActionInput("Agree on a gateway", "quick_wins", date(2026, 11, 20)),
        ).pk


def _note(organization: Organization, client: Client) -> UUID:
    assessment = make_assessment(organization, client)
    with tenancy.enter(organization_id=organization.pk):
        by = factories.system_actor(organization)
        return add_note(by=by, assessment=assessment, question="", text="Ask for the bill").pk


def _api_key(organization: Organization, client: Client) -> UUID:
    owner = factories.make_member(organization, Role.OWNER)
    with tenancy.enter(organization_id=organization.pk):
        by = factories.actor_of(owner)
        return create_api_key(by=by, name="Nightly", client_id=client.pk).key.pk


# Each maker stores a row of the given client and returns its id.
THINGS: dict[str, Maker] = {
    "branding": _branding,
    "erasure": _erasure,
    "export": _export,
    "client": _client,
    "job": _job,
    "evidence": _evidence,
    "invitation": _invitation,
    "member": _member,
    "assessment": report_rows.thing_assessment,
    "snapshot": report_rows.thing_snapshot,
    "deliverable": report_rows.thing_deliverable,
    "share_link": report_rows.thing_share_link,
    "printed_snapshot": report_rows.thing_printed_snapshot,
    "scenario": _scenario,
    "usage_import": _usage_import,
    "usage_pull": _usage_pull,
    "log_replay": _log_replay,
    "price_override": make_price_override,
    "action": _action,
    "note": _note,
    "api_key": _api_key,
}
# Kinds whose makers do the jobs that are due.
DO_JOBS = {"usage_import", "log_replay", "computed", "result", "estimate"}


def store_kinds(world: World, makers: Mapping[str, Maker], kinds: Iterable[str]) -> None:
    """Store a row of each kind for each client, first those that would do what others ask for.

    Noted with them is what all firms share.
    """
    ours = [(world.organization, each) for each in (world.client, world.sibling_client)]
    clients = [*ours, (world.other_organization, world.other_client)]
    for kind in sorted(kinds, key=lambda kind: (kind not in DO_JOBS, kind)):
        for organization, client in clients:
            made = world.things.setdefault(client.pk, {})
            made[kind] = makers[kind](organization, client)
    shared = {kind: make() for kind, make in SHARED.items()}
    for made in world.things.values():
        made |= shared


# Kinds of rows that all of a firm's clients see alike.
OF_THE_FIRM = frozenset({"branding"})
# What is the same for all firms, by its name in the path.
SHARED: dict[str, Callable[[], UUID]] = {"price_book": make_price_book}

ROWS = [
    Row("organizations:settings", "GET", EVERYONE),
    Row("organizations:branding", "GET", OWNER),
    Row("organizations:branding", "POST", OWNER, data={"contact": "Ada, +44 20 7946 0000"}),
    Row("organizations:branding-preview", "POST", OWNER, data={"accent": "#7a1f5c"}),
    Row("organizations:logo", "GET", EVERYONE, ("branding",)),
    Row("reports:export-list", "GET", OWNER),
    Row("reports:export-list", "POST", OWNER),
    Row(
        "reports:export-download",
        "GET",
        OWNER,
        ("export",),
        hidden_from=EVERYONE - FIRM,
    ),
    Row("organizations:erasure-list", "GET", OWNER),
    Row("organizations:erasure-list", "POST", OWNER, data={"address": "acme"}),
    Row(
        "organizations:erasure-withdraw",
        "POST",
        OWNER,
        ("erasure",),
        hidden_from=EVERYONE - FIRM,
    ),
    Row("organizations:audit-event-list", "GET", OWNER),
    Row("organizations:audit-event-export", "GET", OWNER),
    Row("organizations:api-key-list", "GET", OWNER),
    Row("organizations:api-key-create", "POST", OWNER, data={"name": "Nightly", "days": "30"}),
    Row("organizations:api-key-revoke", "POST", OWNER, ("api_key",)),
    Row("organizations:member-list", "GET", FIRM),
    Row("organizations:member-edit", "GET", OWNER, ("member",)),
    Row("organizations:member-edit", "POST", OWNER, ("member",)),
    Row("reports:member-share-link-list", "GET", OWNER, ("member",)),
    Row("organizations:member-deactivate", "GET", OWNER, ("member",)),
    Row("organizations:member-deactivate", "POST", OWNER, ("member",)),
    Row("organizations:member-reactivate", "POST", OWNER, ("member",)),
    Row("organizations:invitation-create", "POST", FIRM),
    Row("organizations:invitation-resend", "POST", FIRM, ("invitation",)),
    Row("organizations:invitation-revoke", "POST", FIRM, ("invitation",)),
    Row("jobs:job-progress", "GET", EVERYONE, ("job",)),
    Row("jobs:job-cancel", "POST", FIRM, ("job",)),
    Row("scenarios:client-list", "GET", EVERYONE),
    Row("scenarios:client-create", "GET", FIRM),
    Row("scenarios:client-create", "POST", FIRM),
    Row("scenarios:client-detail", "GET", EVERYONE, ("client",)),
    Row("scenarios:reassessment-create", "GET", FIRM, ("assessment",)),
    Row("scenarios:reassessment-create", "POST", FIRM, ("assessment",)),
    Row("assessments:intake", "GET", ANSWERING, ("assessment",)),
    Row("assessments:intake", "POST", ANSWERING, ("assessment",)),
    Row("scenarios:client-edit", "GET", FIRM, ("client",)),
    Row("scenarios:client-edit", "POST", FIRM, ("client",)),
    Row("assessments:assessment-create", "GET", FIRM, ("client",)),
    Row("assessments:assessment-create", "POST", FIRM, ("client",)),
    Row("assessments:assessment-list", "GET", EVERYONE),
    Row("assessments:assessment-detail", "GET", EVERYONE, ("assessment",)),
    Row("assessments:assessment-edit", "GET", FIRM, ("assessment",)),
    Row("assessments:assessment-edit", "POST", FIRM, ("assessment",)),
    Row("assessments:questionnaire", "GET", EVERYONE, ("assessment",)),
    Row("assessments:answers-save", "POST", ANSWERING, ("assessment",)),
    Row(
        "assessments:answer-detail",
        "GET",
        ANSWERING,
        ("assessment",),
        {"kind": "check", "key": "token_logging"},
    ),
    Row(
        "assessments:answer-detail",
        "POST",
        ANSWERING,
        ("assessment",),
        {"kind": "check", "key": "token_logging"},
        {"version": 1, "answer": "yes"},
    ),
    Row(
        "assessments:evidence-create",
        "POST",
        ANSWERING,
        ("assessment",),
        {"kind": "check", "key": "token_logging"},
        {"url": "https://wiki.example/tokens"},
    ),
    Row("assessments:evidence-download", "GET", EVERYONE, ("evidence",)),
    Row(
        "assessments:evidence-delete",
        "POST",
        ANSWERING,
        ("evidence",),
        takes_away=True,
    ),
    Row("assessments:note-list", "GET", FIRM, ("assessment",)),
    Row("assessments:note-create", "POST", FIRM, ("assessment",)),
    Row("assessments:scorecard", "GET", EVERYONE, ("assessment",)),
    Row("assessments:roadmap", "GET", EVERYONE, ("assessment",)),
    Row("assessments:roadmap-table", "GET", EVERYONE, ("assessment",)),
    Row("assessments:roadmap-dates", "GET", EVERYONE, ("assessment",)),
    Row(
        "assessments:roadmap-team",
        "POST",
        FIRM,
        ("assessment",),
        data={"team_size": "3"},
    ),
    Row("assessments:roadmap-draft", "GET", FIRM, ("assessment",)),
    Row("assessments:roadmap-draft", "POST", FIRM, ("assessment",)),
    Row("assessments:action-create", "GET", FIRM, ("assessment",)),
    Row("assessments:action-create", "POST", FIRM, ("assessment",)),
    Row("assessments:action-edit", "GET", FIRM, ("action",)),
    Row("assessments:action-edit", "POST", FIRM, ("action",)),
    Row(
        "assessments:target-edit",
        "POST",
        FIRM,
        ("assessment",),
        {"dimension": "hosting"},
        {"level": "3", "reason": "A+pilot+is+agreed."},
    ),
    Row("assessments:assessment-submit", "POST", ANSWERING, ("assessment",)),
    Row("assessments:assessment-reopen", "GET", FIRM, ("assessment",)),
    Row("assessments:assessment-reopen", "POST", FIRM, ("assessment",)),
    Row("assessments:assessment-return", "POST", FIRM, ("assessment",)),
    Row("assessments:assessment-approve", "POST", FIRM, ("assessment",)),
    Row("reports:deliverable-list", "GET", EVERYONE, ("assessment",)),
    Row("reports:snapshot-create", "POST", FIRM, ("assessment",)),
    Row("reports:snapshot-publish", "POST", FIRM, ("snapshot",)),
    Row("reports:snapshot-withdraw", "POST", FIRM, ("snapshot",)),
    Row(
        "reports:deliverable-create",
        "POST",
        FIRM,
        ("snapshot",),
        data={"kind": "scorecard", "paper": "letter"},
    ),
    Row("reports:snapshot-download", "GET", EVERYONE, ("printed_snapshot",)),
    Row(
        "reports:share-link-create",
        "POST",
        FIRM,
        ("snapshot",),
        data={"days": "30", "kinds": "scorecard"},
    ),
    Row("reports:share-link-detail", "GET", FIRM, ("share_link",)),
    Row("reports:share-link-revoke", "POST", FIRM, ("share_link",)),
    Row("reports:deliverable-download", "GET", EVERYONE, ("deliverable",)),
    Row("catalog:model-price-list", "GET", FIRM),
    Row("catalog:price-book-list", "GET", FIRM),
    Row("catalog:price-book-detail", "GET", FIRM, shared=("price_book",)),
    Row("catalog:price-override-list", "GET", FIRM),
    Row("catalog:price-override-create", "GET", FIRM),
    Row("catalog:price-override-create", "POST", FIRM),
    Row("catalog:price-override-end", "GET", FIRM, ("price_override",)),
    Row(
        "catalog:price-override-end",
        "POST",
        FIRM,
        ("price_override",),
        data={"ended_on": "2026-11-26"},
    ),
    Row("catalog:gpu-offer-list", "GET", FIRM),
    Row("catalog:throughput-list", "GET", FIRM),
    Row("catalog:measured-point-list", "GET", FIRM),
    Row("catalog:hosted-price-list", "GET", FIRM),
    Row("catalog:model-option-list", "GET", FIRM),
    Row("scenarios:scenario-list", "GET", EVERYONE, ("assessment",)),
    Row("scenarios:scenario-create", "GET", FIRM, ("assessment",)),
    Row("scenarios:scenario-create", "POST", FIRM, ("assessment",)),
    Row("usage:usage-import-list", "GET", EVERYONE, ("assessment",)),
    Row("usage:usage-import-create", "POST", FIRM, ("assessment",)),
    Row("usage:usage-import-preview", "POST", FIRM, ("assessment",)),
    Row("usage:usage-import-merge", "POST", FIRM, ("assessment",)),
    Row("usage:usage-import-detail", "GET", EVERYONE, ("usage_import",)),
    Row("usage:usage-coverage", "POST", FIRM, ("usage_import",)),
    Row("scenarios:usage-scenario", "POST", FIRM, ("usage_import",)),
    Row("usage:usage-reconciliation", "GET", EVERYONE, ("usage_import",)),
    Row("usage:pull-list", "GET", FIRM, ("assessment",)),
    Row("usage:pull-create", "POST", FIRM, ("assessment",)),
    Row("usage:pull-detail", "GET", FIRM, ("usage_pull",)),
    Row("usage:pull-run", "POST", FIRM, ("usage_pull",)),
    Row("usage:pull-key", "POST", FIRM, ("usage_pull",)),
    Row("usage:pull-schedule", "POST", FIRM, ("usage_pull",)),
    Row("usage:pull-stop", "GET", FIRM, ("usage_pull",)),
    Row("usage:pull-stop", "POST", FIRM, ("usage_pull",)),
    Row("scenarios:scenario-compare", "GET", EVERYONE, ("assessment",)),
    Row("scenarios:scenario-preview", "POST", FIRM, ("assessment",)),
    Row("scenarios:scenario-edit-preview", "POST", FIRM, ("scenario",)),
    Row("scenarios:scenario-detail", "GET", EVERYONE, ("scenario",)),
    Row("scenarios:scenario-edit", "GET", FIRM, ("scenario",)),
    Row("scenarios:scenario-edit", "POST", FIRM, ("scenario",)),
    Row("scenarios:scenario-pool", "GET", FIRM, ("scenario",)),
    Row("scenarios:scenario-pool", "POST", FIRM, ("scenario",)),
    Row("scenarios:scenario-lever", "POST", FIRM, ("scenario",)),
    Row("scenarios:scenario-part", "POST", FIRM, ("scenario",)),
    Row("scenarios:scenario-duplicate", "POST", FIRM, ("scenario",)),
    Row("scenarios:scenario-compute", "POST", FIRM, ("scenario",)),
    Row("scenarios:scenario-reprice", "GET", FIRM, ("scenario",)),
    Row("scenarios:scenario-reprice", "POST", FIRM, ("scenario",)),
    Row("scenarios:log-replay-list", "GET", EVERYONE, ("scenario",)),
    Row("scenarios:log-replay-create", "POST", FIRM, ("scenario",)),
    Row("scenarios:log-replay-detail", "GET", EVERYONE, ("log_replay",)),
    Row("scenarios:log-replay-hit-ratio", "POST", FIRM, ("log_replay",)),
    Row(
        "scenarios:log-replay-delete",
        "POST",
        FIRM,
        ("log_replay",),
        takes_away=True,
    ),
]
ARCHIVABLE = ("client", "assessment", "scenario", "action", "note", "usage_import")
# To a client's people the organization's notes do not exist.
HIDDEN = {"note": frozenset({"respondent", "viewer", "client_key", "client_reading_key"})}


def _archive_rows(kind: str) -> list[Row]:
    shown = {"allowed": FIRM, "things": (kind,), "hidden_from": HIDDEN.get(kind, frozenset())}
    return [
        Row(f"scenarios:{kind}-archive", "GET", **shown),
        Row(f"scenarios:{kind}-archive", "POST", takes_away=True, **shown),
        Row(f"scenarios:{kind}-restore", "POST", **shown),
    ]


ROWS.append(Row("scenarios:archive-list", "GET", FIRM))
for _kind in ARCHIVABLE:
    ROWS += _archive_rows(_kind)
