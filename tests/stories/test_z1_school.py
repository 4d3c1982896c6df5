"""制度一（学校）：一碗汤从发现到通报：三个等级的六个时限、汇报与回应，都按钟点走一遍。"""

from tests.stories.conftest import Begin
from tests.stories.telling import LINK, OTHER, TICKED, Tale, answer


def test_a_soup_with_something_in_it(begin: Begin) -> None:
    """Found on the eve of the National Day; on the holiday raised by a person, then by an instruction from above."""
    tale = begin("2026-09-30 16:00", "z1-school")
    the_eve_of_the_holiday(tale)
    the_holiday(tale)
    the_answer(tale)
    the_quiet_days_after(tale)
    assert (tale.state, tale.owed(), tale.case()["missing_receipts"]) == ("通报", {}, [])
    assert tale.course() == [
        "立案", "确认", "交办", "签收", "重新定级", "标记", "签收", "协办完成", "回复", "签字报送", "审定", "反馈",
        "提出事项", "跟踪", "归档", "总结评估", "通报结果", "回执", "回执",
    ]  # fmt: skip


def the_eve_of_the_holiday(tale: Tale) -> None:
    """一般: two clocks in working days, which the holiday stretches."""
    tale.hears("二食堂的汤里有异物", "一般")
    assert tale.state == "研判"
    assert tale.owed() == {
        "产品默认 研判": "10-08 11:00",  # four hours of office time; the holiday has none
        "Z1.6.2-1a 报告": "10-08 17:30",  # 1 个工作日
        "Z1.6.2-1b 处置并回应": "10-10 17:30",  # 3 个工作日: 10-08, 10-09 and the make-up Saturday
    }
    assert tale.mail() == [
        "09-30 16:00 唐若兰 待研判",
        "09-30 16:00 许松柏 待研判",
        "09-30 16:00 安全工作部 请先了解（待研判）",
    ]

    tale.until("2026-09-30 16:20")
    tale.refuses("唐若兰", "确认", "缺少依据", level="一般", opinion="属实")
    tale.does("唐若兰", "确认", level="一般", opinion="属实", evidence=LINK)
    assert tale.mail() == ["09-30 16:20 许松柏 已确认，请交办"]
    tale.until("2026-09-30 16:30")
    tale.does("顾文静", "交办", lead="安全工作部", opinion="请查清并答复", assisting="学生工作部")
    assert tale.mail() == ["09-30 16:30 安全工作部 交办", "09-30 16:30 学生工作部 交办"]
    tale.does("白守平", "签收")
    tale.command("patrol sign --as @唐若兰 --note 无其他异常")


def the_holiday(tale: Tale) -> None:
    """重大, then 特别重大 by a superior's instruction: new clocks, in days and hours, whatever day it is."""
    tale.until("2026-10-01 09:00")
    tale.does("唐若兰", "重新定级", level="重大", opinion="多人不适", evidence=[LINK, OTHER])
    assert tale.owed() == {
        "Z1.6.2-2a 报告": "10-02 09:00",  # 1 天, from the upgrade (C17)
        "Z1.6.2-2b 处置并回应": "10-09 17:30",  # 2 个工作日, from the discovery
    }
    tale.until("2026-10-01 10:00")
    tale.refuses("许松柏", "标记", "上级批示只由办公室标记", mark="superior_instruction", reason="有批示")
    tale.does("顾文静", "标记", mark="superior_instruction", reason="市教育局批示")
    assert tale.owed() == {
        "Z1.6.2-3a 报告": "10-01 13:00",  # 3 小时
        "Z1.6.2-3b 处置并回应": "10-01 16:00",  # 1 天
    }
    tale.mail()
    tale.until("2026-10-01 12:45")
    assert tale.mail() == [
        "10-01 11:12 安全工作部 剩 4 小时 48 分，请按时处置并回应",
        "10-01 11:30 林致远 剩 1 小时 30 分，请按时报告",
        "10-01 12:24 林致远 剩 36 分，请按时报告",
    ]
    tale.does("林致远", "签收")


def the_answer(tale: Tale) -> None:
    """Everybody has done their part before the reply; the published answer stops the clock ten minutes before."""
    tale.until("2026-10-01 15:00")
    tale.refuses("白守平", "回复", "协办部门还没有完成：学生工作部", **answer("冷柜断电"))
    tale.does("罗承安", "协办完成", words="已联系不适的同学")
    tale.does("白守平", "回复", **answer("冷柜断电"))
    tale.does("秦卫国", "签字报送")
    tale.does("顾文静", "审定", checklist=TICKED)
    tale.until("2026-10-01 15:50")
    tale.does("许松柏", "反馈", link=LINK)
    assert tale.owed() == {}
    assert tale.kept()["Z1.6.2-3a"] == "10-01 12:45"
    assert tale.kept()["Z1.6.2-3b"] == "10-01 15:50"


def the_quiet_days_after(tale: Tale) -> None:
    """Three quiet days ask for the review; then the archive, and the result to all who took part."""
    tale.until("2026-10-05 09:00")
    assert tale.mail() == []
    duties = tale.duty_mail()
    assert duties[:2] == [  # signed for 09-30, not for the holidays: 每天 is every calendar day
        "10-01 20:00 唐若兰 巡查记录 还没有签字（2026-10-01 起）",
        "10-02 08:00 唐若兰 巡查记录 缺 2026-10-01 这一期",
    ]
    assert "10-04 15:50 安全工作部 平稳后总结 ZJ-2026-0001" in duties  # three quiet days after the answer
    assert "缺  舆情通报  全校  2026-09-28 起，2026-10-05 00:00 前（Z1.6.1-4b）" in tale.command_failing("duty list")
    tale.refuses("顾文静", "归档", "具名的跟踪人", cause="服务")
    tale.does("顾文静", "跟踪", tracker="何启明")
    tale.does("何启明", "归档", cause="服务")
    tale.does("秦卫国", "总结评估", lessons="冷柜要双路供电")
    tale.does("顾文静", "通报结果", words="窗口已整改")
    tale.does("白守平", "回执")
    tale.does("罗承安", "回执")
    assert tale.mail() == [
        "10-05 09:00 安全工作部 【结果通报】已办结",
        "10-05 09:00 学生工作部 【结果通报】已办结",
    ]
