"""制度二（用网）：试卷外流的来电从录入到归档：定为保密以后，任何消息里没有一个字的内容；电话号码从不留存。"""

from tests.stories.conftest import Begin
from tests.stories.telling import LINK, TICKED, answer

CALL = "来电称期末试卷在云麓学院打印室外流，请学校尽快查清，联系电话13812345678"


def test_a_call_about_an_exam_paper(begin: Begin) -> None:
    """Z2.6, Z2.10: what is confidential goes in no message; the phone number of the caller is kept nowhere."""
    tale = begin("2026-11-23 09:00", "z1-school")
    tale.command(f"clue add --kind 投诉来电 --as @许松柏 --title 试卷外流 --text {CALL}")
    assert tale.owed() == {
        "产品默认 研判": "11-23 13:00",
        "Z1.6.2-1a 报告": "11-24 17:30",
        "Z1.6.2-1b 处置并回应": "11-26 17:30",
    }
    assert tale.case()["posts"][0]["text"].endswith("联系电话〔手机号〕")
    assert "试卷" in tale.every_word()
    tale.does("顾文静", "设为保密", reason="涉及考务")
    before = len(tale.every_word())
    tale.mail()
    tale.until("2026-11-23 10:30")
    tale.does("顾文静", "确认", level="一般", opinion="属实", evidence=LINK)
    tale.does("顾文静", "交办", lead="计算机网络中心", opinion="查清打印室")
    tale.until("2026-11-25 18:00")
    assert tale.mail() == [
        "11-23 10:00 唐若兰 仍无人研判",
        "11-23 10:30 许松柏 已确认，请交办",
        "11-23 10:30 计算机网络中心 交办",
        "11-23 12:30 计算机网络中心 交办后仍无人签收",
        "11-23 14:30 苏安然 交办后仍无人签收",
        "11-23 16:30 顾文静 交办后仍无人签收",
        "11-23 16:30 何启明 交办后仍无人签收",
        "11-24 01:15 程望洛 剩 16 小时 15 分，请按时报告",
        "11-24 11:00 程望洛 剩 6 小时 30 分，请按时报告",
        "11-24 17:30 程望洛 时限已到，尚未报告",
        "11-24 17:30 苏安然 【催办】尚未报告",
        "11-25 01:15 计算机网络中心 剩 1 天 16 小时，请按时处置并回应",
        "11-25 17:30 计算机网络中心 【督办】逾期未报告",
        "11-25 17:30 顾文静 【督办】逾期未报告",
        "11-25 17:30 何启明 【督办】逾期未报告",
    ]
    said = tale.every_word()[before:]
    assert "HY-2026-0001" in said
    assert [word for word in ("试卷", "打印室", "13812345678") if word in said] == []
    assert (tale.case()["title"], tale.case("程望洛")["title"]) == ("", "试卷外流")
    tale.does("程望洛", "签收")
    tale.does("苏安然", "回复", **answer("打印室门锁坏了"))
    tale.does("程望洛", "签字报送")
    tale.does("林致远", "审定", checklist=TICKED)
    tale.refuses("许松柏", "反馈", "公开答复的链接")
    tale.does("许松柏", "反馈", reason="涉及考务，只答复来电人")
    tale.does("顾文静", "归档", cause="管理")
    assert (tale.state, tale.owed()) == ("归档", {})
    assert tale.kept()["Z1.6.2-1b"] == "11-25 18:00"
    assert "13812345678" not in tale.every_word() + tale.command("search 打印室")
