"""Stage 6: whether everybody whom a school's folder names can be told. A school in; each mistake with its line out."""

from alerts.subscriptions import unknown_names
from foundation.config import line_in
from foundation.errors import ConfigError, Problem
from foundation.school import DEPARTMENTS_FILE, SETTINGS_FILE, School


def check_reach(school: School) -> None:
    """Look for user ids that nobody could send to: without an app their department would be told by mail alone.

    Raises:
        ConfigError: With the line of each such department, and of each unknown name in subscriptions.
    """
    problems = list(unknown_names(school)) + ([] if school.settings.alerts.dingtalk_app else _without_app(school))
    if problems:
        raise ConfigError(problems)


def _without_app(school: School) -> list[Problem]:
    text = school.files.text(DEPARTMENTS_FILE)
    hint = f"在 {SETTINGS_FILE} 的 alerts 里写 dingtalk_app，或改用 robot、wecom、feishu、webhook"
    return [
        Problem(
            DEPARTMENTS_FILE,
            line_in(text, DEPARTMENTS_FILE, ("departments", number, "dingtalk_users")),
            f"{unit.name} 写了 dingtalk_users，却没有发工作通知的应用",
            hint,
        )
        for number, unit in enumerate(school.organisation.departments)
        if unit.dingtalk_users
    ]
