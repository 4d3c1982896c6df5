"""Stage 5: the archive of a case as a folder that proves itself (Z9a.3.6). Materials in, files with a manifest out.

The manifest holds name, size and SHA-256 of every file and what is missing; its own hash stands beside it and in the
audit chain. A bundle can be checked again anywhere and at any time: each change, loss and addition is named.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from cases.archive import Material, materials_of
from cases.case import Case, audit_act, load_case, note_act
from cases.matter import cases_of_matter
from cases.roles import may_read
from foundation.audit import read_head
from foundation.clock import for_people
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.school import School
from foundation.tables import audit

MANIFEST, SEAL = "manifest.json", "manifest.sha256"
ACT = "archive"
BY = ("office", "officer")
OPEN_TO_ITS_OWNER = 0o700


@dataclass(frozen=True, slots=True)
class Bundle:
    """An archive that is not written yet: files by name, and the names of the kinds that are missing."""

    case_no: str
    files: dict[str, bytes]
    missing: tuple[str, ...]


def make_bundle(
    work: Work, school: School, case_no: str, *, by: str, papers: Sequence[tuple[str, Path]] = ()
) -> Bundle:
    """Return the archive of a closed case, and note in timeline and audit chain that it was made.

    Args:
        work: The caller's transaction.
        school: The active school version.
        case_no: The case.
        by: Person who archives it.
        papers: Signed papers on the person's disk, each with the kind that it belongs to (its word or its title).

    Raises:
        Refused: Not by right, still open, a help-first case, an unknown kind, or a paper that is no file.
    """
    case = load_case(work.connection, case_no)
    _check(work.connection, school, case, by)
    found = materials_of(work.connection, school, case)
    added = [(_kind_of(found, kind), path) for kind, path in papers]
    files, listed = _files(found, case), []
    for number, (material, path) in enumerate(added, 1):
        files[f"附件{number:02d}-{material.title}{path.suffix.lower()}"] = _read(path)
    for name, body in files.items():
        listed.append({"name": name, "bytes": len(body), "sha256": _hash(body)})
    with_papers = {material.kind for material, _ in added}
    missing = [each for each in found if each.owed and not each.text and each.kind not in with_papers]
    head = read_head(work.connection)
    manifest: dict[str, Any] = {
        "case_no": case_no, "state": case.state, "version": case.version, "made_at": for_people(work.at), "made_by": by,
        "audit": {"seq": head.seq, "hash": head.hash}, "files": listed, "missing": [each.title for each in missing],
    }  # fmt: skip
    body = json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n"
    about = {"manifest": _hash(body), "files": len(listed), "missing": [each.kind for each in missing]}
    note_act(work, case_no, ACT, by, about)
    audit_act(work, case_no, ACT, by, about)
    sealed = {MANIFEST: body, SEAL: f"{_hash(body)}  {MANIFEST}\n".encode()}
    return Bundle(case_no, {**files, **sealed}, tuple(each.title for each in missing))


def write_bundle(bundle: Bundle, folder: Path) -> Path:
    """Write a bundle into a new folder of its own under `folder`, readable by its owner only; return that folder.

    Raises:
        Refused: There is one already: an archive is never written over.
    """
    place = folder / bundle.case_no
    if place.exists():
        raise Refused("已有这个案卷的文件夹，不会覆盖", str(place), "用 --to 写到别的文件夹，或先把旧的移走")
    part = folder / f".{bundle.case_no}.part"
    shutil.rmtree(part, ignore_errors=True)  # of a crash
    part.mkdir(mode=OPEN_TO_ITS_OWNER, parents=True)
    for name, body in bundle.files.items():
        (part / name).write_bytes(body)
    return part.rename(place)


def check_bundle(folder: Path) -> list[str]:
    """Return what is wrong with a bundle, each thing by name; empty: it is as it was made.

    Raises:
        Refused: There is no manifest, or it cannot be read.
    """
    try:
        body = (folder / MANIFEST).read_bytes()
        listed = {str(each["name"]): str(each["sha256"]) for each in json.loads(body)["files"]}
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise Refused("读不到案卷的清单", str(folder / MANIFEST), "核对文件夹；清单丢了就不能证明案卷完整") from problem
    present = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if not path.is_dir()}
    seal = present.get(SEAL)
    wrong = [] if seal else [f"少了 {SEAL}"]
    if seal and seal.read_bytes().split()[:1] != [_hash(body).encode()]:
        wrong.append(f"{MANIFEST} 或 {SEAL} 被改过")
    wrong += [f"少了 {name}" for name in listed if name not in present]
    wrong += [
        f"{name} 被改过" for name in listed if name in present and _hash(present[name].read_bytes()) != listed[name]
    ]
    return wrong + [f"多出 {name}" for name in present if name not in (*listed, MANIFEST, SEAL)]


def is_of_ledger(connection: Connection, folder: Path) -> bool:
    """Tell whether the audit chain knows this manifest: one written anew, with its seal, is not known."""
    body = (folder / MANIFEST).read_bytes()
    made = select(audit.c.details).where(
        audit.c.act == f"case.{ACT}", audit.c.subject == str(json.loads(body).get("case_no"))
    )
    return _hash(body) in [json.loads(details)["manifest"] for details in connection.execute(made).scalars()]


def archived_cases(connection: Connection, case_nos: Sequence[str]) -> list[str]:
    """Return which cases have had an archive written, whose files the ledger cannot reach."""
    made = select(audit.c.subject).where(audit.c.act == f"case.{ACT}", audit.c.subject.in_(case_nos))
    return sorted(set(connection.execute(made).scalars()))


def _check(connection: Connection, school: School, case: Case, by: str) -> None:
    if case.restricted:
        raise Refused("先救助案件不立卷成文件", case.case_no, "它只留在账本里，由心理老师查看")
    if case.is_open:
        raise Refused(f"案件还在{case.state}，不能立卷", case.case_no, "归档（huiyin case close）之后再立卷")
    held = [role for role in BY if by in [person.id for person in school.holders(role)]]
    if not held:
        raise Refused(f"{by} 不能立卷", case.case_no, "由领导小组办公室或网络舆情管理员来立卷")
    if not all(may_read(school, each, by) for each in cases_of_matter(connection, case) if not each.restricted):
        raise Refused("这件事有保密案件，你不能立卷", case.case_no, "由领导小组办公室来立卷")


def _files(found: Sequence[Material], case: Case) -> dict[str, bytes]:
    head = f"案件 {case.case_no}　{case.title or '（无标题）'}\n\n"
    kept = [(number, each) for number, each in enumerate(found, 1) if each.text]
    return {f"{number:02d}-{each.title}.md": f"# {each.title}\n\n{head}{each.text}\n".encode() for number, each in kept}


def _kind_of(found: Sequence[Material], word: str) -> Material:
    for each in found:
        if word in (each.kind, each.title):
            return each
    raise Refused("没有这一类材料", word, f"可用：{'、'.join(each.title for each in found)}")


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise Refused("没有这个附件", str(path), "核对路径；附件是扫描件等文件，不是文件夹")
    return path.read_bytes()


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
