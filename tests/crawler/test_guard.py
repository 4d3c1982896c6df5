"""Tests of the network rules: which addresses are public, which the school names."""

import pytest

from crawler.guard import Guard, is_loopback
from crawler.refusal import Refusal
from foundation.errors import Stop


@pytest.mark.parametrize("address", ["8.8.8.8", "2400:3200::1", "202.112.0.36"])
def test_public_addresses_are_allowed(address):
    assert Guard().allows(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
        "::7f00:1", "::8.8.8.8", "::ffff:0:7f00:1", "fec0::1",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(address):
    assert not Guard().allows(address)


def test_a_network_that_the_school_names_is_allowed_and_no_other():
    guard = Guard()
    guard.open(["10.8.0.0/16"])

    assert guard.allows("10.8.3.4")
    assert not guard.allows("10.9.3.4")


def test_old_inside_addresses_are_allowed_when_named():
    guard = Guard()
    guard.open(["fec0::/10"])

    assert guard.allows("fec0::1")


def test_a_network_written_wrongly_is_said_in_chinese():
    with pytest.raises(Stop, match="allowed_networks 写得不对"):
        Guard().open(["10.8.0.0/99"])


def test_a_host_for_the_browser_is_pinned_to_a_checked_address():
    guard = Guard()
    guard.open(["127.0.0.0/8"])

    assert guard.pin("127.0.0.1") == "127.0.0.1"
    with pytest.raises(Refusal, match=r"10\.0\.0\.1 不是公网地址"):
        guard.pin("10.0.0.1")


def test_loopback_is_told_by_its_writing_alone():
    assert is_loopback("127.0.0.1")
    assert is_loopback("localhost")
    assert not is_loopback("bbs.yunlu.example")
