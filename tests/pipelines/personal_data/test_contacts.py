import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.drop_personal_data import redact
from pipelines.personal_data.contacts import _ID_HINTS, _QQ, _QQ_SIGNS, _WECHAT, _WECHAT_SIGNS

REMOVED = [
    ("xiaoli2001 at qq dot com", ["xiaoli2001 at qq dot com"]),
    ("我微信就是abc12345", ["abc12345"]),
    ("邮箱 lin.yun@example.com", ["lin.yun@example.com"]),
    ("发我 yunxiao88@163.com", ["yunxiao88@163.com"]),
    ("ｙｕｎ＠１６３．ｃｏｍ", ["ｙｕｎ＠１６３．ｃｏｍ"]),
    ("yunxiao88 at 163.com", ["yunxiao88 at 163.com"]),
    ("yunxiao88(at)qq.com", ["yunxiao88(at)qq.com"]),
    ("yunxiao88#qq.com", ["yunxiao88#qq.com"]),
    ("yunxiao88艾特163点com", ["yunxiao88艾特163点com"]),
    ("我的邮箱linyun@stu.yunlu.edu.cn", ["linyun@stu.yunlu.edu.cn"]),
    ("QQ12345678", ["12345678"]),
    ("qq：1234567890", ["1234567890"]),
    ("加QQ 123456789", ["123456789"]),
    ("扣扣12345678聊", ["12345678"]),
    ("企鹅号：12345678", ["12345678"]),
    ("🐧12345678", ["12345678"]),
    ("加q 12345678", ["12345678"]),
    ("QQ号是一二三四五六七八", ["一二三四五六七八"]),
    ("ＱＱ：１２３４５６７８", ["１２３４５６７８"]),
    ("QQ 123 456 789", ["123 456 789"]),
    ("微信yun_xiao88", ["yun_xiao88"]),
    ("微信号：yunxiao88", ["yunxiao88"]),
    ("V信yunxiao88", ["yunxiao88"]),
    ("薇信 yunxiao88", ["yunxiao88"]),
    ("vx:yunxiao88", ["yunxiao88"]),
    ("加v yunxiao88", ["yunxiao88"]),
    ("加V：yunxiao88", ["yunxiao88"]),
    ("➕v yunxiao88", ["yunxiao88"]),
    ("威信号是yunxiao88", ["yunxiao88"]),
    ("wx搜yunxiao88", ["yunxiao88"]),
    ("绿泡泡：yunxiao88", ["yunxiao88"]),
    ("ＶＸ：yunxiao88", ["yunxiao88"]),
    ("他是wxid_abc123def", ["wxid_abc123def"]),
    ("卫星号 yunxiao88", ["yunxiao88"]),
    ("加微伈 yunxiao88", ["yunxiao88"]),
]
KEPT = [
    "教务处邮箱jwc@yunlu.test.edu.cn",
    "意见发到校长信箱 xiaozhang@yunlu.edu.cn",
    "后勤处公开邮箱：service@yunlu.edu.cn",
    "信息中心邮箱 nic@yunlu.edu.cn",
    "z***@qq.com",
    "食堂@我的人太多",
    "QQ音乐2023版",
    "v我50",
    "微信支付200000元",
    "微信小程序CampusCard",
    "微信公众号yunlu_edu",
    "官方微信号：yunlu_edu",
    "宿舍交流群QQ群：123456789",
    "图书馆QQ群123456789",
    "微信8.0.33版本闪退",
    "AVX512指令集",
    "QQ 9.7.12345 崩溃",
    "Q1季度2024年",
    "加v认证",
    "微信同号",
    "企鹅馆12点开门",
    "vx***88",
    "meet at library.com",
    "#163.com# 话题",
    "C#是微软的",
]


def test_every_sign_of_a_label_is_seen_by_the_quick_look_before_it():
    assert [sign for sign in (*_QQ_SIGNS, *_WECHAT_SIGNS) if not any(hint in sign for hint in _ID_HINTS)] == []


def test_a_label_split_by_a_heart_is_a_label():
    assert [span.kind for span in redact("薇❤️信 wx13800").spans] == ["微信号"]


@pytest.mark.parametrize(("text", "pieces"), REMOVED)
def test_personal_data_goes_and_only_it(text, pieces):
    spans = redact(text).spans

    assert [text[span.start : span.end] for span in spans] == pieces


@pytest.mark.parametrize("text", KEPT)
def test_what_is_public_stays(text):
    assert redact(text).text == text


@given(
    st.lists(
        st.sampled_from(
            [*"🐧企鹅扣球抠蔻叩秋加是号qQvVwWxX微信薇威维徽伈卫星绿泡❤✌+➕: ", "\ufe0f", "wei", "12345678", "ab_c12"]
        ),
        max_size=5,
    )
)
def test_every_label_holds_one_of_its_signs(parts):
    text = "".join([*parts, "123456789"])
    lower = text.lower()

    assert not _QQ.search(text) or any(sign in lower for sign in _QQ_SIGNS)
    assert not _WECHAT.search(text) or any(sign in lower for sign in _WECHAT_SIGNS)


@pytest.mark.parametrize("pattern", [_QQ, _WECHAT])
def test_the_look_at_the_first_sign_hides_nothing(pattern, look_hides_nothing):
    look_hides_nothing(pattern)
