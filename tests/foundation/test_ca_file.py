from pathlib import Path

import pytest

from foundation.ca_file import require_ca_file
from foundation.errors import Stop
from tests.servers.authority import make_authority


def test_a_certificate_is_read_and_what_is_none_is_told_with_its_path(tmp_path: Path) -> None:
    good, bad = tmp_path / "ca.pem", tmp_path / "words.pem"
    good.write_bytes(make_authority().ca)
    bad.write_text("no certificate")

    require_ca_file(str(good), "Kibana", "--ca-file")
    for path in (bad, tmp_path / "missing.pem", tmp_path):
        with pytest.raises(Stop, match=f"证书文件读不了：{path}。检查 --ca-file"):
            require_ca_file(str(path), "Kibana", "--ca-file")
