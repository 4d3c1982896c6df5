"""The application: looks at the link of a public answer, as a person would open it. Address in, `ReplyProof` out.

One page and its robots.txt, under our name, through the same network rules as the crawls: no private address that the
school did not name, at every hop.
"""

import hashlib
from urllib.parse import urljoin, urlsplit

import requests
from protego import Protego
from urllib3.exceptions import HTTPError

from cases.reply_proof import ReplyProof
from crawler.decode import decode_body
from crawler.guard import Guard
from crawler.pages.read_text import text_and_pictures
from crawler.refusal import Refusal
from crawler.robots import AGENT, ROBOTS_BYTES, rules_of
from crawler.round_settings import user_agent
from foundation.school import School

TIMEOUT_SECONDS = (5, 10)  # connect, read
HOPS, PAGE_BYTES = 3, 2_000_000
OK, REDIRECT, REFUSED = 200, 300, 400


def read_link(school: School, link: str) -> ReplyProof:
    """Look at a link now; what is wrong with it is said in the proof, never raised."""
    guard = Guard()
    guard.open(school.settings.crawl.allowed_networks)
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy, no .netrc of this host
            session.headers["User-Agent"] = user_agent(school)
            return _look(session, guard, link)
    except Refusal as refusal:
        return ReplyProof(link, 0, problem=refusal.evidence)
    except (requests.RequestException, HTTPError, ValueError) as problem:  # ValueError: no address that can be read
        return ReplyProof(link, 0, problem=f"没有回应（{type(problem).__name__}）")


def _look(session: requests.Session, guard: Guard, link: str) -> ReplyProof:
    address = link
    for _ in range(HOPS):
        if not _rules(session, guard, address).can_fetch(address, AGENT):
            return ReplyProof(link, 0, problem="对方的 robots.txt 不让程序打开")
        with _ask(session, guard, address) as answer:
            if target := _target(answer, address):
                address = target
                continue
            if answer.status_code != OK:
                return ReplyProof(link, answer.status_code, problem=f"网站回答 {answer.status_code}")
            body, declared = answer.raw.read(PAGE_BYTES, decode_content=True), _declared(answer)
        page = text_and_pictures(decode_body(body, declared))[0]
        return ReplyProof(link, OK, hashlib.sha256(body).hexdigest(), page)
    return ReplyProof(link, 0, problem="转来转去，打不开")


def _rules(session: requests.Session, guard: Guard, address: str) -> Protego:
    """Return what the site lets programs open, by the crawler's reading of robots.txt; redirects are followed.

    Raises:
        Refusal: Not now, or not us.
    """
    place = urljoin(address, "/robots.txt")
    for hop in range(1, HOPS + 1):
        with _ask(session, guard, place) as answer:
            if (target := _target(answer, place)) and hop < HOPS:
                place = target
                continue
            body = answer.raw.read(ROBOTS_BYTES, decode_content=True)
        break
    return rules_of(answer.status_code, body)


def _ask(session: requests.Session, guard: Guard, address: str) -> requests.Response:
    """Return the answer of one address, whose body is not read yet; the caller closes it."""
    guard.pin(urlsplit(address).hostname or "")
    return session.get(address, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True)


def _target(answer: requests.Response, address: str) -> str:
    """Return where an answer sends us; empty: nowhere."""
    sends = REDIRECT <= answer.status_code < REFUSED and "Location" in answer.headers
    return urljoin(address, answer.headers["Location"]) if sends else ""


def _declared(answer: requests.Response) -> str:
    """Return the encoding that the site named; `requests` makes one up for text without any."""
    named = "charset=" in answer.headers.get("Content-Type", "").lower()
    return (answer.encoding or "") if named else ""
