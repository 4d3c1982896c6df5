"""Which alerts become one message: a table of things, audiences and words."""

import pytest

from alerts.join_alerts import Ground, Spoken, join_alerts


def spoken(rule, about="event:1", word="first", roles=("officer",), level=1, early=False, says=None):
    number = sum(map(ord, rule))
    data = {"event_id": 1, "title": "食堂", "case_no": "HY-1", "unit": "safety"}
    return Spoken(Ground(rule, says or rule, 1, number, word), about, early, level, roles, data)


TABLE = [  # alerts, (kind, rules, roles) of each fact
    ([spoken("a"), spoken("b")], [("rule.fired", "ab", ["officer"])]),
    ([spoken("a"), spoken("b", about="event:2")], [("rule.fired", "a", ["officer"]), ("rule.fired", "b", ["officer"])]),
    ([spoken("a", roles=("officer", "tech"))], [("rule.fired", "a", ["officer"]), ("rule.fired", "a", ["tech"])]),
    ([spoken("a", roles=("tech",))], [("rule.fired", "a", ["tech"])]),
    ([spoken("a", roles=("vice",)), spoken("b")], [("rule.fired", "ab", ["vice", "officer"])]),
    ([spoken("a", word="over"), spoken("b", word="repeat")], [("rule.repeated", "ba", ["officer"])]),
    ([spoken("a", word="over"), spoken("b", word="more")], [("rule.fired", "ba", ["officer"])]),
    ([spoken("a", early=True)], [("rule.early", "a", ["officer"])]),
    ([spoken("a", early=True), spoken("b")], [("rule.fired", "ba", ["officer"])]),
    ([spoken("a", early=True, word="over")], [("rule.over", "a", ["officer"])]),
    ([spoken("a"), spoken("b", level=2)], [("rule.fired", "ba", ["officer"])]),
]


@pytest.mark.parametrize(("alerts", "facts"), TABLE)
def test_one_fact_for_each_thing_and_audience_the_loudest_first(alerts, facts):
    found = [
        (joint.kind, "".join(ground["rule"] for ground in joint.data["grounds"]), joint.data["to"])
        for joint in join_alerts(alerts)
    ]

    assert found == facts


def test_equal_sentences_stand_once_and_technicians_get_no_case():
    officers, technicians = join_alerts([spoken("a", says="三帖", roles=("officer", "tech")), spoken("b", says="三帖")])

    assert officers.data["says"] == "三帖"
    assert (officers.data["case_no"], technicians.data["case_no"]) == ("HY-1", "")
    assert technicians.data["grounds"] == officers.data["grounds"][:1]
