"""Pages that can no longer be read: in a row, once until they can."""


def test_two_rounds_in_a_row_tell_once_and_again_after_a_good_one(play, ended):
    def rounds(*outcomes):
        return [ended(hour, outcome=outcome) for hour, outcome in enumerate(outcomes)]

    changed = "layout_changed"

    assert len(play("layout_change", rounds(changed, changed, changed))) == 1
    assert len(play("layout_change", rounds(changed, "ok", changed, "unreachable"))) == 0
    assert len(play("layout_change", rounds(changed, changed, "ok", changed, changed))) == 2
