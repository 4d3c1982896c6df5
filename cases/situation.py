"""Stage 5: what of a case decides its clocks. Case in, one small record out; linter and previews write their own."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cases.clock_words import anchors_of, follow_ups_of

if TYPE_CHECKING:
    from cases.case import Case


@dataclass(frozen=True, slots=True)
class Situation:
    """A case as a policy sees it.

    Attributes:
        level_code: 1-based level.
        anchors: Anchor word → instant; a clock whose anchor is not known does not run yet.
        restricted: All recipients are the counsellors.
        nature: 建议, 诉求 … as a person said.
        kind: A key of `clock_words.KINDS`; empty: a public post.
        source_kind: The kind of site that was heard, e.g. message_board.
        marks: What a person found out, keys of `clock_words.MARKS`.
        external_due_at: A limit set from above.
        extensions: Provision → total length granted.
        follow_ups: Role → instant of its last 续报, or of the assignment.
        lead: The department that leads, for a report upward through the org tree.
    """

    level_code: int
    anchors: dict[str, datetime | None]
    restricted: bool = False
    nature: str = ""
    kind: str = ""
    source_kind: str = ""
    marks: frozenset[str] = frozenset()
    external_due_at: datetime | None = None
    extensions: dict[str, str] = field(default_factory=dict)
    follow_ups: dict[str, datetime] = field(default_factory=dict)
    lead: str = ""

    @property
    def key(self) -> Hashable:
        """All of it as one value: situations with equal keys owe the same clocks."""
        words = (self.level_code, self.restricted, self.nature, self.kind, self.source_kind, self.lead)
        tables = (self.anchors, self.extensions, self.follow_ups)
        return (*words, self.marks, self.external_due_at, *(tuple(sorted(each.items())) for each in tables))

    @classmethod
    def of(cls, case: "Case") -> "Situation":
        """Return the situation of a case."""
        return cls(
            case.level_code,
            anchors_of(case),
            case.restricted,
            case.nature,
            case.kind,
            case.source_kind,
            frozenset(case.marks),
            case.external_due_at,
            dict(case.extensions),
            follow_ups_of(case),
            case.lead,
        )

    @classmethod
    def found(cls, level_code: int, at: datetime, **more: object) -> "Situation":
        """Return the situation of a public post posted and found at one instant (linter, previews)."""
        return cls(level_code, {"discovered_at": at, "posted_at": at}, **more)  # type: ignore[arg-type]
