"""制度八（提纲）：没有数字的“及时”按产品默认四小时计，处处标明；澄清、回应方式、定期督查评估。"""

from tests.stories.conftest import Begin
from tests.stories.telling import LINK, TICKED, answer


def test_a_rumour_of_closed_classes(begin: Begin) -> None:
    """Z8.7, Z8.8, Z8.9, Z8.13: a word without number is ours, and says so wherever it is shown."""
    tale = begin("2026-11-23 09:00", "z8-outline")
    tale.hears("网传下周停课", "一般", "学校办公室")
    assert tale.owed() == {"Z8.7（产品默认） 处置并回应": "11-23 13:00", "产品默认 研判": "11-23 13:00"}
    assert tale.case()["timers"][0]["days"][-1] == "“及时”没有数字，按 4 小时 计（产品默认）"
    tale.until("2026-11-23 09:30")
    tale.does("唐若兰", "确认", level="一般", opinion="不实", evidence=LINK)
    tale.does("顾文静", "交办", lead="党委宣传部", opinion="请澄清")
    tale.does("许松柏", "签收")
    tale.mail()
    tale.until("2026-11-23 12:30")
    assert tale.mail() == [
        "11-23 11:00 党委宣传部 剩 2 小时，请按时处置并回应",
        "11-23 12:12 党委宣传部 剩 48 分，请按时处置并回应",
    ]
    assert "产品默认" in tale.every_word()
    tale.refuses("许松柏", "标记", "标记虚假信息要有依据", mark="false_information", reason="查无此事")
    tale.refuses("许松柏", "澄清", "澄清缺少公开答复的链接", words="下周照常上课")
    tale.does("许松柏", "澄清", words="下周照常上课", link=LINK)
    tale.does("许松柏", "回复", **answer("没有停课安排"))
    tale.does("丁晓雨", "签字报送")
    tale.does("顾文静", "审定", checklist=TICKED)
    tale.does("丁晓雨", "反馈", link=LINK, response_mode="权威解读")
    assert (tale.kept()["Z8.7"], tale.owed()) == ("11-23 12:30", {})
    tale.does("顾文静", "归档", cause="谣言")
    assert (tale.state, tale.owed()) == ("归档", {})
    assert "   1  权威解读" in tale.command("case count response_mode")

    tale.until("2027-01-01 08:00")  # 定期, as we count it: every quarter
    assert [line for line in tale.duty_mail() if "督查评估" in line] == [
        "12-31 20:00 顾文静 督查评估 还没有签字（2026-10-01 起）",
        "12-31 20:00 何启明 督查评估 还没有签字（2026-10-01 起）",
        "01-01 08:00 顾文静 督查评估 缺 2026-10-01 这一期",
        "01-01 08:00 何启明 督查评估 缺 2026-10-01 这一期",
    ]
