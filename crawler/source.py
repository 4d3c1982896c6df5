"""Stage 1: a source 信源 as the school writes it: `sources/<id>.yaml`, one place a file, never a person."""

from collections.abc import Iterator
from datetime import time
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import Field, field_validator, model_validator

from crawler.health import FIELDS
from crawler.next_round import Rhythm
from crawler.personal_address import is_personal_address
from crawler.source_options import check_options
from foundation.config import Mistake, Strict, line_in, nearest, parse
from foundation.errors import ConfigError, Problem
from foundation.school import School

TERM = "{term}"  # stands in the address of a search page
MINUTES_MIN, MINUTES_MAX = 10, 24 * 60


class Source(Strict):
    """One place that is listened to. `spider` is a file name of crawler/spiders; `options` belong to that spider."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    spider: str = Field(min_length=1)
    kind: str = "public"
    url: str = Field(pattern=r"^https?://")
    owner: str = Field(min_length=1)  # person id: who looks when it breaks
    interval_minutes: int = Field(ge=MINUTES_MIN, le=MINUTES_MAX)
    interval_range: tuple[int, int] | None = None  # minutes; the interval moves in it by what is known (next_round.py)
    quiet_hours: tuple[time, time] | None = None  # school time in which the site is not asked; may cross midnight
    weight: int = Field(default=3, ge=1, le=5)
    expected_posts_per_day: tuple[float, float]
    minimum_fill: dict[str, float] = {}  # field → share of posts that have it; goes over crawler/health.py
    terms: list[str] = []  # what a search page is asked for; the address then holds {term}
    enabled: bool = True
    own: bool = False  # the school's own board: patrolled first
    official: bool = False  # official news or notices: praise and reports must not alarm
    site: str = ""  # default: host of the address
    group: str = ""  # politeness group; default: host of the address
    pace_seconds: float | None = Field(default=None, ge=0.0)
    options: dict[str, Any] = {}

    @field_validator("kind")
    @classmethod
    def _no_person(cls, value: str) -> str:
        if "person" in value or "个人" in value:
            raise ValueError("信源只能是公开的场所（版块、栏目、官方账号评论），不能是个人账号")
        return value

    @field_validator("url")
    @classmethod
    def _readable_place(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            readable = bool(parts.hostname) and parts.port != 0
        except ValueError:
            readable = False
        if not readable or any(letter.isspace() for letter in value):
            raise Mistake(
                f"网址 {value} 读不懂", "检查域名和端口（1 到 65535），例如 https://bbs.example.edu.cn/forum-2-1.html"
            )
        if is_personal_address(value):
            raise ValueError("这是个人账号的主页；信源只能是公开的场所，不能是个人")
        return value

    @model_validator(mode="after")
    def _ordered(self) -> "Source":
        low, high = self.expected_posts_per_day
        if low < 0 or high < low:
            raise ValueError("expected_posts_per_day 应是 [最少, 最多]，且最少不大于最多")
        return self

    @model_validator(mode="after")
    def _asks_for_terms(self) -> "Source":
        if bool(self.terms) != (TERM in self.url) or not all(term.strip() for term in self.terms):
            raise ValueError("检索页的网址里写 {term}，terms 里写要检索的词；两样要么都写，要么都不写")
        return self

    @field_validator("minimum_fill")
    @classmethod
    def _shares(cls, value: dict[str, float]) -> dict[str, float]:
        for name, share in value.items():
            if name not in FIELDS or not 0 <= share <= 1:
                raise ValueError(f"minimum_fill 写成 字段: 0 到 1 的比例，字段可用 {'、'.join(FIELDS)}")
        return value

    @model_validator(mode="after")
    def _in_range(self) -> "Source":
        if self.interval_range is not None:
            least, most = self.interval_range
            if not MINUTES_MIN <= least <= self.interval_minutes <= most <= MINUTES_MAX:
                raise ValueError("interval_range 应是 [最短, 最长] 分钟，在 10 到 1440 之间，interval_minutes 在其中")
        return self

    @property
    def rhythm(self) -> Rhythm:
        """How often it is heard."""
        least, most = self.interval_range or (self.interval_minutes, self.interval_minutes)
        return Rhythm(self.interval_minutes, least, most, *(self.quiet_hours or ()))

    @property
    def searches(self) -> list[tuple[str, str]]:
        """Term and address of each list that a round begins with; without terms the one address."""
        return list(zip(self.terms or [""], self.addresses, strict=True))

    @property
    def addresses(self) -> list[str]:
        """Where a round begins: the address, or on a search page one address a term."""
        return [self.url.replace(TERM, quote(term)) for term in self.terms] or [self.url]

    @property
    def host(self) -> str:
        """Host and port of the address."""
        return urlsplit(self.url).netloc.lower()

    @property
    def site_id(self) -> str:
        """The site that post keys belong to."""
        return self.site or self.host

    @property
    def politeness_group(self) -> str:
        """Sources of one group share one pace and one worker at a time."""
        return self.group or self.host


def load_sources(school: School) -> dict[str, Source]:
    """Read all sources of a school by id.

    Raises:
        ConfigError: All problems of all files, also a source whose id is not its file's name, whose owner is
            unknown or whose options its spider does not have.
    """
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    for name, text in school.files.under("sources"):
        try:
            source = parse(Source, text, name)
        except ConfigError as mistakes:
            problems += mistakes.problems
            continue
        for each in _check_place(source, name, school):
            problems.append(Problem(name, line_in(text, name, each.path), each.what, each.hint))
        sources[source.id] = source
    if problems:
        raise ConfigError(problems)
    return sources


def _check_place(source: Source, file: str, school: School) -> Iterator[Mistake]:
    """Yield what a source's record cannot see by itself."""
    if file != f"sources/{source.id}.yaml":
        yield Mistake(f"id {source.id} 与文件名不同", f"把文件改名为 {source.id}.yaml", ("id",))
    if not school.knows_person(source.owner):
        near = nearest(source.owner, [person.id for person in school.organisation.people])
        hint = f"是不是 {near}？" if near else "写 departments.yaml 里的人员编号"
        yield Mistake(f"不认识的负责人 {source.owner}", hint, ("owner",))
    yield from check_options(source.spider, source.options)
