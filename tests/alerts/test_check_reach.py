"""User ids need an app: without one a department would silently be told by mail alone."""

import pytest

from alerts.check_reach import check_reach
from foundation.errors import ConfigError
from foundation.school import DEPARTMENTS_FILE, SETTINGS_FILE, School, SchoolFiles

ROBOT = 'robot: {url: "env:ROBOT_NETWORK", secret: "env:ROBOT_SECRET"}'
APP = '  dingtalk_app: {app_key: "env:KEY", app_secret: "env:SECRET", agent_id: 77}\n'


def with_users(school: School, more: str = "") -> School:
    texts = dict(school.files.texts)
    texts[DEPARTMENTS_FILE] = texts[DEPARTMENTS_FILE].replace(ROBOT, "dingtalk_users: [user-cheng]")
    texts[SETTINGS_FILE] += more
    return School.from_files(SchoolFiles(texts))


def test_user_ids_without_an_app_are_a_mistake_with_its_line(paper_school):
    with pytest.raises(ConfigError) as caught:
        check_reach(with_users(paper_school))

    [problem] = caught.value.problems
    assert (problem.line, problem.what) == (26, "网络中心 写了 dingtalk_users，却没有发工作通知的应用")
    assert "dingtalk_app" in problem.hint


def test_with_an_app_they_are_right(paper_school):
    check_reach(with_users(paper_school, APP))
    check_reach(paper_school)
