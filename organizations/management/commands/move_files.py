"""Moves files from the folder to the bucket of S3, or back; safe to stop and to repeat."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from organizations.file_moves import Moved, move_files
from organizations.files import KINDS, Bucket, FilesUnreachable, Folder
from presentation.wording import counted

SECONDS_A_LINE = 5.0
MAX_NAMED = 20


class Command(BaseCommand):
    """`manage.py move_files --to s3`, or `--to folder`."""

    help = (
        "Copies every file that the other place lacks and compares both by SHA-256; with --remove,"
        " removes what was compared from where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Accept the place, and what to do with what is there."""
        parser.add_argument("--to", choices=("s3", "folder"), required=True)
        parser.add_argument("--remove", action="store_true", help="remove what lies in both places")
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="replace files that are in the other place with other content",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Move the files of each kind; fails where one of them is not in its new place."""
        if not settings.FILES_S3_BUCKET:
            raise CommandError("Set FILES_S3_BUCKET to the bucket that files are moved to or from.")
        places = (Folder, Bucket) if options["to"] == "s3" else (Bucket, Folder)
        left: list[str] = []
        try:
            for kind in KINDS:
                source, target = (place(kind) for place in places)
                moved = move_files(
                    source,
                    target,
                    remove=options["remove"],
                    overwrite=options["overwrite"],
                    report=self._reporter(kind),
                )
                self.stdout.write(_line(kind, moved))
                left += [f"other content: {each}" for each in moved.differing]
                left += [f"read back differently: {each}" for each in moved.damaged]
        except FilesUnreachable as error:
            raise CommandError(f"The bucket cannot be used: {error}. Run this again.") from error
        if left:
            named = "\n".join(f"  {each}" for each in left[:MAX_NAMED])
            raise CommandError(f"{counted(len(left), 'file')} stayed where they were:\n{named}")

    def _reporter(self, kind: str) -> Any:
        last = time.monotonic()

        def report(moved: Moved) -> None:
            nonlocal last
            if time.monotonic() - last >= SECONDS_A_LINE:
                last = time.monotonic()
                self.stdout.write(f"{_line(kind, moved)} …")

        return report


def _line(kind: str, moved: Moved) -> str:
    parts = [f"{moved.copied} copied ({moved.copied_bytes / 1e6:,.1f} MB)"]
    parts += [f"{moved.already_there} there already"]
    parts += [f"{moved.removed} removed"] if moved.removed else []
    parts += [f"{moved.gone} gone meanwhile"] if moved.gone else []
    parts += [f"{len(moved.differing)} with other content"] if moved.differing else []
    parts += [f"{len(moved.damaged)} read back differently"] if moved.damaged else []
    return f"  {kind}: {counted(moved.count, 'file')}: {', '.join(parts)}"
