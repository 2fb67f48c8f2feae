"""Scenarios for tests: scenario A of the cost model, and rows around it."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from assessments.models import Assessment
from costing.catalog import price_overrides, prices
from costing.catalog import services as catalog_services
from costing.catalog.measured_points import MeasuredSeries, measured_series
from costing.catalog.models import ModelPrice, PriceBook, PriceOverride
from costing.scenarios import replays
from costing.scenarios import services as scenario_services
from costing.scenarios.models import LogReplay, Scenario
from costing.usage import services as usage_services
from costing.usage.models import UsageImport
from jobs.models import Job
from jobs.services import run_due_jobs
from organizations import tenancy
from organizations.models import Client, Organization
from organizations.permissions import Actor
from tests import factories
from tests.assessments.cast import level
from tests.assessments.cast import make_assessment as make_answered
from tests.golden import golden


def find_series(key: str) -> MeasuredSeries | None:
    """What was measured under load with that key, or None."""
    return next((each for each in measured_series() if each.key == key), None)


def scenario_a() -> dict[str, Any]:
    """The golden scenario A as a document, with the usual pairs and horizon; no lever runs."""
    document = golden("scenario_a")
    del document["pairs"], document["horizon_months"]
    return document | {"current_levers": []}


def api_only() -> dict[str, Any]:
    """A workload with a premium model alone: nothing to route, cache or host."""
    return {
        "workload": {
            "requests_per_month": 1000,
            "input_tokens_per_call": 500,
            "output_tokens_per_call": 100,
        },
        "premium_model": {"input_usd_per_mtok": 3, "output_usd_per_mtok": 15},
    }


def make_price_book() -> UUID:
    """Store a price book with one model, once."""
    standing = PriceBook.objects.first()
    if standing is not None:
        return standing.pk
    book = PriceBook.objects.create(
        source_key="test",
        source="Test",
        source_url="https://prices.example/",
        as_of=date(2026, 11, 1),
        checksum="1",
    )
    ModelPrice.objects.create(
        book=book,
        reference="maker:large",
        provider="maker",
        provider_name="Maker",
        model="large",
        model_name="Large",
        input_usd_per_mtok=3,
        output_usd_per_mtok=15,
        cache_ttl_seconds=300,
        min_cacheable_tokens=1024,
        batch_discount_ratio=0,
        tiers=[
            {
                "above_input_tokens": 200_000,
                "input_usd_per_mtok": "6",
                "output_usd_per_mtok": "22.5",
            }
        ],
        source_url="https://prices.example/",
    )
    return book.pk


def listed_price(**changes: Any) -> prices.ModelPrice:
    """A list price of the book's large model: 3 USD per million tokens in, 15 out."""
    figures = {"input_usd_per_mtok": Decimal(3), "output_usd_per_mtok": Decimal(15)}
    listed = {
        "reference": "maker:large",
        "provider": "maker",
        "provider_name": "Maker",
        "model": "large",
        "model_name": "Large",
        "as_of": date(2026, 11, 1),
        "source": "Test",
        "source_url": "https://prices.example/",
    }
    return prices.ModelPrice(**figures | listed | changes)


def newer_book(reference: str = "maker:large", **changed: Decimal) -> PriceBook:
    """Store a later book of the same source, with output at 12 instead of 15."""
    provider, _, model = reference.partition(":")
    changes = {"output_usd_per_mtok": Decimal(12), "as_of": date(2026, 11, 20)} | changed
    price = listed_price(reference=reference, provider=provider, model=model, **changes)
    listed = prices.PriceList(
        source_key="test",
        source="Test",
        source_url="https://prices.example/",
        as_of=date(2026, 11, 20),
        checked_on=date(2026, 11, 20),
        prices=(price,),
    )
    return catalog_services.store_price_book(listed=listed)[0]


def make_price_override(organization: Organization, client: Client | None, **changed: Any) -> UUID:
    """Store a contract price of the book's model; 2.40 instead of 3.00 unless told."""
    make_price_book()
    content = {
        "reference": "maker:large",
        "client": client,
        "figures": {"input_usd_per_mtok": Decimal("2.4")},
        "valid_from": date(2026, 1, 1),
        "reason": "Contract 12",
    }
    with tenancy.enter(organization_id=organization.pk):
        earlier = PriceOverride.objects.filter(client=client).order_by("-created_at").first()
        if earlier is not None and not changed:
            if earlier.ended_on is None:
                return earlier.pk
            content["valid_from"] = earlier.ended_on
        return price_overrides.create_price_override(
            by=factories.system_actor(organization),
            content=price_overrides.PriceOverrideInput(**(content | changed)),
        ).pk


def make_assessment(organization: Organization, client: Client, **levels: int) -> Assessment:
    """Store an assessment of the client, published, that claims these levels."""
    answers = {key: level(number) for key, number in levels.items()}
    title = f"{client.name}, autumn"
    return make_answered(organization, client, title, triggers=["rag"], **answers)


def make_scenario(
    organization: Organization,
    client: Client,
    *,
    document: dict[str, Any] | None = None,
    assessment: Assessment | None = None,
) -> Scenario:
    """Store a scenario of a client; scenario A, and ready for every lever, unless told."""
    assessment = assessment or make_assessment(organization, client, integrity=3, hosting=2)
    with tenancy.enter(organization_id=organization.pk):
        return scenario_services.create_scenario(
            by=factories.system_actor(organization),
            assessment=assessment,
            content=scenario_services.ScenarioInput(
                title="Support", document=document or scenario_a()
            ),
        )


USAGE = """time,model,calls,input_tokens,cached_tokens,output_tokens,cost
2026-11-02T10:10:00Z,maker:large,4,4000,3000,800,0.02
2026-11-02T11:10:00Z,maker:small,1,500,0,100,0.0005
soon,maker:large,1,1,0,1,0
"""


def send_usage(
    organization: Organization,
    assessment: Assessment,
    content: str | bytes = USAGE,
    *,
    filename: str = "usage.csv",
    by: Actor | None = None,
    **options: Any,
) -> usage_services.RequestedImport:
    """Send a file of usage; nothing has read it yet."""
    file = content.encode() if isinstance(content, str) else content
    with tenancy.enter(organization_id=organization.pk):
        return usage_services.request_usage_import(
            by=by or factories.system_actor(organization),
            assessment=assessment,
            sent=[usage_services.UsageFile(filename=filename, chunks=[file], **options)],
            next_url=lambda import_id: f"/usage/{import_id}",
        )


def import_usage(
    organization: Organization, assessment: Assessment, content: str | bytes = USAGE, **kwargs: Any
) -> UsageImport:
    """Send a file of usage and let the job read it."""
    sent = send_usage(organization, assessment, content, **kwargs).usage_import
    run_due_jobs()
    with tenancy.enter(organization_id=organization.pk):
        return UsageImport.objects.get(pk=sent.pk)


# A minute apart, three calls of one session and a line that is no call.
LOG = """{"timestamp": 1790000000, "input_tokens": 4000, "output_tokens": 300, "session_id": "a"}
{"timestamp": 1790000060, "input_tokens": 5000, "output_tokens": 300, "session_id": "a"}
{"timestamp": 1790000120, "input_tokens": 6000, "output_tokens": 300, "session_id": "a"}
{"input_tokens": 5}
"""


def send_log(
    organization: Organization,
    scenario: Scenario,
    content: str | bytes = LOG,
    *,
    filename: str = "calls.jsonl",
    by: Actor | None = None,
    **options: Any,
) -> Job:
    """Send a log to be replayed; nothing has read it yet."""
    file = content.encode() if isinstance(content, str) else content
    with tenancy.enter(organization_id=organization.pk):
        return replays.request_log_replay(
            by=by or factories.system_actor(organization),
            scenario=scenario,
            log=replays.SentLog(filename, [file], **options),
            next_url=lambda replay_id: f"/log-replays/{replay_id}",
        )


def replay_log(
    organization: Organization, scenario: Scenario, content: str | bytes = LOG, **kwargs: Any
) -> LogReplay:
    """Send a log and let the job replay it."""
    job = send_log(organization, scenario, content, **kwargs)
    run_due_jobs()
    with tenancy.enter(organization_id=organization.pk):
        return replays.log_replay_get(job.subject_id)
