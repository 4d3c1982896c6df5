"""Stage 6: runs the alert rules over what was heard since the last run, in its order. Streams in, open alerts out.

Marks ("heard up to here"), the rules' states and the alerts are one transaction: a restart neither misses nor counts
twice. Restricted posts are never heard, and an event that holds one never tells. A rule that breaks is switched off and
told to technicians; the others go on.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from alerts.hear_streams import back, first_seq_since, hear_gone, hear_posts, hear_rounds
from alerts.keep_alerts import keep_alert
from alerts.load_rules import LoadedRule, Rules, load_rules, place_of
from alerts.rule import Finding, Heard, Place, Round, State
from alerts.tables import rule_state
from alerts.tell_rounds import tell_rounds
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.school import School
from foundation.stack import code_place
from foundation.tables import instant_text, meta
from search.post_table import post_table as post

log = logging.getLogger(__name__)
MARK, GONE_MARK, ROUNDS_MARK = "rules_seq", "rules_gone", "rules_rounds"
GONE_HEARD = "rules_gone_heard"  # posts found gone near the mark that were heard already
CLOCK_STEP = timedelta(hours=3)  # so far before its mark a disappearance still counts: host clocks step back
GROUPED = "grouped_seq"  # mark of the schedule: posts up to here have found their event
LEARN_DAYS = 35.0  # of the past that a learning rule hears first: four weeks of the same weekday and hour, and a margin
LONG_AGO = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Streams:
    """What one run hears, read once for all rules."""

    posts: list[Heard]
    gone: list[Heard]
    rounds: list[Round]

    def play(self, rule: Any, state: State) -> Iterator[Finding]:
        """Yield what one rule finds in them."""
        for heard in self.posts:
            yield from rule.hear_post(state, heard)
        if hasattr(rule, "hear_gone"):
            for heard in self.gone:
                yield from rule.hear_gone(state, heard)
        if hasattr(rule, "hear_round"):
            for ended in self.rounds:
                yield from rule.hear_round(state, ended)


def run_rules(work: Work, school: School) -> int:
    """Hear what came since the last run; return how many alerts were opened or grew."""
    tell_rounds(work, school)
    rules = load_rules(school)
    _tell_broken(work, school, rules)
    seen = int(_mark(work, MARK) or 0)
    last = max(_last_grouped(work), seen)
    streams = _hear(work, seen, last)
    _write_mark(work, MARK, str(last))
    if not (streams.posts or streams.gone or streams.rounds):
        return 0
    place = place_of(school)
    return sum(_run(work, rule, place, streams, seen) for rule in rules.running)


def _run(work: Work, rule: LoadedRule, place: Place, streams: Streams, seen: int) -> int:
    row = work.connection.execute(select(rule_state).where(rule_state.c.name == rule.name)).first()
    is_same = row is not None and row.digest == rule.digest
    if is_same and row is not None and row.disabled:
        return 0
    state: State = dict(row.state) if is_same and row is not None else {}
    try:
        built = rule.build(place)
        if not is_same and seen:
            _learn(work, rule, built, state, seen)
        found = list(streams.play(built, state))
    except Exception as problem:  # noqa: BLE001 one rule's mistake must not stop the others: told, switched off, kept
        _disable(work, rule, state, code_place(problem))
        return 0
    _write_state(work, rule, state)
    latest = {finding.key: finding for finding in found}  # after an outage once, for the latest
    return sum(keep_alert(work, rule, finding) for finding in latest.values() if not _holds_private(work, finding))


def _learn(work: Work, rule: LoadedRule, built: Any, state: State, seen: int) -> None:
    """Let a new rule hear the recent past without telling of it, so that it knows what is usual and what is old."""
    days = LEARN_DAYS if rule.learns else 1.0
    since = first_seq_since(work.connection, back(work.at, days))
    for heard in hear_posts(work.connection, min(since, seen), seen):
        for _finding in built.hear_post(state, heard):
            pass


def _hear(work: Work, seen: int, last: int) -> Streams:
    rounds_mark = int(_mark(work, ROUNDS_MARK) or 0)
    rounds = list(hear_rounds(work.connection, rounds_mark))
    posts = list(hear_posts(work.connection, seen, last)) if last > seen else []
    gone = _hear_gone(work)
    if rounds:
        _write_mark(work, ROUNDS_MARK, str(rounds[-1][0]))
    return Streams(posts, gone, [ended for _number, ended in rounds])


def _hear_gone(work: Work) -> list[Heard]:
    """Return the disappearances that no run has heard; they have an instant only, so the mark is by the clock."""
    mark = _mark(work, GONE_MARK)
    after = min(datetime.fromisoformat(mark), work.at) - CLOCK_STEP if mark else work.at - LONG_AGO
    known = set(json.loads(_mark(work, GONE_HEARD) or "[]"))
    near = {f"{heard.post_id}@{heard.vanished_at}": heard for heard in hear_gone(work.connection, after)}
    gone = [heard for place, heard in near.items() if place not in known]
    if gone:
        _write_mark(work, GONE_MARK, instant_text(max(heard.vanished_at for heard in gone if heard.vanished_at)))
        _write_mark(work, GONE_HEARD, json.dumps(list(near)))
    return gone


def _holds_private(work: Work, finding: Finding) -> bool:
    if finding.event_id is None:
        return False
    asked = select(func.count()).where(post.c.event_id == finding.event_id, post.c.restricted)
    return bool(work.connection.execute(asked).scalar())


def _tell_broken(work: Work, school: School, rules: Rules) -> None:
    """Tell technicians once for each school version of the rules that could not be read."""
    told = f"rules_broken_{school.version}"
    if rules.broken and not _mark(work, told):
        for name, problem in rules.broken:
            work.tell("rule.disabled", name, reason=str(problem), school_version=school.version)
        _write_mark(work, told, str(len(rules.broken)))


def _disable(work: Work, rule: LoadedRule, state: State, place: str) -> None:
    log.error("rule of kind %s is switched off: %s", rule.kind, place)
    _write_state(work, rule, state, disabled=f"运行时出错：{place}")
    work.tell("rule.disabled", rule.name, reason=f"运行时出错（{place}）", digest=rule.digest[:16])


def _write_state(work: Work, rule: LoadedRule, state: State, disabled: str = "") -> None:
    values = {"digest": rule.digest, "state": state, "disabled": disabled}
    statement = insert(rule_state).values(name=rule.name, **values)
    work.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


def _last_grouped(work: Work) -> int:
    """Posts that are numbered but not yet grouped wait for the next run; without a schedule all numbered ones count."""
    grouped = int(_mark(work, GROUPED) or 0)
    return grouped or int(work.connection.execute(select(func.max(post.c.ingest_seq))).scalar() or 0)


def _mark(work: Work, name: str) -> str:
    return str(work.connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar() or "")


def _write_mark(work: Work, name: str, value: str) -> None:
    statement = insert(meta).values(name=name, value=value)
    work.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def disabled_rules(connection: Connection, rules: Rules) -> dict[str, str]:
    """Return the rules that broke while running, with the reason; a rule that was rewritten since counts as whole."""
    digests = {rule.name: rule.digest for rule in rules.running}
    rows = connection.execute(select(rule_state).where(rule_state.c.disabled != "")).all()
    return {row.name: row.disabled for row in rows if digests.get(row.name) == row.digest}


def enable_rule(work: Work, name: str) -> None:
    """Let a broken rule run again, with a fresh memory.

    Raises:
        Refused: No rule of this name is switched off by an error.
    """
    where = (rule_state.c.name == name, rule_state.c.disabled != "")
    if not work.connection.execute(delete(rule_state).where(*where)).rowcount:
        raise Refused(
            "没有因出错停用的这条规则", name, "用 huiyin rules list 查看；写错的规则改正 rules.yaml 后重新 apply"
        )
    work.audit("rule.enable", name)
