"""Runs the one long process of a command, and passes our own end on to it."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from types import FrameType

from config.local.state import CHECKOUT

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt_on_sigterm() -> None:
    """Make SIGTERM raise KeyboardInterrupt, as Ctrl-C does: what was started is stopped."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def run_child(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command to its end and return its exit code, a signal's as 128 + its number.

    The child has a session of its own, so that Ctrl-C reaches it once, from here.
    """
    child: subprocess.Popen[bytes] | None = None
    received: list[int] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        if child:
            child.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in PASSED_ON}
    try:
        child = subprocess.Popen(command, env=environment, cwd=CHECKOUT, start_new_session=True)
        if received:
            child.send_signal(received[0])
        code = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if received:
        return 128 + received[0]
    return code if code >= 0 else 128 - code
