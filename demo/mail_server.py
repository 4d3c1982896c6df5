"""Demo: a real SMTP server (aiosmtpd) on loopback that keeps what it receives and refuses when it is told to.

`refusals` maps an address to the SMTP answers that it gets, in order (the last one stays); `greeting` refuses all mail.

    with MailServer() as server: host, port = "127.0.0.1", server.port
"""

import socket
import ssl
import threading
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


@dataclass(frozen=True, slots=True)
class Received:
    """One accepted mail: envelope and parsed message."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes

    @property
    def text(self) -> str:
        """The plain text part."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""


class _Handler:
    def __init__(self, server: "MailServer") -> None:
        self.server = server

    async def handle_MAIL(self, _smtp: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.server.refuse_all:
            return self.server.refuse_all
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _smtp: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answers = self.server.refusals.get(address, [])
        answer = (answers.pop(0) if len(answers) > 1 else answers[0]) if answers else "250 OK"
        if not answer.startswith("250"):
            return answer
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _smtp: Any, _session: Any, envelope: Any) -> str:
        if self.server.refuse_data:
            return self.server.refuse_data
        message = message_from_bytes(envelope.content, policy=policy.default)
        with self.server.lock:
            self.server.received.append(
                Received(envelope.mail_from, tuple(envelope.rcpt_tos), message, envelope.content)
            )
        return "250 OK"


class MailServer:
    """The server; use as a context manager or call `start` and `stop`."""

    def __init__(
        self,
        tls: ssl.SSLContext | None = None,
        logins: dict[str, str] | None = None,
        port: int = 0,
        size_limit: int = 0,
    ) -> None:
        self.received: list[Received] = []
        self.refusals: dict[str, list[str]] = {}
        self.refuse_all = ""
        self.refuse_data = ""
        self.lock = threading.Lock()
        self._logins = logins
        options: dict[str, Any] = {"tls_context": tls, "require_starttls": tls is not None}
        options |= {"data_size_limit": size_limit} if size_limit else {}
        if logins is not None:
            options |= {"authenticator": self._authenticate, "auth_required": True}  # offered over TLS only
        self._controller = Controller(_Handler(self), hostname="127.0.0.1", port=port or _free_port(), **options)

    @property
    def port(self) -> int:
        """Port that it listens on."""
        return int(self._controller.port)

    def start(self) -> Self:
        """Begin to answer."""
        self._controller.start()
        return self

    def stop(self) -> None:
        """Stop answering."""
        self._controller.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def _authenticate(self, _server: SMTP, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        known = self._logins or {}
        right = isinstance(data, LoginPassword) and known.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=right, handled=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
