"""Files move from the folder to the bucket and back: whole, compared, and from where it stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import IO, Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from organizations.file_moves import Moved, move_files
from organizations.files import DOCUMENTS, EVIDENCE, KINDS, PART, Bucket, Folder, Store
from tests.s3 import local_s3

ONE, OTHER = uuid4(), uuid4()
# Larger than the pieces that a file is read in.
LARGE = bytes(range(256)) * 40_000
CONTENT = {
    (kind, f"{organization}/{name}"): f"{kind} {organization} {name}".encode() + extra
    for kind, extra in zip(KINDS, (b"", LARGE, b"", b""), strict=True)
    for organization in (ONE, OTHER)
    for name in ("a", "b.pdf")
}


@pytest.fixture(autouse=True)
def bucket() -> Iterator[Any]:
    with local_s3() as bucket:
        yield bucket


@pytest.fixture
def filled() -> None:
    """The folder with files of two organizations and every kind, and one that is being written."""
    for (kind, path), content in CONTENT.items():
        put(Folder(kind), path, content)
    put(Folder(EVIDENCE), f"{ONE}/half.{uuid4().hex}{PART}", b"half")


def put(store: Store, path: str, content: bytes) -> None:
    with store.writing(path) as file:
        file.write(content)


def files_in(place: type[Store]) -> dict[tuple[str, str], bytes]:
    return {
        (kind, path): place(kind).read(path) for kind in KINDS for path in place(kind).every_path()
    }


def move(*options: str) -> str:
    out = StringIO()
    call_command("move_files", *options, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("filled")
def test_files_are_copied_to_the_bucket_then_removed_and_moved_back() -> None:
    told = move("--to", "s3")

    assert files_in(Bucket) == files_in(Folder) == CONTENT
    assert "documents: 4 files: 4 copied (0.0 MB), 0 there already" in told
    assert "evidence: 4 files: 4 copied (41.0 MB)" in told
    assert "documents: 4 files: 0 copied (0.0 MB), 4 there already, 4 removed" in move(
        "--to", "s3", "--remove"
    )
    assert files_in(Folder) == {}
    move("--to", "folder", "--remove")
    assert (files_in(Folder), files_in(Bucket)) == (CONTENT, {})


@pytest.mark.usefixtures("filled")
def test_a_move_that_was_stopped_goes_on_where_it_was(bucket: Any) -> None:
    def stop(moved: Moved) -> None:
        if moved.copied == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move_files(Folder(EVIDENCE), Bucket(EVIDENCE), remove=True, report=stop)
    counts: list[int] = []
    moved = move_files(
        Folder(EVIDENCE),
        Bucket(EVIDENCE),
        remove=True,
        report=lambda moved: counts.append(moved.count),
    )

    assert (moved.copied, moved.already_there, moved.removed, counts) == (1, 0, 1, [1])
    assert len([*bucket.objects.all()]) == 4
    assert files_in(Bucket) == {key: text for key, text in CONTENT.items() if key[0] == EVIDENCE}


def test_what_lies_there_with_other_content_stays_until_it_may_be_replaced() -> None:
    path = f"{ONE}/a"
    put(Folder(DOCUMENTS), path, b"new")
    put(Bucket(DOCUMENTS), path, b"old")

    with pytest.raises(CommandError, match=f"1 file .*\n.*other content.*{ONE}/documents/a"):
        move("--to", "s3", "--remove")
    assert (Folder(DOCUMENTS).read(path), Bucket(DOCUMENTS).read(path)) == (b"new", b"old")
    move("--to", "s3", "--remove", "--overwrite")

    assert Bucket(DOCUMENTS).read(path) == b"new"
    assert files_in(Folder) == {}


class Failing(Folder):
    """A place that keeps other than what is written."""

    @contextmanager
    def writing(self, path: str) -> Iterator[IO[bytes]]:
        with super().writing(path) as file:
            yield file
            file.seek(0)
            file.write(b"X")


def test_what_is_not_read_as_it_was_written_is_not_left_there_and_not_removed() -> None:
    path = f"{ONE}/a"
    put(Bucket(DOCUMENTS), path, b"content")
    target = Failing(DOCUMENTS)

    moved = move_files(Bucket(DOCUMENTS), target, remove=True)

    assert (moved.copied, moved.removed, moved.damaged) == (0, 0, (target.address(path),))
    assert (target.size(path), Bucket(DOCUMENTS).read(path)) == (None, b"content")


class Emptied(Folder):
    """A place whose files are taken away once they were listed."""

    def every_path(self) -> Iterator[str]:
        for path in [*super().every_path()]:
            self.remove(path)
            yield path


@pytest.mark.usefixtures("filled")
def test_a_file_that_is_gone_meanwhile_is_no_error() -> None:
    moved = move_files(Emptied(EVIDENCE), Bucket(EVIDENCE))

    assert moved == Moved(gone=4)
    assert files_in(Bucket) == {}


def test_without_a_bucket_nothing_is_moved(settings: Any) -> None:
    settings.FILES_S3_BUCKET = ""

    with pytest.raises(CommandError, match="Set FILES_S3_BUCKET"):
        move("--to", "s3")


@pytest.mark.usefixtures("filled")
def test_a_bucket_that_does_not_answer_is_said_and_nothing_is_removed(settings: Any) -> None:
    settings.FILES_S3_ENDPOINT_URL = "http://127.0.0.1:9"

    with pytest.raises(CommandError, match="The bucket cannot be used"):
        move("--to", "s3", "--remove")
    assert files_in(Folder) == CONTENT
