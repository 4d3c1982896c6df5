import copy

import pytest

from kibana.build import as_ndjson, build
from kibana.check_objects import check_file, check_objects
from tests.kibana.break_objects import BREAKS


@pytest.mark.parametrize("flavour", ["lens", "classic"])
def test_what_we_build_has_no_fault(flavour) -> None:
    assert check_file(as_ndjson(build(flavour)), flavour, "huiyin-") == []
    assert check_file(as_ndjson(build(flavour, "other-")), flavour, "other-") == []


@pytest.mark.parametrize(
    ("flavour", "name", "broken", "where", "what"), BREAKS, ids=[f"{each[3]}-{each[4]}" for each in BREAKS]
)
def test_one_deliberate_break_is_named_with_the_chinese_title(flavour, name, broken, where, what) -> None:
    objects = copy.deepcopy(build(flavour))
    broken(next(own for own in objects if own["id"] == name))
    faults = [str(fault) for fault in check_objects(objects, flavour, "huiyin-")]

    assert [words for words in faults if where in words.split("：")[0] and what in words], faults


def test_there_are_enough_of_them() -> None:
    assert len(BREAKS) >= 30
    assert len({(each[0], each[1], each[4]) for each in BREAKS}) == len(BREAKS)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda content: content[:-1], "最后一行没有结束"),
        (lambda content: content.replace(b"{", b"[", 1), "不是一个 JSON 对象"),
        (lambda content: b"\xff" + content, "UTF-8"),
        (lambda content: content + content.split(b"\n")[0] + b"\n", "出现了两次"),
    ],
)
def test_a_broken_file_is_told(change, what: str) -> None:
    faults = check_file(change(as_ndjson(build("lens"))), "lens", "huiyin-")

    assert [fault for fault in faults if what in str(fault)]
