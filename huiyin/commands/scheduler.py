"""Command: the scheduler alone: orders posts, opens cases, tells people. Rounds are run by `huiyin worker`.

Any number may run: one leads, the others stand by and take over when it dies or is paused past its lease.
"""

import argparse

HELP = "只运行调度：归并、立案、提醒（可起几个，一个值守，其余待命）；抓取由 huiyin worker 做"
EXAMPLES = ["huiyin scheduler", "huiyin scheduler --metrics 9108"]
PORT_MAX = 65_535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the metrics' port."""
    parser.add_argument("--metrics", type=int, metavar="端口", help="在本机回环地址的这个端口提供 Prometheus 指标")


def run(arguments: argparse.Namespace) -> int:
    """Tick until stopped."""
    from foundation.errors import Stop
    from foundation.log import start_logging
    from huiyin.metrics import serve_metrics
    from huiyin.run_loops import run_forever
    from huiyin.wiring import open_parts

    start_logging()
    parts = open_parts()
    if arguments.metrics is not None:
        if not 0 <= arguments.metrics <= PORT_MAX:
            raise Stop("端口不对", f"--metrics {arguments.metrics}", f"写 1 到 {PORT_MAX} 之间的整数")
        print(f"指标：http://127.0.0.1:{serve_metrics(arguments.metrics)}/metrics", flush=True)
    return run_forever(parts, with_rounds=False)
