"""The framework's data: what it carries, and the errors of a document that is none."""

from decimal import Decimal

import pytest

from assessments.framework import (
    InvalidFramework,
    Origin,
    load_framework,
    parse_framework,
    versions,
)


def test_framework_carries_its_parts():
    framework = load_framework("1")

    sizes = [
        len(part)
        for part in (
            framework.dimensions,
            framework.checks,
            framework.levers,
            framework.phases,
            framework.anti_patterns,
            framework.triggers,
            framework.triage_steps,
            framework.deliverables,
            framework.bands,
        )
    ]

    assert sizes == [5, 12, 4, 3, 3, 4, 4, 4, 5]


def test_anchors_say_who_wrote_them():
    origins = {
        anchor.level: anchor.origin
        for dimension in load_framework().dimensions
        for anchor in dimension.anchors
    }

    assert origins == {
        1: Origin.FRAMEWORK,
        2: Origin.PRODUCT,
        3: Origin.FRAMEWORK,
        4: Origin.PRODUCT,
        5: Origin.FRAMEWORK,
    }


def test_levers_ask_for_the_maturity_of_the_contract():
    requires = {lever.key: dict(lever.requires) for lever in load_framework().levers}

    assert requires == {
        "prompt_caching": {},
        "routing": {"integrity": 3},
        "semantic_caching": {"integrity": 3},
        "self_hosting": {"integrity": 3, "hosting": 2},
    }


def test_bands_end_where_the_contract_says():
    bands = [(band.title, band.below) for band in load_framework().bands]

    assert bands == [
        ("Ad hoc", Decimal("1.5")),
        ("Emerging", Decimal("2.5")),
        ("Managed", Decimal("3.5")),
        ("Advanced", Decimal("4.5")),
        ("Optimized", None),
    ]


def test_checksum_follows_the_content_alone():
    framework = load_framework()
    changed = framework.document()
    changed["title"] = "Another title"

    same = parse_framework(dict(reversed(framework.document().items())))
    other = parse_framework(changed)

    assert same.checksum == framework.checksum
    assert other.checksum != framework.checksum


def test_preset_is_a_copy():
    trigger = load_framework().trigger("rag")

    trigger.preset()["workload"]["requests_per_month"] = 1

    assert trigger.preset()["workload"]["requests_per_month"] == 600000


def test_versions_unknown():
    with pytest.raises(LookupError):
        load_framework("../1")

    assert versions() == ("1",)


def test_document_without_its_sections():
    with pytest.raises(InvalidFramework) as caught:
        parse_framework({"version": "1"})

    assert caught.value.fields["dimensions"] == ["Field required"]
    assert "version" not in caught.value.fields


@pytest.mark.parametrize("document", [None, [], "text", 1])
def test_document_that_is_no_mapping(document):
    with pytest.raises(InvalidFramework) as caught:
        parse_framework(document)

    assert list(caught.value.fields) == [""]


def test_errors_name_their_path_all_at_once():
    document = load_framework().document()
    document["checks"][0]["stage"] = "later"
    document["colour"] = "teal"
    document["dimensions"][1]["weight"] = "1"
    document["scoring"]["coverage"]["partial"] = True
    document["levers"][0]["requires"] = {"integrity": 6}
    document["scoring"]["refutations"][0]["above"] = 0.5

    with pytest.raises(InvalidFramework) as caught:
        parse_framework(document)

    assert set(caught.value.fields) == {
        "checks.0.stage",
        "colour",
        "dimensions.1.weight",
        "levers.0.requires.integrity",
        "scoring.coverage.partial",
        "scoring.refutations.0",
    }


def test_document_with_a_value_that_json_cannot_hold():
    document = load_framework().document()
    document["dimensions"][0]["weight"] = float("nan")

    with pytest.raises(InvalidFramework):
        parse_framework(document)


def test_stored_version_keeps_its_checksum():
    """Rows that were published carry this checksum; the models must not change it."""
    assert load_framework("1").checksum == (
        "aad02feade6edccd6c9410890ca6c4e154bfe9d3a449462b05cee9926d5bc4aa"
    )


def test_references_that_point_nowhere():
    document = load_framework().document()
    document["checks"][0]["dimension"] = "weather"
    document["actions"][0]["moves"] = {"no_such_check": "yes"}
    document["actions"][1]["lever"] = "no_such_lever"
    document["levers"][0]["requires"] = {"weather": 3}

    with pytest.raises(InvalidFramework) as caught:
        parse_framework(document)

    assert caught.value.fields == {
        "checks.token_logging.dimension": ["Unknown key 'weather'."],
        "levers.prompt_caching.requires": ["Unknown key 'weather'."],
        "actions.log_tokens.moves": ["Unknown key 'no_such_check'."],
        "actions.attribute_spend.lever": ["Unknown key 'no_such_lever'."],
    }


def test_orders_and_sums_that_cannot_be():
    document = load_framework().document()
    for dimension in document["dimensions"]:
        dimension["weight"] = 0
    document["bands"][1]["below"] = 1.0
    document["actions"][0]["after"] = ["attribute_spend"]
    document["actions"][3]["brings_money"] = False
    document["checks"][1]["key"] = "token_logging"

    with pytest.raises(InvalidFramework) as caught:
        parse_framework(document)

    assert caught.value.fields == {
        "checks": ["The key 'token_logging' is used twice."],
        "actions.attribute_spend.moves": ["Unknown key 'cost_attribution'."],
        "dimensions": ["The weights must have a positive sum."],
        "bands": ["The upper ends must rise."],
        "actions.log_tokens.after": ["Comes before what it needs: attribute_spend."],
        "levers.prompt_caching": ["Exactly one action must bring the lever's money."],
    }
