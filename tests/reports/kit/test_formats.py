"""Every file of every kit is read by its own tool's parser, or by its documented schema."""

import json
import re
import subprocess
from typing import Any

import promql_parser
import pytest
import yaml
from jsonschema import Draft202012Validator
from msgspec import ValidationError
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
from opentelemetry.semconv.attributes import error_attributes

from reports.documents.kit.writing import PLACEHOLDER, PLACEHOLDERS, as_text, as_yaml
from tests.reports.kit import kubernetes
from tests.reports.kit.cases import CASES, EVERY, HOSTILE, kit, payload
from tests.reports.kit.litellm_config import CONFIG

# What a reader could fill in, where a file needs a figure.
FIGURES = re.compile(r"REPLACE_ME_\w*(?:RATIO|SECONDS|USD|MINUTE|HOUR|REPLICAS|RATE)\b")
OTEL_NAMES = {
    value
    for module in (gen_ai_attributes, error_attributes)
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, str)
}


def filled(text: str) -> str:
    """The text with a figure for each placeholder that stands for one."""
    return FIGURES.sub("1", text)


def texts(case: str, suffix: str) -> list[str]:
    """The files of a case's kit whose names end so; a kit may have none."""
    return [filled(text) for name, text in kit(case).items() if name.endswith(suffix)]


@pytest.mark.parametrize("case", EVERY)
def test_gateway_takes_its_configuration(case: str) -> None:
    for text in texts(case, "gateway/config.yaml"):
        config = yaml.safe_load(text)

        assert [error.message for error in Draft202012Validator(CONFIG).iter_errors(config)] == []
        names = [model["model_name"] for model in config["model_list"]]
        assert len(set(names)) == len(names)
        assert led_to(config) <= set(names)
        variables = kit(case)["gateway/env.example"].splitlines()
        assert set(re.findall(r"os\.environ/(\w+)", text)) == {
            line.partition("=")[0] for line in variables if not line.startswith("OTEL_")
        }


def led_to(config: dict[str, Any]) -> set[str]:
    """Every model that routing, fallbacks, alias and cache name."""
    router, caching = config["router_settings"], config["litellm_settings"].get("cache_params", {})
    named = set(router.get("model_group_alias", {}).values())
    for fallback in router.get("fallbacks", []):
        named |= set(fallback) | {each for models in fallback.values() for each in models}
    for model in config["model_list"]:
        routing = model["litellm_params"].get("complexity_router_config", {"tiers": {}})
        named |= set(routing["tiers"].values())
    return named | ({caching["redis_semantic_cache_embedding_model"]} if caching else set())


def test_schema_of_the_gateway_refuses_what_the_gateway_does_not_know() -> None:
    config = yaml.safe_load(filled(kit("demo")["gateway/config.yaml"]))
    config["litellm_settings"]["max_budgets"] = 3
    config["general_settings"]["master_key"] = "sk-in-the-file"

    errors = [error.message for error in Draft202012Validator(CONFIG).iter_errors(config)]

    assert len(errors) == 2


@pytest.mark.parametrize("case", EVERY)
def test_kubernetes_takes_the_manifests(case: str) -> None:
    for text in texts(case, "workload.yaml") + texts(case, "scaling.yaml"):
        for manifest in yaml.safe_load_all(text):
            kubernetes.check(manifest)


def test_check_of_manifests_refuses_what_kubernetes_does_not_know() -> None:
    workload, service = yaml.safe_load_all(kit("hosted")["serving/workload.yaml"])
    workload["spec"]["template"]["spec"]["containers"][0]["imagine"] = "x"
    service["spec"]["ports"][0]["port"] = "x"

    for manifest in (workload, service):
        with pytest.raises((AssertionError, ValidationError)):
            kubernetes.check(manifest)


@pytest.mark.parametrize("case", EVERY)
def test_bash_takes_the_command(case: str) -> None:
    for text in texts(case, ".sh"):
        done = subprocess.run(["bash", "-n"], input=text.encode(), capture_output=True)
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("case", EVERY)
def test_prometheus_takes_the_rules(case: str) -> None:
    for text in texts(case, "rules.yaml"):
        rules = [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]

        assert len({rule["alert"] for rule in rules}) == len(rules) >= 3
        for rule in rules:
            assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
            assert re.fullmatch(r"[A-Za-z_]\w*", rule["alert"])
            assert re.fullmatch(r"\d+m", rule["for"])
            promql_parser.parse(rule["expr"])


@pytest.mark.parametrize("case", ["scheduled", "autoscaled"])
def test_prometheus_takes_the_query_of_the_scaling(case: str) -> None:
    (text,) = texts(case, "scaling.yaml")

    for trigger in yaml.safe_load(text)["spec"]["triggers"]:
        promql_parser.parse(trigger["metadata"].get("query", "up"))


@pytest.mark.parametrize("case", EVERY)
def test_token_log_has_the_names_of_opentelemetry_and_its_example_fits(case: str) -> None:
    for text, sample in zip(texts(case, "schema.json"), texts(case, "span.json"), strict=True):
        schema, example = json.loads(text), json.loads(sample)

        Draft202012Validator.check_schema(schema)
        assert list(Draft202012Validator(schema).iter_errors(example)) == []
        names = set(schema["properties"]["attributes"]["properties"])
        assert {name for name in names if not name.startswith("app.")} <= OTEL_NAMES
        del example["attributes"]["gen_ai.usage.input_tokens"]
        assert len(list(Draft202012Validator(schema).iter_errors(example))) == 1


@pytest.mark.parametrize("case", EVERY)
def test_readme_lists_every_placeholder_and_no_other(case: str) -> None:
    files = {name: text for name, text in kit(case).items() if name != "README.md"}
    readme = kit(case)["README.md"]

    used = {each for text in files.values() for each in PLACEHOLDER.findall(text)}
    assert used <= set(PLACEHOLDERS)
    assert set(PLACEHOLDER.findall(readme)) == used
    assert [name for name in files if f"`{name}`" not in readme] == []


def test_every_placeholder_is_used_by_some_kit() -> None:
    used = {
        each for case in EVERY for text in kit(case).values() for each in PLACEHOLDER.findall(text)
    }

    # A router without a small model has a pool; nobody's pool has no scaling.
    assert set(PLACEHOLDERS) - used <= {"REPLACE_ME_SMALL_MODEL", "REPLACE_ME_REQUEST_RATE"}


def test_hostile_names_stand_in_the_readme_alone_and_as_text() -> None:
    files = kit("hostile")
    plain = kit("demo")

    assert {name for name in files if files[name] != plain[name]} == {"README.md"}
    assert payload("hostile").client == HOSTILE
    assert as_text(HOSTILE) in files["README.md"]
    for raw in ("<script>", "\n---\n", " `id`", " $(touch"):
        assert raw not in files["README.md"]


def test_yaml_of_hostile_text_reads_as_that_text() -> None:
    given = {HOSTILE: [HOSTILE, {"same": HOSTILE}]}

    assert yaml.safe_load(as_yaml(given, about="ours")) == given


def test_no_secret_stands_in_a_kit() -> None:
    secret = re.compile(r"sk-\w|AKIA\w|-----BEGIN|(?:KEY|PASSWORD|TOKEN)=[^\s\"$…]")

    assert [
        (case, name) for case in EVERY for name, text in kit(case).items() if secret.search(text)
    ] == []


def test_cases_differ() -> None:
    """Each of them is there for something that the others do not show."""
    kits = [tuple(sorted(kit(case).items())) for case in CASES]

    assert len(set(kits)) == len(kits)
