"""制度四（机房安全）：本校主页被篡改：登记、联系卡、报告；系统从不报警，移送要两个人具名。"""

from tests.stories.conftest import Begin
from tests.stories.telling import LINK, OTHER, TICKED, answer

INCIDENT = "clue add --kind 本校系统事件 --as @程望洛 --text 学校主页被篡改，已断网 --happened-at 2026-11-23~01:30"


def test_a_defaced_homepage(begin: Begin) -> None:
    """Z4.7: who can be called stands on the card; whether the police are told, people decide, two of them."""
    tale = begin("2026-11-23 08:30", "z1-school")
    card = tale.command(INCIDENT)
    assert "系统不会自动报警" in card
    assert "公安  云麓派出所  0731-0000-0110" in card
    assert (tale.case()["kind"], tale.case()["lead"]) == ("own_system_incident", "network")
    assert tale.owed() == {
        "产品默认 研判": "11-23 12:30",
        "Z1.6.2-1a 报告": "11-24 17:30",
        "Z1.6.2-1b 处置并回应": "11-26 17:30",
    }
    tale.does("唐若兰", "确认", level="一般", opinion="属实", evidence=LINK)
    tale.does("顾文静", "交办", lead="计算机网络中心", opinion="请恢复并说明")
    tale.does("苏安然", "签收")
    tale.mail()
    tale.until("2026-11-24 17:30")
    assert tale.mail() == [
        "11-24 01:00 程望洛 剩 16 小时 30 分，请按时报告",
        "11-24 10:54 程望洛 剩 6 小时 36 分，请按时报告",
        "11-24 17:30 程望洛 时限已到，尚未报告",
        "11-24 17:30 苏安然 【催办】尚未报告",
    ]

    tale.does("程望洛", "签收")
    tale.does("苏安然", "回复", **answer("后台口令过弱"))
    tale.does("程望洛", "签字报送")
    tale.does("顾文静", "审定", checklist=TICKED)
    referral = {"body": "公安机关", "evidence": OTHER, "harm": "冒名通知致学生受骗"}
    tale.refuses("顾文静", "提请移送", "现在不能提请移送", **referral)
    tale.does("许松柏", "反馈", link=LINK)
    tale.does("沈明德", "提请移送", **referral)
    tale.refuses("沈明德", "同意移送", "移送要两个人具名", opinion="同意")
    tale.does("林致远", "同意移送", opinion="同意")
    tale.does("顾文静", "归档", cause="外部")
    assert (tale.state, tale.owed()) == ("归档", {})
    assert tale.course()[-4:] == ["反馈", "提请移送", "同意移送", "归档"]
    assert "派出所" not in tale.every_word()  # nobody outside was written to
