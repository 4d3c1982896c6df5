"""Tests of the browser's limits, with a real browser on loopback: robots, other hosts, who we say we are."""

import socket

import pytest

from crawler.browser import hosts_of, is_own, launch_options
from crawler.guard import guard
from crawler.refusal import Refusal
from crawler.source import Source
from foundation.errors import Stop

PAGE = """<html><head><style>@font-face {font-family: own; src: url(/own.woff2)} p {font-family: own}</style></head>
<body><p id=text>empty</p><img src="/photo.jpg"><video src="/film.mp4" autoplay></video><script>
(async () => {
  const text = await (await fetch('/data')).text();
  try { await fetch('/api/more'); } catch (refused) {}
  try { await fetch('http://elsewhere.example/'); } catch (refused) {}
  try { await fetch('http://10.0.0.1/'); } catch (refused) {}
  document.getElementById('text').textContent = text;
})();
</script></body></html>"""
ROBOTS = "User-agent: *\nDisallow: /api/"


def source(url: str, **options) -> Source:
    return Source(
        id="micro", title="微言", spider="plain", owner="lin", interval_minutes=60, url=url, options=options,
        expected_posts_per_day=(0, 9),
    )  # fmt: skip


@pytest.mark.browser
def test_what_a_page_asks_for_itself_obeys_robots_and_networks(one_source):
    site, campus = one_source(
        {"/": PAGE, "/data": "RENDERED", "/robots.txt": ROBOTS}, {"request_seconds": 20}, options={"browser": True}
    )
    end = campus.crawl("forum")

    assert end["outcome"] == "partly_blocked"
    assert "/api/" in end["note"]
    assert end["counts"]["outcomes"] == {"rendered": 1}
    assert end["counts"]["refused"] == {"robots": 1, "other_host": 2}
    assert not [path for path in site.asked if path.startswith("/api/")]
    assert "/data" in site.asked
    assert {agent.split("/")[0] for agent in site.agents} == {"huiyin"}
    assert not {"/photo.jpg", "/film.mp4", "/own.woff2"} & set(site.asked)


def test_the_browser_knows_only_the_hosts_of_its_source(monkeypatch):
    monkeypatch.setattr(guard, "networks", [])
    guard.open(["127.0.0.0/8"])
    options = launch_options(source("http://127.0.0.1:8080/"), "/usr/bin/chromium-headless-shell")

    assert "--host-resolver-rules=MAP 127.0.0.1 127.0.0.1,MAP * ~NOTFOUND" in options["args"]


def test_a_source_in_a_private_network_starts_no_browser(monkeypatch):
    monkeypatch.setattr(guard, "networks", [])

    with pytest.raises(Refusal, match="不是公网地址"):
        launch_options(source("http://10.0.0.1/"), "/usr/bin/chromium-headless-shell")


def test_further_hosts_are_named_by_the_source():
    assert hosts_of(source("http://a.example:81/x", hosts=["CDN.a.example"])) == {"a.example", "cdn.a.example"}


def test_a_missing_browser_is_said_with_what_to_install(monkeypatch):
    monkeypatch.setattr(guard, "networks", [])
    monkeypatch.setattr("crawler.browser.FALLBACKS", ())
    guard.open(["127.0.0.0/8"])

    with pytest.raises(Stop, match="安装 chromium-headless-shell"):
        launch_options(source("http://127.0.0.1/"), "/nowhere/chromium")


GREEDY = """<html><body><p id=text>empty</p><script>
(async () => {
  window.open('/api/window');
  window.open('/window');
  navigator.sendBeacon('/beacon', 'x');
  try { await fetch('/post', {method: 'POST', body: 'x'}); } catch (refused) {}
  try { await fetch('http://127.0.0.1:OTHER/port', {mode: 'no-cors'}); } catch (refused) {}
  await new Promise(done => { new WebSocket('ws://' + location.host + '/socket').onclose = done; });
  document.getElementById('text').textContent = 'RENDERED';
})();
</script></body></html>"""


@pytest.mark.browser
def test_a_page_opens_no_window_and_no_socket_sends_nothing_and_asks_no_other_port(one_source, new_site):
    other = new_site({"/port": "x"})
    page = GREEDY.replace("OTHER", other.url.rpartition(":")[2])
    site, campus = one_source({"/": page}, {"request_seconds": 20}, options={"browser": True})
    end = campus.crawl("forum")

    assert end["counts"]["outcomes"] == {"rendered": 1}
    assert set(site.asked) == {"/robots.txt", "/"}
    assert other.asked == []
    assert end["counts"]["refused"]["socket"] == 1


@pytest.mark.browser
@pytest.mark.parametrize("way", ["redirect", "jump"])
def test_a_page_that_leads_the_browser_to_a_forbidden_address_is_not_read(one_source, way):
    jump = "<html><body><p id=text>empty</p><script>location.href = '/api/more'</script></body></html>"
    first = (302, {"Location": "/api/more"}, b"") if way == "redirect" else jump
    pages = {"/": first, "/api/more": "<p id=text>RENDERED</p>", "/robots.txt": ROBOTS}
    site, campus = one_source(pages, {"request_seconds": 3}, options={"browser": True})
    end = campus.crawl("forum")

    assert "outcomes" not in end["counts"] or "rendered" not in end["counts"]["outcomes"]
    assert end["outcome"] in ("blocked_by_robots", "unreachable")
    assert "/api/more" not in site.asked


@pytest.mark.browser
@pytest.mark.parametrize("way", ["redirect", "jump"])
@pytest.mark.parametrize("place", ["another host", "a private network"])
def test_a_page_that_leads_the_browser_out_of_its_site_sends_no_request_there(one_source, new_site, way, place):
    with socket.create_server(("127.0.0.2", 0)) as inside:
        inside.setblocking(False)
        other = new_site({"/x": "<p id=text>RENDERED</p>"})
        address = f"{other.url}/x" if place == "another host" else f"http://127.0.0.2:{inside.getsockname()[1]}/x"
        jump = f"<html><body><p id=text>empty</p><script>location.href = '{address}'</script></body></html>"
        pages = {"/": (302, {"Location": address}, b"") if way == "redirect" else jump}
        limits = {"request_seconds": 3, "allowed_networks": ["127.0.0.1/32"]}
        site, campus = one_source(pages, limits, options={"browser": True})
        end = campus.crawl("forum")

        assert "/" in site.asked
        assert other.asked == []
        with pytest.raises(BlockingIOError):  # nobody came
            inside.accept()
    assert "rendered" not in end["counts"]["outcomes"]
    assert not end["good"]


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("http://a.example:81/x", True),
        ("http://a.example/x", False),
        ("http://a.example:82/x", False),
        ("https://cdn.example/x", True),
        ("http://cdn.example:8080/x", False),
        ("http://box.example:9000/", True),
        ("http://box.example/", False),
        ("http://[bad/", False),
        ("chrome-error://chromewebdata/", False),
    ],
)
def test_an_address_is_the_sources_own_by_host_and_port(url, own):
    mine = source("http://a.example:81/x", hosts=["cdn.example", "box.example:9000"])

    assert is_own(mine, url) is own
