"""The command line of the demo."""

import pytest

from demo.__main__ import main


def test_an_unknown_fault_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--fault", "nothing"])

    assert refused.value.code == 2
    assert "drop_post" in capsys.readouterr().err
