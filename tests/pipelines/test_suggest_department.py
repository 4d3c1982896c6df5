from types import SimpleNamespace

import pytest

from crawler.items import Post
from foundation.school import DEPARTMENTS_FILE, School, SchoolFiles
from pipelines.default_school import default_school
from pipelines.suggest_department import SuggestDepartment, departments_for


def names(school, text, **fields):
    post = Post(content=text, **fields)
    SuggestDepartment.from_opened(SimpleNamespace(school=school)).run([post])
    return [school.department(unit).name for unit in post.departments]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("宿舍停水三天没人修", "后勤处"),
        ("补考时间和选课冲突", "教务处"),
        ("助学金评定不公开，辅导员不解释", "学生工作部"),
        ("校门口有人持刀", "保卫处"),
        ("学费重复扣款一直不退款", "财务处"),
        ("校园网连不上，账号登录不上", "信息中心"),
        ("校医院中午没人值班", "校医院"),
        ("录取通知书什么时候寄，招生办电话打不通", "招生就业处"),
        ("班主任收家长红包", "纪检监察室"),
        ("有人造谣学校停办，家长群疯传", "党委宣传部"),
        ("社团招新乱哄哄，第二课堂时长没认定", "团委"),
        ("图书馆占座没人管", "图书馆"),
    ],
)
def test_each_competence_gets_its_posts(text, first):
    assert names(default_school(), text)[0] == first


def with_departments(change):
    texts = dict(default_school().files.texts)
    texts[DEPARTMENTS_FILE] = change(texts[DEPARTMENTS_FILE])
    return School.from_files(SchoolFiles(texts))


def test_the_schools_own_words_override_ours():
    school = with_departments(
        lambda text: text.replace("competences: [团委]", "competences: [团委], words: [麓园食堂]")
    )

    assert names(school, "麓园食堂又涨价了")[0] == "团委"


def test_without_that_competence_the_office_gets_it():
    school = with_departments(
        lambda text: text.replace("competences: [图书馆]", "competences: []").replace(
            "competences: [宣传]", "competences: [宣传, 办公室]"
        )
    )

    assert names(school, "天气") == ["党委宣传部"]


def test_without_an_office_the_first_department_gets_it():
    assert names(default_school(), "天气") == ["后勤处"]


@pytest.mark.provision("Z9b.2-2")
def test_the_six_units_of_the_example_school_are_found(example_school):
    firsts = {
        names(example_school, text)[0]
        for text in (
            "考试成绩判错，教务处没人理",
            "有人造谣学校停办，家长群疯传，媒体来采访",
            "辅导员乱扣综测分",
            "宿舍停水没人修，保卫处也不管",
            "社团招新收费不退",
            "校园网连不上，账号登录不上",
        )
    }

    assert firsts == {unit.name for unit in example_school.organisation.departments}


def test_at_most_three_departments_and_none_for_what_is_not_ours():
    assert len(names(default_school(), "食堂 选课 辅导员 保安 学费 校园网 校医院 招生 社团 图书馆")) <= 3
    assert names(default_school(), "宿舍停水", relevant=False) == []


def test_departments_come_in_the_order_of_the_competences():
    units = departments_for(("保卫", "后勤"), default_school().organisation.departments)

    assert [unit.name for unit in units] == ["保卫处", "后勤处"]
