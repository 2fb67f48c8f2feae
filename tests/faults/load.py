"""Sixteen of the heaviest requests at once, beside an ordinary page and the health check."""

import threading
import time
from collections import Counter

from tests.api.test_estimates import heaviest, heavy
from tests.costing.cast import scenario_a
from tests.faults.site import Response, Site

AT_ONCE = 16
SECONDS = 20.0
MAX_RATIO = 5.0
MAX_HEALTH_SECONDS = 1.0


def in_request() -> dict[str, object]:
    """The heaviest that is computed at once: searches that last until the deadline or nearly so."""
    document = scenario_a() | {"samples": 4096}
    document["ranges"] = {"workload.requests_per_month": {"low": 1e6, "high": 9e6}}
    document["workload"]["hourly_profile"] = [100 + (hour * 37) % 168 for hour in range(168)]
    document["pool"] |= {
        "usd_per_instance_hour": 0.05,
        "prefill_tokens_per_second": 60,
        "decode_tokens_per_second": 5,
        "scaling": "autoscaled",
    }
    names = ("self_hosted", "hybrid", "prompt_caching", "optimized_api")
    pairs = [{"from": one, "to": two} for one in names for two in names if one != two]
    return document | {"pairs": pairs[:8]}


HEAVIEST = (in_request(), heavy(16_384, tiers=20), heaviest())


class Load:
    """Threads that ask until they are stopped."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.heavy: list[Response] = []
        self.pages: list[Response] = []
        self.health: list[Response] = []
        self._stop = threading.Event()

    def last(self, seconds: float) -> None:
        """Ask for so long, from so many connections."""
        threads = [threading.Thread(target=self._estimate, args=[n]) for n in range(AT_ONCE)]
        threads += [threading.Thread(target=each) for each in (self._page, self._healthz)]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        self._stop.set()
        for thread in threads:
            thread.join()

    def _estimate(self, sent: int) -> None:
        while not self._stop.is_set():
            document = HEAVIEST[sent % len(HEAVIEST)] | {"seed": sent}
            found = self.site.call("estimate", "POST", "estimates/", document)
            self.heavy.append(found)
            self._stop.wait(float(found.retry_after or 0))
            sent += AT_ONCE

    def _page(self) -> None:
        while not self._stop.wait(0.05):
            self.pages.append(self.site.page())

    def _healthz(self) -> None:
        while not self._stop.wait(0.05):
            self.health.append(self.site.ask("health", "GET", "/healthz/"))


def sixteen_at_once(site: Site) -> str:
    """Check what the others feel; return it in words."""
    idle = p95([site.page() for _ in range(30)])
    load = Load(site)
    load.last(SECONDS)
    statuses = Counter(each.status for each in load.heavy)
    ratio = p95(load.pages) / idle
    slowest = max(each.seconds for each in load.health)
    told = (
        f"{len(load.heavy)} of the heaviest "
        f"({', '.join(f'{count} × {status}' for status, count in sorted(statuses.items()))}); "
        f"page p95 {1000 * p95(load.pages):.0f} ms, {ratio:.1f} × idle; "
        f"health at most {slowest:.2f} s"
    )
    assert {each.status for each in (*load.pages, *load.health)} == {200}, told
    assert not [each for each in load.heavy if each.is_failure], told
    assert ratio < MAX_RATIO, told
    assert slowest < MAX_HEALTH_SECONDS, told
    return told


def p95(responses: list[Response]) -> float:
    """The seconds within which 95 % came."""
    return sorted(each.seconds for each in responses)[int(len(responses) * 0.95)]
