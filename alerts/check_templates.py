"""Stage 6: a school's own notice templates. Files of `templates/` in; every mistake with its line out, and previews.

A template is data: title and body with $placeholders, no conditions. Those of help-first notices may show nothing that
ours do not show.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from string import Template

from alerts.case_view import CaseView
from alerts.render import FOLDER, TEMPLATES, TemplateFile, Words, load_template, render, values_of
from crawler.items import Reason
from foundation.config import line_in, nearest, parse
from foundation.errors import ConfigError, Problem
from foundation.ledger import Fact
from foundation.school import School

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # placeholders do not depend on it
PRIVATE = ("restricted", "danger", "told")


def template_names() -> list[str]:
    """Return the names of all templates."""
    return sorted(path.stem for path in TEMPLATES.glob("*.yaml"))


def check_templates(school: School) -> None:
    """Read the school's own templates.

    Raises:
        ConfigError: An unknown name, an unknown or private placeholder, or what is no template.
    """
    problems: list[Problem] = []
    for file, text in school.files.under(FOLDER):
        try:
            problems += list(_mistakes(school, file, text))
        except ConfigError as mistakes:
            problems += mistakes.problems
    if problems:
        raise ConfigError(problems)


def preview(school: School, name: str, now: datetime) -> Words:
    """Return a template filled with an invented case, as a recipient would read it."""
    return render(name, _sample(school, now), school)


def _mistakes(school: School, file: str, text: str) -> Iterator[Problem]:
    name = file.removeprefix(f"{FOLDER}/").removesuffix(".yaml")
    if name not in template_names():
        near = nearest(name, template_names())
        yield Problem(file, 0, "没有这个名字的通知模板", f"是不是 {near}？" if near else "见 huiyin alerts preview")
        return
    own = parse(TemplateFile, text, file)
    known = _placeholders(load_template(name)) if name in PRIVATE else set(_sample(school, EPOCH))
    for key, words in (("title", own.title), ("body", own.body)):
        line = line_in(text, file, (key,))
        template = Template(words)
        if not template.is_valid():
            yield Problem(file, line, f"{key} 里有单独的 $", "占位写成 $event 这样；要写美元符号请写 $$")
            continue
        for unknown in sorted(set(template.get_identifiers()) - known):
            near = nearest(unknown, known)
            hint = f"是不是 ${near}？" if near else f"可用：{'、'.join('$' + each for each in sorted(known))}"
            yield Problem(file, line, f"{key} 里的 ${unknown} 没有这个内容", hint)


def _placeholders(template: TemplateFile) -> set[str]:
    return {name for part in (template.title, template.body) for name in Template(part).get_identifiers()}


def _sample(school: School, now: datetime) -> dict[str, str]:
    lead = school.organisation.departments[0].id
    due_at = now + timedelta(hours=3)
    reasons = (Reason("ill_after_meal", "吃出病", 3.0, ("肚子疼",)),)
    view = CaseView(
        now, "20261012-001", 2, lead=lead, title="二食堂晚餐后有同学肚子疼", reasons=reasons, score=6.0, due_at=due_at
    )
    data = {
        "rule": "Z1.6.2-2a",
        "done_by": "reported",
        "says": "同一事件 120 分钟内听到 5 帖",
        "found": 2,
        "alert_id": 7,
        "grounds": [
            {"rule": "两小时五帖", "says": "同一事件 120 分钟内听到 5 帖", "found": 2, "alert_id": 7, "word": "first"}
        ],
    }
    data |= {"what": "上级指令", "document": "指令-2026-0001"}
    data |= {"outcome": "unreachable", "reason": "示例原因", "outbox_id": 12, "count": 5, "to": ["officer"]}
    return values_of(Fact("case.opened", view.case_no, data), school, view)
