"""制度三（机房）：洪水一样的帖子只成一个案件、三封邮件；负责人请假，由代理人办到归档，两个名字都在。"""

from tests.stories.conftest import Begin
from tests.stories.telling import LINK, TICKED, answer

FLOOD = 30


def test_a_flood_of_posts_while_the_head_is_away(begin: Begin) -> None:
    """Z3.5, Z3.10: thirty posts are one case; every department has a named head, and a deputy who stands in."""
    tale = begin("2026-11-23 09:00", "z1-school")
    tale.command("roster leave --as @程望洛 --from 2026-11-23 --to 2026-11-27 --deputy @苏安然")
    for _ in range(FLOOD):
        tale.hears("机房的网络断了", "一般", "计算机网络中心")
    assert tale.case()["posts_total"] == FLOOD
    assert tale.mail() == [
        "11-23 09:00 唐若兰 待研判",
        "11-23 09:00 许松柏 待研判",
        "11-23 09:00 计算机网络中心 请先了解（待研判）",
    ]

    tale.until("2026-11-23 09:30")
    tale.does("唐若兰", "确认", level="一般", opinion="属实", evidence=LINK)
    tale.does("顾文静", "交办", lead="计算机网络中心", opinion="请查清")
    assert tale.owed() == {
        "产品默认 签收": "11-23 15:30",
        "Z1.6.2-1a 报告": "11-24 17:30",
        "Z1.6.2-1b 处置并回应": "11-26 17:30",
    }
    tale.mail()
    tale.until("2026-11-24 17:45")
    assert tale.mail() == [  # whatever is for the head comes to the deputy, whose own notices are not doubled
        "11-23 11:30 计算机网络中心 交办后仍无人签收",
        "11-23 13:30 苏安然 交办后仍无人签收",
        "11-23 15:30 顾文静 交办后仍无人签收",
        "11-23 15:30 何启明 交办后仍无人签收",
        "11-24 01:15 苏安然 剩 16 小时 15 分，请按时报告",
        "11-24 11:00 苏安然 剩 6 小时 30 分，请按时报告",
        "11-24 17:30 苏安然 时限已到，尚未报告",
        "11-24 17:30 苏安然 【催办】尚未报告",
    ]
    tale.does("苏安然", "签收")
    tale.does("苏安然", "回复", **answer("交换机烧毁"))
    tale.does("苏安然", "签字报送")
    assert tale.case()["timeline"][-1]["data"]["acting_for"] == ["cheng_wangluo"]
    tale.refuses("苏安然", "审定", "不能审定", checklist=TICKED)
    tale.does("顾文静", "审定", checklist=TICKED)
    tale.does("许松柏", "反馈", link=LINK)
    tale.does("顾文静", "归档", cause="服务")
    assert (tale.state, tale.owed()) == ("归档", {})
    assert tale.kept()["Z1.6.2-1b"] == "11-24 17:45"
