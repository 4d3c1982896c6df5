"""The application: one source for people: registration, last rounds, decisions of robots. Rows in, lines out."""

from typing import Any

from sqlalchemy import select

from crawler.rounds import source_state
from crawler.source import Source
from crawler.tables import patrol
from foundation.clock import for_people
from foundation.opening import Opened
from foundation.outcome import SOURCE_ALARM_TITLES, SOURCE_OUTCOME_TITLES, SourceOutcome
from huiyin.explain_round import explain_end, next_step


def describe_source(opened: Opened, source: Source, most: int) -> dict[str, Any]:
    """Return what is known of a source: what the school wrote, how it stands, its last `most` rounds, newest first."""
    last = select(patrol).where(patrol.c.source_id == source.id).order_by(patrol.c.patrol_id.desc()).limit(most)
    with opened.ledger.read() as connection:
        state = connection.execute(select(source_state).where(source_state.c.source_id == source.id)).first()
        rows = connection.execute(last).all()
    outcome = state.outcome if state else SourceOutcome.NEVER_RUN
    return {
        "source": source.id,
        "title": source.title,
        "url": source.url,
        "owner": opened.school.person(source.owner).name,
        "interval_minutes": state.interval_minutes if state else source.interval_minutes,
        "expected_posts_per_day": list(source.expected_posts_per_day),
        "terms": source.terms,
        "outcome": outcome,
        "outcome_title": SOURCE_OUTCOME_TITLES[SourceOutcome(outcome)],
        "alarm": SOURCE_ALARM_TITLES.get(state.alarm, "") if state else "",
        "due_at": for_people(state.due_at) if state and outcome != SourceOutcome.NOT_ENABLED else None,
        "robots": rows[0].counts.get("robots", {}) if rows else {},
        "rounds": [_describe_round(row) for row in rows],
    }


def source_lines(values: dict[str, Any]) -> list[str]:
    """Return the lines that people read."""
    least, most = values["expected_posts_per_day"]
    lines = [
        f"{values['source']}　{values['title']}　{values['url']}",
        f"  负责人 {values['owner']}　每 {values['interval_minutes']} 分钟一轮　预期每天 {least:g} 到 {most:g} 帖",
        f"  现在 {values['outcome_title']}　下轮 {values['due_at'] or '—'}"
        + (f"　{values['alarm']}" if values["alarm"] else ""),
    ]
    if values["terms"]:
        lines.append(f"  检索词 {'、'.join(values['terms'])}")
    lines += [f"  robots {line}" for line in robots_lines(values["robots"])]
    lines += [f"  {_round_line(each)}" for each in values["rounds"]]
    step = next_step(values["outcome"])
    return [*lines, f"下一步　{step}"] if step else lines


def robots_lines(robots: dict[str, Any]) -> list[str]:
    """Return what the rules of each host decided in the last round."""
    return [
        f"{place}　{each['rules']}　放行 {each['allowed']}　不许 {each['refused']}"
        + (f"（{'、'.join(each['paths'])}）" if each["paths"] else "")
        for place, each in sorted(robots.items())
    ]


def _describe_round(row: Any) -> dict[str, Any]:
    changes = row.counts.get("changes", {})
    return {
        "finished_at": for_people(row.finished_at),
        "outcome": row.outcome,
        "title": SOURCE_OUTCOME_TITLES[SourceOutcome(row.outcome)],
        "alarm": SOURCE_ALARM_TITLES.get(row.alarm, ""),
        "new": row.new,
        "edited": changes.get("edited", 0),
        "vanished": row.counts.get("vanished", 0),
        "requests": row.counts.get("requests", 0),
        "searched": row.counts.get("searched", {}),
        "note": explain_end(row.note, row.counts),
    }


def _round_line(each: dict[str, Any]) -> str:
    told = "　".join(word for word in (each["alarm"], each["note"]) if word)
    found = "、".join(f"{term} {number}" for term, number in each.get("searched", {}).items())
    told = "　".join(filter(None, (f"检索 {found}" if found else "", told)))
    counts = f"新 {each['new']} 改 {each['edited']} 消失 {each['vanished']} 请求 {each['requests']}"
    return f"{each['finished_at']}　{each['title']}　{counts}" + (f"　{told}" if told else "")
