"""Test of what is imported before rounds are forked: everything, and nothing that a fork may not share."""

import json
import subprocess
import sys

SHOW = """
import json, os, sys, threading
import huiyin.warm_imports
open_files = [os.path.realpath(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if int(name) > 2]
print(json.dumps({
    "modules": sorted(sys.modules), "threads": threading.active_count(),
    "open": [name for name in open_files if "socket:" in name or name.endswith((".sqlite", ".db"))],
    "segmenter": sys.modules["jieba"].__name__ if "jieba" in sys.modules else "",
}))
"""


def test_everything_a_round_needs_is_there_without_reactor_thread_socket_or_open_ledger(parts) -> None:
    done = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, text=True, check=True)
    seen = json.loads(done.stdout)

    assert {"crawler.spiders.discuz", "pipelines.write_index", "scrapy.core.engine"} <= set(seen["modules"])
    assert "twisted.internet.reactor" not in seen["modules"]
    assert (seen["threads"], seen["open"], seen["segmenter"]) == (1, [], "jieba")
    assert done.stderr == ""
