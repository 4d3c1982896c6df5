"""Stage 6, channel: mail. One message in, one SMTP conversation; refusals are kept for each address.

Parts are base64, so that relays without 8BITMIME cannot break Chinese. The Message-ID is the outbox row's number: a
repeat after a crash carries the same one, and mail programs that know it show one mail. Bounces are not read.
"""

import html
import re
import smtplib
import ssl
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cached_property

from alerts.channel_answers import Answer, ChannelDown, Dead, Message, Refusal, Retry, Sent
from foundation.clock import at_school
from foundation.config import read_secret
from foundation.school import School
from foundation.settings import Mail

TIMEOUT_SECONDS = 10
PERMANENT = 500  # SMTP: 5xx is for good, 4xx for now
SENDER_NAME = "回音"
SIZE_REFUSED = (552, 523)  # RFC 1870: larger than the server takes
TOO_LARGE = Dead("邮件超过服务器的大小上限")
CUT = "（正文太长，邮件服务器不收；请打开案件查看）"
GROUP, USER_FIELD = False, ""
ONE_SERVER = True  # when it is down, it is down for every recipient


@dataclass(frozen=True, slots=True, repr=False)
class Options:
    """The school's mail server and the addresses of one recipient."""

    mail: Mail
    addresses: tuple[str, ...]
    password: str = ""

    def __repr__(self) -> str:
        return f"Options({self.mail.host}:{self.mail.port}, {len(self.addresses)} addresses, password masked)"


def has_address(school: School, recipient: str) -> bool:
    """Return whether a department or person has a mail address; reads no secret."""
    return bool(_addresses(school, recipient.partition("#")[0]))


def options_for(school: School, recipient: str) -> Options | None:
    """Return the addresses of a department or person; `name#2` is the second address of a department with several.

    Raises:
        Stop: The mail password is not set.
    """
    name, _, place = recipient.partition("#")
    addresses = _addresses(school, name)
    if place:
        addresses = addresses[int(place) - 1 : int(place)]
    if not addresses:
        return None
    mail = school.settings.alerts.mail
    return Options(mail, addresses, read_secret(mail.password, "邮件服务器") if mail.password else "")


def _addresses(school: School, name: str) -> tuple[str, ...]:
    unit = school.find_department(name)
    written = unit.mail if unit else school.person(name).mail if school.knows_person(name) else ""
    return tuple(part.strip() for part in written.split(",") if part.strip())


class Channel:
    """Sends to the addresses of one recipient."""

    def __init__(self, options: Options) -> None:
        self.options = options

    def send(self, message: Message, now: datetime) -> Answer:
        """Hand one mail to the school's server; one that is too large is cut to its link form and sent once more."""
        answer = self._send(build_mail(message, self.options, now))
        if answer != TOO_LARGE:
            return answer
        return self._send(build_mail(replace(message, body=CUT), self.options, now))

    def _send(self, mail: EmailMessage) -> Answer:
        try:
            with self._connect() as server:
                refused = server.send_message(mail, self.options.mail.sender, list(self.options.addresses))
        except smtplib.SMTPRecipientsRefused as refusal:
            return self._all_refused(refusal.recipients)
        except smtplib.SMTPResponseException as refusal:
            return _refusal_answer(refusal)
        except smtplib.SMTPNotSupportedError:
            return ChannelDown("邮件服务器不提供 STARTTLS 或登录：核对 alerts.mail.security")
        except ssl.SSLCertVerificationError:
            return ChannelDown("邮件服务器的证书未被信任：校内 CA 请写 alerts.mail.ca_file")
        except (smtplib.SMTPException, OSError) as problem:
            return Retry(f"邮件服务器连不上（{type(problem).__name__}）")
        return Sent(mail["Message-ID"], self._refusals(refused))

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whom to trust; made once and only when it is needed: reading the system's authorities takes 0.2 s."""
        return ssl.create_default_context(cafile=self.options.mail.ca_file or None)

    def _connect(self) -> smtplib.SMTP:
        mail = self.options.mail
        server: smtplib.SMTP
        if mail.security == "tls":
            server = smtplib.SMTP_SSL(mail.host, mail.port, timeout=TIMEOUT_SECONDS, context=self._trust)
        else:
            server = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT_SECONDS)
        try:
            if mail.security == "starttls":
                server.starttls(context=self._trust)
            if mail.user:
                server.login(mail.user, self.options.password)
        except BaseException:
            server.close()
            raise
        return server

    def _refusals(self, refused: dict[str, tuple[int, bytes]]) -> tuple[Refusal, ...]:
        places = {address: number for number, address in enumerate(self.options.addresses, 1)}
        return tuple(
            Refusal(places[address], f"邮件服务器拒收（{code}）", code >= PERMANENT)
            for address, (code, _words) in refused.items()  # its words may repeat the address: only the code is kept
        )

    def _all_refused(self, refused: dict[str, tuple[int, bytes]]) -> Answer:
        refusals = self._refusals(refused)
        words = "；".join(sorted({refusal.reason for refusal in refusals}))
        if all(refusal.permanent for refusal in refusals):
            return Dead(words)
        return Retry(words)


def _refusal_answer(refusal: smtplib.SMTPResponseException) -> Answer:
    words = f"邮件服务器拒绝（{refusal.smtp_code}）"
    if refusal.smtp_code in SIZE_REFUSED:
        return TOO_LARGE
    if refusal.smtp_code < PERMANENT:
        return Retry(words)
    if isinstance(refusal, smtplib.SMTPAuthenticationError):
        return ChannelDown(f"邮件服务器不接受用户名或授权码（{refusal.smtp_code}）")
    if isinstance(refusal, smtplib.SMTPDataError):  # this mail: too large, taken for spam
        return Dead(words)
    return ChannelDown(words + "：核对 alerts.mail 的 host、sender 与 security")


def build_mail(message: Message, options: Options, now: datetime) -> EmailMessage:
    """Return the mail: text and HTML, base64, threaded by case."""
    site = options.mail.sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = subject_of(message)
    mail["From"] = Address(SENDER_NAME, addr_spec=options.mail.sender)
    mail["To"] = ", ".join(options.addresses)
    mail["Date"] = format_datetime(at_school(now))
    thread = f"case-{message.case_no}" if message.case_no else "tech"
    mail["Message-ID"] = f"<{thread}.{message.number}@{site}>"
    mail["In-Reply-To"] = mail["References"] = f"<{thread}.0@{site}>"
    mail["List-Id"] = f"<huiyin.{site}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    text = f"{message.title}\n\n{message.body}\n"
    mail.set_content(text + (f"\n{message.link}\n" if message.link else ""), cte="base64")
    mail.add_alternative(_as_html(message), subtype="html", cte="base64")
    return mail


def subject_of(message: Message) -> str:
    """Return the subject: a prefix that is the same for all mails of a case, then the title without its number."""
    number = message.case_no
    title = re.sub(rf"{re.escape(number)}[ ：]?", "", message.title, count=1) if number else message.title
    return " ".join((f"[舆情 {number}] {title}" if number else f"[舆情] {title}").split())


def _as_html(message: Message) -> str:
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in message.body.splitlines() if line)
    link = html.escape(message.link, quote=True)
    button = f'<p><a href="{link}">打开案件</a></p>' if link else ""
    return f"<html><body><h3>{html.escape(message.title)}</h3>{lines}{button}</body></html>"
