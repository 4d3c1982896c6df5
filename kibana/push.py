"""Kibana: brings a file of saved objects into a running Kibana, and says what became of each object.

An import answers 200 also when nothing was written, so the status proves nothing (measured): `success` and `errors`
do. Nothing is overwritten unless asked for: staff may have changed their own copy.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from foundation.ca_file import require_ca_file
from foundation.errors import Retry, Stop
from kibana.fault import name_of
from kibana.flavour import Flavour, Object

SECONDS = 60
HEADERS = {"kbn-xsrf": "huiyin", "osd-xsrf": "huiyin"}  # each product refuses a change without its own
LENS_SINCE, OLDEST = (8, 9), (7, 10)
FIRST_KIBANA_MAJOR = 7  # lower numbers are OpenSearch Dashboards 1, 2, 3
REFUSING = ("conflict", "ambiguous_conflict", "missing_references")  # one of them, and nothing at all is written
OK, REDIRECTS, NOT_ALLOWED = 200, range(300, 400), (401, 403)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a Kibana stands: its address, the space, the key (empty: none), the school's own authority."""

    url: str
    space: str = ""
    api_key: str = ""
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What a Kibana says of itself."""

    number: str
    is_opensearch: bool

    @property
    def flavour(self) -> Flavour:
        """The flavour that it understands."""
        return "lens" if not self.is_opensearch and _version(self.number) >= LENS_SINCE else "classic"

    def __str__(self) -> str:
        return f"{'OpenSearch Dashboards' if self.is_opensearch else 'Kibana'} {self.number}"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of an import: how many objects were written, and one sentence for each that was not."""

    written: int
    problems: list[str]


def read_status(place: Place) -> Status:
    """Ask a Kibana which one it is.

    Raises:
        Retry: It is not reachable.
        Stop: The address answers with something else, refuses the key, or is too old.
    """
    body = _ask(place, "GET", "/api/status")
    number = str(body.get("version", {}).get("number", ""))
    if not number:
        raise Stop(
            "这个地址答的不是 Kibana 的状态", place.url, "检查 --url（含路径前缀），例如 https://kibana.学校:5601"
        )
    is_opensearch = "opensearch" in str(body.get("status", "")) or _version(number)[0] < FIRST_KIBANA_MAJOR
    if not is_opensearch and _version(number) < OLDEST:
        raise Stop(f"Kibana {number} 太旧", place.url, "7.10 起才行；请升级 Kibana")
    return Status(number, is_opensearch)


def push_file(place: Place, content: bytes, objects: Sequence[Object], *, overwrite: bool = False) -> Pushed:
    """Import one file; `objects` are those in it, for their titles.

    Raises:
        Retry: It is not reachable.
        Stop: The whole file was refused; says why.
    """
    space = f"/s/{place.space}" if place.space else ""
    path = f"{space}/api/saved_objects/_import{'?overwrite=true' if overwrite else ''}"
    body = _ask(place, "POST", path, files={"file": ("huiyin.ndjson", content, "application/ndjson")}, objects=objects)
    errors = body.get("errors", [])
    titles = {(own["type"], own["id"]): name_of(own) for own in objects}
    problems = [_sentence(each, titles) for each in errors]
    if not body.get("success") and not problems:
        problems = ["Kibana 说没有成功，但没有说是哪一个对象"]
    count = int(body.get("successCount", 0))
    refused_all = any(each.get("error", {}).get("type") in REFUSING for each in errors)
    return Pushed(0 if refused_all else count, problems)


def _ask(place: Place, method: str, path: str, files: Any = None, objects: Sequence[Object] = ()) -> dict[str, Any]:
    headers = HEADERS | ({"Authorization": f"ApiKey {place.api_key}"} if place.api_key else {})
    if place.ca_file:
        require_ca_file(place.ca_file, "Kibana", "--ca-file")
    session = requests.Session()
    session.trust_env = False  # no proxy or .netrc of the host sees the key
    try:
        answer = session.request(
            method, place.url.rstrip("/") + path, headers=headers, files=files, timeout=SECONDS,
            verify=place.ca_file or True, allow_redirects=False,
        )  # fmt: skip
    except requests.exceptions.SSLError as problem:
        raise Stop("Kibana 的证书不被信任", place.url, "用 --ca-file 指明学校自己的 CA 证书") from problem
    except (requests.exceptions.RequestException, OSError) as problem:
        raise Retry("连不上 Kibana", place.url, "检查地址、它是否开着，再运行一次") from problem
    if answer.status_code in REDIRECTS or answer.status_code in NOT_ALLOWED:
        raise Stop("Kibana 要求登录，或这把密钥没有权限", place.url, "用 --key env:变量名 给一把能管理已存对象的密钥")
    body = _decoded(answer, place)
    if answer.status_code != OK:
        raise _refusal(answer.status_code, str(body.get("message", "")), place, objects)
    return body


def _decoded(answer: requests.Response, place: Place) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        what = f"这个地址答的是网页或别的东西（{answer.status_code}），不是 Kibana 的接口"
        raise Stop(what, place.url, "检查 --url 与路径前缀；前面若有统一登录，请从校内直接访问 Kibana")
    return body


def _refusal(status: int, words: str, place: Place, objects: Sequence[Object]) -> Stop:
    """Turn the refusal of a whole file into a sentence that names the object at fault, when the server names it."""
    named = next((name_of(own) for own in objects if f"{own['id']}" in words), "整个文件")
    advice = "什么也没有写入；运行 huiyin kibana check，仍不行请把这一行报告给维护者"
    if "more recent version" in words:
        advice = "什么也没有写入；这台 Kibana 比文件旧，请用 --flavour classic"
    elif status == 404:  # noqa: PLR2004 HTTP
        advice = "什么也没有写入；检查 --space 是否存在、--url 的路径前缀"
    return Stop(f"Kibana 拒绝了{named}（{status}：{words[:200] or '没有说明'}）", place.url, advice)


def _sentence(each: Mapping[str, Any], titles: Mapping[tuple[str, str], str]) -> str:
    error = each.get("error", {})
    title = titles.get((each.get("type", ""), each.get("id", ""))) or str(each.get("title") or each.get("id"))
    kind = error.get("type")
    if kind in ("conflict", "ambiguous_conflict"):
        return f"{title}：已经有同编号的对象，没有动它；确实要盖掉就加 --overwrite"
    if kind == "missing_references":
        missing = "、".join(str(reference.get("id")) for reference in error.get("references", []))
        return f"{title}：引用的对象不存在（{missing}）"
    if kind == "unsupported_type":
        return f"{title}：这台 Kibana 不认识 {each.get('type')} 类型的对象"
    return f"{title}：{error.get('message') or kind or '没有说明原因'}"


def _version(number: str) -> tuple[int, int]:
    parts = re.findall(r"\d+", number)[:2]
    major, minor = (int(part) for part in [*parts, "0", "0"][:2])
    return major, minor
