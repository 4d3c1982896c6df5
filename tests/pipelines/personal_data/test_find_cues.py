from hypothesis import given
from hypothesis import strategies as st

from pipelines.personal_data.find_cues import HEADS, find_cues
from pipelines.personal_data.name_cues import CLASS_CUE

PIECES = sorted({head for heads in HEADS.values() for head in heads})
BETWEEN = [
    *"是为叫名人的在住一3班级：:“（、， \n男大",
    "2023级",
    "十班的",
    "姓 名",
    "名叫",
    "学号",
    "陈晓东",
    "\ud800",
    "🐧",
]


@given(st.lists(st.sampled_from(PIECES) | st.sampled_from(BETWEEN), max_size=12).map("".join))
def test_a_cue_is_found_wherever_its_pattern_finds_it(text):
    found = {(cue, match.span()) for cue, match in find_cues(text)}
    sought = {(cue, match.span()) for cue in (*HEADS, CLASS_CUE) for match in cue.finditer(text)}
    assert found == sought


def test_every_cue_is_found():
    text = "姓名：室友：室友实名举报3班同学"
    assert {cue for cue, _ in find_cues(text)} == {*HEADS, CLASS_CUE}
