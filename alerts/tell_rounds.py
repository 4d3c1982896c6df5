"""Stage 6: sources in trouble. Facts `round.finished` since the last look in, notices to technicians out.

Rounds run in child processes of the crawler, which knows nothing of notices: their facts are read here, in the tick,
each once. A source is told once for each change for the worse, not at every round, and once when it is well again; so
is an alarm (`source.alarm`: fewer or more posts than the school expects, or nobody came to hear it), which is written
only when it begins, and its end (`source.calm`). What a rule told already is not told again (alerts/source_trouble.py).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from alerts.case_view import CaseView
from alerts.notices import notices_for
from alerts.outbox_rows import put_in
from alerts.source_trouble import QUIET, rule_told
from foundation.ledger import Fact, Work
from foundation.outcome import SourceOutcome
from foundation.school import School
from foundation.tables import fact, meta

MARK = "rounds_told"
KIND, RECOVERED = "round.finished", "source.recovered"
ALARM, CALM = "source.alarm", "source.calm"
WELL = {SourceOutcome.OK, SourceOutcome.NOTHING_NEW}


def tell_rounds(work: Work, school: School) -> int:
    """Look at the rounds that ended since the last look; return how many changes were told."""
    mark = int(work.connection.execute(select(meta.c.value).where(meta.c.name == MARK)).scalar() or 0)
    ended = select(fact).where(fact.c.kind.in_((KIND, ALARM, CALM)), fact.c.fact_id > mark).order_by(fact.c.fact_id)
    rows = work.connection.execute(ended).all()
    told = [(row, kind) for row in rows if (kind := _word_about(work, row))]
    for row, kind in told:
        put_in(work, _notices(row.at, Fact(kind, row.subject, row.data), school))
    if rows:
        values = {"value": str(rows[-1].fact_id)}
        statement = insert(meta).values(name=MARK, **values)
        work.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
    return len(told)


def _word_about(work: Work, row: Any) -> str:
    """Return the kind of notice that a fact asks for; empty: none."""
    if row.kind in (ALARM, CALM):
        return "" if rule_told(work, row.subject, row.data["alarm"]) else str(row.kind)
    outcome, before = row.data["outcome"], _outcome_before(work, row)
    if is_new_trouble(outcome, before):
        return KIND
    return RECOVERED if outcome in WELL and before is not None and before not in QUIET else ""


def is_new_trouble(outcome: str, before: str | None) -> bool:
    """Return whether a round ended badly and differently from the round before."""
    return outcome not in QUIET and outcome != before


def _notices(at: datetime, told: Fact, school: School) -> list[Any]:
    return notices_for(told, school, CaseView(as_of=at))


def _outcome_before(work: Work, row: Any) -> str | None:
    earlier = select(fact.c.data).where(
        fact.c.kind == KIND, fact.c.subject == row.subject, fact.c.fact_id < row.fact_id
    )
    data = work.connection.execute(earlier.order_by(fact.c.fact_id.desc()).limit(1)).scalar()
    return data["outcome"] if data else None
