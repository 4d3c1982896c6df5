"""Demo: plays the story. In: options. Out: campus, servers and product running through ten virtual days.

The clock moves in jumps to the next instant at which something is due, in the story or in the product, and only when
the product is idle. People act through `huiyin case …`, as they would.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from demo.board_server import Board
from demo.campus_site import Site
from demo.dingtalk_server import DingTalkServer
from demo.faults import FAULTS, strike
from demo.forum_server import Forum
from demo.index_server import IndexServer, index_server
from demo.mail_server import MailServer
from demo.microblog_server import Microblog
from demo.news_server import News
from demo.prepare_school import CALM_MINUTES, Places, change_source, prepare_school, robot_environment
from demo.read_ledger import LedgerReader
from demo.read_story import STARTS_AT, Act, Story
from demo.record_truth import Truth
from demo.run_product import Killer, Product, set_clock
from demo.tell_story import Teller
from foundation import clock
from foundation.errors import Stop
from huiyin.wiring import Progress

ELASTIC = "elasticsearch"
SITES: tuple[type[Site], ...] = (Forum, Microblog, Board, News)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    state: Path | None = None
    fault: str = ""
    kills: int = 0
    seed: int = 0
    store: str = "sqlite"


@dataclass(slots=True)
class Stage:
    """Everything that runs."""

    story: Story
    folder: Path
    truth: Truth
    sites: list[Site]
    mail: MailServer
    robots: DingTalkServer
    product: Product
    ledger: LedgerReader
    clock_file: Path
    fault: str = ""
    index: IndexServer | None = None
    _facts_told: int = field(default=0)

    def move_to(self, instant: datetime) -> None:
        """Move the virtual clock."""
        set_clock(self.clock_file, instant)

    def tell_news(self, teller: Teller) -> None:
        """Print the facts that came since the last time."""
        facts = self.ledger.facts_after(self._facts_told)
        if facts:
            self._facts_told = facts[-1]["fact_id"]
            teller.tell_facts(facts)


@contextmanager
def set_stage(story: Story, options: Options) -> Iterator[Stage]:
    """Start campus, mail server and robots, apply the school; give everything; stop it all at the end.

    This process's own environment names the clock file from here on: the servers read it too.
    """
    with ExitStack() as stack:
        folder = options.state or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        clock_file = folder / "clock"
        set_clock(clock_file, STARTS_AT)
        os.environ[clock.CLOCK_VARIABLE] = str(clock_file)
        truth = Truth(folder / "truth.json")
        sites = [kind(story, truth, clock.now) for kind in SITES]
        for site in sites:
            site.start()
            stack.callback(site.stop)
        mail = stack.enter_context(MailServer())
        robots = stack.enter_context(DingTalkServer())
        index = stack.enter_context(index_server(folder / "elasticsearch")) if options.store == ELASTIC else None
        places = Places({site.name: site.url for site in sites}, mail.port, index.settings if index else None)
        prepare_school(folder / "school", places)
        killer = Killer(options.kills, options.seed)
        product = Product(folder / "var", folder / "school", robot_environment(robots), killer)
        product.command("apply", str(folder / "school"))
        if index is not None:
            product.command("reindex", "--to", ELASTIC)
        ledger = LedgerReader(folder / "var")
        product.start()
        stack.callback(product.stop)
        yield Stage(story, folder, truth, sites, mail, robots, product, ledger, clock_file, options.fault, index)


def play(stage: Stage, teller: Teller) -> None:
    """Run the clock from the first to the last instant of the story.

    Raises:
        Stop: The product ended or hangs, or refuses an act of the story.
    """
    story, ends_at = stage.story, stage.story.acts.ends
    acts = list(story.acts.acts)
    pending_fault = FAULTS[stage.fault] if stage.fault else None
    calm_from: datetime | None = story.acts.calm_from
    standing: Progress | None = None
    while True:
        now = clock.now()
        teller.move_to(now)
        if standing is None or standing.next_at is None or standing.next_at <= now:  # else only a person has to act
            standing = stage.product.wait_idle()
        while acts and acts[0].at <= now:
            _perform(stage, acts.pop(0), teller, now)
            standing = stage.product.wait_idle()
        if calm_from and calm_from <= now:
            calm_from = None
            _calm_down(stage, teller, now)
            standing = stage.product.wait_idle()
        if pending_fault and pending_fault.at <= now:
            strike(pending_fault, stage.product.state, story)
            pending_fault = None
            teller.say(now, f"※ 人为破坏：{stage.fault}")
            standing = stage.product.wait_idle()
        stage.tell_news(teller)
        if now >= ends_at:
            return
        coming = [ends_at, standing.next_at, acts[0].at if acts else None, calm_from]
        coming.append(pending_fault.at if pending_fault else None)
        stage.move_to(min(instant for instant in coming if instant is not None and instant > now))


def _perform(stage: Stage, act: Act, teller: Teller, now: datetime) -> None:
    """Let a person of the story act by the command line."""
    first = next(post for post in stage.story.posts if post.event == act.event)
    case_no, address = stage.ledger.case_of(first.key)
    words = [word for name, value in act.options.items() for word in (f"--{name.replace('_', '-')}", value)]
    if act.act == "confirm":
        words += ["--evidence", address]
    teller.say(now, f"$ huiyin case {act.act} {case_no or '（没有立案）'} --as {act.by}")
    if case_no:
        try:
            stage.product.forked("case", act.act, case_no, "--as", act.by, *words)
        except Stop as refusal:
            teller.say(now, f"※ {refusal.next_step}")  # the story goes on; the checker will miss its notices


def _calm_down(stage: Stage, teller: Teller, now: datetime) -> None:
    """The school asks for one round a day from now on, by changing its own files and applying them."""
    for site in stage.sites:
        change_source(stage.folder / "school", site.name, interval_minutes=CALM_MINUTES)
    stage.product.command("apply", str(stage.folder / "school"))
    teller.say(now, "舆情平息，学校把巡查间隔改为一天一轮，重新启用配置")
