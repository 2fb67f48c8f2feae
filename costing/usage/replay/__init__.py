"""Replays a log call by call: prompt caches, a semantic cache, routing and a pool, on real traffic.

Pure: no Django. A log is read in order of time and never held as a whole; of what a call said only
salted hashes and lengths are used, and only while it is read.
"""

from costing.usage.replay.calls import Call, Identity
from costing.usage.replay.reading import Log, read_log
from costing.usage.replay.replaying import Settings, check_scenario, replay
from costing.usage.replay.results import Replay, read_caches, read_replay, replay_document

__all__ = [
    "Call",
    "Identity",
    "Log",
    "Replay",
    "Settings",
    "check_scenario",
    "read_caches",
    "read_log",
    "read_replay",
    "replay",
    "replay_document",
]
