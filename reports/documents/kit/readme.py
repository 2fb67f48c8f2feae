"""The kit's README: what to run in which order and why, and what is still to be filled in."""

from collections.abc import Iterable, Iterator, Mapping

from assessments.roadmap import ActionEntry, PhaseEntry
from costing.engine import ROUTING, SEMANTIC_CACHING
from costing.engine.levers import PROMPT_CACHING
from costing.scenarios.content.recommended import pays_texts
from costing.scenarios.content.titles import lever_series
from costing.scenarios.content.waiting import waiting_of
from presentation.numbers import ratio_percent, usd
from presentation.wording import counted, first_upper, short_day
from reports.documents.content.identity import identity_of
from reports.documents.kit.case import KitCase, Part
from reports.documents.kit.figures import Figures
from reports.documents.kit.gateway import ENTRY
from reports.documents.kit.writing import PLACEHOLDER, PLACEHOLDERS, as_text

MAX_ACTIONS = 100
# The action that sets a part up, where the roadmap has it.
SET_UP_BY = {Part.GATEWAY: "deploy_gateway"}
COMMANDS: Mapping[Part, tuple[str, ...]] = {
    Part.TELEMETRY: (
        "check-jsonschema --schemafile telemetry/token-log.schema.json telemetry/example-span.json",
    ),
    Part.GATEWAY: (
        "cp gateway/env.example gateway/.env   # fill it in; keep it out of version control",
        "set -a; . gateway/.env; set +a",
        "litellm --config gateway/config.yaml --port 4000",
    ),
    Part.EVALS: (
        "EVAL_BASE_URL=http://localhost:4000/v1 EVAL_MODEL=premium"
        ' EVAL_API_KEY="$LITELLM_MASTER_KEY" pytest evals',
    ),
    Part.SERVING: (
        'kubectl create secret generic model-pool --from-literal=api-key="$VLLM_API_KEY"',
        "kubectl apply --dry-run=server -f serving/   # says what is wrong, changes nothing",
        "kubectl apply -f serving/",
    ),
    Part.ALERTS: ("promtool check rules alerts/rules.yaml",),
}
# What the commands of a part need.
TOOLS: Mapping[Part, str] = {
    Part.TELEMETRY: "check-jsonschema: `pip install check-jsonschema`",
    Part.GATEWAY: "LiteLLM’s proxy: `pip install 'litellm[proxy]'`",
    Part.EVALS: "pytest: `pip install pytest`",
    Part.SERVING: "kubectl, with the right to change a cluster that has GPUs",
    Part.ALERTS: "promtool, which comes with Prometheus",
}
PURPOSES: Mapping[str, str] = {
    "telemetry/token-log.schema.json": "what every call must leave in the log, as JSON Schema",
    "telemetry/example-span.json": "one call as it should be logged",
    "gateway/config.yaml": "LiteLLM’s proxy: models, routing, fallbacks, caching, budgets",
    "gateway/env.example": "the variables that the gateway reads; no secret is in this kit",
    "evals/test_evals.py": "asks every sample and fails below the threshold, also in CI",
    "evals/samples.jsonl": "samples to begin with: put your own cases in their place",
    "evals/thresholds.json": "the share of samples that must pass",
    "serving/serve.sh": "vLLM’s command, to try the model on one machine",
    "serving/workload.yaml": "the pool on Kubernetes: pods with GPUs and probes, and their service",
    "serving/scaling.yaml": "when the pool has how many replicas, by KEDA",
    "alerts/rules.yaml": "Prometheus’ rules for spend, loops, errors, caches and the pool",
}


def readme(case: KitCase, figures: Figures, files: Mapping[str, str], sha256: str) -> str:
    """The README over the other files of the kit."""
    sections = (
        _head(case, sha256),
        _listed("What it needs", (TOOLS[part] for part in case.parts)),
        _order(case, files),
        _listed("Files", (f"`{name}`: {PURPOSES[name]}" for name in files)),
        _listed("Figures", _figures(case, figures)),
        _listed("To replace", _placeholders(files)),
        _notes(case),
    )
    return "\n".join(line for section in sections for line in section).rstrip() + "\n"


def _listed(title: str, items: Iterable[str]) -> list[str]:
    listed = [f"- {item}" for item in items]
    return [f"## {title}", "", *listed, ""] if listed else []


def _head(case: KitCase, sha256: str) -> list[str]:
    payload, identity = case.payload, identity_of(case.payload, sha256)
    if payload.is_nobodys:
        return ["# Starter kit", "", "Blank: nobody’s figures, a placeholder for each of them.", ""]
    lines = [f"# Starter kit: {as_text(identity.title)}", ""]
    if identity.status:
        lines += [f"**{identity.status}.**", ""]
    lines += [
        f"For {as_text(identity.client)}, by {as_text(identity.organization)}, as of"
        f" {identity.as_of}. {as_text(identity.prices)}. Snapshot `{sha256}`.",
        "",
    ]
    if not payload.currency.is_usd:
        code = payload.currency.code
        lines += [f"Money is in USD here, as gateways meter it; other documents show {code}.", ""]
    levers = lever_series(case.levers) if case.levers else "none"
    lines += [f"Levers that it runs: {levers}. What is to be switched off is not in it.", ""]
    if len(payload.parts) > 1:
        part = as_text(payload.parts[0].title, 60)
        lines += [f"The figures are those of “{part}”, the part that costs most today.", ""]
    if payload.results and (pays := pays_texts(payload.results, payload.as_of)):
        lines += [" ".join(pays.values()), ""]
    return lines


def _order(case: KitCase, files: Mapping[str, str]) -> Iterator[str]:
    """The open actions by phase, each with why and what to run; every command once."""
    yield from ("## What to run, in this order", "")
    if case.payload.is_nobodys:
        for part in case.parts:
            yield from (f"### {first_upper(part.value)}", "", *_commands([part]))
        return
    if not case.actions:
        yield from ("The roadmap proposes no action: there is nothing to run.", "")
    steps = _steps(case)
    for step, action in enumerate(case.actions[:MAX_ACTIONS], start=1):
        parts = case.parts_of(action)
        yield from (f"### {step}. {as_text(action.title)}", "", _when(case, action), "")
        yield from (as_text(action.text, 500), "")
        if action.preconditions:
            needed = "; ".join(as_text(each) for each in action.preconditions)
            yield from (f"First: {needed}.", "")
        yield from _commands(part for part in parts if steps[part] == step)
        if steps.get(Part.EVALS) == step < steps.get(Part.GATEWAY, 0):
            yield from (
                f"Before the gateway of step {steps[Part.GATEWAY]} runs, name any address that"
                " speaks OpenAI’s API, with its model and key.",
                "",
            )
        for part in parts:
            if steps[part] != step:
                yield from (f"Uses `{part.value}/`, see step {steps[part]}.", "")
        yield from _switches(case, action)
    if more := len(case.actions[MAX_ACTIONS:]):
        yield from (f"And {counted(more, 'more action')}, in the assessment.", "")


def _steps(case: KitCase) -> dict[Part, int]:
    """The step in which each part is set up: by its own action, else by the first that uses it."""
    steps: dict[Part, int] = {}
    for step, action in enumerate(case.actions, start=1):
        for part in case.parts_of(action):
            if part not in steps or action.key == SET_UP_BY.get(part):
                steps[part] = step
    return steps


def _switches(case: KitCase, action: ActionEntry) -> Iterator[str]:
    """What turns a lever on in a gateway that runs already, or why the kit does not."""
    if action.lever and action.lever not in case.levers:
        title = lever_series((action.lever,))
        yield from (f"Nothing to run: this kit is made without {title}.", "")
    if Part.GATEWAY in case.parts_of(action) and action.lever == ROUTING:
        yield from (
            f"Let applications call `{ENTRY}` from now on, and `premium` until then: its rules send"
            f" what looks simple to `{case.simple_group}`. Run the evals with"
            f" EVAL_MODEL={case.simple_group} first, and widen the tiers in gateway/config.yaml"
            " while they hold.",
            "",
        )
    if Part.GATEWAY in case.parts_of(action) and action.lever == SEMANTIC_CACHING:
        yield from ("Take `mode: default_off` out of gateway/config.yaml.", "")


def _when(case: KitCase, action: ActionEntry) -> str:
    due = f"Due {short_day(action.due_on)}" if action.due_on else ""
    days = f"Days {action.first_day}–{action.last_day}" if action.first_day else ""
    saves = f"{usd(action.usd_per_month)} a month" if action.usd_per_month else ""
    phase = as_text(_phase_of(case, action).title)
    return " · ".join(filter(None, (phase, due or days, saves)))


def _phase_of(case: KitCase, action: ActionEntry) -> PhaseEntry:
    phases = case.payload.roadmap.phases if case.payload.roadmap else ()
    return next(phase for phase in phases if any(each is action for each in phase.actions))


def _commands(parts: Iterable[Part]) -> Iterator[str]:
    commands = [command for part in parts for command in COMMANDS[part]]
    if commands:
        yield from ("```sh", *commands, "```", "")


def _figures(case: KitCase, figures: Figures) -> Iterator[str]:
    """Where each figure comes from; no more than the files hold."""
    has = {part: part in case.parts for part in Part}
    if has[Part.GATEWAY] and figures.usd_per_month:
        yield (
            f"{usd(figures.usd_per_month)} a month: the APIs’ tokens at the end of the plan,"
            " with today’s levers or the recommended ones, whichever cost more. So much one key may"
            f" spend, and the gateway refuses calls at twice that, {usd(figures.hard_stop_usd)}:"
            " agree on both with who owns the bill."
        )
    if (has[Part.GATEWAY] or has[Part.ALERTS]) and figures.calls_per_minute:
        calls = counted(figures.calls_per_minute, "call")
        yield f"{calls} a minute: all users in the busiest hour at its peak. No key makes more."
    if has[Part.ALERTS] and figures.usd_per_hour:
        yield f"{usd(figures.usd_per_hour)} an hour: the busiest hour at its peak."
    if has[Part.ALERTS] and figures.cached_input_ratio:
        yield (
            f"{ratio_percent(figures.cached_input_ratio)} of premium input from the prompt cache:"
            " half of what is expected, or what caching needs to pay where that is more."
        )
    if (has[Part.GATEWAY] or has[Part.ALERTS]) and figures.simple_ratio:
        yield (
            f"{ratio_percent(figures.simple_ratio)} of calls are expected at `{case.simple_group}`;"
            " half of that raises an alert."
        )
    if has[Part.EVALS] and figures.pass_ratio is not None:
        ratio = ratio_percent(figures.pass_ratio)
        yield f"{ratio} of samples must pass: so many the scenario does not ask again."
    if has[Part.SERVING] and figures.peak_replicas is not None:
        yield f"{counted(figures.peak_replicas, 'replica')} at the peak of the scenario’s week."
    if has[Part.SERVING] and case.scenario and figures.peak_replicas is not None:
        waiting = waiting_of(case.scenario, case.priced_as)
        if waiting is not None:
            yield f"{as_text(waiting.text, 500)} Queue them before the pool, which holds none."


def _placeholders(files: Mapping[str, str]) -> Iterator[str]:
    """Every placeholder with its files: what the assessment does not know."""
    for name, meaning in PLACEHOLDERS.items():
        where = [f"`{file}`" for file, text in files.items() if name in PLACEHOLDER.findall(text)]
        if where:
            yield f"`{name}` in {', '.join(where)}: {meaning}"


def _notes(case: KitCase) -> list[str]:
    notes = ["Keys come from the environment or a secret of the cluster; none belongs in a file."]
    if Part.GATEWAY in case.parts:
        notes.append("Pin the version of LiteLLM that you have reviewed.")
    if Part.GATEWAY in case.parts and not case.is_routed:
        notes.append(f"Applications call `{ENTRY}`, whatever stands behind it.")
    if Part.GATEWAY in case.parts and PROMPT_CACHING in case.levers:
        notes.append("Prompts begin with what repeats: only their start can be cached.")
    return _listed("Notes", notes)
