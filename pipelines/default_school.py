"""Stage 2: the school that `huiyin judge` assumes when none is given: no name, the guide's twelve competences.

It exists so that posts can be tried before a school folder is written; nothing is stored or sent for it.
"""

from functools import cache

from foundation.school import DEPARTMENTS_FILE, SETTINGS_FILE, School, SchoolFiles
from pipelines.school_names import ANY_SCHOOL

UNITS = {  # competence of severity-guide §4 → name shown
    "后勤": "后勤处",
    "教务": "教务处",
    "学工": "学生工作部",
    "保卫": "保卫处",
    "财务": "财务处",
    "信息中心": "信息中心",
    "校医院": "校医院",
    "招生就业": "招生就业处",
    "纪检": "纪检监察室",
    "宣传": "党委宣传部",
    "团委": "团委",
    "图书馆": "图书馆",
}
ROLES = ("watch", "officer", "office", "principal", "duty", "counsellor", "tech")
SETTINGS = f"""
school: {{name: {ANY_SCHOOL}, aliases: [], contact: nobody@example.org}}
alerts: {{mail: {{host: localhost, port: 25, security: none, sender: nobody@example.org}}}}
"""


@cache
def default_school() -> School:
    """Return the built-in school."""
    return School.from_files(SchoolFiles({SETTINGS_FILE: SETTINGS, DEPARTMENTS_FILE: _departments()}))


def _departments() -> str:
    lines = ["people:", "  - {id: someone, name: 负责人}", "  - {id: deputy, name: 副手}", "roles:"]
    lines += [f"  {role}: [someone]" for role in ROLES]
    lines.append("departments:")
    for number, (competence, name) in enumerate(UNITS.items(), 1):
        lines.append(
            f"  - {{id: unit{number}, name: {name}, owner: someone, deputy: deputy, liaison: someone,"
            f" mail: nobody@example.org, dingtalk_users: [nobody], competences: [{competence}]}}"
        )
    return "\n".join(lines)
