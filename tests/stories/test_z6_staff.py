"""制度六（人事）：没有依据不下结论；交办要签收，不签收逐级找人；交班有交代；接下的事办到底。"""

import json

from tests.stories.conftest import Begin
from tests.stories.telling import LINK, TICKED, answer


def test_a_cold_classroom_that_nobody_takes(begin: Begin) -> None:
    """Z6.3, Z6.8, Z6.8b, Z6.11."""
    tale = begin("2026-11-23 09:00", "z1-school")
    tale.hears("明德楼教室没有暖气", "一般")
    tale.refuses("唐若兰", "确认", "缺少依据", level="一般", opinion="属实")
    tale.does("唐若兰", "确认", level="一般", opinion="属实", evidence=LINK)
    tale.does("顾文静", "交办", lead="安全工作部", opinion="请今天查清", assisting="学生工作部")
    assert tale.owed() == {
        "产品默认 签收": "11-23 15:00",
        "Z1.6.2-1a 报告": "11-24 17:30",
        "Z1.6.2-1b 处置并回应": "11-26 17:30",
    }
    tale.mail()
    tale.until("2026-11-23 15:30")
    assert tale.mail() == [
        "11-23 11:00 安全工作部 交办后仍无人签收",
        "11-23 13:00 白守平 交办后仍无人签收",
        "11-23 15:00 顾文静 交办后仍无人签收",
        "11-23 15:00 何启明 交办后仍无人签收",
    ]
    tale.does("白守平", "签收")

    note = tale.command("roster handover --as @秦卫国 --to @白守平 --note 等供热公司回话")
    assert "在计的时限 2 个" in note
    assert "2026-11-24 17:30  HY-2026-0001  Z1.6.2-1a  报告  明德楼教室没有暖气" in note
    tale.command("roster fill --as @顾文静 --from 2026-11-24 --to 2026-11-25 --person @秦卫国")
    tale.command("roster swap --as @秦卫国 --day 2026-11-24 --to @白守平 --reason 家中有事")
    assert json.loads(tale.command("roster show --json"))["shifts"]["2026-11-24"] == ["qin_weiguo"]
    tale.command("roster approve 1 --as @顾文静")
    assert json.loads(tale.command("roster show --json"))["shifts"]["2026-11-24"] == ["bai_shouping"]

    tale.until("2026-11-24 10:00")
    assert tale.mail() == ["11-24 01:15 秦卫国 剩 16 小时 15 分，请按时报告"]
    tale.does("秦卫国", "签收")
    tale.refuses("白守平", "回复", "协办部门还没有完成：学生工作部", **answer("阀门没开"))
    tale.does("罗承安", "协办完成", words="已调课")
    tale.does("白守平", "回复", **answer("阀门没开"))
    tale.does("秦卫国", "签字报送")
    tale.does("顾文静", "审定", checklist=TICKED)
    tale.does("许松柏", "反馈", link=LINK)
    tale.does("顾文静", "归档", cause="管理")
    assert (tale.state, tale.owed()) == ("归档", {})
    assert tale.kept() == {
        "triage": "11-23 09:00",
        "receipt": "11-23 15:30",
        "Z1.6.2-1a": "11-24 10:00",
        "Z1.6.2-1b": "11-24 10:00",
    }
