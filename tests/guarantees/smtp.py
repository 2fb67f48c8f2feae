"""A mail server of a few lines that can be told to refuse."""

import socketserver
import threading
from typing import Any


class _Conversation(socketserver.StreamRequestHandler):
    server: "MailServer"

    def handle(self) -> None:
        """Speak as much SMTP as Django's backend asks for."""
        if self.server.refuses:
            self.say("421 Try again later")
            return
        self.say("220 Hello")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.say("354 Go on")
                self.server.received.append(self.content())
            self.say("221 Bye" if word == b"QUIT" else "250 Fine")

    def say(self, text: str) -> None:
        """Write one line."""
        self.wfile.write(f"{text}\r\n".encode())

    def content(self) -> str:
        """Read a mail up to the line that has but a dot."""
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines).decode()


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a port of loopback; keeps what it takes."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.refuses = True
        self.received: list[str] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def __enter__(self) -> Any:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
