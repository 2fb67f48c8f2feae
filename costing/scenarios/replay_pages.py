"""The pages of replayed logs: a form that sends one, the list, and what a log came to."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from costing.engine.inputs import currency_of
from costing.scenarios import selectors
from costing.scenarios.content.replays import finding, own_cache
from costing.scenarios.economics import request_economics
from costing.scenarios.forms import VersionForm
from costing.scenarios.models import LogReplay, Scenario
from costing.scenarios.replays import (
    MAX_CALLS,
    MAX_TARGET_SECONDS,
    MAX_TOKENS,
    REPLAY_JOB,
    SentLog,
    delete_replay,
    log_replay_get,
    log_replay_list,
    replay_failures,
    replay_page,
    replay_url,
    request_log_replay,
    take_hit_ratio,
)
from costing.usage.records import LIMITS, MEGABYTE
from costing.usage.replay import (
    read_caches,
)
from jobs.selectors import job_latest
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Conflict, Invalid
from organizations.forms import DomainForm
from organizations.pages import newest, read_page
from organizations.permissions import Permission
from presentation.money import shown_in

REPLAYS_A_PAGE = 50


class ReplayForm(DomainForm):
    """A log, the target for first tokens, and which calls are simple."""

    file = forms.FileField(
        label="Log",
        max_length=1000,
        help_text=f"JSON Lines or CSV, also with .gz; at most {LIMITS.upload_bytes // MEGABYTE} MB"
        f" and {MAX_CALLS:,} calls.",
    )
    target_seconds = forms.FloatField(
        label="First tokens within, seconds",
        required=False,
        min_value=0.001,
        max_value=MAX_TARGET_SECONDS,
        help_text="95 % of them must arrive within this time; 2 s when left empty.",
    )
    simple_input_tokens = forms.IntegerField(
        label="Simple up to input tokens", required=False, min_value=0, max_value=MAX_TOKENS
    )
    simple_output_tokens = forms.IntegerField(
        label="Simple up to output tokens",
        required=False,
        min_value=0,
        max_value=MAX_TOKENS,
        help_text="Which calls a small model answers. With neither, the scenario’s share is drawn.",
    )

    @property
    def values(self) -> dict[str, Any]:
        """The log as the service takes it."""
        data = dict(self.cleaned_data)
        file = data.pop("file")
        said = {name: value for name, value in data.items() if value is not None}
        return {"log": SentLog(file.name, file.chunks(), **said)}


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, scenario=selectors.scenario_get)
def log_replays(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """List a scenario's replays, and offer to send a log."""
    return _list(request, scenario, ReplayForm())


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def log_replay_create(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Take a log in and show how its replay goes on."""
    form = ReplayForm(request.POST, request.FILES)
    is_sent = form.save(
        request_log_replay,
        by=request.actor,
        scenario=scenario,
        next_url=partial(replay_url, request.organization.slug),
    )
    if not is_sent:
        return _list(request, scenario, form, status=422)
    names = {"org": request.organization.slug, "job": form.saved.pk}
    address = reverse("jobs:job-progress", kwargs=names)
    is_fragment = bool(request.headers.get("HX-Request"))
    return HttpResponseClientRedirect(address) if is_fragment else redirect(address)


def _list(
    request: TenantRequest, scenario: Scenario, form: ReplayForm, *, status: int = 200
) -> HttpResponse:
    replays = log_replay_list(scenario).annotate(
        calls=F("result__traffic__calls"), caches=F("result__prompt_cache")
    )
    page = read_page(replays, newest("sent_at"), request, size=REPLAYS_A_PAGE)
    context = {
        "scenario": scenario,
        "assessment": scenario.assessment,
        "page": page,
        "rows": [(row, _finding(row)) for row in page],
        "failures": replay_failures(scenario),
        "form": form,
        "may_manage": request.actor.may(Permission.SCENARIO_MANAGE),
    }
    return render(request, "scenarios/log_replay_list.html", context, status=status)


def _finding(row: Any) -> str:
    """What a log says first of all, by the parts that the list reads; empty before it does."""
    if not row.is_replayed:
        return ""
    return finding(row.calls, own_cache(read_caches(row.caches), row.ttl_seconds))


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, log_replay=log_replay_get)
def log_replay_detail(request: TenantRequest, log_replay: LogReplay) -> HttpResponse:
    """Show what a log came to, or how far its replay is."""
    job = None
    if not log_replay.is_replayed:
        job = job_latest(kind=REPLAY_JOB, subject_id=log_replay.pk)
    context = {
        "log_replay": log_replay,
        "scenario": log_replay.scenario,
        "assessment": log_replay.assessment,
        "page": replay_page(log_replay),
        "job": job,
        "is_running": job is not None and not job.is_finished,
        "may_manage": request.actor.may(Permission.SCENARIO_MANAGE),
    }
    with shown_in(currency_of(log_replay.scenario.document)):
        return render(request, "scenarios/log_replay_detail.html", context)


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, log_replay=log_replay_get)
def log_replay_delete(request: TenantRequest, log_replay: LogReplay) -> HttpResponse:
    """Remove a replay."""
    org, scenario_id = request.organization.slug, log_replay.scenario_id
    try:
        delete_replay(by=request.actor, row=log_replay)
    except Conflict as conflict:
        messages.error(request, conflict.message)
        return redirect(replay_url(org, log_replay.pk))
    return redirect("scenarios:log-replay-list", org, scenario_id)


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, log_replay=log_replay_get)
def log_replay_hit_ratio(request: TenantRequest, log_replay: LogReplay) -> HttpResponse:
    """Put the replayed share of hits into the scenario, and compute it anew."""
    form = VersionForm(request.POST)
    address = replay_url(request.organization.slug, log_replay.pk)
    if not form.is_valid():
        messages.error(request, "Nothing was changed: open the replay again.")
        return redirect(address)
    try:
        saved = take_hit_ratio(
            by=request.actor,
            row=log_replay,
            version=form.cleaned_data["version"],
            source_url=address,
        )
    except (Conflict, Invalid) as error:
        reasons = (reason for each in error.fields.values() for reason in each)
        messages.error(request, f"Nothing was changed. {error.message} {' '.join(reasons)}".strip())
        return redirect(address)
    url = reverse("scenarios:scenario-detail", args=[request.organization.slug, saved.pk])
    request_economics(by=request.actor, scenario=saved, next_url=url)
    return redirect(url)
