"""From a new client to its documents, over the API alone; docs/api.md says what to set."""

import json
import os
import time
import urllib.request
from pathlib import Path


def call(method, path, body=None):
    url = urllib.parse.urljoin(os.environ["ORGANIZATION_URL"], path)
    headers = {"Authorization": f"Bearer {os.environ['KEY']}", "Content-Type": "application/json"}
    asked = urllib.request.Request(url, body and json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(asked) as answer:
        return answer.read() if url.endswith("/file/") else json.load(answer)


def wait(job):
    while job["state"] in ("queued", "running"):
        time.sleep(0.2)
        job = call("GET", job["url"])
    assert job["state"] == "done", job["error"]


client = call("POST", "clients/", {"name": "Westwind"})
start = {"client": client["id"], "title": "First look", "as_of": "2026-11-01", "triggers": ["rag"]}
here = f"assessments/{call('POST', 'assessments/', start)['id']}/"
call("PUT", f"{here}answers/dimension/finops/", {"state": "answered", "level": 3, "version": 0})
scenario = json.loads(Path(__file__).with_name("api_scenario.json").read_text())
scenario = call("POST", f"{here}scenarios/", scenario)
wait(call("POST", f"scenarios/{scenario['id']}/computations/"))
wait(call("POST", f"{here}submission/"))
snapshot = call("POST", f"{here}snapshots/")
for kind in os.environ.get("KINDS", "scorecard executive-brief workbook guide").split():
    document = call("POST", f"snapshots/{snapshot['id']}/deliverables/", {"kind": kind})
    wait(document["job"])
    Path(document["filename"]).write_bytes(call("GET", f"deliverables/{document['id']}/file/"))
