"""What people and programs ask while something is broken, and what they were promised meanwhile."""

import json
import threading
import time
from collections.abc import Iterator
from itertools import count
from types import TracebackType
from typing import Self

from tests.costing.cast import scenario_a
from tests.faults.site import Response, Site

SECONDS_FOR_JOBS = 90


def around(site: Site, number: int) -> Iterator[Response]:
    """Ask once for each kind of page and operation."""
    cast = site.cast
    firm, email = f"/o/{cast['organization']}/", f"new-{number}@acme.example"
    person, nobody = site.person(), site.nobody()
    yield site.ask("health", "GET", "/healthz/")
    yield site.ask("sign-in page", "GET", "/accounts/login/", headers=nobody)
    yield site.ask("demo", "GET", "/demo/economics/", headers=nobody)
    yield site.page()
    scenario = f"{firm}scenarios/{cast['scenario']}/"
    yield site.ask("scenario", "GET", scenario, headers=person)
    yield site.ask("editor", "GET", f"{scenario}edit/", headers=person)
    login = {"login": cast["email"], "password": cast["password"]}
    yield site.post("sign-in", "/accounts/login/", login, signed_in=False)
    wrong = login | {"login": email, "password": "not the one"}
    yield site.post("wrong sign-in", "/accounts/login/", wrong, signed_in=False)
    reset = {"email": cast["email"]}
    yield site.post("reset", "/accounts/password/reset/", reset, signed_in=False)
    new = {"email": email, "password1": "lanterns at low tide", "organization": f"New {number}"}
    yield site.post("sign-up", "/accounts/signup/", new, signed_in=False)
    yield site.call("list", "GET", "assessments/")
    yield site.call("estimate", "POST", "estimates/", scenario_a())


class Traffic:
    """Asks all the while a fault lasts, writes too, and knows what was acknowledged."""

    numbers = count(1)

    def __init__(self, site: Site) -> None:
        self.site = site
        self.responses: list[Response] = []
        self.clients: set[str] = set()
        self.jobs: set[str] = set()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=each) for each in (self._ask, self._write)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        while not self._stop.is_set():
            for response in around(self.site, next(self.numbers)):
                self.responses.append(response)
                if self._stop.is_set():
                    return

    def _write(self) -> None:
        path = f"scenarios/{self.site.cast['scenario']}/computations/"
        while not self._stop.wait(0.3):
            name = f"Client {next(self.numbers)}"
            created = self.site.call("new client", "POST", "clients/", {"name": name})
            if created.status == 201:
                self.clients.add(name)
            asked = self.site.call("computation", "POST", path)
            if asked.status == 202:
                self.jobs.add(json.loads(asked.body)["id"])
            self.responses += [created, asked]

    def failures(self) -> list[str]:
        """What nobody must get, by name and status."""
        found = {f"{each.name}: {each.status}" for each in self.responses if each.is_failure}
        return sorted(found)

    def lost(self) -> list[str]:
        """What was acknowledged and is not there, once the jobs had their time."""
        stored, path = set(), "clients/?limit=200"
        while path:
            page = json.loads(self.site.call("clients", "GET", path).body)
            stored |= {row["name"] for row in page["results"]}
            path = (page["next"] or "").partition(f"{self.site.cast['organization']}/")[2]
        lost = sorted(self.clients - stored)
        deadline = time.monotonic() + SECONDS_FOR_JOBS
        waiting = set(self.jobs)
        while waiting and time.monotonic() < deadline:
            waiting = {job for job in waiting if not self._is_done(job)}
            time.sleep(0.5)
        return lost + [f"job {job}" for job in sorted(waiting)]

    def _is_done(self, job: str) -> bool:
        found = self.site.call("job", "GET", f"jobs/{job}/")
        return found.status == 200 and json.loads(found.body)["state"] == "done"

    def __str__(self) -> str:
        slowest = max(self.responses, key=lambda each: each.seconds)
        told = sum(each.status in (429, 503) for each in self.responses)
        return (
            f"{len(self.responses)} requests, {told} told to try again, slowest "
            f"{slowest.seconds:.1f} s ({slowest.name}); {len(self.clients)} writes and "
            f"{len(self.jobs)} jobs acknowledged"
        )
