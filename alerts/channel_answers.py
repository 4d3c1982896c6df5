"""Stage 6: what a channel is given and what it may answer. A message in; exactly one of four answers out.

Success is only what the provider accepted in its own words; everything that is not understood is `Retry`, never `Sent`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One notice as a channel sees it: plain text only, addresses come from the channel's options.

    Attributes:
        number: Outbox row, the sequence that lets people recognise a repeat.
        case_no: Case number, or empty for technical notices.
        level_code: 0 无 … 3 特别重大.
        title: The line that a phone shows: level and case number first.
        body: Plain text, one thought a line.
        link: Where to act; empty when there is nothing to open.
        mention: The channel's own user ids to call by @.
    """

    number: int
    case_no: str
    level_code: int
    title: str
    body: str
    link: str = ""
    mention: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """One of several addresses refused: its place in the list (1 …), the server's words, and whether for good."""

    place: int
    reason: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted by the provider, except the addresses in `refused`."""

    provider_id: str = ""
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Retry:
    """Not accepted now. `throttled`: the whole robot must pause; `after_seconds` 0: the usual backoff."""

    reason: str
    after_seconds: float = 0.0
    throttled: bool = False


@dataclass(frozen=True, slots=True)
class ChannelDown:
    """This destination accepts nothing until a person repairs it, or until `until`."""

    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """This message will never be accepted there."""

    reason: str


Answer = Sent | Retry | ChannelDown | Dead


class Channel(Protocol):
    """What every module in `alerts/channels/` offers as `Channel(options)`."""

    options: Any

    def send(self, message: Message, now: datetime) -> Answer:
        """Hand over one message; never raises for what a provider or network may do."""
        ...


class AskedChannel(Channel, Protocol):
    """What modules with `RESULT_WITHIN` offer besides: their provider says only later whom a message reached."""

    def result(self, task: str) -> Answer:
        """Return whom a message reached: Sent, Dead (nobody), or Retry (not yet known)."""
        ...
