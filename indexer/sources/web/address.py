"""Web addresses in one spelling, and which IP addresses lie on the public internet."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_network
from urllib.parse import urljoin

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from indexer.sources.web.unread import Unread

_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
PORTS = {"http": 80, "https": 443}

_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
# Not for the public, though some Pythons' `is_global` (3.11.7, say) lets them pass.
_SPECIAL_4 = (ip_network("192.0.0.0/24"), ip_network("192.88.99.0/24"))
_SPECIAL_6 = (ip_network("2001::/23"), ip_network("3fff::/20"))


def normal(address: str, base: str = "") -> str:
    """The one spelling of an address that may be asked for: escaped, without its fragment.

    Args:
        address: as somebody wrote it.
        base: where it was written, if it may be relative to that.

    Raises:
        Unread: it is no http or https address, or holds a password.
    """
    try:
        address = address.strip()
        # To join what has a scheme and no host would give the base.
        url = parse_url(address if _ABSOLUTE.match(address) else urljoin(base, address))
    except (LocationParseError, ValueError):
        raise Unread("it is not a valid web address") from None
    if url.scheme not in PORTS:
        raise Unread("only http:// and https:// addresses are read")
    if not url.host:
        raise Unread("the address names no host")
    if url.auth is not None:
        raise Unread("it holds a user name or password; an address with credentials is not read")
    port = None if url.port == PORTS[url.scheme] else url.port
    path = (url.path or "/", url.query)
    return Url(url.scheme, None, url.host, port, *path).url


def routable(ip: IPv4Address | IPv6Address) -> bool:
    """Whether an IP address is one of the public internet's, whatever its spelling.

    IPv6 addresses that stand for an IPv4 address (mapped, 6to4, NAT64) are what that one is.
    """
    if isinstance(ip, IPv4Address):
        special = any(ip in network for network in _SPECIAL_4)
        return ip.is_global and not ip.is_multicast and not special
    inner = ip.ipv4_mapped or ip.sixtofour
    if ip in _NAT64:
        inner = IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner is not None:
        return routable(inner)
    special = any(ip in network for network in _SPECIAL_6)
    return ip in _GLOBAL_UNICAST and ip.is_global and not special
