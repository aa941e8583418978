"""A small mail server for tests: takes letters, or stops at the worst moment."""

import socketserver
import threading
from typing import Any


class MailServer:
    """Answers SMTP on a free port. ``silent_after_data``: it has the letter and does not say so."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.silent_after_data = threading.Event()
        self._go_on = threading.Event()
        outer = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer._converse(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def message_ids(self) -> list[str]:
        """The Message-ID of each letter received, in order."""
        return [
            line.partition(":")[2].strip()
            for letter in self.received
            for line in letter.splitlines()
            if line.lower().startswith("message-id:")
        ]

    def close(self) -> None:
        """Stop answering."""
        self._go_on.set()
        self._server.shutdown()
        self._server.server_close()

    def _converse(self, conversation: Any) -> None:
        def say(text: str) -> None:
            conversation.wfile.write(text.encode() + b"\r\n")

        try:
            say("220 test")
            while line := conversation.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    say("354 go on")
                    self.received.append(_letter(conversation))
                    if self.silent_after_data.is_set():
                        self._go_on.wait(60)
                    say("250 taken")
                elif word == b"QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 well")
        except (TimeoutError, ConnectionError):
            return


def _letter(conversation: Any) -> str:
    lines = []
    while (line := conversation.rfile.readline()) not in (b".\r\n", b""):
        lines.append(line.decode("utf-8", "replace").rstrip("\r\n"))
    return "\n".join(lines)
