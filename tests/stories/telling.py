"""How the stories are told: a school whose clock is moved, whose people act by commands, and whose mail is read.

Time never passes by itself: `until` moves the clock from one due instant to the next, and at each of them the steps of
the product's tick that belong to cases are done. People, departments and acts go by their Chinese names, as on paper.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from alerts.find_due import take_due_steps
from cases.follow_event import follow_events, next_flat
from cases.keep_duties import duty_period, keep_duties
from cases.keep_tasks import chase_tasks
from cases.recount_timers import recount_timers
from cases.roster import warn_gaps
from cases.task import task
from cases.transitions import TITLES
from crawler.items import Page, Post
from foundation import clock
from foundation.outcome import LEVELS
from foundation.tables import outbox, timer
from huiyin.cli import main
from huiyin.group_posts import group_and_open
from huiyin.wiring import Parts
from pipelines.write_index import write_index
from search.posts import number_posts

ACTS = {title: act for act, title in TITLES.items()}
LINK, OTHER = "http://bbs.yunlu.example/1", "http://bbs.yunlu.example/2"
TICKED = "事实,措施,立场,态度,隐私"
SHOWN = "%m-%d %H:%M"


def answer(facts: str) -> dict[str, str]:
    """Return the three parts of a department's reply: what was found, what was done, what is said."""
    return {"fact_note": f"已核实：{facts}", "disposition": "已处置", "response": "我们道歉，已经整改，结果在此公布"}


@dataclass
class Tale:
    """One story about one school; whatever is done in it is done at the time that the clock shows."""

    parts: Parts
    clock_file: Path
    capsys: pytest.CaptureFixture[str]
    case_no: str = "HY-2026-0001"
    heard: int = 0
    read: dict[bool, int] = field(default_factory=dict)

    def at(self, moment: str) -> None:
        """Set the clock to a school time, written `2026-09-30 16:00`, and let the product do what is due then."""
        self._set(_school_time(moment))

    def until(self, moment: str) -> None:
        """Let time pass up to a school time, with a tick at each instant at which something falls due on the way."""
        end = _school_time(moment)
        while (due := self._next_due()) is not None and due < end:
            self._set(due)
        self._set(end)

    def hears(self, title: str, level: str, department: str = "安全工作部", **values: Any) -> None:
        """Let the crawl keep one post, now; a level that the machine suggests opens a case at once."""
        self.heard += 1
        post = Post(
            source_id="forum", site="bbs.yunlu.example", key=f"bbs:{self.heard}", title=title,
            url=f"http://bbs.yunlu.example/{self.heard}", content=f"{title}，同学们都在等学校给一个说法",
            level_code=LEVELS.index(level), level=level, departments=(self._unit(department),),
            published_at=clock.now(), fetched_at=clock.now(),
        )  # fmt: skip
        for name, value in values.items():
            setattr(post, name, _school_time(value) if name.endswith("_at") else value)
        with self.parts.ledger.change() as work:
            write_index(work, self.parts.store, Page(post.source_id, post.url, work.at, [post]))
        self._tick()

    def does(self, name: str, title: str, **written: Any) -> None:
        """Let a person do one act on the case by `huiyin case`, with what they write; it must be allowed."""
        code, said = self._case(name, title, written)
        assert code == 0, said

    def refuses(self, name: str, title: str, because: str, **written: Any) -> None:
        """Let a person try one act; it must be refused, with this reason."""
        code, said = self._case(name, title, written)
        assert code == 1, said
        assert because in said, said

    def command(self, line: str) -> str:
        """Run another command of the product and return what it says; `@林致远` stands for a person's id."""
        said = self._said(self._words(line))
        self._tick()
        return said

    def command_failing(self, line: str) -> str:
        """Run a command that finds something amiss (exit code 1) and return what it says."""
        return self._said(self._words(line), code=1)

    def case(self, reader: str = "") -> dict[str, Any]:
        """Return the case as `huiyin case show --json` tells it, to a reader who may know more than others."""
        who = ["--as", self._person(reader)] if reader else []
        return dict(json.loads(self._said(["case", "show", self.case_no, "--json", *who])))

    @property
    def state(self) -> str:
        """The state in which the case is."""
        return str(self.case()["state"])

    def course(self) -> list[str]:
        """Return the acts of the case so far, by their names, in order."""
        return [str(act["title"]) for act in self.case()["timeline"]]

    def owed(self) -> dict[str, str]:
        """Return what runs: provision (or 产品默认) and what must be done, to when it is due, school time."""
        return {
            f"{clock_['source']} {clock_['what']}": f"{datetime.fromisoformat(clock_['due_at']):{SHOWN}}"
            for clock_ in self.case()["timers"]
            if clock_["state"] == "open"
        }

    def kept(self) -> dict[str, str]:
        """Return the clocks that were stopped by their act: provision, to when that was, school time."""
        return {
            clock_["rule"]: f"{datetime.fromisoformat(clock_['satisfied_at']):{SHOWN}}"
            for clock_ in self.case()["timers"]
            if clock_["state"] == "satisfied"
        }

    def mail(self) -> list[str]:
        """Return the mail about cases written since the last look: `09-30 16:00 唐若兰 待研判`."""
        return self._mail(of_cases=True)

    def duty_mail(self) -> list[str]:
        """Return the mail about duties, rosters and whatever else belongs to no case, since the last look."""
        return self._mail(of_cases=False)

    def every_word(self) -> str:
        """Return all that was ever written in any message about the case, to whomever and by whatever channel."""
        with self.parts.ledger.read() as connection:
            rows = connection.execute(select(outbox.c.payload).where(outbox.c.case_no == self.case_no)).scalars()
            return "\n".join(json.dumps(payload, ensure_ascii=False) for payload in rows)

    def _mail(self, *, of_cases: bool) -> list[str]:
        about = outbox.c.case_no != "" if of_cases else (outbox.c.case_no == "") | outbox.c.case_no.is_(None)
        seen = self.read.get(of_cases, 0)
        query = select(outbox).where(outbox.c.channel == "email", outbox.c.outbox_id > seen, about)
        with self.parts.ledger.read() as connection:
            rows = list(connection.execute(query.order_by(outbox.c.outbox_id)))
        self.read[of_cases] = max((row.outbox_id for row in rows), default=seen)
        told = [(clock.at_school(row.created_at), self._name(row.recipient), row.payload["title"]) for row in rows]
        return [f"{at:{SHOWN}} {who} {_short(title)}" for at, who, title in told]

    def _words(self, line: str) -> list[str]:
        """Split a line into the words of a command; `~` stands for a blank within a word."""
        return [self._person(word[1:]) if word.startswith("@") else word.replace("~", " ") for word in line.split()]

    def _said(self, words: list[str], code: int = 0) -> str:
        self.capsys.readouterr()
        ended = main(words)
        said = self.capsys.readouterr()
        assert ended == code, said.err
        return said.out

    def _case(self, name: str, title: str, written: dict[str, Any]) -> tuple[int, str]:
        words = ["case", ACTS[title], self.case_no, "--as", self._person(name)]
        for option, value in written.items():
            for each in value if isinstance(value, list) else [value]:
                is_unit = option in ("lead", "assisting", "tracker")
                words += [f"--{option.replace('_', '-')}", self._id(each) if is_unit else str(each)]
        self.capsys.readouterr()
        code = main(words)
        said = self.capsys.readouterr()
        self._tick()
        return code, said.out + said.err

    def _set(self, instant: datetime) -> None:
        self.clock_file.write_text(instant.isoformat(), encoding="utf-8")
        self._tick()

    def _tick(self) -> None:
        school = self.parts.school
        with self.parts.ledger.change() as work:
            number_posts(work)
        group_and_open(self.parts)
        with self.parts.ledger.change() as work:
            recount_timers(work, school)
            take_due_steps(work, school)
            keep_duties(work, school)
            warn_gaps(work, school)
            chase_tasks(work, school)
            follow_events(work, school)

    def _next_due(self) -> datetime | None:
        now = clock.now()
        steps = (
            select(func.min(timer.c.next_step_at)).where(timer.c.state == "open", timer.c.next_step_at > now),
            select(func.min(duty_period.c.next_at)).where(duty_period.c.next_at > now),
            select(func.min(task.c.next_step_at)).where(task.c.state == "open", task.c.next_step_at > now),
        )
        with self.parts.ledger.read() as connection:
            found = [connection.execute(step).scalar() for step in steps]
            found.append(next_flat(connection, now))
        today = clock.at_school(now)
        found.append(
            datetime.combine(today.date() + timedelta(days=1), time(), clock.SCHOOL_ZONE)
        )  # a day of duty begins
        return min((instant for instant in found if instant is not None), default=None)

    def _id(self, name: str) -> str:
        units = {unit.name: unit.id for unit in self.parts.school.organisation.departments}
        return units.get(name) or self._person(name)

    def _unit(self, name: str) -> str:
        return next(unit.id for unit in self.parts.school.organisation.departments if unit.name == name)

    def _person(self, name: str) -> str:
        return next(person.id for person in self.parts.school.organisation.people if person.name == name)

    def _name(self, own_id: str) -> str:
        organisation = self.parts.school.organisation
        return next(one.name for one in (*organisation.people, *organisation.departments) if one.id == own_id)


def _school_time(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=clock.SCHOOL_ZONE)


def _short(title: str) -> str:
    """Leave out of a title what every title of a story says: level, number, event."""
    return re.sub(r"【(一般|重大|特别重大)】|HY-\d+-\d+ |：.*$", "", title)
