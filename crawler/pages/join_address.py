"""Stage 1: the addresses that pages write. In: a page's address and a link on it. Out: an absolute address, or nothing.

Links are written by anybody: one that leads nowhere must cost itself and not the page on which it stands. A session in
the path (;jsessionid=…) is no part of an address.
"""

import re
from urllib.parse import urljoin, urlsplit

LONGEST_ADDRESS = 4096
_SESSION = re.compile(r";(jsessionid|phpsessid|sid)=[^/?#;]*", re.I)  # another one for each visitor


def join_address(base: str, href: str | None) -> str:
    """Return the absolute address of a link; empty when it is no address of a web page (mailto:, http://[bad/ …).

    Args:
        base: Address of the page.
        href: What stands in the link.
    """
    written = (href or "").strip()
    if not written or len(written) > LONGEST_ADDRESS:
        return ""
    try:
        address = _SESSION.sub("", urljoin(base, written))
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        address.encode()
    except ValueError:  # http://[bad/x, http://a:99999/, half a surrogate pair
        return ""
    return address if is_web else ""
