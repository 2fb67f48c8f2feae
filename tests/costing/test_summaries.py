"""Kept summaries: after whatever happens they say what rebuilding them comes to."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from io import StringIO
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.framework import load_framework
from assessments.models import Answer, Assessment, AssessmentSummary, ClientSummary, Note
from assessments.services import (
    AnswerEntry,
    add_note,
    approve_assessment,
    create_assessment,
    reopen_assessment,
    return_assessment,
    save_answer,
    save_answers,
    start_reassessment,
    submit_assessment,
)
from costing.engine import parse_scenario
from costing.scenarios.archive import KINDS, archive, restore
from costing.scenarios.economics import (
    Economics,
    compute_economics,
    request_economics,
    store_economics,
)
from costing.scenarios.models import Scenario
from costing.scenarios.parts import choose_part
from costing.scenarios.services import ScenarioInput, create_scenario
from organizations import tenancy
from organizations.exceptions import DomainError, Invalid, Missing
from organizations.models import Client
from organizations.permissions import Actor
from organizations.services import create_client, rename_client
from tests.assessments.cast import NO, OUT_OF_SCOPE, UNKNOWN, YES, level
from tests.costing.cast import api_only
from tests.factories import load_latest_framework
from tests.world import World

CHANGES = 500
DATES = date(2026, 11, 1)
BY_KIND = {kind.name: kind for kind in KINDS}


class Life:
    """What happens to an organization's clients, at random but the same at every run."""

    def __init__(self, world: World) -> None:
        self.world, self.random = world, Random(12)
        self.by: Actor = world.actor("consultant")
        framework = load_framework()
        self.questions = [("check", each.key) for each in framework.checks]
        self.questions += [("dimension", each.key) for each in framework.dimensions]
        self.economics = [priced(1_000), priced(2_000_000)]
        self.happened: Counter[str] = Counter()
        self.acts: dict[Callable[[], None], int] = {
            self.answer: 60,
            self.move_on: 15,
            self.put_aside_or_back: 8,
            self.begin: 3,
            self.price: 4,
            self.choose: 3,
            self.note: 3,
            self.add_or_rename_client: 2,
        }

    def go_on(self) -> None:
        """Let something happen, one or several things in a transaction; each may be refused."""
        count = self.random.choice((1, 1, 10))
        acts = self.random.choices(list(self.acts), weights=list(self.acts.values()), k=count)
        with tenancy.enter(organization_id=self.world.organization.pk):
            for act in acts:
                try:
                    act()
                    self.happened[act.__name__] += 1
                except DomainError:
                    continue

    def one(self, model: Any, **fields: str) -> Any:
        """A row of a kind that is not archived, as pages and API find it."""
        owners = {Client: (), Assessment: ("client",), Scenario: ("assessment", "client")}[model]
        standing = dict.fromkeys(["archived_at", *(f"{each}__archived_at" for each in owners)])
        rows = model.objects.filter(**standing, **fields).order_by("created_at", "pk")
        rows = list(rows.select_related(*owners) if owners else rows)
        if not rows:
            raise Missing("There is none.")
        return self.random.choice(rows)

    def answer(self) -> None:
        assessment = self.one(Assessment, status="in_progress")
        kind, key = self.random.choice(self.questions)
        contents = [YES, NO] if kind == "check" else [level(2), level(5)]
        content = self.random.choice([*contents, *contents, UNKNOWN, OUT_OF_SCOPE])
        standing = Answer.objects.filter(assessment=assessment, kind=kind, key=key).first()
        save_answer(
            by=self.by,
            assessment=assessment,
            kind=kind,
            key=key,
            version=standing.version if standing else 0,
            content=content,
        )

    def move_on(self) -> None:
        assessment = self.one(Assessment)
        steps: dict[Callable[..., Any], dict[str, str]] = {
            submit_assessment: {},
            approve_assessment: {},
            reopen_assessment: {},
            return_assessment: {"remark": "Once more"},
        }
        step = self.random.choice(list(steps))
        step(by=self.by, assessment=assessment, **steps[step])

    def put_aside_or_back(self) -> None:
        kind = BY_KIND[self.random.choice(["client", "assessment", "scenario", "note"])]
        order = "written_at" if kind.model is Note else "created_at"
        rows = list(kind.model.objects.order_by(order, "pk"))
        # What is put aside comes back sooner or later, so that there is something to look at.
        rows = [row for row in rows if row.archived_at] * 3 + rows
        if rows:
            row = self.random.choice(rows)
            (restore if row.archived_at else archive)(by=self.by, kind=kind, row=row)

    def begin(self) -> None:
        assessment = self.one(Assessment)
        if self.random.random() < 0.5:
            start_reassessment(by=self.by, assessment=assessment, title="Again", as_of=DATES)
        else:
            create_assessment(by=self.by, client=self.one(Client), title="Review", as_of=DATES)

    def price(self) -> None:
        if self.random.random() < 0.5:
            scenario = self.one(Scenario)
        else:
            content = ScenarioInput(title="Support", document=api_only())
            scenario = create_scenario(by=self.by, assessment=self.one(Assessment), content=content)
        job = request_economics(by=self.by, scenario=scenario)
        type(job).objects.filter(pk=job.pk).update(state="done")
        store_economics(
            by=self.by,
            job_id=job.pk,
            scenario=scenario,
            economics=self.random.choice(self.economics),
        )

    def choose(self) -> None:
        scenario = self.one(Scenario)
        other = self.one(Scenario).pk if scenario.alternative_to_id is None else None
        choose_part(by=self.by, scenario=scenario, alternative_to=other)

    def note(self) -> None:
        add_note(by=self.by, assessment=self.one(Assessment), text="Ours alone")

    def add_or_rename_client(self) -> None:
        name = f"Client {self.random.random()}"
        if self.random.random() < 0.5:
            create_client(by=self.by, name=name)
        else:
            rename_client(by=self.by, client=self.one(Client), name=name)


def priced(requests: int) -> Economics:
    """Economics of a small workload."""
    document = api_only()
    document["workload"]["requests_per_month"] = requests
    document["ranges"] = {"workload.input_tokens_per_call": {"low": 400, "high": 800}}
    return compute_economics(parse_scenario(document))


def kept(organization_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return all that is kept of an organization, without the keys of its rows."""
    with tenancy.enter(organization_id=organization_id):
        assessments = AssessmentSummary.objects.order_by("assessment").values()
        clients = ClientSummary.objects.order_by("client")
        found = {
            "assessments": list(assessments),
            "clients": [
                row | {"latest_id": latest}
                for row, latest in zip(
                    clients.values(),
                    clients.values_list("latest__assessment", flat=True),
                    strict=True,
                )
            ],
        }
    for row in [*found["assessments"], *found["clients"]]:
        del row["id"]
    return found


def test_kept_is_what_rebuilding_comes_to(world: World) -> None:
    load_latest_framework()
    life = Life(world)
    with tenancy.enter(organization_id=world.organization.pk):
        for client in (world.client, world.sibling_client):
            create_assessment(by=life.by, client=client, title="Review", as_of=DATES)
    while life.happened.total() < CHANGES:
        life.go_on()
    before = kept(world.organization.pk)

    with tenancy.enter(organization_id=world.organization.pk):
        ClientSummary.objects.all().delete()
        AssessmentSummary.objects.all().delete()
    out = StringIO()
    call_command("rebuild_summaries", stdout=out)

    assert kept(world.organization.pk) == before
    assert f"summaries of {len(before['clients']) + 1} clients" in out.getvalue()
    # All of it happened, and something of each part was there to compare.
    assert {act.__name__ for act in life.acts} <= set(life.happened), life.happened
    for name in ("latest_id", "today_usd_per_month", "sureness"):
        assert len({str(row[name]) for row in before["clients"]}) > 1, name
    assert len({row["overall"] for row in before["assessments"]}) > 1


def test_answers_that_were_undone_are_in_no_summary(world: World) -> None:
    load_latest_framework()
    by = world.actor("consultant")
    with tenancy.enter(organization_id=world.organization.pk):
        assessment = create_assessment(by=by, client=world.client, title="Review", as_of=DATES)
    entries = [AnswerEntry("check", "gateway", 0, YES), AnswerEntry("check", "no_such", 0, YES)]

    with tenancy.enter(organization_id=world.organization.pk):
        one = {"kind": "check", "key": "triage", "version": 0, "content": YES}
        save_answer(by=by, assessment=assessment, **one)
        with pytest.raises(Invalid):
            save_answers(by=by, assessment=assessment, entries=entries)
    with tenancy.enter(organization_id=world.organization.pk):
        answered = AssessmentSummary.objects.get(assessment=assessment).answered

    assert answered == 1


def test_answers_that_are_saved_together_are_read_once(world: World) -> None:
    load_latest_framework()
    by = world.actor("consultant")
    keys = ("gateway", "triage", "eval_suite")
    entries = [AnswerEntry("check", key, 0, YES) for key in keys]

    with tenancy.enter(organization_id=world.organization.pk):
        assessment = create_assessment(by=by, client=world.client, title="Review", as_of=DATES)
        with CaptureQueriesContext(connection) as captured:
            save_answers(by=by, assessment=assessment, entries=entries)

    reads = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    (read,) = reads  # the lock of the assessment, and then its answers
    assert read.count("SELECT") == 2
    assert "FOR NO KEY UPDATE" in reads[0]
