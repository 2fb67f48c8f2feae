"""What a starter kit is made for: the open actions, levers and models of a frozen payload."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from assessments.roadmap import GIVEN_UP, ActionEntry, ActionStatus
from costing.engine import LEVERS, ROUTING, SELF_HOSTING, SEMANTIC_CACHING, Scenario
from costing.engine.inputs import ModelPrices
from costing.engine.levers import OPEN_MODEL, PROMPT_CACHING, in_order, scoped
from reports.snapshots.payload import Payload


class Part(StrEnum):
    """A folder of the kit."""

    TELEMETRY = "telemetry"
    GATEWAY = "gateway"
    EVALS = "evals"
    SERVING = "serving"
    ALERTS = "alerts"


# What an action of the framework takes from the kit; of any other, what its lever takes.
PARTS_OF_ACTION: Mapping[str, tuple[Part, ...]] = {
    "log_tokens": (Part.TELEMETRY,),
    "attribute_spend": (Part.TELEMETRY,),
    "static_first_prompts": (),
    "evals_in_ci": (Part.EVALS,),
    "deploy_gateway": (Part.GATEWAY,),
    "score_live_answers": (Part.EVALS,),
    "deploy_spot_pool": (Part.SERVING,),
    "scale_to_demand": (Part.SERVING,),
    "finops_dashboard": (Part.ALERTS,),
    "limit_runaways": (Part.GATEWAY, Part.ALERTS),
}
PARTS_OF_LEVER: Mapping[str, tuple[Part, ...]] = {
    PROMPT_CACHING: (Part.GATEWAY,),
    ROUTING: (Part.GATEWAY,),
    SEMANTIC_CACHING: (Part.GATEWAY,),
    SELF_HOSTING: (Part.SERVING, Part.GATEWAY),
    OPEN_MODEL: (Part.GATEWAY,),
}


@dataclass(frozen=True)
class Provider:
    """How LiteLLM calls a provider of the catalog, and where it reads the key.

    `is_marked`: it caches a prompt only where a marker says so.
    """

    prefix: str
    key: str = ""
    is_marked: bool = False


# LiteLLM's providers, https://docs.litellm.ai/docs/providers, by their name in the catalog.
PROVIDERS: Mapping[str, Provider] = {
    "anthropic": Provider("anthropic", "ANTHROPIC_API_KEY", is_marked=True),
    "aws": Provider("bedrock", is_marked=True),  # signs in by the environment of AWS
    "cerebras": Provider("cerebras", "CEREBRAS_API_KEY"),
    "cohere": Provider("cohere", "COHERE_API_KEY"),
    "deepseek": Provider("deepseek", "DEEPSEEK_API_KEY"),
    "fireworks": Provider("fireworks_ai", "FIREWORKS_API_KEY"),
    "google": Provider("gemini", "GEMINI_API_KEY"),
    "groq": Provider("groq", "GROQ_API_KEY"),
    "mistral": Provider("mistral", "MISTRAL_API_KEY"),
    "openai": Provider("openai", "OPENAI_API_KEY"),
    "openrouter": Provider("openrouter", "OPENROUTER_API_KEY"),
    "perplexity": Provider("perplexity", "PERPLEXITYAI_API_KEY"),
    "together": Provider("together_ai", "TOGETHERAI_API_KEY"),
    "x-ai": Provider("xai", "XAI_API_KEY"),
}


@dataclass(frozen=True)
class Model:
    """A model behind the gateway; `stated` are prices that the gateway's own list does not have."""

    name: str
    key: str
    is_marked: bool = False
    cache_ttl_seconds: float = 0.0
    stated: ModelPrices | None = None


@dataclass(frozen=True)
class KitCase:
    """One payload; the blank one calls for every part, with a placeholder for every figure."""

    payload: Payload

    @cached_property
    def actions(self) -> tuple[ActionEntry, ...]:
        """What the roadmap still has to do, in its order."""
        phases = self.payload.roadmap.phases if self.payload.roadmap else ()
        over = GIVEN_UP | {ActionStatus.DONE}
        return tuple(each for phase in phases for each in phase.actions if each.status not in over)

    @cached_property
    def levers(self) -> tuple[str, ...]:
        """The levers to run: recommended, and running already or planned; none to be switched off.

        Without economics those that the roadmap plans, but no pool, which has no figures then.
        """
        payload, results = self.payload, self.payload.results
        if payload.is_nobodys:
            return LEVERS
        phases = payload.roadmap.phases if payload.roadmap else ()
        standing = (
            each for phase in phases for each in phase.actions if each.status not in GIVEN_UP
        )
        planned = {each.lever for each in standing if each.lever}
        if results is None:
            return in_order(planned - {SELF_HOSTING})
        kept = results.recommendation  # none in what was frozen before there was one
        later = kept.later.levers if kept else results.recommended.levers
        return in_order({*later} & {*results.scenario.current_levers, *planned})

    @property
    def priced_as(self) -> tuple[str, ...]:
        """The set by which a bill prices these levers: of applications each has what suits it."""
        results = self.payload.results
        own = results.recommended.by_application if results else {}
        if not own:
            return self.levers
        return scoped({key: in_order({*levers} & {*self.levers}) for key, levers in own.items()})

    @cached_property
    def scenario(self) -> Scenario | None:
        results = self.payload.results
        return results.scenario if results else None

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts that an open action calls for."""
        if self.payload.is_nobodys:
            return tuple(Part)
        wanted = {part for action in self.actions for part in self.parts_of(action)}
        return tuple(part for part in Part if part in wanted)

    def parts_of(self, action: ActionEntry) -> tuple[Part, ...]:
        """What an action takes from the kit; nothing for a lever that is not to run."""
        lever = action.lever or ""
        if lever and lever not in self.levers:
            return ()
        return PARTS_OF_ACTION.get(action.key, PARTS_OF_LEVER.get(lever, ()))

    @property
    def is_routed(self) -> bool:
        return ROUTING in self.levers

    @property
    def is_hosted(self) -> bool:
        return SELF_HOSTING in self.levers

    @property
    def simple_group(self) -> str:
        """Where simple calls go: to open weights, where they are used, else to the small model."""
        return self.open_group or "small"

    @property
    def open_group(self) -> str:
        """The pool, or its model by API; empty where neither is to run."""
        if self.is_hosted:
            return "pool"
        return "open" if OPEN_MODEL in self.levers else ""

    @property
    def groups(self) -> tuple[str, ...]:
        """The gateway's models: those that the levers use, the premium one always."""
        cheaper = self.simple_group if self.is_routed else self.open_group
        return ("premium", cheaper) if cheaper else ("premium",)

    def model(self, group: str) -> Model:
        """The model of an API as the scenario names it, else a placeholder."""
        stated = (self.payload.scenario or {}).get(f"{group}_model") or {}
        prices: ModelPrices | None = getattr(self.scenario, f"{group}_model", None)
        reference = str(stated.get("catalog", ""))
        source, _, name = reference.partition(":")
        provider, book = PROVIDERS.get(source), self.payload.price_book
        ttl = prices.cache_ttl_seconds if prices else 0.0
        if provider is None or not name:
            is_marked = bool(prices and prices.cache_write_usd_per_mtok)
            unknown = f"REPLACE_ME_{group.upper()}_MODEL"
            return Model(unknown, f"{group.upper()}_API_KEY", is_marked, ttl, prices)
        contracts = {each.reference for each in book.contracts} if book else set()
        own = prices if reference in contracts else None
        return Model(f"{provider.prefix}/{name}", provider.key, provider.is_marked, ttl, own)
