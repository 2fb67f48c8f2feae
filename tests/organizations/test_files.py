"""Private files lie in a folder or in a bucket of S3: whole or not at all, by organization."""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings

from organizations.files import DOCUMENTS, EVIDENCE, KINDS, USAGE, files_of, remove_files, store_of
from tests.s3 import local_s3

OWN, OTHER = uuid4(), uuid4()


@pytest.fixture(params=["folder", "bucket"])
def bucket(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Either place in turn; of a bucket the bucket."""
    if request.param == "folder":
        yield None
        return
    with local_s3() as bucket:
        yield bucket


def put(path: str, content: bytes = b"content", kind: str = EVIDENCE) -> str:
    with store_of(kind).writing(path) as file:
        file.write(content)
    return path


@pytest.mark.usefixtures("bucket")
def test_what_is_written_is_read_from_any_place_until_it_is_removed() -> None:
    store, content = store_of(USAGE), bytes(range(256)) * 40_000
    path = put(f"{OWN}/a", content, USAGE)

    with store.open(path) as file:
        assert file.read(3) == content[:3]
        assert file.seek(-5, io.SEEK_END) == len(content) - 5
        assert file.read() == content[-5:]
        file.seek(1000)
        assert file.tell() == 1000
        assert file.read(8_000_000) == content[1000:8_001_000]
        assert file.read() == content[8_001_000:]
        assert file.read() == b""
    with store.local(path) as place:
        assert place.read_bytes() == content
    assert store.read(path) == content
    assert (store.size(path), store.size(f"{OWN}/b")) == (len(content), None)

    store.remove(path)
    store.remove(path)

    assert store.size(path) is None
    for missing in (path, ""):
        with pytest.raises(FileNotFoundError):
            store.open(missing)


def put_half(path: str) -> None:
    """Stop in the middle of writing a file."""
    with store_of(EVIDENCE).writing(path) as file:
        file.write(b"half")
        raise KeyError


@pytest.mark.usefixtures("bucket")
def test_a_file_that_was_not_written_to_its_end_is_nowhere() -> None:
    with pytest.raises(KeyError):
        put_half(f"{OWN}/a")
    assert [*files_of(OWN)] == []

    put(f"{OWN}/a", b"before")
    with pytest.raises(KeyError):
        put_half(f"{OWN}/a")
    assert store_of(EVIDENCE).read(f"{OWN}/a") == b"before"


@pytest.mark.usefixtures("bucket")
def test_a_file_that_is_moved_replaces_the_one_before() -> None:
    store = store_of(DOCUMENTS)
    put(f"{OWN}/brief.pdf", b"old", DOCUMENTS)
    put(f"{OWN}/brief.pdf.1.part", b"new", DOCUMENTS)

    store.move(f"{OWN}/brief.pdf.1.part", f"{OWN}/brief.pdf")

    assert store.paths(f"{OWN}/brief.pdf") == [f"{OWN}/brief.pdf"]
    assert store.read(f"{OWN}/brief.pdf") == b"new"


@pytest.mark.usefixtures("bucket")
def test_an_organizations_files_are_found_and_removed_and_no_others() -> None:
    for kind in KINDS:
        for organization in (OWN, OTHER):
            put(f"{organization}/one", kind=kind)

    assert [(store.kind, path) for store, path in files_of(OWN)] == [
        (kind, f"{OWN}/one") for kind in KINDS
    ]
    remove_files(OWN)

    assert [*files_of(OWN)] == []
    assert len([*files_of(OTHER)]) == len(KINDS)


@pytest.mark.usefixtures("bucket")
def test_old_files_of_one_kind_are_swept_whoever_has_them() -> None:
    for organization in (OWN, OTHER):
        put(f"{organization}/a", kind=USAGE)
        put(f"{organization}/a", kind=EVIDENCE)

    assert store_of(USAGE).sweep(time.time() - 60) == 0
    assert store_of(USAGE).sweep(time.time() + 60) == 2

    assert [store.kind for store, _ in files_of(OWN)] == [EVIDENCE]


def test_keys_begin_with_the_organization_and_objects_are_private_and_encrypted(
    bucket: Any,
) -> None:
    path = put(f"{OWN}/a", kind=USAGE)
    if bucket is None:
        place = Path(django_settings.MEDIA_ROOT, "usage", path)
        assert store_of(USAGE).address(path) == str(place)
        assert [each.stat().st_mode & 0o777 for each in (place, place.parent)] == [0o600, 0o700]
        return
    store_of(USAGE).move(path, f"{OWN}/b")
    [stored] = bucket.objects.all()

    assert stored.key == f"{OWN}/usage/b"
    assert store_of(USAGE).address(f"{OWN}/b") == f"s3://{bucket.name}/{OWN}/usage/b"
    assert stored.Object().server_side_encryption == "AES256"
    grants = stored.Acl().grants
    assert [(each["Grantee"]["Type"], each["Permission"]) for each in grants] == [
        ("CanonicalUser", "FULL_CONTROL")
    ]
