"""制度十（提纲）：每日巡查有人签字；研判写明性质、影响、风险；办结之后十个工作日内总结，收入案例库。"""

from tests.stories.conftest import Begin
from tests.stories.telling import LINK, TICKED, answer

ASSESSED = {"nature": "建议", "nature_why": "希望延长开馆", "impact": "期末复习的同学", "risk": "不大"}


def test_a_wish_for_longer_library_hours(begin: Begin) -> None:
    """Z10.5-1, Z10.5-2, Z10.5-6, Z9b.5.3-1."""
    tale = begin("2026-11-23 09:00", "z10-school")
    tale.hears("希望图书馆周末晚点关门", "一般", "党委宣传部")
    verdict = {"level": "一般", "opinion": "合理", "evidence": LINK}
    tale.refuses("唐若兰", "确认", "还缺：性质、性质的理由、影响程度与理由、潜在风险与理由", **verdict)
    tale.does("唐若兰", "确认", **verdict, **ASSESSED)
    tale.does("顾文静", "交办", lead="党委宣传部", opinion="请与图书馆商议")
    tale.does("许松柏", "签收")
    tale.command("patrol sign --as @唐若兰 --note 无异常")
    tale.until("2026-11-24 10:00")
    assert tale.duty_mail() == []
    tale.does("许松柏", "回复", **answer("座位紧张"))
    tale.does("丁晓雨", "签字报送")
    tale.does("顾文静", "审定", checklist=TICKED)
    tale.does("丁晓雨", "反馈", link=LINK)
    tale.refuses("顾文静", "归档", "建议要写明采纳、部分采纳或不采纳", cause="服务")
    tale.does("顾文静", "归档", cause="服务", adoption="采纳", reason="周末延到二十二时三十分")
    assert tale.owed() == {
        "Z10.5-6（产品默认） 收入案例库": "12-01 17:30",  # 归档: five working days
        "Z10.5-6（产品默认） 报送总结报告": "12-08 17:30",  # 总结: ten
    }
    tale.mail()
    tale.until("2026-12-01 18:00")
    assert tale.mail() == [
        "11-28 01:45 顾文静 剩 3 天 15 小时，请按时收入案例库",
        "11-28 01:45 何启明 剩 3 天 15 小时，请按时收入案例库",
        "11-30 06:24 顾文静 剩 1 天 11 小时，请按时收入案例库",
        "11-30 06:24 何启明 剩 1 天 11 小时，请按时收入案例库",
        "12-01 13:45 党委宣传部 剩 7 天 3 小时，请按时报送总结报告",
        "12-01 17:30 顾文静 时限已到，尚未收入案例库",
        "12-01 17:30 何启明 时限已到，尚未收入案例库",
        "12-01 17:30 许松柏 【催办】尚未收入案例库",
    ]
    tale.does("许松柏", "总结评估", lessons="开馆时间随课程表调整")
    assert (tale.state, tale.owed()) == ("总结评估", {})
    assert tale.course()[-3:] == ["归档", "提出事项", "总结评估"]  # three quiet days asked for the review besides
