"""The application: looks at the link of a public answer, as a person would open it. Address in, `LinkProof` out.

One page and its robots.txt, under our name, through the same network rules as the crawls: no private address that the
school did not name, at every hop. What stands there is redacted before anybody keeps it.
"""

import hashlib
from urllib.parse import urljoin, urlsplit

import requests
from protego import Protego

from cases.reply_proof import LinkProof
from crawler.decode import decode_body
from crawler.guard import Guard
from crawler.pages.read_text import text_and_pictures
from crawler.refusal import Refusal
from crawler.round_settings import user_agent
from foundation.school import School
from pipelines.drop_personal_data import redact

TIMEOUT_SECONDS = (5, 10)  # connect, read
HOPS, PAGE_BYTES, TEXT_LENGTH = 3, 2_000_000, 20_000
AGENT = "huiyin"
OK, REDIRECT, REFUSED = 200, 300, 400


def read_link(school: School, link: str) -> LinkProof:
    """Look at a link now; what is wrong with it is said in the proof, never raised."""
    guard = Guard()
    guard.open(school.settings.crawl.allowed_networks)
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy, no .netrc of this host
            session.headers["User-Agent"] = user_agent(school)
            return _look(session, guard, link)
    except Refusal as refusal:
        return LinkProof(link, 0, problem=refusal.evidence)
    except requests.RequestException as problem:
        return LinkProof(link, 0, problem=f"没有回应（{type(problem).__name__}）")


def _look(session: requests.Session, guard: Guard, link: str) -> LinkProof:
    address = link
    for _ in range(HOPS):
        guard.pin(urlsplit(address).hostname or "")
        if not _robots_allow(session, address):
            return LinkProof(link, 0, problem="对方的 robots.txt 不让程序打开")
        with session.get(address, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True) as answer:
            if REDIRECT <= answer.status_code < REFUSED and "Location" in answer.headers:
                address = urljoin(address, answer.headers["Location"])
                continue
            if answer.status_code != OK:
                return LinkProof(link, answer.status_code, problem=f"网站回答 {answer.status_code}")
            body = answer.raw.read(PAGE_BYTES, decode_content=True)
            declared = answer.encoding or ""
        text = redact(text_and_pictures(decode_body(body, declared))[0]).text[:TEXT_LENGTH]
        return LinkProof(link, OK, text, hashlib.sha256(text.encode()).hexdigest())
    return LinkProof(link, 0, problem="转来转去，打不开")


def _robots_allow(session: requests.Session, address: str) -> bool:
    """Return whether the site lets programs open this page; 4xx means that it has no rules."""
    place = urljoin(address, "/robots.txt")
    with session.get(place, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True) as answer:
        if answer.status_code != OK:
            return answer.status_code not in (401, 403, 429) and answer.status_code < 500  # noqa: PLR2004 HTTP
        text = answer.raw.read(PAGE_BYTES, decode_content=True).decode(errors="replace")
    return bool(Protego.parse(text).can_fetch(address, AGENT))
