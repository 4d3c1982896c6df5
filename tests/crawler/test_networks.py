"""Tests of the network rules at connection time: private addresses only by name, redirects and robots included."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IResolutionReceiver
from zope.interface import implementer

from crawler.guard import guard
from crawler.networks import GuardedResolver

FORUM = {"/": "/a 1\n/b 1", "/a": "post a1|x", "/b": "post b1|y"}


def test_a_private_network_is_not_reached_unless_named(one_source):
    site, campus = one_source(FORUM, {"allowed_networks": []})
    end = campus.crawl("forum")

    assert site.asked == []
    assert end["outcome"] == "unreachable"
    assert "127.0.0.1 不是公网地址，也没有写进 crawl.allowed_networks" in end["note"]


def test_a_name_that_leads_into_a_private_network_is_refused_when_it_is_resolved(new_site, open_campus):
    site = new_site(FORUM)
    url = site.url.replace("127.0.0.1", "localhost")
    campus = open_campus([{"id": "forum", "url": f"{url}/"}], {"allowed_networks": ["10.0.0.0/8"]})
    end = campus.crawl("forum")

    assert site.asked == []
    assert end["outcome"] == "unreachable"
    assert "localhost 的地址" in end["note"]


def test_a_name_in_a_named_network_is_reached(new_site, open_campus):
    site = new_site(FORUM)
    url = site.url.replace("127.0.0.1", "localhost")
    networks = {"allowed_networks": ["127.0.0.0/8", "::1/128"]}
    campus = open_campus([{"id": "forum", "url": f"{url}/"}], networks)

    assert campus.crawl("forum")["outcome"] == "ok"


def test_a_number_in_disguise_is_refused_too(new_site, open_campus):
    site = new_site(FORUM)
    url = site.url.replace("127.0.0.1", "2130706433")
    campus = open_campus([{"id": "forum", "url": f"{url}/"}], {"allowed_networks": []})
    campus.crawl("forum")

    assert site.asked == []


def test_a_redirect_into_another_network_is_not_followed(one_source):
    _, campus = one_source(FORUM | {"/a": (302, {"Location": "http://10.1.2.3/secret"}, b"")})
    end = campus.crawl("forum")

    assert end["outcome"] == "partly_blocked"
    assert "10.1.2.3" in end["note"]
    assert end["counts"]["changes"] == {"new": 1}


def test_a_redirect_to_a_file_is_not_followed(one_source):
    _, campus = one_source(FORUM | {"/a": (302, {"Location": "file:///etc/passwd"}, b"")})
    end = campus.crawl("forum")

    assert [key for item in campus.items() for key in item["keys"]] == ["b1"]
    assert end["outcome"] in ("ok", "partly_blocked", "layout_changed")


def test_all_hosts_of_a_group_share_one_pace(new_site, open_campus):
    pages = new_site({"/a": "post a1|x"})
    front = new_site({"/": "/moved 1", "/moved": (302, {"Location": f"{pages.url}/a"}, b"")})
    source = {"id": "forum", "url": f"{front.url}/", "group": "campus", "pace_seconds": 0.5}
    campus = open_campus([source])
    campus.crawl("forum")
    times = sorted(front.times + pages.times)

    assert pages.asked == ["/robots.txt", "/a"]
    assert all(later - earlier > 0.45 for earlier, later in pairwise(times))


@implementer(IResolutionReceiver)
class Asked:
    """Who wants to connect: the addresses that it was given."""

    def __init__(self):
        self.addresses, self.is_over = [], False

    def resolutionBegan(self, resolution):
        del resolution

    def addressResolved(self, address):
        self.addresses.append(address.host)

    def resolutionComplete(self):
        self.is_over = True


class NameServer:
    """Answers each question with the next of its answers."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def resolveHostName(self, receiver, host, *_others):
        del host
        for address in self.answers.pop(0):
            receiver.addressResolved(IPv4Address("TCP", address, 0))
        receiver.resolutionComplete()


def test_a_name_that_is_public_first_and_private_afterwards_is_refused_at_each_connection(monkeypatch):
    monkeypatch.setattr(guard, "networks", [])
    monkeypatch.setattr(guard, "refused", {})
    server = NameServer(["93.184.215.14"], ["10.1.2.3"], ["93.184.215.14", "10.1.2.3"], ["93.184.215.14"])
    resolver = GuardedResolver(SimpleNamespace(nameResolver=server))
    given = []
    for _ in range(4):
        receiver = Asked()
        resolver.resolveHostName(receiver, "bbs.yunlu.example")
        given.append(receiver.addresses)
        assert receiver.is_over
        assert ("bbs.yunlu.example" in guard.refused) is (not receiver.addresses)

    assert given == [["93.184.215.14"], [], [], ["93.184.215.14"]]


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "169.254.169.254", "192.168.0.1"])
def test_no_private_address_comes_out_of_a_name(monkeypatch, address):
    monkeypatch.setattr(guard, "networks", [])
    monkeypatch.setattr(guard, "refused", {})
    receiver = Asked()
    GuardedResolver(SimpleNamespace(nameResolver=NameServer([address]))).resolveHostName(receiver, "x.example")

    assert (receiver.addresses, guard.refused) == ([], {"x.example": address})
