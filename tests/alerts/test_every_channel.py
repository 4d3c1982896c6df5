"""The contract of every channel, found by file, against servers that behave like the real ones.

A new channel without a line in BENCHES fails here by name.
"""

import logging
import re
import socket
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.channel_answers import ChannelDown, Dead, Message, Retry, Sent
from alerts.channels import channel_module, channel_names, is_best_effort, proving_channels
from alerts.outbox import send_pending
from alerts.outbox_rows import Notice, put_in
from demo.dingtalk_server import DingTalkServer, Scripted
from foundation.errors import Stop
from foundation.school import School, SchoolFiles
from foundation.tables import outbox
from tests.alerts.servers.robots import FeishuServer, PlainServer, WebhookServer, WecomServer, WorkNoticeServer

NOW = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
MESSAGE = Message(
    7, "HY-2026-0001", 2, "【重大】HY-2026-0001 舆情待研判", "事由：食堂\n请做：核实", "http://127.0.0.1:8000/c/1"
)
SECRETS = ("SECsafe", "app-SECRET", "token-", "app-key")
BENCHES = {  # channel → server, refusal in the provider's own words, whether it reaches a group or a person
    "dingtalk": (DingTalkServer, {"errcode": 310000, "errmsg": "sign not match"}, "safety"),
    "dingtalk_work": (WorkNoticeServer, {"errcode": 400002, "errmsg": "无效的参数"}, "qin"),
    "wecom": (WecomServer, {"errcode": 93000, "errmsg": "invalid webhook url"}, "safety"),
    "feishu": (FeishuServer, {"code": 19021, "msg": "sign match fail"}, "safety"),
    "webhook": (WebhookServer, {"ok": False, "error": "closed"}, "safety"),
    "apprise": (PlainServer, None, "safety"),
    "email": (None, None, "safety"),
}
CHATS = """
    wecom: {url: "env:WECOM_URL"}
    feishu: {url: "env:FEISHU_URL", secret: "env:ROBOT_SECRET", keyword: 舆情}
    webhook: {url: "env:WEBHOOK_URL", secret: "env:ROBOT_SECRET"}
    apprise: env:APPRISE_URL
"""


@dataclass
class Bench:
    """One channel and the server behind it."""

    name: str
    server: object
    channel: object
    refusal: dict | None

    def requests(self):
        if self.name == "email":
            boundary = re.compile(rb"={10,}\d+==")  # chosen by chance for each mail
            return [(mail.recipients, boundary.sub(b"", mail.raw)) for mail in self.server.received]
        return [(found["path"], found["body"]) for found in self.server.requests if "gettoken" not in found["path"]]

    def script(self, *answers):
        """Let the next messages be answered so; the token of an app is given first."""
        if self.name == "dingtalk_work":
            self.channel.send(MESSAGE, NOW)
        self.server.script.extend(answers)


@pytest.fixture(params=channel_names())
def name(request):
    return request.param


@pytest.fixture
def full_school(school, monkeypatch):
    """The school of conftest with every kind of chat, and all their servers."""

    def build(name, server):
        text = school.files.texts["departments.yaml"]
        text = text.replace("keyword: 舆情}\n", "keyword: 舆情}\n" + CHATS.lstrip("\n"), 1)
        settings = school.files.texts["huiyin.yaml"]
        places = {"WECOM_URL": "", "FEISHU_URL": "", "WEBHOOK_URL": "", "APPRISE_URL": ""}
        if name == "dingtalk_work":
            app = f'"env:APP_KEY", app_secret: "env:APP_SECRET", agent_id: 77, api: "http://127.0.0.1:{server.port}"'
            settings += f"  dingtalk_app: {{app_key: {app}}}\n"
            places |= {"APP_KEY": "app-key", "APP_SECRET": "app-SECRET"}
        elif name == "apprise":
            places["APPRISE_URL"] = f"json://127.0.0.1:{server.port}/token-apprise"
        elif name in ("wecom", "feishu", "webhook"):
            places[f"{name.upper()}_URL"] = server.add_robot(f"token-{name}", "SECsafe", "舆情")
        for variable, value in places.items():
            monkeypatch.setenv(variable, value or "http://127.0.0.1:9/none")
        return School.from_files(SchoolFiles(school.files.texts | {"departments.yaml": text, "huiyin.yaml": settings}))

    return build


@pytest.fixture
def bench(name, full_school, request):
    family, refusal, recipient = BENCHES[name]
    if name in ("email", "dingtalk"):
        server = request.getfixturevalue("mail_server" if name == "email" else "dingtalk")
        school = full_school(name, server)
        yield Bench(
            name, server, channel_module(name).Channel(channel_module(name).options_for(school, recipient)), refusal
        )
        return
    with family(NOW.timestamp) as server:
        school = full_school(name, server)
        yield Bench(
            name, server, channel_module(name).Channel(channel_module(name).options_for(school, recipient)), refusal
        )


def reads_answers(name):
    """Those channels that speak HTTP and read the answer; apprise shows none: tests/alerts/channels/test_apprise.py."""
    return name != "email" and not is_best_effort(name)


@pytest.fixture
def robot(bench):
    return bench


def test_every_channel_has_its_own_test_file(name):
    assert (Path(__file__).parent / "channels" / f"test_{name}.py").is_file()
    assert name in BENCHES


def test_the_same_message_twice_is_the_same_request_twice(bench):
    answers = [bench.channel.send(MESSAGE, NOW) for _time in range(2)]

    first, second = bench.requests()
    assert [type(answer) for answer in answers] == [Sent, Sent]
    assert first == second


def test_a_server_that_is_gone_is_a_retry_without_its_address(bench):
    bench.server.stop()

    answer = bench.channel.send(MESSAGE, NOW)

    bench.server.stop = lambda: None
    assert isinstance(answer, Retry)
    assert not any(word in answer.reason for word in ("127.0.0.1", *SECRETS))


def test_a_refusal_is_never_sent(bench):
    if bench.name == "email":
        bench.server.refuse_all = "554 not allowed"
    elif is_best_effort(bench.name):
        bench.server.script.append(Scripted(b"", status=500))
    else:
        bench.script(Scripted(bench.refusal))

    assert isinstance(bench.channel.send(MESSAGE, NOW), ChannelDown | Dead | Retry)


ODD = {
    "login page of a proxy": Scripted(b"<html>login</html>", headers={"Content-Type": "text/html"}),
    "half a body": Scripted(b'{"errcode":'),
    "another shape": Scripted(b"[0]"),
    "server error": Scripted(b"busy", status=502),
    "reset": Scripted(reset=True),
    "redirect": Scripted(b"", status=302, headers={"Location": "/elsewhere"}),
    "slow": Scripted(b"{}", delay_seconds=1.0),
}


@pytest.mark.parametrize("name", [name for name in channel_names() if reads_answers(name)], indirect=True)
@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_word_of_success_is_a_retry_and_nothing_is_followed(robot, odd, monkeypatch):
    robot.script(ODD[odd])
    before = len(robot.server.requests)
    if odd == "slow":
        monkeypatch.setattr("alerts.post_request.TIMEOUT_SECONDS", (0.3, 0.3))

    answer = robot.channel.send(MESSAGE, NOW)

    assert isinstance(answer, Retry)
    assert len(robot.server.requests) == before + 1


@pytest.mark.parametrize("name", [name for name in channel_names() if reads_answers(name)], indirect=True)
def test_a_429_pauses_the_whole_robot_as_long_as_it_asks(robot):
    robot.script(Scripted(b"slow down", status=429, headers={"Retry-After": "77"}))

    answer = robot.channel.send(MESSAGE, NOW)

    assert (answer.throttled, answer.after_seconds) == (True, 77)


@pytest.mark.parametrize("way", ["silent", "reset"])
def test_a_mail_server_that_is_silent_or_hangs_up_is_a_retry(way, mail_server, school, monkeypatch):
    monkeypatch.setattr("alerts.channels.email.TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        options = channel_module("email").options_for(school, "safety")
        mail = options.mail.model_copy(update={"port": listener.getsockname()[1]})

        def hang_up():
            listener.accept()[0].close()

        if way == "reset":
            threading.Thread(target=hang_up, daemon=True).start()

        answer = channel_module("email").Channel(type(options)(mail, options.addresses)).send(MESSAGE, NOW)

    assert isinstance(answer, Retry)


def test_no_secret_stands_in_a_log_an_answer_or_the_options(bench, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.INFO)
    answers = [bench.channel.send(MESSAGE, NOW)]
    if bench.name != "email":
        bench.script(Scripted(b"", status=500), Scripted(reset=True))
        answers += [bench.channel.send(MESSAGE, NOW) for _time in range(2)]
    bench.server.stop()
    answers.append(bench.channel.send(MESSAGE, NOW))
    bench.server.stop = lambda: None

    assert "masked" in repr(bench.channel.options)
    for shown in (caplog.text, repr(answers), repr(bench.channel.options)):
        assert not any(secret in shown for secret in SECRETS)


def test_sixty_kilobytes_of_rare_characters_arrive_cut_to_what_the_service_takes(bench):
    long = Message(8, "HY-1", 2, "【重大】HY-1 舆情 𠮷🍚", "汉𠮷🀄\n" * 6000, "http://127.0.0.1/1")

    assert isinstance(bench.channel.send(long, NOW), Sent)


def test_addresses_are_known_without_reading_secrets(name, full_school, monkeypatch):
    school = full_school("dingtalk_work", type("Nowhere", (), {"port": 9}))
    for variable in ("ROBOT_SECRET", "APP_SECRET", "WECOM_URL", "FEISHU_URL", "WEBHOOK_URL", "APPRISE_URL"):
        monkeypatch.delenv(variable)
    module = channel_module(name)

    assert module.has_address(school, BENCHES[name][2])
    assert not module.has_address(school, "nobody")
    assert module.options_for(school, "nobody") is None


def test_best_effort_channels_prove_nothing_and_are_no_fallback(full_school):
    school = full_school("dingtalk", None)

    assert proving_channels(school, "safety") == ["email", "dingtalk", "feishu", "webhook", "wecom"]


def test_a_channel_that_is_down_leaves_the_others_alone(ledger, school, mail_server, dingtalk):
    payload = {"title": "题", "body": "文", "link": "", "mention": []}
    dingtalk.script.append(Scripted({"errcode": 300001, "errmsg": "token is not exist"}))
    with ledger.change() as work:
        names = ("dingtalk", "email")
        put_in(work, [Notice(f"k:{name}", "HY-1", 1, "due", name, "safety", payload) for name in names])

    send_pending(ledger, school, "worker")

    with ledger.read() as connection:
        states = dict(connection.execute(select(outbox.c.channel, outbox.c.state).where(outbox.c.kind == "due")).all())
    assert states == {"dingtalk": "pending", "email": "sent"}


def test_an_unknown_channel_names_the_nearest_one():
    with pytest.raises(Stop, match="dingtalk"):
        channel_module("dingtalkk")
