from itertools import combinations_with_replacement
from types import SimpleNamespace

import pytest

from crawler.items import Post
from foundation.outcome import LEVELS as TITLES
from foundation.outcome import NOT_JUDGED
from pipelines.default_school import default_school
from pipelines.score_severity import ScoreSeverity, Verdict, derive_score, explain, level_of, load_rules
from pipelines.weigh_harm import GRAVE, ORDINARY, SERIOUS, Finding


@pytest.fixture(scope="module")
def step():
    return ScoreSeverity.from_opened(SimpleNamespace(school=default_school()))


def scored(step, text, **fields):
    post = Post(content=text, **fields)
    step.run([post])
    return post


LEVELS = [
    ("五号楼着火了，楼上还有人", "特别重大"),
    ("吃完食堂，我们班十几个人上吐下泻", "特别重大"),
    ("吃完食堂，我一个人拉肚子去打点滴", "重大"),
    ("米饭里有一根头发，食堂管管", "一般"),
    ("食堂的排骨好吃到爆炸", "无"),
    ("热死了，要命的高数", "无"),
    ("消防演练模拟宿舍着火", "无"),
    ("去年五号楼着火的责任谁负责", "重大"),
    ("五号楼没有着火，是误会", "无"),
    ("听说三食堂十几个人食物中毒，真的假的", "特别重大"),
    ("天花板掉下来一块，幸好没砸到人，没人修", "重大"),
    ("明天下午行政楼集合，一起去讨个说法", "重大"),
    ("请问什么时候放寒假？", "一般"),
    ("哪家奶茶好喝，求推荐", "无"),
]


@pytest.mark.provision("Z1.6.2-1", "Z1.6.2-2", "Z1.6.2-3")
@pytest.mark.parametrize(("text", "level"), LEVELS)
def test_the_level_is_what_happened_to_people(step, text, level):
    assert scored(step, text).level == level


def test_official_praise_is_never_critical(step):
    """What people complain of most elsewhere: 54 of 70 highest alarms were wrong, official praise among them."""
    texts = (
        "我校举行消防应急演练，模拟宿舍起火爆炸、多人受伤，演练圆满结束",
        "云麓学院学生勇救落水儿童，获评见义勇为先进个人",
        "学校召开安全生产会议，强调严防火灾、爆炸、坍塌、踩踏",
        "我校附属医院成功抢救食物中毒患者二十人，荣获表彰",
    )
    for text in texts:
        post = scored(step, text, site_kind="news")

        assert (post.level, post.restricted) == ("无", False), text


def test_media_lift_an_ordinary_complaint(step):
    assert scored(step, "宿舍停水没人管").level == "一般"
    assert scored(step, "宿舍停水没人管，已经上热搜了").level == "重大"


@pytest.mark.parametrize(
    ("text", "reposts", "level"),
    [
        ("宿舍停水没人管", 100, "重大"),
        ("宿舍停水没人管", 99, "一般"),
        ("校园樱花真好看", 5000, "无"),
        ("宿舍停水没人管", 50000, "重大"),
    ],
)
def test_engagement_lifts_ordinary_to_serious_and_nothing_else(step, text, reposts, level):
    assert scored(step, text, reposts=reposts).level == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("我真的不想活了，没有人在意", "重大"),
        ("想 紫 砂 了", "重大"),
        ("东西都送人吧，我用不上了，勿念", "重大"),
        ("我坐在楼顶，今晚就结束这一切，不想活了", "特别重大"),
        ("我被室友孤立，她们往我床上倒水", "重大"),
        ("附小的孩子走失了，求扩散", "特别重大"),
    ],
)
def test_help_comes_first_for_people_in_danger(step, text, level):
    post = scored(step, text)

    assert (post.level, post.restricted) == (level, True)


@pytest.mark.parametrize(
    "text", ["考不过就去死算了哈哈哈", "心理健康月：预防自杀讲座报名", "导师开组会骂我们是废物", "宜兴紫砂壶选修课"]
)
def test_jokes_prevention_and_insults_are_not_restricted(step, text):
    assert not scored(step, text).restricted


def test_reasons_name_rule_title_points_and_words(step):
    reason = scored(step, "五号楼着火了，楼上还有人").reasons[0]

    assert reason.rule == "fire_or_collapse"
    assert reason.title
    assert reason.points == GRAVE
    assert "着火" in reason.words


def test_the_counterfactual_is_what_rating_again_gives(step):
    post = scored(step, "走廊电线裸露好几天了，没人管")

    assert post.level == "重大"
    assert "若没有“能伤人的隐患”" in post.counterfactual
    assert post.counterfactual.endswith("等级会是一般")


def test_two_decisive_reasons_are_both_left_out(step):
    post = scored(step, "五号楼着火了，有人死亡")

    assert post.level == "特别重大"
    assert len([reason for reason in post.reasons if reason.points == GRAVE]) == 2
    told, _, level = post.counterfactual.rpartition("，等级会是")
    assert told.count("“") == 2
    assert "）和“" in told
    assert TITLES.index(level) < post.level_code


@pytest.mark.parametrize("held", [False, True])
def test_the_told_level_is_always_another_and_lower_unless_the_post_is_held_down(held):
    rule, told = load_rules()[0], 0
    kinds = [(points, raises) for points in (15.0, 30.0, 60.0, 75.0, 90.0) for raises in (False, True)]
    for number in (1, 2, 3, 4):
        for chosen in combinations_with_replacement(kinds, number):
            findings = [Finding(points, (f"词{at}",), raises=raises) for at, (points, raises) in enumerate(chosen)]
            findings += [Finding(0.0, ("通报",), caps=True)] if held else []
            findings.sort(key=lambda finding: -finding.points)
            score = derive_score(findings)
            level_code = level_of(score)
            words = explain(Verdict(tuple((rule, each) for each in findings), score, level_code, False, None))
            if words:
                level = TITLES.index(words.rpartition("等级会是")[2])
                assert level > level_code if held else level < level_code
                told += 1
            else:
                assert level_code == 0  # nothing to fall from, or nothing that was held down
    assert told


def test_what_is_not_ours_has_no_level(step):
    post = scored(step, "五号楼着火了", relevant=False)

    assert (post.level_code, post.score, post.reasons, post.restricted) == (0, 0.0, (), False)


def test_further_findings_order_posts_but_never_change_the_level():
    many = [Finding(ORDINARY, ("a",))] * 50

    assert derive_score(many) > ORDINARY
    assert level_of(derive_score(many)) == 1


def test_raising_needs_something_to_raise_and_a_cap_holds_all():
    raising, cap = Finding(SERIOUS, (), raises=True), Finding(0.0, (), caps=True)

    assert derive_score([raising]) == 0.0
    assert derive_score([raising, Finding(ORDINARY, ())]) == SERIOUS
    assert derive_score([Finding(GRAVE, ()), cap]) == 0.0


GRAVE_TITLE = "五号楼着火了，楼上还有人"
REPLY = {"title": GRAVE_TITLE, "key": "p2", "thread_key": "t1"}


@pytest.mark.parametrize("fields", [{"floor": 2}, {"floor": 0}])
def test_a_reply_is_rated_by_its_own_words_not_by_its_threads_title(step, fields):
    assert scored(step, "同问", **REPLY, **fields).level == "无"
    assert scored(step, "三楼阳台也冒黑烟了，有人被困", **REPLY, **fields).level_code >= 2


def test_the_opening_post_is_rated_with_its_title(step):
    assert scored(step, "如题", title=GRAVE_TITLE, key="p1", thread_key="t1", floor=1).level == "特别重大"


def test_a_reply_under_a_help_first_title_shows_that_title_and_stays_help_first(step):
    post = scored(step, "抱抱你", title="我不想活了，遗书写好了", key="p2", thread_key="t1", floor=2)

    assert (post.restricted, post.level) == (True, "无")


def test_pictures_have_no_level_until_somebody_looked(step):
    post = scored(step, "", **REPLY, floor=2, pictures=2, outcome="needs_eyes")

    assert (post.level, post.level_code, post.score, post.counterfactual) == (NOT_JUDGED, 0, 0.0, "")
    assert [(reason.rule, reason.title, reason.points) for reason in post.reasons] == [
        ("needs_eyes", "只有图片，待人看", 0.0)
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("今晚去看流星", "今晚去天台看流星", "周末去天台拍星星", "站在天台看日落真美", "明晚去楼顶看月食"),
        *(
            "今晚流星雨，做星星的孩子",
            "站在楼顶看演唱会",
            "坐在窗台上看书真舒服",
            "去天上飞一圈的热气球活动",
            "想去桥上看烟花",
        ),
    ],
)
def test_going_up_for_pleasure_is_no_sign_of_self_harm(step, text):
    post = scored(step, text)

    assert (post.restricted, post.level) == (False, "无")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "站在天台，不想下来了，对不起大家",
            "今晚天台，别找我了",
            "坐在栏杆外面，没意思",
            "站在楼顶看夜景，突然想跳下去",
        ),
        *("今晚去看最后一次流星，然后结束这一切", "去天台看最后一次日落，永别了"),
    ],
)
def test_a_view_from_above_does_not_hide_despair(step, text):
    post = scored(step, text)

    assert (post.restricted, post.level_code >= 2) == (True, True)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("实验楼五层冒黑烟了，里面还有人没下来", "特别重大"),
        ("刚才实验楼冒烟是社团拍短片的道具，散了吧", "无"),
        ("午饭后我们宿舍六个全趴了，都在抢厕所", "特别重大"),
        ("隔壁寝的几个人把她锁在厕所里泼冷水", "重大"),
        ("求扩散：同学昨天离开学校后失联，手机关机，家人都赶来了", "特别重大"),
        ("期中前一天晚上群里有人发了完整的题，今天一模一样", "重大"),
        ("师傅把掉地上的鸡块捡起来倒回盆里，中午卖的就是那盆，三食堂", "重大"),
    ],
)
def test_harm_is_seen_without_its_usual_words(step, text, level):
    assert scored(step, text).level == level
