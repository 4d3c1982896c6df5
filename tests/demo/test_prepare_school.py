"""The example school is whole, and its copy for the demo is the same school at other addresses."""

from pathlib import Path

import pytest

from cases.policy import load_policy
from crawler.source import load_sources
from demo.dingtalk_server import DingTalkServer
from demo.prepare_school import (
    CAMPUS_GROUP,
    EXAMPLE,
    LOOPBACK_NETWORK,
    Places,
    change_source,
    prepare_school,
    robot_environment,
)
from foundation.school import School, SchoolFiles

SITES = {"forum": "http://127.0.0.1:1", "microblog": "http://127.0.0.1:2", "letters": "http://127.0.0.1:3"}
COMPETENCES = [
    "后勤",
    "教务",
    "学工",
    "保卫",
    "财务",
    "信息中心",
    "校医院",
    "招生就业",
    "纪检",
    "宣传",
    "团委",
    "图书馆",
]
SIX_UNITS = ["学校办公室", "党委宣传部", "学生工作部", "安全工作部", "校团委", "计算机网络中心"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare_school(tmp_path / "school", Places({**SITES, "news": "http://127.0.0.1:4"}, 2525))
    return tmp_path / "school"


def read(folder: Path) -> School:
    return School.from_files(SchoolFiles.from_folder(folder))


@pytest.mark.provision("Z9b.2-2")
def test_the_example_school_has_the_six_units_of_the_provision() -> None:
    school = read(EXAMPLE)

    assert [unit.name for unit in school.organisation.departments] == SIX_UNITS
    assert sorted(word for unit in school.organisation.departments for word in unit.competences) == sorted(COMPETENCES)
    assert all(unit.mail and unit.robot for unit in school.organisation.departments)


def test_the_example_school_listens_to_four_kinds_of_sites() -> None:
    sources = load_sources(read(EXAMPLE))

    assert {source.spider for source in sources.values()} == {"discuz", "microblog", "message_board", "feed"}
    assert sources["news"].official


def test_the_copy_listens_to_the_running_servers(folder: Path) -> None:
    school = read(folder)
    sources = load_sources(school)

    assert sources["forum"].url == "http://127.0.0.1:1/forum-2-1.html"
    assert {sources[name].politeness_group for name in ("forum", "letters", "news")} == {CAMPUS_GROUP}
    assert school.settings.crawl.allowed_networks == [LOOPBACK_NETWORK]
    assert (school.settings.alerts.mail.port, school.settings.alerts.mail.security) == (2525, "none")


def test_departments_policy_and_words_stay_the_example_s_own(folder: Path) -> None:
    copied, example = (SchoolFiles.from_folder(place).texts for place in (folder, EXAMPLE))
    same = {name for name, text in example.items() if copied[name] == text}

    assert {"departments.yaml", "calendar.yaml"} <= same


def test_the_policy_differs_only_in_daily_duties_which_the_story_does_not_tell(folder: Path) -> None:
    played, own = (load_policy(School.from_files(SchoolFiles.from_folder(place))).file for place in (folder, EXAMPLE))

    assert {name for name in type(own).model_fields if getattr(played, name) != getattr(own, name)} == {"profiles"}
    for name, profile in own.profiles.items():
        assert played.profiles[name] == profile.model_copy(update={"recurring": []})


def test_one_key_of_a_source_can_be_changed(folder: Path) -> None:
    change_source(folder, "news", interval_minutes=1440)

    assert load_sources(read(folder))["news"].interval_minutes == 1440


def test_every_department_gets_a_signed_robot(clock_at) -> None:
    clock_at("1 09:00")
    with DingTalkServer() as server:
        environment = robot_environment(server)

    references = [unit.robot for unit in read(EXAMPLE).organisation.departments if unit.robot]
    named = {name.removeprefix("env:") for robot in references for name in (robot.url, robot.secret)}
    assert set(environment) == named
    assert all(robot.secret for robot in server.robots.values())
