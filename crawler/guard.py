"""Stage 1: which addresses may be connected to: public ones always, private ones only when the school names them.

An address or a host comes in, allowed or not goes out. `crawler/networks.py` asks for the downloader at connection
time, `crawler/browser.py` for the browser before it starts.
"""

import ipaddress
import socket
from dataclasses import dataclass, field

from crawler.refusal import Refusal
from foundation.errors import Stop
from foundation.outcome import SourceOutcome

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LOOPBACK_NAMES = ("localhost",)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
SITE_LOCAL = ipaddress.IPv6Network("fec0::/10")  # given up, yet still inside where it is used


@dataclass(slots=True)
class Guard:
    """The networks that this process may reach; public ones only until a school is opened (one school a process)."""

    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # host → the address that was refused

    def open(self, allowed_networks: list[str]) -> None:
        """Take over the school's list.

        Raises:
            Stop: An entry is no network.
        """
        try:
            self.networks = [ipaddress.ip_network(text, strict=False) for text in allowed_networks]
        except ValueError as problem:
            raise Stop(
                "crawl.allowed_networks 写得不对", "huiyin.yaml", f"每项写一个网段，例如 10.8.0.0/16：{problem}"
            ) from problem

    def allows(self, address: str) -> bool:
        """Return whether a numeric address is public or named by the school."""
        ip = _plain(ipaddress.ip_address(address.partition("%")[0]))
        is_public = ip.is_global and not (ip.is_multicast or ip.is_reserved or ip in SITE_LOCAL)  # reserved: ::7f00:1
        return is_public or any(ip in network for network in self.networks)

    def refuses_host(self, host: str) -> bool:
        """Return whether `host` is a numeric address that is not allowed; names are decided when they are resolved."""
        try:
            allowed = self.allows(host)
        except ValueError:
            return False
        if not allowed:
            self.refused[host] = host
        return not allowed

    def pin(self, host: str) -> str:
        """Resolve a host for the browser and return its first address.

        Raises:
            Refusal: It does not resolve, or one of its addresses is not allowed.
        """
        try:
            found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)]
        except OSError as problem:
            raise Refusal(SourceOutcome.UNREACHABLE, f"域名解析失败：{host}") from problem
        for address in found:
            if not self.allows(address):
                self.refused[host] = address
                raise Refusal(SourceOutcome.UNREACHABLE, self.explain(host))
        return found[0]

    def explain(self, host: str) -> str:
        """Return why a host was refused, for people."""
        return f"{host} 的地址 {self.refused[host]} 不是公网地址，也没有写进 crawl.allowed_networks"


guard = Guard()


def is_loopback(host: str) -> bool:
    """Return whether `host` (without port) is this machine by its very writing, without asking any name server."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK_NAMES


def _plain(ip: Address) -> Address:
    """Return the IPv4 address inside a mapped, 6to4 or NAT64 one: that is where packets go."""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        return inner or ip
    return ip
