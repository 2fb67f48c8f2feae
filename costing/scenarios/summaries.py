"""Keeps what lists of clients and assessments show: one function, after every change.

`organizations.tenancy` calls it with the changes of a transaction before that ends.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.fields.json import KT
from pydantic import TypeAdapter

from assessments.models import Answer, Assessment, AssessmentSummary, ClientSummary
from assessments.services import (
    keep_assessment_summary,
    lock_client_summary,
    lock_to_keep,
    note_activity,
)
from costing.scenarios.content.portfolio import Money, WorkloadMoney
from costing.scenarios.content.recommended import read_pays_at
from costing.scenarios.content.sureness import HowSure, read_sureness
from costing.scenarios.models import EconomicsResult, Scenario
from costing.scenarios.selectors import scenarios_standing
from organizations.models import Client
from organizations.selectors import client_active_at
from organizations.tenancy import Change

# What a workload's sums are of: today, recommended today, recommended; and the requests.
MONEY_PATHS = (
    "strategies__current__usd_per_month",
    "recommended_today__usd_per_month",
    "recommended__usd_per_month",
    "inputs__workload__requests_per_month",
)
# How sure the saving is: its odds, over how many futures, and the ranges that the scenario states.
SURENESS_PATHS = (
    "uncertainty__choices__recommended_today",
    "uncertainty__samples",
    "inputs__ranges",
)
# At which volumes what is recommended pays.
PAYS_PATH = "recommended_crossovers"
SURENESS = TypeAdapter(HowSure)
# What is done to clients and assessments that moves more than their last activity.
BEGUN = (".created", ".reassessed")
BEGUN_OR_PUT_ASIDE = (*BEGUN, ".archived", ".restored")


def keep_summaries(changes: Sequence[Change]) -> None:
    """Bring the summaries of clients and assessments up to date with what changed in a tenant."""
    changed: dict[UUID, list[Change]] = defaultdict(list)
    for change in changes:
        if change.client_id and not change.is_private:
            changed[change.client_id].append(change)
    # In one order everywhere, so that no two transactions wait for each other.
    for client_id in sorted(changed):
        own = changed[client_id]
        _keep(
            client_id,
            organization_id=own[0].subject.organization_id,
            assessments=_scored_anew(own),
            is_priced_anew=any(map(_is_priced_anew, own)),
            active_at=max(change.at for change in own),
        )


def rebuild_summaries(client: Client) -> None:
    """Bring a client's summaries up to date with all that is stored."""
    ids = Assessment.objects.filter(client=client).order_by("pk").values_list("pk", flat=True)
    _keep(
        client.pk,
        organization_id=client.organization_id,
        assessments=map(lock_to_keep, ids),
        is_priced_anew=True,
        active_at=client_active_at(client),
    )


def _keep(
    client_id: UUID,
    *,
    organization_id: UUID,
    assessments: Iterable[Assessment],
    is_priced_anew: bool,
    active_at: datetime | None,
) -> None:
    at = None if is_priced_anew else active_at
    rows, is_noted = sorted(assessments, key=lambda each: each.pk), False
    for each in rows:
        # The client's own summary is locked after those of all its assessments.
        is_noted = keep_assessment_summary(each, active_at=at if each is rows[-1] else None)
    place = {"organization_id": organization_id, "client_id": client_id}
    if at and (is_noted or note_activity(**place, at=at)):
        return
    # Locked first, so that of two who change a client at once the later sees what both did.
    row = lock_client_summary(**place)
    row.active_at = max((at for at in (row.active_at, active_at) if at), default=None)
    row.latest = _latest(client_id)
    _write_money(row, client_money(client_id))
    row.save()


def _scored_anew(changes: Iterable[Change]) -> Iterable[Assessment]:
    """Return the assessments whose progress and score follow from changes, which have locked them.

    Each as the last of its changes has it, with all answers.
    """
    found = filter(None, map(_assessment_scored_anew, changes))
    return {each.pk: each for each in found}.values()


def _assessment_scored_anew(change: Change) -> Assessment | None:
    subject = change.subject
    if isinstance(subject, Answer):
        return subject.assessment
    is_begun = isinstance(subject, Assessment) and change.verb.endswith(BEGUN)
    return subject if is_begun else None


def _is_priced_anew(change: Change) -> bool:
    """Tell whether a client's latest assessment or its money may follow from a change."""
    if isinstance(change.subject, Client | Assessment):
        return change.verb.endswith(BEGUN_OR_PUT_ASIDE)
    return isinstance(change.subject, Scenario | EconomicsResult)


def _latest(client_id: UUID) -> AssessmentSummary | None:
    """Return the summary of a client's newest assessment that is not archived."""
    standing = Assessment.objects.filter(client=client_id, archived_at=None)
    latest = standing.order_by("-created_at", "-pk").first()
    if latest is None:
        return None
    kept = AssessmentSummary.objects.filter(assessment=latest)
    if not kept:
        keep_assessment_summary(lock_to_keep(latest.pk))
    return kept.first()


def _write_money(row: ClientSummary, money: WorkloadMoney | None) -> None:
    row.today_usd_per_month = money.today_usd_per_month if money else None
    row.saving_usd_per_month = money.saving_usd_per_month if money else None
    row.held_back_usd_per_month = money.held_back_usd_per_month if money else None
    sure = money.sure if money else None
    row.sureness = SURENESS.dump_python(sure, mode="json") if sure else None


def read_sureness_kept(row: ClientSummary) -> HowSure | None:
    """How sure a client's saving is, as kept."""
    return SURENESS.validate_python(row.sureness) if row.sureness else None


def client_money(client_id: UUID, of: Sequence[Assessment] | None = None) -> WorkloadMoney | None:
    """What is at stake for a client: the workload of its assessment that was computed last.

    Of any assessment, or of these alone.
    """
    # The figures lie in large documents: only the newest are opened.
    rows = EconomicsResult.objects.filter(pk__in=_newest(client_id, of).values("pk")).values_list(
        "scenario__alternative_to",
        "scenario_id",
        "computed_at",
        "scenario__title",
        *(KT(f"result__{path}") for path in (*MONEY_PATHS, PAYS_PATH, *SURENESS_PATHS)),
    )
    parts: list[Money] = []
    alternatives: dict[UUID, list[Money]] = defaultdict(list)
    for part_id, scenario_id, computed_at, title, *figures in rows.order_by("scenario_id"):
        amounts, odds = figures[: len(MONEY_PATHS)], figures[len(MONEY_PATHS) + 1 :]
        today, recommended_today, recommended, requests = map(float, amounts)
        sure = read_sureness(*odds)
        money = Money(
            today,
            recommended_today,
            recommended,
            scenario_id,
            computed_at,
            title,
            requests,
            sure=sure.of_saving(today - recommended_today, today) if sure else None,
            pays=read_pays_at(figures[len(MONEY_PATHS)], requests),
        )
        (alternatives[part_id] if part_id else parts).append(money)
    return WorkloadMoney.of(
        replace(part, alternatives=tuple(alternatives.get(part.scenario_id, ()))) for part in parts
    )


def _newest(client_id: UUID, of: Sequence[Assessment] | None) -> QuerySet[EconomicsResult]:
    """The newest result of each scenario in the client's assessment that was computed last."""
    standing = scenarios_standing().filter(client=client_id)
    if of is not None:
        standing = standing.filter(assessment__in=of)
    computed = EconomicsResult.objects.filter(client=client_id, scenario__in=standing)
    latest = computed.filter(scenario__alternative_to=None).order_by("-computed_at", "-pk")[:1]
    return (
        computed.filter(scenario__assessment__in=latest.values("scenario__assessment"))
        .order_by("scenario_id", "-computed_at", "-pk")
        .distinct("scenario_id")
    )
