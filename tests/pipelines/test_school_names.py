import pytest

from crawler.items import Post
from foundation.school import SETTINGS_FILE, School, SchoolFiles
from pipelines.default_school import SETTINGS, default_school
from pipelines.read_post import PostReader
from pipelines.school_names import Names, other_school, own_name

IDENTITY = "name: 云麓学院, aliases: [云麓], places: [麓湖], namesakes: [云麓职业学院]"


@pytest.fixture(scope="module")
def school():
    texts = dict(default_school().files.texts)
    texts[SETTINGS_FILE] = SETTINGS.replace("name: 本校, aliases: []", IDENTITY)
    return School.from_files(SchoolFiles(texts))


@pytest.fixture(scope="module")
def ask(school):
    def asked(text):
        view, names = PostReader.of(school).view(Post(content=text)), Names.of(school)
        return own_name(view, names), other_school(view, names)

    return asked


def test_the_core_is_the_name_without_its_kind(school):
    assert Names.of(school).core == "云麓"


def test_the_built_in_school_has_no_name_to_be_told_by():
    names = Names.of(default_school())

    assert (names.known, names.core) == (False, "")


@pytest.mark.parametrize("text", ["云麓学院食堂涨价", "云麓的宿舍停电了"])
def test_name_and_alias_mean_the_school(ask, text):
    assert ask(text)[0]


@pytest.mark.parametrize("text", ["云麓职业学院的行政楼", "云麓小区昨晚停水", "云麓中学今天开家长会"])
def test_a_namesake_or_a_place_called_like_it_does_not(ask, text):
    own, other = ask(text)

    assert own == ""
    assert other


@pytest.mark.parametrize("text", ["听说青岭大学食堂出事了", "松湖理工大学停电"])
def test_another_school_is_named(ask, text):
    assert ask(text)[1]


@pytest.mark.parametrize(
    "text", ["外国语学院的老师", "大学英语好难", "教务处说归学院，来回跑", "考上大学以后", "上大学真好", "文学院停电"]
)
def test_a_part_of_ours_and_common_nouns_are_no_other_school(ask, text):
    assert ask(text)[1] == ""
