"""The pool's part of the kit: vLLM's command and the manifests of Kubernetes.

Flags as in https://docs.vllm.ai/en/stable/cli/serve, replicas of several instances as in
https://docs.vllm.ai/en/stable/deployment/frameworks/lws, scaling as in https://keda.sh/docs.
"""

import shlex
from math import ceil

from costing.engine.inputs import Pool, Scenario
from costing.engine.units import HOURS_PER_DAY, HOURS_PER_WEEK
from costing.engine.week import hours_with_traffic
from reports.documents.kit.case import KitCase
from reports.documents.kit.figures import Figures
from reports.documents.kit.writing import as_yaml, literal, number

# Not "vllm": Kubernetes would set variables of that name, which vLLM reads as its own.
NAME = "model-pool"
PORT = 8000
IMAGE = "vllm/vllm-openai:REPLACE_ME_VLLM_VERSION"
GPUS = "REPLACE_ME_GPUS_PER_INSTANCE"
PROBE_SECONDS = 10
# A model takes minutes to load: so long at least, or twice the cold start of the scenario.
LEAST_START_SECONDS = 600
RAY = "bash /vllm-workspace/examples/online_serving/multi-node-serving.sh"
MINUTES_PER_HOUR, MINUTES_PER_DAY = 60, 60 * HOURS_PER_DAY
RATE = 'sum(rate(litellm_deployment_total_requests_total{model_id="pool"}[2m]))'
SERVE = """#!/usr/bin/env bash
# The pool's server on one machine, with the flags of serving/workload.yaml.
set -euo pipefail
: "${VLLM_API_KEY:?set the key that the gateway sends}"
"""
WORKLOAD = """The pool: kubectl apply -f serving/workload.yaml
It reads its key from the secret model-pool, which is not in this kit."""
SCALING = """When the pool has how many replicas. Needs KEDA: https://keda.sh/docs/latest/deploy
kubectl apply -f serving/scaling.yaml"""


def serving_files(case: KitCase, figures: Figures) -> dict[str, str]:
    pool = case.scenario.pool if case.scenario else None
    scaling = _scaling(case.scenario, pool, figures) if case.scenario and pool else None
    workload = _workload(pool, figures, is_scaled=scaling is not None)
    files = {
        "serving/serve.sh": _script(pool),
        "serving/workload.yaml": as_yaml(workload, _service(), about=WORKLOAD),
    }
    if scaling is not None:
        files["serving/scaling.yaml"] = as_yaml(scaling, about=SCALING)
    return files


def _instances(pool: Pool | None) -> int:
    return int(pool.instances_per_replica) if pool else 1


def _command(pool: Pool | None) -> list[str]:
    command = ["vllm", "serve", "REPLACE_ME_POOL_MODEL", "--served-model-name", "pool"]
    command += ["--port", str(PORT), "--tensor-parallel-size", GPUS]
    if _instances(pool) > 1:
        command += ["--pipeline-parallel-size", str(_instances(pool))]
    if pool and pool.prefix_hit_ratio > 0.0:
        command.append("--enable-prefix-caching")
    return command


def _script(pool: Pool | None) -> str:
    several = ""
    if _instances(pool) > 1:
        several = f"# First join its {_instances(pool)} instances to one Ray cluster.\n"
    return f"{SERVE}{several}exec {shlex.join(_command(pool))}\n"


def _workload(pool: Pool | None, figures: Figures, *, is_scaled: bool) -> dict[str, object]:
    """A Deployment, or a set of leaders and workers where a replica takes several instances."""
    labels: dict[str, object] = {"app.kubernetes.io/name": NAME}
    replicas: dict[str, object] = {}
    if not is_scaled:
        replicas["replicas"] = number(figures.peak_replicas, "REPLACE_ME_REPLICAS")
    if _instances(pool) == 1:
        template = _pod(pool, labels, _command(pool))
        spec = {**replicas, "selector": {"matchLabels": labels}, "template": template}
        return {"apiVersion": "apps/v1", "kind": "Deployment", **_named(labels), "spec": spec}
    start = f"{RAY} leader --ray_cluster_size=$(LWS_GROUP_SIZE) && exec {_joined(pool)}"
    join = f"{RAY} worker --ray_address=$(LWS_LEADER_ADDRESS)"
    group = {
        "size": _instances(pool),
        "leaderTemplate": _pod(pool, labels, ["/bin/sh", "-c", start]),
        "workerTemplate": _pod(pool, {}, ["/bin/sh", "-c", join]),
    }
    head = {"apiVersion": "leaderworkerset.x-k8s.io/v1", "kind": "LeaderWorkerSet"}
    return {**head, **_named(labels), "spec": {**replicas, "leaderWorkerTemplate": group}}


def _joined(pool: Pool | None) -> str:
    return shlex.join(_command(pool))


def _named(labels: dict[str, object]) -> dict[str, object]:
    return {"metadata": {"name": NAME, "labels": labels}}


def _pod(pool: Pool | None, labels: dict[str, object], command: list[str]) -> dict[str, object]:
    """A pod of the server; those without labels are workers, which answer nobody."""
    key = {"secretKeyRef": {"name": NAME, "key": "api-key"}}
    container: dict[str, object] = {
        "name": "server",
        "image": IMAGE,
        "command": command,
        "env": [{"name": "VLLM_API_KEY", "valueFrom": key}],
        "resources": {"limits": {"nvidia.com/gpu": GPUS}},
        "volumeMounts": [{"name": "shared-memory", "mountPath": "/dev/shm"}],
    }
    if labels:
        container["ports"] = [{"name": "http", "containerPort": PORT}]
        container |= _probes(pool)
    spec: dict[str, object] = {
        "nodeSelector": {"node.kubernetes.io/instance-type": "REPLACE_ME_INSTANCE_TYPE"},
        "containers": [container],
        "volumes": [{"name": "shared-memory", "emptyDir": {"medium": "Memory"}}],
    }
    return {"metadata": {"labels": labels}, "spec": spec} if labels else {"spec": spec}


def _probes(pool: Pool | None) -> dict[str, object]:
    """Ready and alive once loaded; until then it may take its time."""
    start = max(LEAST_START_SECONDS, (pool.cold_start_minutes if pool else 0.0) * 120)
    health = {"httpGet": {"path": "/health", "port": "http"}, "periodSeconds": PROBE_SECONDS}
    return {
        "startupProbe": {**health, "failureThreshold": ceil(start / PROBE_SECONDS)},
        "readinessProbe": {**health, "failureThreshold": 2},
        "livenessProbe": {**health, "failureThreshold": 6},
    }


def _service() -> dict[str, object]:
    labels: dict[str, object] = {"app.kubernetes.io/name": NAME}
    port = {"name": "http", "port": PORT, "targetPort": "http"}
    spec = {"selector": labels, "ports": [port]}
    return {"apiVersion": "v1", "kind": "Service", **_named(labels), "spec": spec}


def _scaling(scenario: Scenario, pool: Pool, figures: Figures) -> dict[str, object] | None:
    """How replicas follow the traffic or the week; nothing for a pool that is always on."""
    most = figures.peak_replicas or 0
    triggers: list[object] = []
    if pool.scaling == "autoscaled":
        triggers, least = [_demand(pool, figures)], int(pool.min_replicas)
    elif pool.scaling == "scheduled":
        triggers, least = _schedule(scenario, pool, most), 0
    if not triggers or not most:
        return None
    target: dict[str, object] = {"name": NAME}
    if _instances(pool) > 1:
        target |= {"apiVersion": "leaderworkerset.x-k8s.io/v1", "kind": "LeaderWorkerSet"}
    spec: dict[str, object] = {
        "scaleTargetRef": target,
        "minReplicaCount": least,
        "maxReplicaCount": max(most, least),
        "triggers": triggers,
    }
    head = {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": NAME}}
    return {**head, "spec": spec}


def _demand(pool: Pool, figures: Figures) -> object:
    """Replicas by the calls that reach the pool: so many a second fill one as far as it may be."""
    seconds = figures.seconds_per_call
    each = pool.max_utilization_ratio / seconds if seconds else None
    query = RATE
    if pool.spare_replicas and each:
        query = f"({RATE} > 0) + {each * pool.spare_replicas:.10g}"
    return {
        "type": "prometheus",
        "metadata": {
            "serverAddress": "REPLACE_ME_PROMETHEUS_URL",
            "query": query,
            "threshold": literal(each, "REPLACE_ME_REQUEST_RATE"),
            "activationThreshold": "0",
        },
    }


def _schedule(scenario: Scenario, pool: Pool, replicas: int) -> list[object]:
    """A trigger for each stretch of hours with traffic, alike days together.

    It starts as much earlier as a replica takes to load.
    """
    early = ceil(pool.cold_start_minutes)
    days: dict[tuple[int, int], list[int]] = {}
    busy = hours_with_traffic(part.scenario.workload for part in scenario.parts)
    for first, last in _stretches(busy):
        start = (first * MINUTES_PER_HOUR - early) % (HOURS_PER_WEEK * MINUTES_PER_HOUR)
        length = (last - first) * MINUTES_PER_HOUR + early
        key = (start % MINUTES_PER_DAY, length)
        days.setdefault(key, []).append(start // MINUTES_PER_DAY)
    return [
        {
            "type": "cron",
            "metadata": {
                "timezone": "REPLACE_ME_TIME_ZONE",
                "start": _cron(start, on),
                "end": _cron(start + length, on),
                "desiredReplicas": str(replicas),
            },
        }
        for (start, length), on in days.items()
    ]


def _stretches(active: tuple[bool, ...]) -> list[tuple[int, int]]:
    """First hour and the hour after the last of each stretch of the week; none if it never ends."""
    starts = [hour for hour, is_on in enumerate(active) if is_on and not active[hour - 1]]
    stretches = []
    for first in starts:
        last = first
        while active[last % len(active)]:
            last += 1
        stretches.append((first, last))
    return stretches


def _cron(minute: int, days: list[int]) -> str:
    """A minute counted from midnight of these days; Monday is day 0, and cron's day 1."""
    later, of_day = divmod(minute, MINUTES_PER_DAY)
    on = ",".join(str((day + later + 1) % 7) for day in days)
    return f"{of_day % MINUTES_PER_HOUR} {of_day // MINUTES_PER_HOUR} * * {on}"
