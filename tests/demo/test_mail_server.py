"""The demo's mail server is real SMTP: it keeps what it accepts and refuses when told to."""

import smtplib
from email.message import EmailMessage

import pytest

from demo.mail_server import MailServer


@pytest.fixture
def server():
    with MailServer() as started:
        yield started


def _mail():
    mail = EmailMessage()
    mail["Subject"] = "【一般】待研判"
    mail.set_content("请做：核实\n", cte="base64")
    return mail


def _send(server, *recipients):
    with smtplib.SMTP("127.0.0.1", server.port, timeout=5) as client:
        return client.send_message(_mail(), "a@yunlu.example", list(recipients))


def test_an_accepted_mail_is_kept_with_its_envelope(server):
    _send(server, "b@yunlu.example", "c@yunlu.example")

    (mail,) = server.received
    assert mail.recipients == ("b@yunlu.example", "c@yunlu.example")
    assert mail.message["Subject"] == "【一般】待研判"
    assert mail.text == "请做：核实\n"


def test_one_address_is_refused_and_the_others_get_it(server):
    server.refusals["b@yunlu.example"] = ["550 no such user"]

    refused = _send(server, "b@yunlu.example", "c@yunlu.example")

    assert refused["b@yunlu.example"][0] == 550
    assert server.received[0].recipients == ("c@yunlu.example",)


def test_answers_are_given_in_order_and_the_last_one_stays(server):
    server.refusals["b@yunlu.example"] = ["450 later", "250 OK"]
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        _send(server, "b@yunlu.example")
    _send(server, "b@yunlu.example")
    _send(server, "b@yunlu.example")

    assert len(server.received) == 2


def test_all_mail_is_refused_when_told_to(server):
    server.refuse_all = "421 too busy"

    with pytest.raises(smtplib.SMTPSenderRefused):
        _send(server, "b@yunlu.example")


def test_a_mail_is_refused_after_its_text_when_told_to(server):
    server.refuse_data = "552 too large"

    with pytest.raises(smtplib.SMTPDataError):
        _send(server, "b@yunlu.example")
