"""Rows of assessments and economics as the plain values that are frozen; knows both."""

from base64 import b64encode
from dataclasses import replace
from datetime import date

from assessments.mapping import answer_values, measured_of, planned_action, weights_of
from assessments.models import Assessment, AssessmentStatus
from assessments.selectors import (
    action_list,
    answer_list,
    assessment_before,
    chosen_targets,
    framework_get,
    roadmap_find,
    scores_compute,
)
from costing.catalog.models import PriceBook
from costing.scenarios.content.sources import checked_days, stale_prices
from costing.scenarios.models import EconomicsResult
from costing.scenarios.parts import workload_parts
from costing.scenarios.selectors import workload_economics
from organizations.models import BRANDING_LENGTHS
from organizations.selectors import branding_find
from reports.snapshots.freezing import Case, Economics, OwnRoadmap, freeze
from reports.snapshots.payload import (
    ContractPrice,
    FrozenBranding,
    Payload,
    PreviousScores,
    PriceSource,
)


def frozen_assessment(assessment: Assessment) -> Payload:
    """The payload of an assessment with the newest economics of its workload."""
    case = Case(
        organization=assessment.organization.name,
        client=assessment.client.name,
        title=assessment.title,
        as_of=assessment.as_of,
        framework=framework_get(assessment),
        answers=answer_values(answer_list(assessment)),
        is_approved=assessment.status == AssessmentStatus.APPROVED,
        triggers=tuple(assessment.triggers),
        weights=weights_of(assessment) or {},
        measured=measured_of(assessment),
        targets=chosen_targets(assessment),
        roadmap=own_roadmap(assessment),
        previous=_previous_scores(assessment),
    )
    parts = [
        replace(
            frozen_economics(part.result, assessment.as_of),
            alternatives=tuple(
                frozen_economics(each, assessment.as_of) for each in part.alternatives
            ),
        )
        for part in workload_parts(workload_economics(assessment))
    ]
    payload = freeze(case, parts[0] if parts else None, *parts[1:])
    return payload.model_copy(update={"branding": frozen_branding()})


def frozen_branding() -> FrozenBranding:
    """How the organization looks now."""
    row = branding_find()
    if row is None:
        return FrozenBranding()
    texts = {name: getattr(row, name) for name in BRANDING_LENGTHS}
    return FrozenBranding(logo=b64encode(row.logo).decode(), **texts)


def _previous_scores(assessment: Assessment) -> PreviousScores | None:
    before = assessment_before(assessment)
    if before is None:
        return None
    scores = scores_compute(before)
    return PreviousScores(
        title=before.title,
        as_of=before.as_of,
        framework_version=before.framework.version,
        overall=scores.overall,
        dimensions={key: item.score for key, item in scores.dimensions.items()},
    )


def own_roadmap(assessment: Assessment) -> OwnRoadmap | None:
    """The roadmap that people began; none where they did not, or left no action in it."""
    row = roadmap_find(assessment)
    actions = tuple(planned_action(each) for each in action_list(assessment)) if row else ()
    return OwnRoadmap(row.starts_on, actions, row.team_size) if row and actions else None


def frozen_economics(result: EconomicsResult, as_of: date) -> Economics:
    """A stored result with its scenario and prices, and which of them were old on a day."""
    book = result.price_book or result.scenario.price_book
    return Economics(
        scenario=result.scenario.document,
        results=result.estimate,
        anti_patterns=result.patterns,
        pictures=result.pictures,
        price_book=None if book is None else _price_source(book, result, as_of),
        title=result.scenario.title,
    )


def _price_source(book: PriceBook, result: EconomicsResult, as_of: date) -> PriceSource:
    """The identity of a price book, and the contracts that stood above its list."""
    prices = result.price_origins.values()
    contracts = tuple(
        ContractPrice.model_validate(
            {"model_name": price.model_name} | price.contract.model_dump(mode="json")
        )
        for price in prices
        if price.contract is not None
    )
    stale = stale_prices(checked_days(prices), result.scenario.figure_origins, as_of)
    source = PriceSource.model_validate(book, from_attributes=True)
    return source.model_copy(update={"contracts": contracts, "stale": tuple(map(str, stale))})
