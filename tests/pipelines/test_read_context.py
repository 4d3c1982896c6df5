import pytest

from crawler.items import Post
from pipelines.default_school import default_school
from pipelines.read_context import Standing, stand
from pipelines.read_post import PostReader


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("五号楼着火了", Standing.REAL),
        ("听说五号楼着火了，是真的吗", Standing.REAL),
        ("五号楼没有着火", Standing.NEGATED),
        ("五号楼着火是谣言", Standing.NEGATED),
        ("消防演练模拟五号楼着火", Standing.TOLD),
        ("电影里那栋楼着火了", Standing.TOLD),
        ("防火讲座讲了着火怎么逃生", Standing.TOLD),
        ("线路老化，万一着火怎么跑", Standing.SUPPOSED),
        ("五号楼是不是着火了？", Standing.ASKED),
        ("五号楼着火了，现在已经扑灭", Standing.ENDED),
        ("去年五号楼着火的照片", Standing.PAST),
        ("去年五号楼着火，今年又着火", Standing.REAL),
    ],
)
def test_the_same_word_is_meant_in_different_ways(text, standing):
    view = PostReader.of(default_school()).view(Post(content=text))

    assert max(stand(view, hit) for hit in view.hits["fire"]) == standing


def test_asking_whether_there_is_one_denies_nothing():
    view = PostReader.of(default_school()).view(Post(content="有没有着火"))

    assert stand(view, view.hits["fire"][0]) == Standing.ASKED
