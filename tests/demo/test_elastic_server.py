import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from demo import elastic_server
from demo.elastic_server import BARE, FULL, Wish, fetch, java_home, running
from foundation.errors import Stop
from tests.servers.elastic import wanted_distribution


def test_a_package_with_another_checksum_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(fake_maven(tmp_path, b"something else")))

    with pytest.raises(Stop, match="校验和不符"):
        fetch(BARE)
    assert not (tmp_path / "servers" / BARE.name).exists()


def test_only_the_servers_own_folder_is_unpacked_and_fetched_once(tmp_path: Path, monkeypatch) -> None:
    package = tmp_path / "made.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("a/elastic/bin/run", "x")
        archive.writestr("a/other/large", "y")
    own = replace(BARE, name="made", inside="a/elastic/", sha256=hashlib.sha256(package.read_bytes()).hexdigest())
    monkeypatch.setenv("HUIYIN_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(fake_maven(tmp_path, package.read_bytes())))
    home = fetch(own)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert [path.name for path in home.rglob("*") if path.is_file()] == ["run"]
    assert fetch(own) == home


def fake_maven(folder: Path, content: bytes) -> Path:
    """A program named mvn that leaves a package where it was asked to."""
    tools = folder / "tools"
    tools.mkdir()
    (folder / "content").write_bytes(content)
    lines = ["#!/bin/bash", "for word; do :; done", 'place="${word#*=}"', '/bin/mkdir -p "$place"']
    script = "\n".join([*lines, f'/bin/cp {folder}/content "$place/p.zip"', ""])
    (tools / "mvn").write_text(script)
    (tools / "mvn").chmod(0o755)
    return tools


def test_without_maven_the_next_step_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Stop, match=r"没有 maven.*tools/prepare.sh"):
        fetch(BARE)


@pytest.mark.parametrize(
    ("version", "compiler", "found"), [("17.0.1", False, False), ("21.0.2", False, False), ("25", True, True)]
)
def test_the_full_server_needs_a_whole_jdk(
    version: str, compiler: bool, found: bool, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch()
    if compiler:
        (tmp_path / "bin" / "javac").touch()
    (tmp_path / "release").write_text(f'JAVA_VERSION="{version}"\n')
    monkeypatch.setenv(elastic_server.JAVA_VARIABLE, str(tmp_path))

    if found:
        assert java_home(FULL.least_java) == tmp_path
    else:
        with pytest.raises(Stop, match="没有找到 完整的 JDK 21"):
            java_home(FULL.least_java)


def test_a_wrong_setting_ends_with_the_servers_own_words(node_folder: Path) -> None:
    wish = Wish({"no.such.setting": "1"})

    with pytest.raises(Stop, match="没有启动起来"), running(wanted_distribution(), node_folder, wish):
        raise AssertionError("it must not start")
