"""Usage is split by application, key or tag: names and ids are kept, secrets and people are not."""

import io
import json
import re
from typing import Any

import pytest

from costing.usage import Columns, Limits, Reading, plan_reading, read_usage
from costing.usage.entries import Entry, Tokens
from costing.usage.groups import OTHER, group_name
from costing.usage.merging import ONCE, TWICE, Part, merged
from organizations.exceptions import Invalid
from tests.costing.usage import files
from tests.costing.usage.files import HOUR, NOON, content_of
from tests.costing.usage.test_privacy import CANARY
from tests.costing.usage.test_responses import chat

SECRET = "sk-proj-T3BlbkFJabcdefghij0123456789"
HASHED = re.compile("#[0-9a-f]{10}")


def split(content: Any, by: str, tag: str = "", limits: Limits | None = None) -> Reading:
    file = io.BytesIO(content_of(content))
    bounds = limits or Limits()
    plan = plan_reading(file, columns=Columns(split_by=by, tag=tag))
    return read_usage(file, plan, limits=bounds)


def lines(*records: dict[str, Any]) -> str:
    return "\n".join(map(json.dumps, records))


@pytest.mark.parametrize(
    ("value", "tag", "name"),
    [
        (
            "customer-support-assistant-v2-production",
            "",
            "customer-support-assistant-v2-production",
        ),
        (" Chat ", "", "Chat"),
        (4711, "", "4711"),
        # Documented ids name a key or project; they open nothing.
        ("proj_Ab3dEf6hIj9lMn2pQr5tUv8x", "", "proj_Ab3dEf6hIj9lMn2pQr5tUv8x"),
        ("apikey_01Rj2N8SVvo6BePZj99NhmiT", "", "apikey_01Rj2N8SVvo6BePZj99NhmiT"),
        ("0b0d1c9e-6a53-4a0c-8f5e-2f6c1f3f9a11", "", "0b0d1c9e-6a53-4a0c-8f5e-2f6c1f3f9a11"),
        (["team:blue", "app:chat"], "", "team:blue"),
        (["team:blue", "app:chat"], "app", "chat"),
        ('["job:1", "app=chat"]', "app", "chat"),
        ({"app": "chat"}, "app", "chat"),
        ('{"app": "chat"}', "app", "chat"),
        ({"app": "chat"}, "", ""),
        (["job:1"], "app", ""),
        ([1, {}], "", ""),
        (None, "", ""),
        (True, "", ""),
        ("a\nb", "", ""),
        ("{broken", "", ""),
        ("x" * 200, "", "x" * 80),
    ],
)
def test_a_name_is_a_group(value: Any, tag: str, name: str) -> None:
    assert group_name(value, tag=tag) == name


@pytest.mark.parametrize(
    "value", [SECRET, "sk-1", CANARY, "a1" * 32, "AKIAIOSFODNN7EXAMPLE", "bearer x"]
)
def test_what_may_be_a_secret_or_a_person_is_hashed_with_the_salt(value: Any) -> None:
    one, other = (group_name(value, salt=salt) for salt in (b"one", b"other"))

    assert HASHED.fullmatch(one)
    assert one != other
    assert one == group_name(value, salt=b"one")


def resource(**attributes: Any) -> dict[str, Any]:
    report = files.spans(files.span())
    report["resourceSpans"][0]["resource"] = {
        "attributes": [{"key": k, "value": {"stringValue": v}} for k, v in attributes.items()]
    }
    return report


TEAM = {"user_api_key_alias": "bot-key", "user_api_key_team_alias": "Support", "usage_object": {}}
FOCUS = files.FOCUS_HEADER.strip() + ",SubAccountName,Tags\n"
CASES: dict[str, tuple[Any, str, str, str]] = {
    "litellm team": (lines(files.litellm_log(metadata=TEAM)), "application", "", "Support"),
    "litellm team in text": (
        lines(files.litellm_log(metadata=json.dumps(TEAM))),
        "application",
        "",
        "Support",
    ),
    "litellm key": (lines(files.litellm_log(metadata=TEAM)), "key", "", "bot-key"),
    "litellm tag": (
        lines(files.litellm_log(request_tags=["job:1", "app:chat"])),
        "tag",
        "app",
        "chat",
    ),
    "openai project": (files.openai_page(project_id="proj_1"), "application", "", "proj_1"),
    "openai key": (files.openai_page(api_key_id="key_1"), "key", "", "key_1"),
    "anthropic workspace": (
        files.anthropic_report(workspace_id="wrkspc_1"),
        "application",
        "",
        "wrkspc_1",
    ),
    "otel service": (resource(**{"service.name": "chat"}), "application", "", "chat"),
    "otel attribute": (files.spans(files.span(**{"app.name": "bot"})), "tag", "app.name", "bot"),
    "langfuse trace": ([files.observation(traceName="answer")], "application", "", "answer"),
    "langfuse tag": ([files.observation(tags=["prod"])], "tag", "", "prod"),
    "openai metadata": (lines(chat(metadata={"app": "bot"})), "tag", "app", "bot"),
    "focus account": (
        FOCUS + files.focus_row().strip() + ',Chatbot,"{""app"": ""x""}"\n',
        "application",
        "",
        "Chatbot",
    ),
    "focus tag": (
        FOCUS + files.focus_row().strip() + ',Chatbot,"{""app"": ""x""}"\n',
        "tag",
        "app",
        "x",
    ),
    "csv": (
        f"time,model,app,input_tokens,output_tokens\n{NOON},m,chat,1,1\n",
        "application",
        "",
        "chat",
    ),
}


@pytest.mark.parametrize(("content", "by", "tag", "group"), CASES.values(), ids=CASES)
def test_each_source_names_its_groups(content: Any, by: str, tag: str, group: str) -> None:
    [key] = split(content, by, tag).cells

    assert key.group == group
    assert {key.group for key in files.read(content).cells} == {""}


def test_a_role_calls_bedrock_and_no_person_is_named() -> None:
    def call(arn: str) -> dict[str, Any]:
        return {
            "schemaType": "ModelInvocationLog",
            "timestamp": NOON,
            "modelId": "large-1",
            "identity": {"arn": arn},
            "input": {"inputTokenCount": 5},
            "output": {"outputTokenCount": 5},
        }

    log = lines(
        call("arn:aws:sts::1:assumed-role/ChatRole/alice"), call("arn:aws:iam::1:user/alice")
    )

    assert {key.group for key in split(log, "application").cells} == {"ChatRole", ""}


def test_a_secret_in_place_of_a_name_is_not_kept() -> None:
    rows = f"time,model,app,input_tokens,output_tokens\n{NOON},m,{SECRET},1,1\n"

    [key] = split(rows, "key").cells

    assert HASHED.fullmatch(key.group)


@pytest.mark.parametrize(
    ("content", "by", "field"),
    [
        (files.openai_page(), "application", "split_by"),  # not grouped by project
        (files.openai_page(), "tag", "split_by"),  # has no tags
        (f"time,model,input_tokens,output_tokens\n{NOON},m,1,1\n", "key", "group"),
    ],
)
def test_what_cannot_be_split_says_so_at_the_field(content: Any, by: str, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        split(content, by)

    assert field in raised.value.fields


def test_the_largest_groups_are_told_apart_and_the_rest_is_one() -> None:
    rows = "time,model,app,input_tokens,output_tokens\n" + "".join(
        f"2026-11-02T{hour:02}:00:00Z,m,app {number},{number + 1},0\n"
        for hour in range(3)
        for number in range(9)
    )
    # Nine groups of three hours are 27 cells: at the twelfth the smallest are put together.
    bounds = Limits(groups=2, cells=12)

    read = split(rows, "application", limits=bounds)

    sums: dict[str, int] = {}
    for key, cell in read.cells.items():
        sums[key.group] = sums.get(key.group, 0) + sum(cell.tokens)
    # Three hours of 1 + … + 9 tokens.
    assert sum(sums.values()) == 135
    assert sums == {"app 7": 24, "app 8": 27, OTHER: 84}


def test_names_are_bounded_while_a_file_is_read() -> None:
    rows = "time,model,app,input_tokens,output_tokens\n" + "".join(
        f"{NOON},m,app {number},1,0\n" for number in range(50)
    )

    read = split(rows, "application", limits=Limits(groups=2, group_names=5))

    assert len(read.groups) + len(read.folded) == 5
    assert sum(sum(cell.tokens) for cell in read.cells.values()) == 50


def test_usage_that_is_split_and_the_same_unsplit_count_once() -> None:
    def entry(tokens: int, group: str = "") -> Entry:
        return Entry("m", HOUR, calls=1, tokens=Tokens(tokens), group=group)

    whole, parts = Part([entry(9)]), Part([entry(5, "a"), entry(4, "b")])

    once = merged([parts, whole], ONCE)

    assert [(e.group, e.tokens.input) for e in once.usage_cells()] == [("a", 5), ("b", 4)]
    assert once.left_out == {TWICE: 1}
