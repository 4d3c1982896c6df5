"""制度五（幼儿园）：夜里服务器被入侵，二十四小时内告知园长；对外的话由园长审批；日志至少存六个月。"""

import pytest

from foundation.errors import ConfigError
from tests.stories.conftest import Begin
from tests.stories.telling import LINK, TICKED, answer

INCIDENT = "clue add --kind 本校系统事件 --as @程望洛 --text 服务器被入侵，资料丢失 --happened-at 2026-03-08~01:30"


def test_a_break_in_at_night(begin: Begin) -> None:
    """G8, Z5.13: twenty-four hours from when it happened, on a Sunday as on any day, not from when it was found."""
    tale = begin("2026-03-08 08:30", "z5-kindergarten")
    tale.command(INCIDENT)
    assert tale.owed() == {"Z5.13 报告": "03-09 01:30", "产品默认 研判": "03-09 12:30"}
    tale.does("唐若兰", "确认", level="一般", opinion="属实", evidence=LINK)
    tale.does("顾文静", "交办", lead="计算机网络中心", opinion="请恢复并说明")
    tale.does("苏安然", "签收")
    tale.mail()
    tale.until("2026-03-09 01:20")
    assert tale.mail() == [
        "03-08 13:30 林致远 剩 12 小时，请按时报告",
        "03-08 20:42 林致远 剩 4 小时 48 分，请按时报告",
    ]
    tale.does("林致远", "签收")
    assert (tale.kept()["Z5.13"], tale.owed()) == ("03-09 01:20", {})

    tale.until("2026-03-09 10:00")
    tale.does("苏安然", "回复", **answer("后台口令过弱"))
    tale.does("程望洛", "签字报送")
    tale.refuses("顾文静", "审定", "现在由 主要领导 审定", checklist=TICKED)
    tale.refuses("许松柏", "反馈", "审定", link=LINK)
    tale.does("林致远", "审定", checklist=TICKED)
    tale.does("许松柏", "反馈", link=LINK)
    tale.does("顾文静", "归档", cause="外部")
    assert (tale.state, tale.owed(), tale.mail()) == ("归档", {}, [])


def test_logs_may_not_be_kept_for_less_than_six_months(begin: Begin) -> None:
    """Z5.15."""
    with pytest.raises(ConfigError, match="6mo"):
        begin("2026-03-08 08:30", "z5-kindergarten", policy=("audit_log: {min: 6mo}", "audit_log: {min: 5mo}"))
