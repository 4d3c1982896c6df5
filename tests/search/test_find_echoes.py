"""Tests of hiding: no word of a help-first post comes back by a title, a quote, an inline quote or a partial repost."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Post
from search.change_posts import change_posts
from search.find_echoes import RUN, _repeats, _words_of, hide_stored_echoes
from search.posts import load_posts

CRY = "三号宿舍楼的热水器坏了没人修，我真的撑不下去了，不想活了，青铜暗号一七"
INLINE = "后勤处快看，楼主说「宿舍楼的热水器坏了没人修，青铜暗号一七」，请学校重视"


def opening(make_post, content=CRY, **values):
    return make_post(
        content, **{"key": "t1", "title": "求助", "thread_key": "t1", "floor": 1, "restricted": True} | values
    )


def reply(make_post, content, **values):
    return make_post(content, **{"title": "求助", "thread_key": "t1", "floor": 2} | values)


def stored(ledger, post):
    with ledger.read() as connection:
        return load_posts(connection, [post.post_id])[0]


def test_replies_of_the_same_page_do_not_show_a_help_first_title(ledger, keep, make_post) -> None:
    _, answer = keep(opening(make_post), reply(make_post, "抱抱楼主"))

    assert stored(ledger, answer).restricted


def test_a_later_reply_does_not_show_the_title_either(ledger, keep, make_post) -> None:
    keep(opening(make_post))
    (answer,) = keep(reply(make_post, "抱抱楼主"))

    assert stored(ledger, answer).restricted


def test_replies_follow_an_opening_that_an_edit_makes_help_first(ledger, keep, make_post) -> None:
    _, answer = keep(opening(make_post, "饭凉了", restricted=False), reply(make_post, "我也觉得"))
    keep(opening(make_post))

    assert stored(ledger, answer).restricted


def test_an_inline_quote_in_a_thread_without_title_is_restricted(keep, make_post) -> None:
    _, inline, other = keep(
        opening(make_post, title=""), reply(make_post, INLINE, title=""), reply(make_post, "二食堂的汤也凉了", title="")
    )

    assert [inline.restricted, other.restricted] == [True, False]


def test_a_partial_repost_in_another_thread_of_the_site_is_restricted(keep, make_post) -> None:
    keep(opening(make_post))
    (repost,) = keep(make_post(f"转：{INLINE}", title="转载", thread_key="t9", floor=1))

    assert repost.restricted


def test_a_stored_inline_quote_follows_an_original_that_an_edit_makes_help_first(ledger, keep, make_post) -> None:
    mild = "三号宿舍楼的热水器坏了没人修，青铜暗号一七"
    _, inline = keep(opening(make_post, mild, title="", restricted=False), reply(make_post, INLINE, title=""))
    keep(opening(make_post, title=""))

    assert stored(ledger, inline).restricted


def test_words_that_the_author_took_back_stay_hidden(keep, make_post) -> None:
    keep(opening(make_post, title=""))
    keep(opening(make_post, "已解决", title="", restricted=False))
    (inline,) = keep(reply(make_post, INLINE, title=""))

    assert inline.restricted


def test_a_quote_of_a_help_first_reply_is_emptied_and_the_reply_stays(ledger, keep, make_post) -> None:
    start = opening(make_post, "热水什么时候来", restricted=False)
    cry = reply(make_post, "我不想活了", restricted=True)
    *_, answer = keep(start, cry, reply(make_post, "请学校重视", quote="我不想活了", floor=3))

    after = stored(ledger, answer)
    assert (after.restricted, after.quote, after.content) == (False, "", "请学校重视")


def test_a_stored_quote_is_emptied_when_its_original_becomes_help_first(ledger, store, keep, make_post) -> None:
    start = opening(make_post, "热水什么时候来", restricted=False)
    quoted, answer = keep(start, reply(make_post, CRY), reply(make_post, "请学校重视", quote=CRY, floor=3))[1:]
    with ledger.change() as work:
        change_posts(work, store, [quoted.post_id], restricted=True)

    after = stored(ledger, answer)
    assert (after.restricted, after.quote) == (False, "")


def test_a_quote_that_was_emptied_is_no_edit_in_the_next_round(ledger, keep, make_post) -> None:
    start = opening(make_post, "热水什么时候来", restricted=False)
    cry = reply(make_post, CRY, restricted=True, key="c")
    keep(start, cry, reply(make_post, "请学校重视", quote=CRY, floor=3, key="r"))
    (again,) = keep(reply(make_post, "请学校重视", quote=CRY, floor=3, key="r"))

    assert (again.version, stored(ledger, again).quote) == (1, "")


def test_public_words_that_a_help_first_reply_repeats_stay_public(keep, make_post) -> None:
    public = "三号宿舍楼的热水器坏了没人修怎么办"
    start = opening(make_post, public, restricted=False)
    cry = reply(make_post, f"{public}，我不想活了", restricted=True)
    *_, answer = keep(start, cry, reply(make_post, f"楼主说{public}，我也想问", floor=3))

    assert not answer.restricted


def test_a_post_that_only_shows_another_lends_its_own_words_to_nobody(keep, make_post) -> None:
    own = "后勤处和辅导员能不能马上来管管宿舍"
    keep(opening(make_post), reply(make_post, own))
    (elsewhere,) = keep(make_post(own, thread_key="t9", floor=1, title="热水"))

    assert not elsewhere.restricted


def test_another_site_is_not_compared(keep, make_post) -> None:
    keep(opening(make_post))
    (elsewhere,) = keep(make_post(INLINE, site="news.yunlu.example", thread_key="t9", floor=1))

    assert not elsewhere.restricted


def test_a_post_without_echoes_hides_nothing(ledger, keep, make_post) -> None:
    (alone,) = keep(opening(make_post))
    with ledger.change() as work:
        assert hide_stored_echoes(work, [alone.post_id]) == []


@given(st.integers(0, len(CRY) - RUN), st.text("云麓食堂", max_size=20), st.text("水电网", max_size=20))
def test_any_twelve_characters_in_a_row_are_known_wherever_they_stand(start, before, after):
    letters = "".join(sign for sign in CRY if "\u4e00" <= sign <= "\u9fff")
    part = letters[start : start + RUN]
    source = Post(content=CRY, floor=1, site="a")
    words = _words_of(None, [source], [])
    pieces = words[0].pieces

    assert _repeats(Post(content=f"{before}{part}{after}", site="a"), words, pieces) == (len(part) == RUN)
    assert not _repeats(Post(content=f"{before}{part[:-1]}水{after}"[: RUN - 1], site="a"), words, pieces)
