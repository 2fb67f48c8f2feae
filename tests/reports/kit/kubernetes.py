"""Reads manifests by the typed objects of Kubernetes, and other kinds by their own keys.

https://keda.sh/docs/latest/reference/scaledobject-spec and
https://lws.sigs.k8s.io/docs/reference/leaderworkerset.v1 name the keys of the other two kinds.
"""

from typing import Any

from lightkube.models import apps_v1, core_v1

KINDS = {"Deployment": apps_v1.Deployment, "Service": core_v1.Service}
SCALED = {"scaleTargetRef", "minReplicaCount", "maxReplicaCount", "triggers"}
TRIGGERS = {
    "cron": {"timezone", "start", "end", "desiredReplicas"},
    "prometheus": {"serverAddress", "query", "threshold", "activationThreshold"},
}


def check(manifest: dict[str, Any]) -> None:
    """Raise where a cluster would not take it: a wrong type, a missing key, an unknown one."""
    kind, spec = manifest["kind"], manifest["spec"]
    if kind == "ScaledObject":
        check_scaling(spec)
    elif kind == "LeaderWorkerSet":
        group = spec["leaderWorkerTemplate"]
        assert set(spec) <= {"replicas", "leaderWorkerTemplate"}
        assert set(group) == {"size", "leaderTemplate", "workerTemplate"}
        for name in ("leaderTemplate", "workerTemplate"):
            check_typed(core_v1.PodTemplateSpec, group[name])
    else:
        check_typed(KINDS[kind], manifest)


def check_typed(of: Any, document: dict[str, Any]) -> None:
    """Read the document as the type; what the type does not know is lost on its way back."""
    assert of.from_dict(document).to_dict() == document


def check_scaling(spec: dict[str, Any]) -> None:
    assert set(spec) == SCALED
    assert 0 <= spec["minReplicaCount"] <= spec["maxReplicaCount"]
    assert spec["triggers"]
    for trigger in spec["triggers"]:
        assert set(trigger["metadata"]) == TRIGGERS[trigger["type"]]
        assert all(isinstance(value, str) for value in trigger["metadata"].values())
