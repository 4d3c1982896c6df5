"""Demo: `python -m demo`. Plays the story against the real product and says in one line whether every promise was kept.

python -m demo                        the whole story
python -m demo --fault drop_post      sabotage, played until it shows: must end with another exit code than 0
python -m demo --kill 10 --seed 1     kill -9 the product at ten random moments: nothing may be lost
python -m demo --store elasticsearch  the same story, searched on a real Elasticsearch
python -m demo --serve                leave everything running at the end
"""

import argparse
import signal
import sys
from pathlib import Path
from typing import Any

from demo.check_story import Result, check_story
from demo.collect_messages import collect_messages
from demo.faults import FAULTS
from demo.find_forbidden import find_forbidden
from demo.play_story import Options, Stage, play, set_stage
from demo.read_story import read_story
from demo.tell_story import Teller, duration_text, show_ladder, show_messages, show_search
from foundation import clock
from foundation.errors import HuiyinError

SEARCHES = ("二食堂 AND 麻辣烫", '"松园3栋" NOT 图书馆', "level>=重大 肉丸")
REASONS_SHOWN = 40
INTERRUPTED = 130  # the shell's word for Ctrl-C


def main(words: list[str] | None = None) -> int:
    """Play, check, print; return 0 only if everything holds."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="演示：一所虚构学校的十天")
    parser.add_argument("--fault", choices=sorted(FAULTS), default="", help="从外面破坏一处，演示必须失败")
    parser.add_argument("--kill", type=int, default=0, metavar="N", help="随机 kill -9 产品 N 次")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="随机数种子")
    parser.add_argument("--state", type=Path, metavar="DIR", help="状态留在这个（空）文件夹里；默认用临时文件夹")
    parser.add_argument("--store", choices=("sqlite", "elasticsearch"), default="sqlite", help="检索用哪个索引")
    parser.add_argument("--serve", action="store_true", help="演完不退出，让校园与产品继续运行")
    given = parser.parse_args(words)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # also when started in the background, or orphaned
        signal.signal(number, _interrupt)
    try:
        return _run(Options(given.state, given.fault, given.kill, given.seed, given.store), serve=given.serve)
    except HuiyinError as problem:
        print(f"演示中断。{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("演示被中断，校园与产品都已停止。", file=sys.stderr)
        return INTERRUPTED


def _interrupt(number: int, frame: Any) -> None:
    """Leave by the way of Ctrl-C, so that campus, product and temporary folder go with us."""
    raise KeyboardInterrupt


def _run(options: Options, *, serve: bool) -> int:
    began = clock.monotonic_seconds()
    story = read_story()
    if options.fault:
        story = story.until(FAULTS[options.fault].shows)
    print(f"演示：云麓学院的十天，{len(story.posts)} 帖，四个站点。时钟是虚拟的，其余都是真的。", flush=True)
    with set_stage(story, options) as stage:
        teller = Teller(story.acts.ends)
        play(stage, teller)
        result = _judge(stage)
        for reason in result.why[:REASONS_SHOWN]:
            print(f"  ✗ {reason}")
        if options.kills:
            print(f"\nkill -9 共 {stage.product.kills} 次（种子 {options.seed}）")
        print(f"\n用时 {duration_text(clock.monotonic_seconds() - began)}")
        print(result.line(), flush=True)
        if serve:
            _serve(stage)
    return 0 if result.is_well(options.kills) else 1


def _judge(stage: Stage) -> Result:
    """Show messages and searches, then compare with the truth."""
    messages = collect_messages(stage.mail, stage.robots)
    show_messages(messages)
    show_ladder(stage.ledger.facts_after(0), messages)
    if stage.index is not None:
        stage.index.settle(stage.product)
    shown = {f"huiyin search {words}": stage.product.forked("search", words) for words in SEARCHES}
    for words in SEARCHES:
        show_search(words, shown[f"huiyin search {words}"])
    for number, words in enumerate(words for post in stage.story.posts for words in post.entry.help_first):
        shown[f"检索先救助原文 {number}"] = stage.product.forked("search", f'"{words}"', "--json")
    if stage.index is not None:
        shown |= stage.index.answers()
    print()
    truth = stage.truth.snapshot()
    forbidden = find_forbidden(stage.story, truth, stage.ledger, messages, shown)
    return check_story(stage.story, truth, stage.ledger, messages, forbidden)


def _serve(stage: Stage) -> None:
    """Leave everything running until Ctrl-C; the clock stands still."""
    print("\n校园与产品仍在运行，按 Ctrl-C 结束。")
    for site in stage.sites:
        print(f"  {site.name:<10} {site.url}")
    print(f"  状态文件夹 {stage.folder}")
    print("  另开终端：")
    product = f"HUIYIN_STATE={stage.folder}/var HUIYIN_SCHOOL={stage.folder}/school"
    print(f"    export {product} HUIYIN_CLOCK={stage.clock_file}")
    try:
        while True:
            clock.wait(1)
    except KeyboardInterrupt:
        print("结束。")


if __name__ == "__main__":
    sys.exit(main())
