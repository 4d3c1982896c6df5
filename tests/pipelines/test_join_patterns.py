import pytest

from pipelines.join_patterns import GAP, Hit, join, moved
from pipelines.load_words import parse_words


def hits(entry: str, text: str) -> list[str]:
    (pattern,) = parse_words([("a.txt", f"[harm]\n{entry}\n")]).patterns
    places = [
        [(start, start + len(word)) for word in part for start in range(len(text)) if text.startswith(word, start)]
        for part in pattern.parts
    ]
    return [text[hit.start : hit.end] for hit in join(pattern, places, text)]


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("电线+裸露", "裸露着的电线", ["裸露着的电线"]),
        ("电线+裸露", f"电线{'很' * GAP}裸露", [f"电线{'很' * GAP}裸露"]),
        ("电线+裸露", f"电线{'很' * (GAP + 1)}裸露", []),
        ("电线+裸露", "说电线。裸露", []),
        ("老师>骂", "老师骂人", ["老师骂"]),
        ("老师>骂", "骂老师", []),
        ("停电&没人修", "停电。三天了，没人修", ["停电"]),
    ],
)
def test_parts_are_joined_as_their_sign_says(entry, text, found):
    assert hits(entry, text) == found


def test_moved_hits_keep_their_words():
    assert moved([Hit("fire", 1, 3, ("着火",))], 5) == [Hit("fire", 6, 8, ("着火",))]
