import pytest

from crawler.items import Post
from pipelines.load_words import parse_words
from pipelines.match_words import WordMatcher


def view(words, text, title=""):
    return WordMatcher(parse_words([("a.txt", words)])).view(Post(title=title, content=text))


def test_all_overlapping_words_are_found_in_one_pass():
    found = view("[a]\n食堂\n[b]\n三食堂 堂食\n", "三食堂食品").hits

    assert [hit.words for hit in found["a"]] == [("食堂",)]
    assert [hit.words for hit in found["b"]] == [("三食堂",), ("堂食",)]


def test_full_width_and_capital_letters_are_the_same_words():
    assert view("[net]\nwifi\n", "ＷＩＦＩ又断了").has("net")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("电线+裸露", "走廊的电线都裸露了", True),
        ("电线+裸露", "裸露的电线", True),
        ("电线>裸露", "裸露的电线", False),
        ("电线+裸露", "电线很长。墙皮裸露", False),
        ("电线+裸露", "电线在东边的走廊尽头的那间屋子里面而墙皮裸露", False),
        ("停电&没人修", "又停电了。\n三天没人修", True),
    ],
)
def test_a_pattern_needs_its_parts_as_its_links_say(pattern, text, found):
    assert view(f"[hazard]\n{pattern}\n", text).has("hazard") is found


def test_a_word_inside_an_idiom_is_not_meant():
    words = "[death]\n死了 跳楼\n[mask]\n热死了 跳楼机\n"

    assert not view(words, "热死了，去坐跳楼机").has("death")
    assert view(words, "热死了，有人跳楼").words("death") == ("跳楼",)


def test_split_characters_are_joined_only_when_that_reveals_something():
    seen = view("[harm]\n自杀\n", "我想 自 * 杀 了")

    assert seen.has("harm")
    assert seen.disguised == {"harm"}
    assert not view("[harm]\n自杀\n", "他自己 做 饭").disguised


def test_the_title_is_the_first_sentence():
    seen = view("[food]\n食堂\n", "排队", title="食堂")

    assert seen.text == "食堂\n排队"
    assert seen.hits["food"][0].end <= seen.title_end


def test_near_stays_in_the_sentence():
    seen = view("[a]\n老师\n[b]\n骂人\n", "老师骂人。骂人的不是老师，是隔壁")

    assert seen.near(seen.hits["b"][0], "a")
    assert not seen.near(seen.hits["b"][1], "a", before=10, after=2)


def test_a_part_of_an_idiom_is_no_part_of_a_pattern_either():
    words = "[blow]\n室友>打>我\n[mask]\n打呼\n"

    assert view(words, "室友又打了我").has("blow")
    assert not view(words, "室友打呼，我睡了").has("blow")


def test_a_pattern_may_reach_from_the_title_into_the_text_and_stands_where_it_was_said():
    words = "[harm]\n停电&没人修\n电线+裸露\n"
    seen = view(words, "没人修，电线裸露", title="又停电")

    assert [hit.words for hit in seen.hits["harm"]] == [("停电", "没人修"), ("电线", "裸露")]
    assert [seen.text[hit.start : hit.end] for hit in seen.hits["harm"]] == ["停电", "电线裸露"]


def test_the_same_text_under_two_titles_is_read_apart():
    matcher = WordMatcher(parse_words([("a.txt", "[harm]\n停电&没人修\n")]))
    views = [matcher.view(Post(title=title, content="没人修")) for title in ("又停电", "又下雨", "")]

    assert [view.has("harm") for view in views] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "is_seen", "kept"),
    [
        ("食.堂有老鼠", True, "食堂有老鼠"),  # a word is hidden
        ("老师在 那 大 黑 板 上 骂人", True, "老师在那大黑板上骂人"),  # none is, but two parts come near each other
        ("老师在 食堂", False, "老师在 食堂"),  # nothing is hidden: the text stays as it was written
    ],
)
def test_signs_between_characters_are_taken_out_where_they_hide_something(text, is_seen, kept):
    seen = view("[a]\n食堂有老鼠 老师在食堂外面\n老师+骂人\n", text)

    assert (seen.has("a"), seen.text) == (is_seen, kept)
