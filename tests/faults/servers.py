"""The servers that a fault stops, on ports of the loopback: Redis and a mailbox."""

import shutil
import signal
import socket
import socketserver
import subprocess
import threading
import time
from pathlib import Path

from redis import Redis as Connection
from redis.exceptions import RedisError


def free_port() -> int:
    """Return a port of the loopback that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Redis:
    """A Redis that keeps nothing on disk: started again, it is empty."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = shutil.which("redis-server")
        assert program, "redis-server is missing"
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir"]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                [program, *options, str(self.folder)], stdout=log, stderr=log
            )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                self.connection().ping()
            except RedisError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("Redis did not start.")

    def connection(self) -> Connection:
        """A client."""
        return Connection(port=self.port, socket_timeout=5)

    def stop(self) -> None:
        """End it."""
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None

    def signal(self, number: int) -> None:
        """Hold it, or let it go on."""
        assert self.process
        self.process.send_signal(number)

    def limit(self, memory: str) -> None:
        """Set how much it may hold; 0 for all there is."""
        self.connection().config_set("maxmemory-policy", "noeviction")
        self.connection().config_set("maxmemory", memory)


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                self.server.received += 1  # type: ignore[attr-defined]
            self.wfile.write(b"250 ok\r\n" if line != b"QUIT" else b"221 bye\r\n")
            if line == b"QUIT":
                return


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    received = 0


class Mailbox:
    """An SMTP server that counts what it is sent."""

    def __init__(self) -> None:
        self.port, self.received = free_port(), 0
        self.server: _Server | None = None

    def start(self) -> None:
        """Listen."""
        self.server = _Server(("127.0.0.1", self.port), _Conversation)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Refuse connections."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.received += self.server.received
            self.server = None

    def count(self) -> int:
        """How many mails came."""
        return self.received + (self.server.received if self.server else 0)
