"""Ground floor: the school as data. A folder of YAML in, an immutable, audited school version out.

`SchoolFiles` is the folder's text; `School` what all stages need of it (identity, departments, people, settings). Each
stage parses its own files beside the code that uses them: `crawler/source.py`, `pipelines/words.py`, `cases/policy.py`.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field, field_validator
from sqlalchemy import Connection, insert, select

from foundation.check_organisation import check_organisation
from foundation.config import Strict, check_mail_address, check_secret_reference, nearest, parse
from foundation.errors import ConfigError, Problem, SchoolMissing
from foundation.ledger import MACHINE, Work
from foundation.settings import Settings
from foundation.tables import school_version

SETTINGS_FILE = "huiyin.yaml"
DEPARTMENTS_FILE = "departments.yaml"
ENDINGS = {".yaml", ".txt"}
MAX_BYTES = 1_000_000  # of one file; the longest of ours has some thousands
FILE_LIKENESS = 0.85  # a file of another purpose is no misspelt one: calendar.yaml is not near departments.yaml


class Person(Strict):
    """A person who acts or is told: never an author of posts."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    mail: str = ""
    dingtalk_user: str = ""
    wecom_user: str = ""
    feishu_user: str = ""

    @field_validator("mail")
    @classmethod
    def _address(cls, value: str) -> str:
        return check_mail_address(value) if value else value


class Robot(Strict):
    """A DingTalk or Feishu group robot: address and signing secret by reference, optional keyword."""

    url: str
    secret: str
    keyword: str = ""

    _references = field_validator("url", "secret")(check_secret_reference)


class WecomRobot(Strict):
    """A WeCom group robot: its address, by reference, is its only credential."""

    url: str

    _reference = field_validator("url")(check_secret_reference)


class Webhook(Strict):
    """A system of the school's own: address and signing secret by reference."""

    url: str
    secret: str

    _references = field_validator("url", "secret")(check_secret_reference)


class Department(Strict):
    """A unit that can answer: responsible person, deputy, liaison, own mail and own robot or user ids."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    deputy: str = Field(min_length=1)
    liaison: str = Field(min_length=1)
    mail: str
    parent: str = ""  # the unit above it; empty: under the school's leaders
    robot: Robot | None = None
    wecom: WecomRobot | None = None
    feishu: Robot | None = None
    webhook: Webhook | None = None
    apprise: str = ""  # best effort only
    dingtalk_users: list[str] = []
    competences: list[str] = []  # 后勤 教务 学工 保卫 财务 信息中心 校医院 …
    words: list[str] = []  # the school's own words that route here

    @property
    def has_group(self) -> bool:
        """Whether a notice can reach the unit otherwise than by mail."""
        return bool(self.robot or self.wecom or self.feishu or self.webhook or self.dingtalk_users)

    @field_validator("apprise")
    @classmethod
    def _reference(cls, value: str) -> str:
        return check_secret_reference(value) if value else value

    @field_validator("mail")
    @classmethod
    def _addresses(cls, value: str) -> str:
        return ", ".join(check_mail_address(part.strip()) for part in value.split(","))  # several are allowed


class Organisation(Strict):
    """departments.yaml: people, who holds which role, departments in order."""

    people: list[Person] = Field(min_length=1)
    roles: dict[str, list[str]]
    departments: list[Department] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class SchoolFiles:
    """The texts of a school's folder by relative name, e.g. `sources/forum.yaml`."""

    texts: dict[str, str]

    @classmethod
    def from_folder(cls, folder: Path) -> "SchoolFiles":
        """Read all YAML and word files below `folder`.

        Raises:
            ConfigError: The folder or its huiyin.yaml is missing, or a file is too large or not UTF-8.
        """
        if not (folder / SETTINGS_FILE).is_file():
            hint = "用 --school 指定学校文件夹，或用 huiyin init 新建一个"
            raise ConfigError([Problem(str(folder / SETTINGS_FILE), 0, "找不到学校的设置文件", hint)])
        texts = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in ENDINGS:
                name = path.relative_to(folder).as_posix()
                if path.stat().st_size > MAX_BYTES:
                    raise ConfigError([Problem(name, 0, "文件大于 1 MB", "配置只写文字；移走放错的文件，或拆成几个")])
                try:
                    texts[name] = path.read_text(encoding="utf-8")
                except UnicodeDecodeError as mistake:
                    raise ConfigError([Problem(name, 0, "文件不是 UTF-8 编码", "用 UTF-8 另存后再试")]) from mistake
        return cls(texts)

    def under(self, folder: str) -> Iterator[tuple[str, str]]:
        """Yield (relative name, text) of the files in one subfolder, by name."""
        return ((name, text) for name, text in sorted(self.texts.items()) if name.startswith(f"{folder}/"))

    def text(self, name: str) -> str:
        """Return one file's text.

        Raises:
            ConfigError: The folder has no such file.
        """
        if name not in self.texts:
            near = nearest(name, self.texts, FILE_LIKENESS)
            hint = f"是不是 {near}？" if near else "用 huiyin init 看看一个完整的学校文件夹"
            raise ConfigError([Problem(name, 0, "缺少这个文件", hint)])
        return self.texts[name]

    @property
    def digest(self) -> str:
        """SHA-256 over names and texts: equal folders have equal digests."""
        body = "\0".join(f"{name}\0{text}" for name, text in sorted(self.texts.items()))
        return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class School:
    """What all stages need of the active school version."""

    files: SchoolFiles
    settings: Settings
    organisation: Organisation
    version: int = 0
    _people: dict[str, Person] = field(default_factory=dict)
    _departments: dict[str, Department] = field(default_factory=dict)

    @classmethod
    def from_files(cls, files: SchoolFiles, version: int = 0) -> "School":
        """Validate settings and organisation.

        Raises:
            ConfigError: All problems of both files together.
        """
        problems: list[Problem] = []
        settings = organisation = None
        try:
            settings = parse(Settings, files.text(SETTINGS_FILE), SETTINGS_FILE)
        except ConfigError as mistakes:
            problems += mistakes.problems
        try:
            organisation = parse(Organisation, files.text(DEPARTMENTS_FILE), DEPARTMENTS_FILE)
            problems += list(check_organisation(organisation, files.text(DEPARTMENTS_FILE), DEPARTMENTS_FILE))
        except ConfigError as mistakes:
            problems += mistakes.problems
        if problems or settings is None or organisation is None:
            raise ConfigError(problems)
        people = {person.id: person for person in organisation.people}
        departments = {department.id: department for department in organisation.departments}
        return cls(files, settings, organisation, version, people, departments)

    def person(self, person_id: str) -> Person:
        """Return a person by id (KeyError when unknown)."""
        return self._people[person_id]

    def department(self, department_id: str) -> Department:
        """Return a department by id (KeyError when unknown)."""
        return self._departments[department_id]

    def find_department(self, department_id: str) -> Department | None:
        """Return a department by id, or None when there is none of that name."""
        return self._departments.get(department_id)

    def ancestors(self, department_id: str) -> list[Department]:
        """Return the units above a department, the nearest first; a circle was refused when the school was read."""
        found: list[Department] = []
        unit = self._departments.get(department_id)
        while unit and unit.parent:
            unit = self._departments[unit.parent]
            found.append(unit)
        return found

    def holders(self, role: str) -> list[Person]:
        """Return the persons who hold a role, in the file's order; empty when nobody does."""
        return [self._people[name] for name in self.organisation.roles.get(role, [])]

    def knows_person(self, person_id: str) -> bool:
        """Return whether `person_id` is one of the school's people."""
        return person_id in self._people

    def name_of(self, named: str) -> str:
        """Return for people whom or what an id names: a department, a person, the program; unknown ids as they are."""
        if named == MACHINE:
            return "系统"
        unit, person = self._departments.get(named), self._people.get(named)
        return unit.name if unit else person.name if person else named


def store_school(work: Work, files: SchoolFiles, origin: str) -> int:
    """Store a validated folder as the new active version; return its number (the old one when nothing changed)."""
    last = work.connection.execute(
        select(school_version.c.version, school_version.c.digest).order_by(school_version.c.version.desc()).limit(1)
    ).first()
    if last is not None and last.digest == files.digest:
        return int(last.version)
    version = 1 if last is None else int(last.version) + 1
    work.connection.execute(
        insert(school_version).values(
            version=version,
            digest=files.digest,
            files=files.texts,
            origin=origin,
            actor=work.actor,
            applied_at=work.at,
        )
    )
    work.audit("school.apply", f"version {version}", digest=files.digest, origin=origin)
    return version


def active_school(connection: Connection) -> School:
    """Return the school version in force.

    Raises:
        SchoolMissing: No version was applied yet.
    """
    row = connection.execute(select(school_version).order_by(school_version.c.version.desc()).limit(1)).first()
    if row is None:
        raise SchoolMissing("还没有启用任何学校配置", "school_version", "先运行 huiyin apply 学校文件夹")
    return School.from_files(SchoolFiles(row.files), int(row.version))
