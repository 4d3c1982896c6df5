from dataclasses import replace

from crawler.items import Post
from foundation.school import School, SchoolFiles
from pipelines.default_school import default_school
from pipelines.load_words import load_words
from pipelines.read_post import PostReader


def reader():
    return PostReader.of(default_school())


def test_a_school_version_has_one_reader():
    assert reader() is reader()


def test_another_version_has_another_reader():
    texts = dict(default_school().files.texts) | {"words/own.txt": "[后勤]\n麓园\n"}

    assert PostReader.of(School.from_files(SchoolFiles(texts))) is not reader()


def test_a_post_is_read_once_and_again_after_it_changed():
    one = reader()
    post = Post(content="食堂")
    first = one.view(post)
    again = one.view(post)
    post.content = "宿舍"

    assert again is first
    assert one.view(post) is not first


def test_a_news_site_and_the_style_of_a_notice_are_official():
    assert reader().view(Post(content="学院举行演练", site_kind="news")).official
    assert reader().view(Post(content="本周六停电检修，特此通知")).official


def test_a_person_with_a_concern_is_not_official():
    assert not reader().view(Post(content="我们宿舍又停电了", site_kind="forum")).official
    assert not reader().view(Post(content="投诉：圆满完成的维修第二天又坏了")).official


def test_posts_of_an_official_source_are_official():
    one = reader()
    own = PostReader(load_words(), frozenset({"news_room"}))

    assert own.view(Post(content="食堂", source_id="news_room")).official
    assert not one.view(Post(content="食堂", source_id="forum")).official


def test_a_comment_under_an_official_article_is_a_person_speaking():
    own = reader()
    article = Post(content="宿舍停电检修", site_kind="news", key="n:7", thread_key="n:7", floor=1)
    comment = Post(content="宿舍停电检修", site_kind="news", key="n:c1", thread_key="n:7")

    assert own.view(article).official
    assert not own.view(comment).official


def test_a_replys_own_view_leaves_its_threads_title_out():
    one = reader()
    reply = Post(title="五号楼着火了", content="同问", floor=3)
    opening = Post(title="五号楼着火了", content="如题", floor=1)

    assert one.own_view(reply).text == "同问"
    assert one.view(reply).text == "五号楼着火了\n同问"
    assert one.own_view(opening) is one.view(opening)
    assert one.own_view(reply) is one.own_view(replace(reply)), "read once for all steps"
