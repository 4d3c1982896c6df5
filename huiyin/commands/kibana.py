"""Command: the dashboards of Kibana: build the files, check them, bring them into a running Kibana, print the role."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from foundation.school import School
    from kibana.flavour import Flavour, Object

HELP = "Kibana 看板：生成、检查、装进 Kibana，查看员角色与可选规则"
EXAMPLES = [
    "huiyin kibana build --out kibana-files",
    "huiyin kibana check",
    "huiyin kibana push --url https://kibana.school.example:5601 --key env:SCHOOL_KIBANA_KEY --dry-run",
    "huiyin kibana role",
]
PREFIX = "huiyin-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the acts."""
    acts = parser.add_subparsers(dest="act", title="动作", metavar="动作", required=True)
    build = acts.add_parser("build", help="把两种格式的文件写进一个文件夹")
    build.add_argument("--out", required=True, type=Path, metavar="DIR", help="写到哪个文件夹")
    check = acts.add_parser("check", help="检查文件；不给文件就检查本校现在会生成的")
    check.add_argument("files", nargs="*", type=Path, metavar="文件", help="NDJSON 文件")
    push = acts.add_parser("push", help="装进一台正在运行的 Kibana 或 OpenSearch Dashboards")
    push.add_argument("--url", required=True, help="Kibana 的地址，可带路径前缀")
    push.add_argument("--space", default="", help="装到哪个空间；默认空间不写")
    push.add_argument("--flavour", default="auto", choices=["auto", "lens", "classic"], help="格式；默认按版本选")
    push.add_argument("--overwrite", action="store_true", help="盖掉同编号的对象（会丢掉别人对它们的改动）")
    push.add_argument("--dry-run", action="store_true", help="只说会装什么，不写")
    push.add_argument("--key", default="", metavar="env:变量名", help="Kibana 的 API 密钥，只写引用")
    push.add_argument("--ca-file", default="", metavar="FILE", help="学校自己的 CA 证书")
    role = acts.add_parser("role", help="打印只读角色，交给管理员")
    role.add_argument("--space", default="default", help="哪个空间")
    acts.add_parser("rules", help="打印可选的 Kibana 规则（默认关闭）")


def run(arguments: argparse.Namespace) -> int:
    """Do one act; exit 1 when something is not as it should be."""
    return {"build": _build, "check": _check, "push": _push, "role": _role, "rules": _rules}[arguments.act](arguments)


def _school() -> "School | None":
    """Return the active school; None while there is no ledger: then the files are for the default prefix.

    Raises:
        LedgerUnusable: There is one that cannot be read: the default prefix would be a wrong answer.
    """
    from foundation.errors import LedgerMissing
    from foundation.opening import open_school

    try:
        opened = open_school()
    except LedgerMissing:
        return None
    opened.ledger.close()
    return opened.school


def _prefix(school: "School | None") -> str:
    place = school.settings.elasticsearch if school else None
    return place.prefix if place else PREFIX


def _objects(flavour: "Flavour", school: "School | None") -> "list[Object]":
    from crawler.source import load_sources
    from kibana.build import build

    if school is None:
        return build(flavour)
    departments = {each.id: each.name for each in school.organisation.departments}
    sources = {name: source.title for name, source in load_sources(school).items()}
    return build(flavour, _prefix(school), {"departments": departments, "sources": sources})


def _build(arguments: argparse.Namespace) -> int:
    from kibana.build import as_ndjson
    from kibana.flavour import FLAVOURS

    school = _school()
    if school is None:
        print(f"还没有启用学校：用默认前缀 {PREFIX}，不带部门与信源的名字。")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for flavour in FLAVOURS:
        objects = _objects(flavour, school)
        path = arguments.out / f"huiyin-{flavour}.ndjson"
        path.write_bytes(as_ndjson(objects))
        print(f"{path}　{len(objects)} 个对象")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from kibana.build import as_ndjson
    from kibana.check_objects import check_file
    from kibana.flavour import FLAVOURS

    school = _school()
    prefix = _prefix(school)
    files = {str(path): path.read_bytes() for path in arguments.files}
    if not files:
        files = {f"huiyin-{flavour}.ndjson": as_ndjson(_objects(flavour, school)) for flavour in FLAVOURS}
    count = 0
    for name, content in files.items():
        flavour: Flavour = "lens" if b'"coreMigrationVersion"' in content else "classic"
        faults = check_file(content, flavour, prefix)
        print(f"{name}　{len(content.splitlines())} 个对象，{len(faults)} 处不对")
        for fault in faults:
            print(f"  {fault}")
        count += len(faults)
    return 1 if count else 0


def _push(arguments: argparse.Namespace) -> int:
    from foundation.config import read_secret
    from foundation.errors import Stop
    from kibana.build import as_ndjson
    from kibana.fault import name_of
    from kibana.push import Place, push_file, read_status

    if arguments.key and not arguments.key.startswith(("env:", "file:")):
        raise Stop("密钥不能直接写在命令里", "--key", "写 env:变量名 或 file:/路径")
    key = read_secret(arguments.key, "Kibana 的密钥") if arguments.key else ""
    place = Place(arguments.url, arguments.space, key, arguments.ca_file)
    status = read_status(place)
    flavour: Flavour = status.flavour if arguments.flavour == "auto" else arguments.flavour
    objects = _objects(flavour, _school())
    print(f"{status}　用 {flavour} 格式　{len(objects)} 个对象　空间 {arguments.space or '默认'}")
    if arguments.dry_run:
        for own in objects:
            print(f"  {own['id']}　{name_of(own)}")
        print("试运行：什么也没有写。")
        return 0
    pushed = push_file(place, as_ndjson(objects), objects, overwrite=arguments.overwrite)
    for problem in pushed.problems:
        print(f"  {problem}")
    print(f"写入 {pushed.written} 个对象，没成 {len(pushed.problems)} 个。")
    return 1 if pushed.problems else 0


def _role(arguments: argparse.Namespace) -> int:
    from kibana.roles import READER, reader_role

    print(f"PUT kbn:/api/security/role/{READER}")
    _print(reader_role(_prefix(_school()), arguments.space))
    return 0


def _rules(_arguments: argparse.Namespace) -> int:
    from kibana.rules import CONNECTOR, connector_body, rule_bodies

    prefix = _prefix(_school())
    print(f"POST kbn:/api/actions/connector/{CONNECTOR}")
    _print(connector_body(prefix))
    for body in rule_bodies(prefix):
        print("POST kbn:/api/alerting/rule")
        _print(body)
    return 0


def _print(body: dict[str, Any]) -> None:
    print(json.dumps(body, ensure_ascii=False, indent=2))
