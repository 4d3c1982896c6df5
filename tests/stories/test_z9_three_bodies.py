"""制度九（三份文本）：园区留言板的三日、五日与催办督办通报；高校诉求的当日；医院的规定期限与签字。"""

from tests.stories.conftest import Begin
from tests.stories.telling import LINK, OTHER, TICKED, Tale, answer

EXTENSION = {"rule": "Z9a.3.5", "reason": "要到现场核查"}
UNSET = ("within: unset", "within: 2h")  # what a school must set itself before it may begin
LETTER = {"site_kind": "message_board", "published_at": "2026-09-28 22:00"}


def test_a_letter_to_the_message_board(begin: Begin) -> None:
    """Z9a.3: three days from the posting, five in all; 催办, 督办, a draft of the 通报, and what a 说明 stops."""
    tale = begin("2026-09-28 22:30", "z9a-message-board")
    tale.hears("三号楼热水停了两天", "一般", **LETTER)
    assert tale.owed() == {"产品默认 研判": "09-29 12:30", "Z9a.3.5 公开答复": "10-01 22:00"}
    assert tale.case()["receipt"] == "您的留言已受理，受理号 HY-2026-0001，将于 2026-10-01 22:00 前答复。"
    tale.until("2026-09-29 09:00")
    tale.does("唐若兰", "确认", level="一般", opinion="属实", evidence=LINK)
    tale.refuses("顾文静", "交办", "交办缺少意见", lead="安全工作部")
    tale.does("沈明德", "交办", lead="安全工作部", opinion="三日内书面报送")
    assert tale.owed() == {
        "产品默认 签收": "09-29 15:00",
        "Z9a.3.3 报送回复": "10-01 18:00",  # 3 日, but four hours before the public answer (C6)
        "Z9a.3.5 公开答复": "10-01 22:00",
    }
    tale.until("2026-09-29 10:00")
    tale.does("白守平", "签收")
    tale.refuses("沈明德", "延期", "总共不得超过 5 天", within="6d", **EXTENSION)
    tale.does("沈明德", "延期", within="5d", **EXTENSION)
    tale.refuses("沈明德", "延期", "已经延期过一次", within="5d", **EXTENSION)
    assert tale.owed() == {
        "Z9a.3.3 报送回复": "10-02 10:00",  # 3 日 from the receipt
        "Z9a.3.5 公开答复": "10-03 22:00",  # 5 日 from the posting
    }
    the_ladder(tale)
    the_answer_to_the_letter(tale)
    assert (tale.state, tale.owed()) == ("归档", {})
    assert tale.course() == ["立案", "确认", "交办", "签收", "延期", "说明", "回复", "签字报送", "审定", "反馈", "归档"]


def the_ladder(tale: Tale) -> None:
    """Nobody answers: 催办, 督办, the draft of a 通报; a 说明 stops only the 通报."""
    tale.mail()
    tale.until("2026-10-04 12:00")
    assert tale.mail() == [
        "09-30 22:00 安全工作部 剩 1 天 12 小时，请按时报送回复",
        "10-01 10:00 许松柏 剩 2 天 12 小时，请按时公开答复",
        "10-01 19:36 安全工作部 剩 14 小时 24 分，请按时报送回复",
        "10-02 10:00 安全工作部 时限已到，尚未报送回复",
        "10-02 10:00 白守平 【催办】尚未报送回复",
        "10-02 22:00 许松柏 剩 1 天，请按时公开答复",
        "10-03 10:00 安全工作部 【督办】逾期未报送回复",
        "10-03 10:00 顾文静 【督办】逾期未报送回复",
        "10-03 10:00 何启明 【督办】逾期未报送回复",
        "10-03 22:00 许松柏 时限已到，尚未公开答复",
        "10-03 22:00 白守平 【催办】尚未公开答复",
        "10-04 10:00 顾文静 【通报草稿】催办、督办后仍未报送回复",
        "10-04 10:00 何启明 【通报草稿】催办、督办后仍未报送回复",
    ]
    tale.does("白守平", "说明", reason="锅炉配件假期不发货")
    tale.until("2026-10-06 12:00")
    assert tale.mail() == [  # the 督办 comes all the same, the 通报 of 10-05 does not
        "10-04 22:00 安全工作部 【督办】逾期未公开答复",
        "10-04 22:00 顾文静 【督办】逾期未公开答复",
        "10-04 22:00 何启明 【督办】逾期未公开答复",
    ]


def the_answer_to_the_letter(tale: Tale) -> None:
    """Signed by the head, approved by the vice leader, given where the letter was written."""
    tale.does("白守平", "回复", **answer("锅炉坏了"))
    tale.does("秦卫国", "签字报送")
    tale.refuses("顾文静", "审定", "现在由 分管领导 审定", checklist=TICKED)
    tale.does("沈明德", "审定", checklist=TICKED)
    tale.refuses("许松柏", "反馈", "公开答复的链接")
    tale.does("许松柏", "反馈", link=LINK)
    tale.does("顾文静", "归档", cause="服务")


def test_an_appeal_at_a_university(begin: Begin) -> None:
    """Z9b.5.2, Z9b.5.3-2: reported level by level, an opinion the same day, 续报 by both sides, the 发言人 speaks."""
    tale = begin("2026-11-20 09:00", "z9b-university", policy=UNSET)
    tale.hears("助学金两个月没有发", "重大", "学生工作部")
    assert tale.owed() == {"产品默认 研判": "11-20 09:30", "Z9b.5.2-1b 逐级报告": "11-20 11:00"}
    tale.until("2026-11-20 09:20")
    tale.does("唐若兰", "确认", level="重大", opinion="属实", evidence=[LINK, OTHER], nature="诉求")
    assert tale.owed() == {"Z9b.5.2-1b 逐级报告": "11-20 11:00", "Z9b.5.3-2a 提出处理意见": "11-21 00:00"}
    tale.does("顾文静", "签收")
    assert "Z9b.5.2-1b" not in tale.kept()
    tale.does("沈明德", "签收")
    assert tale.kept()["Z9b.5.2-1b"] == "11-20 09:20"
    tale.does("顾文静", "交办", lead="学生工作部", opinion="今天提出意见", assisting="学校办公室")
    tale.does("罗承安", "签收")
    assert tale.owed() == {"Z9b.5.2-4 续报": "11-20 15:20", "Z9b.5.3-2a 提出处理意见": "11-21 00:00"}
    tale.mail()
    tale.until("2026-11-20 14:30")
    assert tale.mail() == [
        "11-20 12:20 学生工作部 剩 3 小时，请按时续报",
        "11-20 12:20 学校办公室 剩 3 小时，请按时续报",
        "11-20 14:08 学生工作部 剩 1 小时 12 分，请按时续报",
        "11-20 14:08 学校办公室 剩 1 小时 12 分，请按时续报",
    ]
    tale.does("罗承安", "提出处理意见", opinion="今天补发")
    tale.does("罗承安", "续报", words="银行在核对名单")
    tale.does("何启明", "续报", words="财务已备款")
    assert tale.owed() == {"Z9b.5.2-4 续报": "11-20 20:30"}
    assert tale.mail() == ["11-20 14:30 顾文静 有新的续报", "11-20 14:30 何启明 有新的续报"]

    tale.until("2026-11-20 16:00")
    tale.does("罗承安", "办结")
    assert tale.owed()["Z9b.5.3-2b 公开答复"] == "11-21 00:00"  # 办结之日
    tale.does("何启明", "协办完成", words="已拨款")
    tale.does("孟秋燕", "回复", **answer("名单有误"))
    tale.does("罗承安", "签字报送")
    tale.does("顾文静", "审定", checklist=TICKED)
    tale.refuses("许松柏", "反馈", "重大 的对外答复由 新闻发言人 发布", link=LINK)
    tale.does("丁晓雨", "反馈", link=LINK)
    tale.refuses("顾文静", "归档", "具名的跟踪人", cause="管理")
    tale.does("顾文静", "跟踪", tracker="何启明")
    tale.does("何启明", "归档", cause="管理")
    tale.does("顾文静", "通报结果", words="已补发")
    assert tale.mail() == ["11-20 16:00 学生工作部 【结果通报】已办结", "11-20 16:00 学校办公室 【结果通报】已办结"]
    assert (tale.state, tale.owed()) == ("通报", {})
    assert tale.kept()["Z9b.5.3-2b"] == "11-20 16:00"


def test_a_complaint_about_a_hospital(begin: Begin) -> None:
    """Z9c.7, Z9c.9-3: the length that the school has set, the head's signature, 及时 to the vice leader, every day."""
    tale = begin("2026-11-23 09:00", "z9c-hospital", policy=("within: unset", "within: 5wd"))
    tale.hears("校医院排队太久", "一般")
    assert tale.owed() == {"Z9c.9-3（产品默认） 报告": "11-23 13:00", "产品默认 研判": "11-23 13:00"}
    tale.until("2026-11-23 09:30")
    tale.does("唐若兰", "确认", level="一般", opinion="属实", evidence=LINK)
    tale.does("顾文静", "交办", lead="安全工作部", opinion="请答复")
    tale.does("白守平", "签收")
    assert tale.owed() == {"Z9c.9-3（产品默认） 报告": "11-23 13:00", "Z9c.7 报送回复": "11-30 17:30"}
    tale.mail()
    tale.until("2026-11-23 12:30")
    assert tale.mail() == ["11-23 11:00 沈明德 剩 2 小时，请按时报告", "11-23 12:12 沈明德 剩 48 分，请按时报告"]
    tale.does("沈明德", "签收")
    tale.command("patrol sign --as @唐若兰 --note 无异常")
    tale.until("2026-11-25 09:00")
    assert tale.duty_mail() == [
        "11-24 20:00 唐若兰 巡查记录 还没有签字（2026-11-24 起）",
        "11-25 08:00 唐若兰 巡查记录 缺 2026-11-24 这一期",
        "11-25 08:00 顾文静 巡查记录 缺 2026-11-24 这一期",
        "11-25 08:00 何启明 巡查记录 缺 2026-11-24 这一期",
    ]
    tale.does("白守平", "回复", **answer("窗口少"))
    tale.refuses("沈明德", "签字报送", "这一步由 科室负责人 来做")
    tale.does("秦卫国", "签字报送")
    tale.does("顾文静", "审定", checklist=TICKED)
    tale.does("许松柏", "反馈", link=LINK)
    tale.does("顾文静", "归档", cause="服务")
    assert (tale.state, tale.owed(), tale.mail()) == ("归档", {}, [])
    assert (tale.kept()["Z9c.9-3"], tale.kept()["Z9c.7"]) == ("11-23 12:30", "11-25 09:00")
