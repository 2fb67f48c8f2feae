"""Mail into files, for one machine: says on the console which links they hold."""

import re
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend as FileBackend

LINK = re.compile(r"https?://\S+")


class EmailBackend(FileBackend):
    """Django's backend for files, that also prints what a person would click."""

    def send_messages(self, email_messages: Any) -> int:
        """Write the mails and say so on the console."""
        sent: int = super().send_messages(email_messages)
        for message in email_messages:
            print(describe(message), flush=True)  # noqa: T201
        return sent


def describe(message: EmailMessage) -> str:
    """Return what the console says about one mail."""
    links = "\n".join(f"  {link}" for link in LINK.findall(str(message.body)))
    return f"\nMail to {', '.join(message.to)}: {message.subject}\n{links}"
