"""Tests of hops and preloading, with a real browser on loopback: nothing is asked that robots forbid."""

import pytest

ROBOTS = "User-agent: *\nDisallow: /api/"
SLY = """<html><head><script type="speculationrules">
{"prerender": [{"source": "list", "urls": ["/api/a"], "eagerness": "immediate"}],
 "prefetch": [{"source": "list", "urls": ["/api/b"], "eagerness": "immediate"}]}</script></head>
<body><p id=text>empty</p><iframe src="/frame"></iframe><script>
(async () => {
  const made = document.createElement('script');
  made.type = 'speculationrules';
  made.textContent = '{"prefetch": [{"source": "list", "urls": ["/api/c"], "eagerness": "immediate"}]}';
  document.head.append(made);
  try { await fetch('/hop'); } catch (refused) {}
  try { await fetch('/away'); } catch (refused) {}
  await fetch('/fine');
  await new Promise(done => setTimeout(done, 1500));
  document.getElementById('text').textContent = 'RENDERED';
})();
</script></body></html>"""


@pytest.mark.browser
def test_no_redirect_and_no_preloading_leads_where_robots_forbid(one_source, new_site):
    other = new_site({"/x": "x"})

    def to(address):
        return 302, {"Location": address}, b""

    hops = {"/hop": to("/api/hop"), "/frame": to("/api/frame"), "/fine": to("/data"), "/away": to(f"{other.url}/x")}
    rules = (200, {"Speculation-Rules": '"/api/rules.json"'}, SLY.encode())
    pages = {"/": rules, "/data": "x", "/robots.txt": ROBOTS, **hops}
    site, campus = one_source(pages, {"request_seconds": 20}, options={"browser": True})
    end = campus.crawl("forum")

    assert end["counts"]["outcomes"] == {"rendered": 1}
    assert set(site.asked) == {"/robots.txt", "/", "/hop", "/frame", "/fine", "/away", "/data"}
    assert other.asked == []
    assert end["outcome"] == "partly_blocked"
    assert sorted(end["counts"]["robots"][site.url]["paths"]) == ["/api/frame", "/api/hop"]
