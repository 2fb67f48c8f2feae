"""Where private files lie: a folder of this machine, or a bucket of S3.

A file has a kind and a path, which begins with the organization it belongs to. It appears whole or
not at all.
"""

import io
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files import File

DOCUMENTS, EVIDENCE, USAGE, EXPORTS = KINDS = ("documents", "evidence", "usage", "exports")
PART = ".part"
PIECE = 4 * 1024 * 1024


class FilesUnreachable(OSError):
    """The place where files lie does not answer, or lets nobody in."""


class Store(ABC):
    """The files of one kind. What is not there raises FileNotFoundError where it is read."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    @abstractmethod
    def writing(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """Open a file to be written and read; it appears at its path when the block has ended.

        Where the block raises, nothing appears.
        """

    @abstractmethod
    def open(self, path: str) -> IO[bytes]:
        """Open a file to be read from any place in it, piece by piece."""

    @abstractmethod
    def local(self, path: str) -> AbstractContextManager[Path]:
        """The file as one of this machine, for a process that takes a name; not to be changed."""

    @abstractmethod
    def move(self, path: str, to: str) -> None:
        """Put a file in another one's place, in one step."""

    @abstractmethod
    def remove(self, path: str) -> None:
        """Remove a file; one that is gone already is no error."""

    @abstractmethod
    def size(self, path: str) -> int | None:
        """The bytes of a file; None where there is none."""

    @abstractmethod
    def paths(self, start: str) -> list[str]:
        """The files of an organization whose paths start so, in order."""

    @abstractmethod
    def every_path(self) -> Iterator[str]:
        """The files of every organization, in order; none that is still being written."""

    @abstractmethod
    def sweep(self, before: float) -> int:
        """Remove the files of every organization that were written before then; return how many."""

    @abstractmethod
    def address(self, path: str) -> str:
        """Where a file lies, for the person who runs the product."""

    def read(self, path: str) -> bytes:
        """The whole content of a small file."""
        with self.open(path) as file:
            return file.read()


class Folder(Store):
    """Files below `DELIVERABLES_ROOT`: documents in it directly, other kinds in their folder."""

    @property
    def root(self) -> Path:
        """The folder of this kind, outside of the web root."""
        return Path(settings.MEDIA_ROOT, "" if self.kind == DOCUMENTS else self.kind)

    @contextmanager
    def writing(self, path: str) -> Iterator[IO[bytes]]:
        """Write beside the place, flush to the disk, and put it there in one step."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = place.with_name(f"{place.name}.{uuid4().hex}{PART}")
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _put(part, place)
        finally:
            part.unlink(missing_ok=True)

    def open(self, path: str) -> IO[bytes]:
        """Open the file itself."""
        try:
            return (self.root / path).open("rb")
        except IsADirectoryError as error:
            raise FileNotFoundError from error

    @contextmanager
    def local(self, path: str) -> Iterator[Path]:
        """The file itself."""
        yield self.root / path

    def move(self, path: str, to: str) -> None:
        """Rename the file, and flush its folder to the disk."""
        _put(self.root / path, self.root / to)

    def remove(self, path: str) -> None:
        """Remove the file."""
        (self.root / path).unlink(missing_ok=True)

    def size(self, path: str) -> int | None:
        """The size on the disk."""
        place = self.root / path
        return place.stat().st_size if place.is_file() else None

    def paths(self, start: str) -> list[str]:
        """The files below, whatever folders they lie in."""
        organization = start.partition("/")[0]
        found = (self.root / organization).rglob("*")
        paths = sorted(place.relative_to(self.root).as_posix() for place in found)
        return [path for path in paths if path.startswith(start) and self.size(path) is not None]

    def every_path(self) -> Iterator[str]:
        """Organization by organization: documents lie beside the folders of the other kinds."""
        for place in sorted(self.root.glob("*/")):
            if self.kind != DOCUMENTS or place.name not in KINDS:
                paths = self.paths(f"{place.name}/")
                yield from (path for path in paths if not path.endswith(PART))

    def sweep(self, before: float) -> int:
        """By the time that the disk has."""
        old = [
            place
            for place in self.root.glob("*/*")
            if place.is_file() and place.stat().st_mtime < before
        ]
        for place in old:
            place.unlink(missing_ok=True)
        return len(old)

    def address(self, path: str) -> str:
        """Its path on this machine."""
        return str(self.root / path)


def _put(place: Path, to: Path) -> None:
    os.replace(place, to)
    parent = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


@contextmanager
def _reaching() -> Iterator[None]:
    """Say in the store's own errors what a bucket refuses."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        code = getattr(error, "response", {}).get("Error", {}).get("Code")
        is_missing = code in ("404", "NoSuchKey")
        raise (FileNotFoundError if is_missing else FilesUnreachable)(str(error)) from error


class Bucket(Store):
    """Objects of a bucket, whose keys are an organization, a kind, and a name."""

    @property
    def storage(self) -> Any:
        """The bucket, as django-storages has it."""
        return _s3(
            settings.FILES_S3_BUCKET,
            settings.FILES_S3_ENDPOINT_URL,
            settings.FILES_S3_REGION,
            settings.FILES_S3_ENCRYPTION,
            settings.FILES_S3_KMS_KEY_ID,
        )

    def key(self, path: str) -> str:
        """The key of a file."""
        organization, _, name = path.partition("/")
        return f"{organization}/{self.kind}/{name}"

    @contextmanager
    def writing(self, path: str) -> Iterator[IO[bytes]]:
        """Write a file without a name, and send it in pieces: an object appears whole."""
        with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
            yield file
            file.flush()
            file.seek(0)
            with _reaching():
                self.storage.save(self.key(path), File(file))

    def open(self, path: str) -> IO[bytes]:
        """Ask for pieces of the object as they are read."""
        return io.BufferedReader(_Object(self._object(path)), PIECE)

    @contextmanager
    def local(self, path: str) -> Iterator[Path]:
        """A copy, for as long as the block runs."""
        stored = self._object(path)
        with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
            with _reaching():
                stored.download_fileobj(file)
            file.flush()
            yield Path(file.name)

    @_reaching()
    def move(self, path: str, to: str) -> None:
        """Have the bucket copy the object, and remove it."""
        bucket, parameters = self.storage.bucket, self.storage.get_object_parameters(to)
        source = {"Bucket": bucket.name, "Key": self.key(path)}
        bucket.copy(source, self.key(to), ExtraArgs=parameters)
        self.remove(path)

    @_reaching()
    def remove(self, path: str) -> None:
        """Delete the object."""
        self.storage.delete(self.key(path))

    def size(self, path: str) -> int | None:
        """The length that the bucket has."""
        try:
            return int(self._object(path).content_length)
        except FileNotFoundError:
            return None

    @_reaching()
    def paths(self, start: str) -> list[str]:
        """The objects whose keys start with the organization, the kind and the rest."""
        organization = start.partition("/")[0]
        skipped = len(self.key(f"{organization}/"))
        found = self.storage.bucket.objects.filter(Prefix=self.key(start))
        return [f"{organization}/{each.key[skipped:]}" for each in found]

    def every_path(self) -> Iterator[str]:
        """Organization by organization, so that other kinds are not listed."""
        for organization in self._organizations():
            yield from (path for path in self.paths(f"{organization}/") if not path.endswith(PART))

    @_reaching()
    def _organizations(self) -> list[str]:
        client, bucket = self.storage.bucket.meta.client, self.storage.bucket
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket.name, Delimiter="/")
        prefixes = (each for page in pages for each in page.get("CommonPrefixes", ()))
        return [each["Prefix"].removesuffix("/") for each in prefixes]

    @_reaching()
    def sweep(self, before: float) -> int:
        """Organization by organization, so that other kinds are not listed."""
        objects = self.storage.bucket.objects
        old = [
            stored
            for organization in self._organizations()
            for stored in objects.filter(Prefix=f"{organization}/{self.kind}/")
            if stored.last_modified.timestamp() < before
        ]
        for stored in old:
            stored.delete()
        return len(old)

    def address(self, path: str) -> str:
        """The bucket and the key."""
        return f"s3://{settings.FILES_S3_BUCKET}/{self.key(path)}"

    @_reaching()
    def _object(self, path: str) -> Any:
        stored = self.storage.bucket.Object(self.key(path))
        stored.load()
        return stored


@cache
def _s3(bucket: str, endpoint_url: str, region: str, encryption: str, kms_key_id: str) -> Any:
    """The storage of a bucket. Imported where it is used: most installations have none.

    Who may read an object is for the bucket to say, which grants nobody; credentials are those of
    the environment or of the machine.
    """
    from botocore.config import Config
    from storages.backends.s3 import S3Storage

    parameters = {"ServerSideEncryption": encryption, "SSEKMSKeyId": kms_key_id}
    return S3Storage(
        bucket_name=bucket,
        endpoint_url=endpoint_url or None,
        region_name=region or None,
        client_config=Config(
            # Hosts of one's own seldom have a name for each bucket.
            s3={"addressing_style": "path" if endpoint_url else "auto"},
            connect_timeout=3,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 2},
        ),
        default_acl=None,
        file_overwrite=True,
        object_parameters={name: value for name, value in parameters.items() if value},
    )


class _Object(io.RawIOBase):
    """An object of a bucket, of which what is read is asked for."""

    def __init__(self, stored: Any) -> None:
        self._stored, self._size, self._at = stored, int(stored.content_length), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        piece = self._piece(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def readall(self) -> bytes:
        return self._piece(max(self._size - self._at, 0))

    def _piece(self, length: int) -> bytes:
        end = min(self._at + length, self._size) - 1
        if end < self._at:
            return b""
        # Of the very object that was opened, also where another one took its place.
        asked = {"Range": f"bytes={self._at}-{end}", "IfMatch": self._stored.e_tag}
        with _reaching():
            piece: bytes = self._stored.get(**asked)["Body"].read()
        self._at += len(piece)
        return piece


def store_of(kind: str) -> Store:
    """Where files of a kind lie."""
    return Bucket(kind) if settings.FILES_S3_BUCKET else Folder(kind)


def files_of(organization_id: UUID) -> Iterator[tuple[Store, str]]:
    """Yield an organization's files of every kind: the store and the path of each."""
    for store in map(store_of, KINDS):
        for path in store.paths(f"{organization_id}/"):
            yield store, path


def remove_files(organization_id: UUID) -> None:
    """Remove whatever lies under an organization's name, of every kind."""
    if settings.FILES_S3_BUCKET:
        with _reaching():
            Bucket(DOCUMENTS).storage.bucket.objects.filter(Prefix=f"{organization_id}/").delete()
        return
    root = Path(settings.MEDIA_ROOT)
    for folder in (root / str(organization_id), *root.glob(f"*/{organization_id}")):
        shutil.rmtree(folder, ignore_errors=True)
