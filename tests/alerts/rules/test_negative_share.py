"""The share of posts that need an answer, with a floor."""


def mixed(hear, bad, good):
    return [hear(n, level_code=1) for n in range(bad)] + [hear(bad + n, level_code=0) for n in range(good)]


def test_a_large_share_tells_once_for_its_window(play, hear):
    found = play("negative_share", mixed(hear, 12, 0), percent=60, at_least=10)

    assert [finding.says for finding in found] == ["主题“校园安全” 10 帖中 100% 需要答复"]


def test_a_small_share_or_too_few_posts_say_nothing(play, hear):
    assert play("negative_share", mixed(hear, 0, 20) + mixed(hear, 5, 0), percent=60, at_least=10) == []
    assert play("negative_share", mixed(hear, 9, 0), percent=60, at_least=10) == []
