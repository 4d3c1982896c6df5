"""Tests of the materials of an archive: the kinds that the 制度 name, and that none is told twice."""

from cases.archive import ASSIGNING_ACTS, FEEDBACK_ACTS, KINDS_OF_MATERIAL, LABELS, REPLYING_ACTS, SUMMING_ACTS
from cases.transitions import TITLES


def test_the_kinds_that_the_rules_name_are_owed():
    owed = [title for _, title, is_owed, _ in KINDS_OF_MATERIAL if is_owed]

    assert owed == ["原始材料", "领导批示件", "交办记录", "回复记录", "审定记录", "反馈记录"]


def test_every_act_belongs_to_one_kind_at_most_and_exists():
    told = [*ASSIGNING_ACTS, *REPLYING_ACTS, *FEEDBACK_ACTS, *SUMMING_ACTS]

    assert len(told) == len(set(told))
    assert set(told) <= set(TITLES)


def test_labels_are_names_without_their_choices():
    assert LABELS["checklist"] == "勾选的审定清单"
    assert [label for label in LABELS.values() if "：" in label or not label] == []
