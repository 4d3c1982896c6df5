import pytest

from crawler.items import Post
from pipelines.default_school import default_school
from pipelines.read_concern import read_concern
from pipelines.read_post import PostReader


def category(text):
    concern = read_concern(PostReader.of(default_school()).view(Post(content=text)))
    return concern.category if concern else ""


@pytest.mark.provision("Z1.6.1-c")
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("竹园宿舍热水器坏了一周，报修没人来", "投诉"),
        ("快递站每天六点就关门，下课来不及取", "投诉"),
        ("感谢学校让我们洗了一周冷水澡，真行", "投诉"),
        ("个人觉得每天六点点名没必要，太形式主义", "意见"),
        ("建议图书馆延长开放时间", "建议"),
        ("请问缓考怎么申请，需要什么材料？", "咨询"),
        ("是不是又停水了？", "咨询"),
        ("请问三方协议丢了怎么补办", "咨询"),
        ("粥里捞出来一截铁丝，窗口说换一碗", "投诉"),
        ("平心而论，小组作业按人头给分真的不科学", "意见"),
        ("想确认一下辅修答辩没过还能再申请吗", "咨询"),
        ("电梯按钮坏了报过三回，催了两次", "投诉"),
        ("财务处的窗口互相推诿，态度恶劣", "师德作风"),
    ],
)
def test_what_is_wanted_of_the_school_is_read(text, wanted):
    assert category(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "二食堂的面真好吃，感谢阿姨",
        "哪家奶茶好喝，求推荐",
        "捡到一张校园卡，失主请联系",
        "表白图书馆对面的小姐姐",
        "热水器终于修好了，感谢师傅",
        "今天的晚霞真好看",
        "银杏黄了，建议没课的都去走一圈",
        "有人选过电影赏析吗，老师点名多不多",
    ],
)
def test_praise_talk_and_lost_property_want_nothing(text):
    assert category(text) == ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("请问缓考的申请表在哪里领取？我的 QQ 是 123456789，谢谢老师！", "咨询"),
        ("老师您好，请问大四体测没参加会不会影响毕业？麻烦您了，谢谢老师", "咨询"),
        ("您好，请问宿舍的床垫可以自己换吗，谢谢老师", "咨询"),
        ("请问助学贷款回执什么时候交，感谢！", "咨询"),
        ("学校领导您好：想咨询一下辅修学位证书怎么领取，盼复，祝工作顺利，谢谢", "咨询"),
        ("老师好，想请问校医院周末能不能打疫苗，谢谢", "咨询"),
        ("尊敬的老师：请问户口迁移需要带哪些材料？谢谢！此致敬礼", "咨询"),
        ("请问奖学金公示在哪里看，辛苦老师了", "咨询"),
        ("老师您好！我想问一下研究生复试名单什么时候公布，非常感谢", "咨询"),
        ("楼道灯一闪一闪的，希望尽快修，谢谢老师", "建议"),
        ("宿舍门锁有点松，麻烦派师傅看一下，感谢！", "投诉"),
        ("感谢食堂阿姨，请问怎么这么好吃", ""),
        ("谢谢老师，一直都很耐心，请问谁能不爱呢", ""),
        ("感谢学校，希望越来越好", ""),
        ("感谢师傅，请问您贵姓，想送锦旗", ""),
    ],
)
def test_thanks_are_courtesy_in_a_letter_that_asks_and_praise_elsewhere(text, wanted):
    assert category(text) == wanted


@pytest.mark.provision("Z1.7-6")
def test_harsh_but_factual_criticism_is_a_complaint():
    assert category("这学校的后勤烂透了，停电三天没人管，凭什么收我们电费") == "投诉"
