"""How the kit's files are written: YAML, JSON and Markdown that no name can break; pure."""

import json
import re
from collections.abc import Mapping

import yaml

from presentation.wording import fit

PLACEHOLDER = re.compile(r"REPLACE_ME_[A-Z0-9_]*[A-Z0-9]")
PLACEHOLDERS: Mapping[str, str] = {
    "REPLACE_ME_PREMIUM_MODEL": "the premium model as LiteLLM names it, provider/model",
    "REPLACE_ME_SMALL_MODEL": "the small model as LiteLLM names it, provider/model",
    "REPLACE_ME_POOL_MODEL": "the open-weights model that the pool serves",
    "REPLACE_ME_EMBEDDING_MODEL": "the embedding model of the semantic cache, provider/model",
    "REPLACE_ME_SIMILARITY_RATIO": "how alike two questions must be to share an answer, 0 to 1",
    "REPLACE_ME_CACHE_TTL_SECONDS": "for how long a stored answer holds, in seconds",
    "REPLACE_ME_BUDGET_USD": "the month's spend at which the gateway refuses calls, in USD",
    "REPLACE_ME_KEY_BUDGET_USD": "what one key may spend a month, in USD",
    "REPLACE_ME_CALLS_PER_MINUTE": "how many calls a minute one key may make",
    "REPLACE_ME_USD_PER_HOUR": "the spend of an hour that raises an alert, in USD",
    "REPLACE_ME_CALLS_PER_QUARTER_HOUR": "the calls of one key in 15 minutes that raise an alert",
    "REPLACE_ME_PASS_RATIO": "the share of samples that must pass, 0 to 1",
    "REPLACE_ME_CACHED_INPUT_RATIO": "the least share of input read from the prompt cache, 0 to 1",
    "REPLACE_ME_SEMANTIC_HIT_RATIO": "the least share of answers from the semantic cache, 0 to 1",
    "REPLACE_ME_SIMPLE_RATIO": "the least share of calls that go to the cheaper model, 0 to 1",
    "REPLACE_ME_GPUS_PER_INSTANCE": "the GPUs of one instance, a whole number",
    "REPLACE_ME_INSTANCE_TYPE": "the instance type that was priced",
    "REPLACE_ME_VLLM_VERSION": "the tag of the vLLM image, pinned",
    "REPLACE_ME_REPLICAS": "how many replicas the pool has, a whole number",
    "REPLACE_ME_PROMETHEUS_URL": "where Prometheus answers queries inside the cluster",
    "REPLACE_ME_TIME_ZONE": "the users' time zone, as in Europe/Berlin",
    "REPLACE_ME_REQUEST_RATE": "the calls per second that one replica takes",
}


class _Plain(yaml.SafeDumper):
    """Writes what stands twice twice, without anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def as_yaml(*documents: object, about: str) -> str:
    """The documents below a comment; `about` is text of ours, no name of a person's."""
    comment = "".join(f"# {line}\n" for line in about.splitlines())
    texts = (
        yaml.dump(each, Dumper=_Plain, sort_keys=False, width=100, allow_unicode=False)
        for each in documents
    )
    return comment + "---\n".join(texts)


def as_json(document: object) -> str:
    return json.dumps(document, indent=2) + "\n"


def as_text(value: object, limit: int = 200) -> str:
    """Words of people in Markdown: on one line, and no markup, HTML or formula."""
    return re.sub(r"([\\`*_\[\]<>|~$]|&(?=\S))", r"\\\1", fit(value, limit))


def number(value: float | int | None, unknown: str) -> object:
    """The figure, or the placeholder for it."""
    return unknown if value is None else value


def literal(value: float | int | None, unknown: str) -> str:
    """The figure, or the placeholder for it, in an expression of Prometheus."""
    return unknown if value is None else f"{value:.10g}"
