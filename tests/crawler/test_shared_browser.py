"""A round with a browser, in a process of its own: one driver serves both schemes."""

from pathlib import Path

import pytest


def drivers_of(state: Path) -> int:
    """Count the browser drivers that work for one state folder."""
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:
            continue  # ended, or not ours
        found += b"playwright/driver" in command and f"HUIYIN_STATE={state}".encode() in environment.split(b"\0")
    return found


@pytest.mark.browser
def test_http_and_https_share_one_driver_that_ends_with_the_round(one_source):
    site, campus = one_source({}, {"request_seconds": 60}, options={"browser": True})
    seen = []

    def count(handler) -> None:
        seen.append(drivers_of(campus.state))
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"<html><body><p id=text>RENDERED</p></body></html>")

    site.pages["/"] = count
    campus.crawl("forum")

    assert seen == [1]
    assert drivers_of(campus.state) == 0
