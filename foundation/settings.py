"""Ground floor: huiyin.yaml, section by section. One record a section; its reader is named in the docstring."""

import ipaddress
import re
from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from foundation.config import Mistake, Strict, check_mail_address, check_secret_reference

SERVER = re.compile(r"https?://[^\s/@:]+:\d{1,5}")


class Identity(Strict):
    """Who the school is (read by check_relevance): names and places that mean it, and namesakes that do not."""

    name: str = Field(min_length=2)
    aliases: list[str] = []
    places: list[str] = []  # campus places and nicknames that mean this school when written on its own sites
    namesakes: list[str] = []  # other schools and things called like it
    kind: str = "university"
    contact: str = Field(min_length=3)  # address in the user agent, so that a site's owner can reach us


class Crawl(Strict):
    """How pages are fetched (read by crawler/settings.py).

    Private networks are reachable only when named in `allowed_networks` (CIDR).
    """

    allowed_networks: list[str] = []
    pace_seconds: float = Field(default=2.0, ge=0.0)  # between two requests to one politeness group
    page_megabytes: int = Field(default=8, ge=1, le=64)
    request_seconds: int = Field(default=30, ge=1)
    round_seconds: int = Field(default=900, ge=10)  # a round that hangs is given up after this long
    browser: str = "/usr/bin/chromium-headless-shell"

    @field_validator("allowed_networks")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        for number, text in enumerate(value):
            try:
                network = ipaddress.ip_network(text, strict=False)
            except ValueError as mistake:
                hint = "写成 10.8.0.0/16 这样的 CIDR，或一个地址"
                raise Mistake(f"crawl.allowed_networks 的 {text} 不是网段", hint, (number,)) from mistake
            if network.prefixlen == 0:
                hint = "公网本来就能访问；这里只写信源所在的那几个内网网段"
                raise Mistake(f"crawl.allowed_networks 的 {text} 等于放开全部地址，保护会失效", hint, (number,))
        return value


class Judge(Strict):
    """How posts are understood (read by pipelines/judge.py)."""

    segmenter: str = Field(default="jieba", pattern="^(jieba|fast)$")
    post_text_days: int = Field(default=90, ge=1)
    spool_hours: int = Field(default=72, ge=1)
    spool_megabytes: int = Field(default=512, ge=1)


class Mail(Strict):
    """The school's mail server (read by alerts/channels/email.py)."""

    host: str
    port: int = Field(ge=1, le=65535)
    security: str = Field(default="starttls", pattern="^(starttls|tls|none)$")
    user: str = ""
    password: str = ""
    sender: str
    ca_file: str = ""

    _address = field_validator("sender")(check_mail_address)

    @field_validator("password")
    @classmethod
    def _reference(cls, value: str) -> str:
        return check_secret_reference(value) if value else value


class DingTalkApp(Strict):
    """The school's own DingTalk app, for work notices to persons (read by alerts/channels/dingtalk_work.py)."""

    app_key: str
    app_secret: str
    agent_id: int = Field(ge=1)
    api: str = Field(default="https://oapi.dingtalk.com", pattern="^https?://")

    _references = field_validator("app_key", "app_secret")(check_secret_reference)


class Threshold(Strict):
    """One frequency rule (read by alerts/rules/frequency.py): `count` posts on one event within `minutes`."""

    name: str
    count: int = Field(ge=1)
    minutes: int = Field(ge=1)
    to: list[str] = ["officer"]  # roles


class Subscription(Strict):
    """Who else hears of which cases (read by alerts/subscriptions.py); an empty list fits every case."""

    who: list[str] = Field(min_length=1)  # persons, roles (`duty` is the duty roster) or departments
    topics: list[str] = []
    departments: list[str] = []
    at_least: Literal["一般", "重大", "特别重大"] = "一般"
    tells: list[Literal["opened", "confirmed", "raised", "overdue"]] = ["opened", "raised", "overdue"]


class Quiet(Strict):
    """When notices of the lowest level wait for the morning (read by alerts/hold_notices.py). Equal times: never."""

    begin: str = Field(default="22:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    end: str = Field(default="07:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    days_off: bool = False  # also on weekends and holidays of the working-day calendar


class Rhythm(Strict):
    """How often one alert speaks (read by alerts/decide.py)."""

    wait_seconds: int = Field(default=60, ge=0, le=3600)  # before the first word, so that one wave is one message
    interval_minutes: int = Field(default=5, ge=1)  # between words about new findings; doubles each time
    repeat_minutes: int = Field(default=240, ge=10)  # a word that nobody acknowledged; doubles each time
    longest_minutes: int = Field(default=1440, ge=10)
    over_minutes: int = Field(default=360, ge=10)  # nothing found for so long: it is over
    climb: list[Literal["deputy", "dept", "duty", "vice", "office"]] = ["deputy", "office"]  # who hears besides when
    # nobody took it for one, for two … times repeat_minutes


class Alerts(Strict):
    """Whom and how often (read by alerts)."""

    mail: Mail
    dingtalk_app: DingTalkApp | None = None
    console_url: str = ""  # empty: messages name the command that shows the case
    thresholds: list[Threshold] = []
    subscriptions: list[Subscription] = []
    quiet: Quiet = Quiet()
    rhythm: Rhythm = Rhythm()
    patrol_at: str = Field(default="08:00", pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")  # daily proof of life; empty: none
    patrol_to: list[str] = ["watch", "officer"]
    monthly_quota: dict[str, int] = {}  # channel → messages a month, as the provider's plan allows
    robot_per_minute: int = Field(default=15, ge=1, le=20)


class CaseField(Strict):
    """One column of its own that a school adds to cases (read by cases/check_inputs.py): text, choice or date."""

    key: str = Field(pattern=r"^[\w一-鿿]+$")
    title: str = Field(min_length=1)
    kind: str = Field(default="text", pattern="^(text|choice|date)$")
    choices: list[str] = []

    @model_validator(mode="after")
    def _has_choices(self) -> "CaseField":
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(f"栏目 {self.key}：只有 kind 为 choice 的要写 choices，而且要写")
        return self

    def problem_with(self, value: str) -> str:
        """Return why a value does not fit, with what to write instead; empty when it does."""
        if self.kind == "choice" and value not in self.choices:
            return f"可以写：{'、'.join(self.choices)}"
        if self.kind == "date":
            try:
                date.fromisoformat(value)
            except ValueError:
                return "写成 2026-11-23 这样的日期"
        return "" if value else "写上内容"


class Schedule(Strict):
    """How often the loops turn (read by huiyin/schedule.py)."""

    tick_seconds: float = Field(default=30.0, gt=0.0)
    workers: int = Field(default=1, ge=1, le=16)


class Elasticsearch(Strict):
    """Where the grown-up index stands (read by search/elastic_client.py); which index answers, the ledger says."""

    servers: list[str] = Field(min_length=1)
    prefix: str = Field(default="huiyin-", pattern="^[a-z][a-z0-9_-]{0,60}-$")  # of every index of this school
    api_key: str = ""  # empty: a server without security, on loopback only
    ca_file: str = ""  # certificate of the school's own authority
    replicas: int = Field(default=0, ge=0, le=4)

    @field_validator("servers")
    @classmethod
    def _addresses(cls, value: list[str]) -> list[str]:
        for number, text in enumerate(value):
            if not SERVER.fullmatch(text):
                hint = "写成 https://主机名:9200，不带路径，也不带用户名和密码"
                raise Mistake(f"elasticsearch.servers 的 {text} 不是服务器地址", hint, (number,))
        return value

    @field_validator("api_key")
    @classmethod
    def _reference(cls, value: str) -> str:
        return check_secret_reference(value) if value else value


class Contact(Strict):
    """An office outside the school that people call or write to themselves: nothing is ever sent to it."""

    name: str = Field(min_length=1)
    kind: Literal["媒体", "公安", "主管部门", "专家", "其他"]
    reach: str = Field(min_length=1)  # telephone, address, who answers there
    note: str = ""


class Settings(Strict):
    """All of huiyin.yaml."""

    school: Identity
    crawl: Crawl = Crawl()
    judge: Judge = Judge()
    alerts: Alerts
    schedule: Schedule = Schedule()
    elasticsearch: Elasticsearch | None = None
    case_fields: list[CaseField] = []
    contacts: list[Contact] = []
