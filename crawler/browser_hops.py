"""Stage 1: what Playwright's routes do not see: each hop of a redirect, and what a page tells the browser to preload.

A session at the level of the whole browser pauses every request. A hop is asked like a request of its own; documents
lose their speculation rules (in the page, in a header, from a script) before the browser reads them: their requests,
alone of all, pass no interception (measured with chromium 156).
"""

import base64
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

log = logging.getLogger(__name__)
RULES = re.compile(rb"(<script\b[^>]{0,500}?\btype\s*=\s*[\"']?\s*)speculationrules", re.I)
DEAD = rb"\1text/plain"
RULES_HEADER = "speculation-rules"
STALE_HEADERS = ("content-encoding", "content-length", "transfer-encoding", RULES_HEADER)
REFUSE_RULES = """(() => {
  const own = Object.getOwnPropertyDescriptor(HTMLScriptElement.prototype, 'type');
  const plain = value => /speculationrules/i.test(value) ? 'text/plain' : value;
  Object.defineProperty(HTMLScriptElement.prototype, 'type',
    {...own, set(value) { own.set.call(this, plain(String(value))); }});
  for (const name of ['write', 'writeln']) {
    const write = Document.prototype[name];
    Document.prototype[name] = function (...words) {
      return write.apply(this, words.map(word => String(word).replace(/speculationrules/gi, 'text/plain')));
    };
  }
  for (const name of ['setAttribute', 'setAttributeNS']) {
    const set = Element.prototype[name];
    Element.prototype[name] = function (...words) {
      if (this instanceof HTMLScriptElement) words[words.length - 1] = plain(String(words[words.length - 1]));
      return set.apply(this, words);
    };
  }
})()"""
Check = Callable[[str, bool], Awaitable[bool]]  # address, whether a document is asked for → whether it may be asked


async def watch_browser(browser: Any, may_ask: Check) -> None:
    """Pause all requests of a browser from now on; hops that `may_ask` refuses fail, documents lose their rules."""
    from playwright.async_api import Error  # here: rounds without a browser do not wait for it to be loaded

    session = await browser.new_browser_cdp_session()

    async def decide(paused: dict[str, Any]) -> None:
        try:
            await _decide(session, paused, may_ask)
        except Error as problem:  # the page was closed meanwhile
            log.debug("paused request left: %s", type(problem).__name__)

    session.on("Fetch.requestPaused", decide)
    patterns = [{"requestStage": "Request"}, {"requestStage": "Response", "resourceType": "Document"}]
    await session.send("Fetch.enable", {"patterns": patterns})


async def _decide(session: Any, paused: dict[str, Any], may_ask: Check) -> None:
    this = {"requestId": paused["requestId"]}
    is_document = paused.get("resourceType") == "Document"
    if "responseStatusCode" in paused:
        await _send_without_rules(session, paused, this)
    elif "redirectedRequestId" in paused and not await may_ask(paused["request"]["url"], is_document):
        await session.send("Fetch.failRequest", {**this, "errorReason": "BlockedByClient"})
    else:
        await session.send("Fetch.continueRequest", this)


async def _send_without_rules(session: Any, paused: dict[str, Any], this: dict[str, Any]) -> None:
    headers = paused.get("responseHeaders", [])
    names = {header["name"].lower() for header in headers}
    status = paused["responseStatusCode"]
    if "location" in names:  # a redirect has no page
        await session.send("Fetch.continueRequest", this)
        return
    packed = await session.send("Fetch.getResponseBody", this)
    body = base64.b64decode(packed["body"]) if packed["base64Encoded"] else packed["body"].encode()
    if RULES_HEADER not in names and not RULES.search(body):
        await session.send("Fetch.continueRequest", this)
        return
    kept = [header for header in headers if header["name"].lower() not in STALE_HEADERS]
    plain = base64.b64encode(RULES.sub(DEAD, body)).decode()
    await session.send("Fetch.fulfillRequest", {**this, "responseCode": status, "responseHeaders": kept, "body": plain})
