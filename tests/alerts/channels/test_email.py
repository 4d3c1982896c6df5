"""Mail against a real SMTP server (aiosmtpd): form, threads, refusals, TLS."""

import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alerts.channel_answers import ChannelDown, Dead, Message, Retry, Sent
from alerts.channels.email import Channel, Options, build_mail, options_for
from demo.mail_server import MailServer
from foundation.errors import Stop
from foundation.settings import Mail

NOW = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
MESSAGE = Message(
    7, "HY-2026-0001", 2, "【重大】HY-2026-0001 食堂𠮷🍚", "事由：食堂 <b>\n请做：核实", "http://127.0.0.1/1"
)
THREE = ("net1@yunlu.example", "net2@yunlu.example", "net3@yunlu.example")


@pytest.fixture
def channel(school):
    return Channel(options_for(school, "network"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A private authority's certificate for 127.0.0.1: as on a campus."""
    folder = tmp_path_factory.mktemp("ca")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=36500))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return cert, private


@pytest.fixture
def tls_server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with MailServer(context, {"huiyin": "right"}) as server:
        yield server


def _options(server, **mail):
    known = {"host": "localhost", "port": server.port, "security": "starttls", "sender": "huiyin@yunlu.example"}
    return Options(Mail(**known | mail), ("safety@yunlu.example",), "right")


def test_a_mail_arrives_in_chinese_with_text_and_html(channel, mail_server):
    answer = channel.send(MESSAGE, NOW)

    (mail,) = mail_server.received
    assert answer == Sent("<case-HY-2026-0001.7@yunlu.example>")
    assert mail.recipients == THREE
    assert mail.message["Subject"] == "[舆情 HY-2026-0001] 【重大】食堂𠮷🍚"
    assert "请做：核实" in mail.text
    assert MESSAGE.link in mail.text
    assert f'href="{MESSAGE.link}"' in mail.message.get_body(("html",)).get_content()
    assert "食堂 &lt;b&gt;" in mail.message.get_body(("html",)).get_content()


def test_all_mails_of_a_case_are_one_thread_and_a_repeat_has_the_same_id(school):
    options = options_for(school, "safety")
    first, again = build_mail(MESSAGE, options, NOW), build_mail(MESSAGE, options, NOW)

    assert first["Message-ID"] == again["Message-ID"]
    assert first["References"] == "<case-HY-2026-0001.0@yunlu.example>"
    assert first["In-Reply-To"] == first["References"]


def test_machines_are_told_not_to_answer(school):
    mail = build_mail(MESSAGE, options_for(school, "safety"), NOW)

    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"


def test_everything_on_the_wire_is_ascii(school):
    raw = build_mail(MESSAGE, options_for(school, "safety"), NOW).as_bytes()

    assert raw.isascii()
    assert raw.count(b"Content-Transfer-Encoding: base64") == 2
    assert b"<huiyin@yunlu.example>" in raw


def test_one_of_three_refused_for_good_is_named_by_place_only(channel, mail_server):
    mail_server.refusals["net2@yunlu.example"] = ["550 no such user"]

    answer = channel.send(MESSAGE, NOW)

    (refusal,) = answer.refused
    assert (refusal.place, refusal.permanent) == (2, True)
    assert "net2" not in refusal.reason
    assert mail_server.received[0].recipients == (THREE[0], THREE[2])


def test_all_refused_for_good_is_dead(channel, mail_server):
    mail_server.refusals = {address: ["550 no such user"] for address in THREE}

    assert isinstance(channel.send(MESSAGE, NOW), Dead)


def test_all_refused_for_now_is_a_retry(channel, mail_server):
    mail_server.refusals = {address: ["450 greylisted"] for address in THREE}

    assert isinstance(channel.send(MESSAGE, NOW), Retry)


def test_421_is_a_retry(channel, mail_server):
    mail_server.refuse_all = "421 too busy"

    assert isinstance(channel.send(MESSAGE, NOW), Retry)


def test_a_refused_sender_takes_the_server_down(channel, mail_server):
    mail_server.refuse_all = "553 sender not allowed"

    assert isinstance(channel.send(MESSAGE, NOW), ChannelDown)


def test_a_refused_text_is_dead_for_this_mail_only(channel, mail_server):
    mail_server.refuse_data = "552 message size exceeded"

    assert isinstance(channel.send(MESSAGE, NOW), Dead)


def test_starttls_with_a_private_authority_and_login_works(tls_server, certificate):
    options = _options(tls_server, ca_file=str(certificate[0]), user="huiyin", password="env:X")

    assert isinstance(Channel(options).send(MESSAGE, NOW), Sent)


def test_an_unknown_authority_takes_the_server_down(tls_server):
    answer = Channel(_options(tls_server)).send(MESSAGE, NOW)

    assert isinstance(answer, ChannelDown)
    assert "ca_file" in answer.reason


def test_a_wrong_password_takes_the_server_down(tls_server, certificate):
    options = _options(tls_server, ca_file=str(certificate[0]), user="wrong", password="env:X")

    assert isinstance(Channel(options).send(MESSAGE, NOW), ChannelDown)


def test_a_server_without_starttls_takes_the_server_down(mail_server):
    assert isinstance(Channel(_options(mail_server)).send(MESSAGE, NOW), ChannelDown)


def test_a_server_that_refuses_starttls_gets_no_word_in_clear_text():
    heard = []

    def refuse(listener):
        talk = listener.accept()[0]
        lines = talk.makefile("rb")
        talk.sendall(b"220 ready\r\n")
        for line in lines:
            heard.append(line[:4])
            talk.sendall(b"250-hello\r\n250 STARTTLS\r\n" if line.lower().startswith(b"ehlo") else b"454 not now\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=refuse, args=(listener,), daemon=True).start()
        mail = Mail(host="127.0.0.1", port=listener.getsockname()[1], sender="huiyin@yunlu.example")
        answer = Channel(Options(mail, ("safety@yunlu.example",))).send(MESSAGE, NOW)

    assert isinstance(answer, Retry)
    assert [word.lower() for word in heard] == [b"ehlo", b"star"]


def test_a_mail_above_the_servers_limit_is_sent_once_more_in_link_form():
    long = Message(7, "HY-1", 2, "【重大】HY-1", "汉" * 30_000, "http://127.0.0.1/1")
    with MailServer(size_limit=20_000) as server:
        mail = Mail(host="127.0.0.1", port=server.port, security="none", sender="huiyin@yunlu.example")
        answer = Channel(Options(mail, ("safety@yunlu.example",))).send(long, NOW)

    (arrived,) = server.received
    assert isinstance(answer, Sent)
    assert "正文太长" in arrived.text
    assert "http://127.0.0.1/1" in arrived.text


def test_a_number_after_the_name_means_one_address(school):
    assert options_for(school, "network#2").addresses == ("net2@yunlu.example",)
    assert options_for(school, "network#9") is None


def test_a_person_has_an_address_too(school):
    assert options_for(school, "wen").addresses == ("wen@yunlu.example",)


def test_a_missing_password_says_which_variable(school):
    alerts = school.settings.alerts
    mail = alerts.mail.model_copy(update={"password": "env:NO_SUCH_PASSWORD"})
    settings = school.settings.model_copy(update={"alerts": alerts.model_copy(update={"mail": mail})})

    with pytest.raises(Stop, match="NO_SUCH_PASSWORD"):
        options_for(replace(school, settings=settings), "safety")
