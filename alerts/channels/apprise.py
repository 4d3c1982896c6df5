"""Stage 6, channel: anything that the library apprise can reach (ntfy, Telegram …), as best effort only.

apprise takes a status code for success: three group robots that refuse inside HTTP 200 count as delivered there
(measured). So this channel never carries a statutory notice alone, is no fallback, and proves to nobody that
somebody was told. Redirects are not followed; a login page with code 200 counts as handed over, since apprise shows
nothing of an answer. Needs `pip install huiyin[apprise]`.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from alerts.channel_answers import Answer, ChannelDown, Message, Retry, Sent
from foundation.config import read_secret
from foundation.school import School

GROUP = True
BEST_EFFORT = True
USER_FIELD = ""


@dataclass(frozen=True, slots=True, repr=False)
class Options:
    """One apprise address. Never printed: it holds the credentials."""

    url: str

    def __repr__(self) -> str:
        return "Options(apprise, address masked)"


def has_address(school: School, recipient: str) -> bool:
    """Return whether this department has such an address; reads no secret."""
    unit = school.find_department(recipient)
    return unit is not None and bool(unit.apprise)


def options_for(school: School, recipient: str) -> Options | None:
    """Return the address of a department, or None when it has none.

    Raises:
        Stop: A secret is not set.
    """
    unit = school.find_department(recipient)
    if unit is None or not unit.apprise:
        return None
    return Options(read_secret(unit.apprise, f"{unit.name}的 apprise 地址"))


class Channel:
    """Sends to one address."""

    def __init__(self, options: Options) -> None:
        self.options = options

    def send(self, message: Message, now: datetime) -> Answer:
        """Hand over one message; whether it arrived, nobody says."""
        try:
            import apprise
        except ImportError:
            return ChannelDown("没有安装 apprise：pip install huiyin[apprise]")
        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines repeat the address
        robot = apprise.Apprise()
        if not robot.add(self.options.url):
            return ChannelDown("apprise 不认识这个地址：核对 departments.yaml 的 apprise")
        for server in robot:
            server.redirects = False  # the page it leads to would count as delivered, a login page above all
        text = message.body + (f"\n{message.link}" if message.link else "")
        return Sent() if robot.notify(title=message.title, body=text) else Retry("apprise 说没有送出")
