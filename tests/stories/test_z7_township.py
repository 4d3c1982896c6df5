"""制度七（乡镇）：跨年夜的突发事件：第一时间报告、四小时特报、指令与回执、值守、周报、案例。"""

from tests.stories.conftest import Begin
from tests.stories.telling import LINK, OTHER, TICKED, Tale, answer


def test_smoke_on_new_years_eve(begin: Begin) -> None:
    """G6, Z7.7-2, Z7.7-2a: first word and written report are two acts; across the year, through the night."""
    tale = begin("2026-12-31 22:00", "z7-township")
    tale.hears("松园宿舍楼冒烟", "重大")
    assert tale.owed() == {
        "Z7.7-2a（产品默认） 通知": "12-31 22:30",
        "产品默认 研判": "12-31 22:30",
        "Z7.7-2 报送特报": "01-01 02:00",
    }
    tale.until("2026-12-31 22:31")
    assert tale.mail() == [
        "12-31 22:00 唐若兰 待研判",
        "12-31 22:00 许松柏 待研判",
        "12-31 22:00 安全工作部 请先了解（待研判）",
        "12-31 22:07 唐若兰 仍无人研判",
        "12-31 22:15 顾文静 剩 15 分，请按时通知",
        "12-31 22:15 何启明 剩 15 分，请按时通知",
        "12-31 22:15 许松柏 仍无人研判",
        "12-31 22:22 秦卫国 仍无人研判",
        "12-31 22:22 白守平 仍无人研判",
        "12-31 22:24 顾文静 剩 6 分，请按时通知",
        "12-31 22:24 何启明 剩 6 分，请按时通知",
        "12-31 22:30 顾文静 时限已到，尚未通知",
        "12-31 22:30 何启明 时限已到，尚未通知",
        "12-31 22:30 白守平 【催办】尚未通知",
        "12-31 22:30 顾文静 仍无人研判",
        "12-31 22:30 何启明 仍无人研判",
    ]
    the_night(tale)
    the_days_after(tale)
    assert (tale.state, tale.owed(), tale.mail()) == ("总结评估", {}, [])


def the_night(tale: Tale) -> None:
    """A person takes it at last; a 指令 without receipt is chased; the written report is in before four hours."""
    tale.does("唐若兰", "确认", level="重大", opinion="属实", evidence=[LINK, OTHER])
    tale.does("顾文静", "签收")
    tale.does("顾文静", "交办", lead="安全工作部", opinion="立即到现场", assisting="学生工作部")
    tale.does("白守平", "签收")
    assert tale.owed() == {"Z7.7-2 报送特报": "01-01 02:00"}
    tale.command("task add directive --as @顾文静 --owner safety --words 今晚清点人数 --case HY-2026-0001")
    tale.mail()
    tale.duty_mail()
    tale.until("2027-01-01 01:30")
    assert tale.mail() == [
        "01-01 00:00 顾文静 剩 2 小时，请按时报送特报",
        "01-01 00:00 何启明 剩 2 小时，请按时报送特报",
        "01-01 01:12 顾文静 剩 48 分，请按时报送特报",
        "01-01 01:12 何启明 剩 48 分，请按时报送特报",
    ]
    assert tale.duty_mail() == ["01-01 00:31 安全工作部 指令 ZL-2026-0001 还没有回执"]
    tale.does("顾文静", "报送特报", words="电线老化冒烟，已断电，无人受伤")
    tale.command("task receive ZL-2026-0001 --as @白守平")
    tale.command("task finish ZL-2026-0001 --as @白守平 --answer 人已到齐")
    assert tale.kept()["Z7.7-2"] == "01-01 01:30"


def the_days_after(tale: Tale) -> None:
    """The answer, the weekly report that nobody signed, three quiet days, the lesson."""
    tale.does("罗承安", "协办完成", words="已安抚同学")
    tale.does("白守平", "回复", **answer("电线老化"))
    tale.does("秦卫国", "签字报送")
    tale.does("林致远", "审定", checklist=TICKED)
    tale.does("许松柏", "反馈", link=LINK)
    tale.does("顾文静", "跟踪", tracker="何启明")
    tale.until("2027-01-04 09:00")
    told = tale.duty_mail()
    assert "01-03 20:00 许松柏 周报 还没有签字（2026-12-28 起）" in told
    assert "01-04 01:30 安全工作部 平稳后总结 ZJ-2027-0001" in told
    tale.does("何启明", "归档", cause="管理")
    tale.does("秦卫国", "总结评估", lessons="电线三年一换")


def test_watch_over_the_national_day(begin: Begin) -> None:
    """Z7.6: every holiday needs a named person, told seven days before; departments patrol on working days only."""
    tale = begin("2026-09-24 09:00", "z7-township")
    assert [line for line in tale.duty_mail() if "10-01" in line] == [
        "09-24 09:00 顾文静 2026-10-01 还没有排到值班人",
        "09-24 09:00 何启明 2026-10-01 还没有排到值班人",
    ]
    tale.command("roster fill --as @顾文静 --from 2026-09-25 --to 2026-10-07 --person @秦卫国")
    tale.until("2026-10-03 12:00")
    told = tale.duty_mail()
    assert [line for line in told if "没有排到值班人" in line] == []
    reminded = {line[:5] for line in told if "白守平 部门巡查 还没有签字" in line}
    assert reminded == {"09-24", "09-28", "09-29", "09-30"}  # 09-25 is 中秋, then a weekend; from 10-01 on 国庆
