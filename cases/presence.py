"""Stage 5: who is there at an instant: whose shift it is, and who acts for whom. Ledger and instant in, record out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from cases.leave import deputies_at
from cases.roster import on_duty_at


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is there.

    Attributes:
        on_duty: Persons of the day's shift; empty: the roster names nobody.
        deputies: Person who is away → who acts for them.
    """

    on_duty: tuple[str, ...] = ()
    deputies: Mapping[str, str] = field(default_factory=dict)

    def stands_for(self, person: str) -> list[str]:
        """Return the people for whom a person acts, through several absences too."""
        found: list[str] = []
        waiting = [person]
        while waiting:
            deputy = waiting.pop()
            away = [who for who, by in self.deputies.items() if by == deputy and who not in (*found, person)]
            found += away
            waiting += away
        return found

    def acting(self, person: str) -> str:
        """Return who acts for a person now: themselves, or the last of their deputies."""
        seen = [person]
        while (deputy := self.deputies.get(seen[-1])) and deputy not in seen:
            seen.append(deputy)
        return seen[-1]


EVERYBODY = Presence()


def presence_at(connection: Connection, at: datetime) -> Presence:
    """Return who is there at an instant."""
    return Presence(tuple(on_duty_at(connection, at)), deputies_at(connection, at))
