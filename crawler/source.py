"""Stage 1: a source 信源 as the school writes it: `sources/<id>.yaml`, one place a file, never a person."""

import re
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from foundation.config import Strict, line_of, parse, read_yaml
from foundation.errors import ConfigError, Problem
from foundation.school import School

MINUTES_MIN, MINUTES_MAX = 10, 24 * 60
PERSONAL = (  # addresses of persons' accounts on known sites: places are sources, persons are not (privacy.md 1)
    re.compile(r"weibo\.(com|cn)/(u/|n/|profile)", re.I),
    re.compile(r"containerid=(100505|107603)", re.I),
    re.compile(r"zhihu\.com/people/", re.I),
    re.compile(r"tieba\.baidu\.com/home/", re.I),
    re.compile(r"space\.bilibili\.com/", re.I),
    re.compile(r"(xiaohongshu|douyin)\.com/user/", re.I),
    re.compile(r"mod=space|home\.php|space-uid-", re.I),
    re.compile(r"/(author|authors)/[^/]+", re.I),
)


class Source(Strict):
    """One place that is listened to. `spider` is a file name of crawler/spiders; `options` belong to that spider."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    spider: str = Field(min_length=1)
    kind: str = "public"
    url: str = Field(pattern=r"^https?://")
    owner: str = Field(min_length=1)  # person id: who looks when it breaks
    interval_minutes: int = Field(ge=MINUTES_MIN, le=MINUTES_MAX)
    weight: int = Field(default=3, ge=1, le=5)
    expected_posts_per_day: tuple[float, float]
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
    def _no_personal_address(cls, value: str) -> str:
        if any(pattern.search(value) for pattern in PERSONAL):
            raise ValueError("这是个人账号的主页；信源只能是公开的场所，不能是个人")
        return value

    @model_validator(mode="after")
    def _ordered(self) -> "Source":
        low, high = self.expected_posts_per_day
        if low < 0 or high < low:
            raise ValueError("expected_posts_per_day 应是 [最少, 最多]，且最少不大于最多")
        return self

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
        ConfigError: All problems of all files, or a source whose id is not its file's name or whose owner is unknown.
    """
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    for name, text in school.files.under("sources"):
        try:
            source = parse(Source, text, name)
        except ConfigError as mistakes:
            problems += mistakes.problems
            continue
        data = read_yaml(text, name)
        if name != f"sources/{source.id}.yaml":
            line = line_of(data, ("id",))
            problems.append(Problem(name, line, f"id {source.id} 与文件名不同", f"把文件改名为 {source.id}.yaml"))
        if not school.knows_person(source.owner):
            line = line_of(data, ("owner",))
            problems.append(Problem(name, line, f"不认识的负责人 {source.owner}", "写 departments.yaml 里的人员编号"))
        sources[source.id] = source
    if problems:
        raise ConfigError(problems)
    return sources
