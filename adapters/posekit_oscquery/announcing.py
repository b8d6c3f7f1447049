"""Announces the OSCQuery server, and where posekit sends, by multicast DNS. Needs the extra ``posekit[oscquery]``."""

import socket
from collections.abc import Callable
from contextlib import ExitStack
from ipaddress import ip_address
from typing import Any

from posekit.errors import ConfigError

__all__ = ["announce"]


def announce(host: str, port: int, receiver: tuple[str, int] | None) -> Callable[[], None]:
    """Announce until what is returned is called. Raises ConfigError without zeroconf or a network.

    host: where the server listens. On loopback, the announcement does not leave this computer either.
    """
    try:
        from zeroconf import IPVersion, ServiceInfo, Zeroconf
    except ImportError:
        raise ConfigError(
            "oscquery can announce itself only with zeroconf: pip install 'posekit[oscquery]', or leave announce out"
        ) from None
    everywhere = ip_address(host).is_unspecified
    options: dict[str, Any] = {} if everywhere else {"interfaces": [host]}
    addresses = _own_addresses() if everywhere else [host]
    services = [("_oscjson._tcp.local.", port)]
    if receiver is not None:
        services.append(("_osc._udp.local.", receiver[1]))
    try:
        announcer = Zeroconf(ip_version=IPVersion.V4Only if ":" not in host else IPVersion.All, **options)
    except OSError as error:
        raise ConfigError(f"oscquery cannot announce itself ({error.strerror or error}): leave announce out") from None
    with ExitStack() as opening:
        opening.callback(announcer.close)
        for kind, number in services:
            info = ServiceInfo(kind, f"posekit-{port}.{kind}", port=number, parsed_addresses=addresses, properties={})
            announcer.register_service(info, allow_name_change=True)
        opening.pop_all()
    close: Callable[[], None] = announcer.close
    return close


def _own_addresses() -> list[str]:
    """This computer's address as others reach it: that of the interface towards the outside; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ["127.0.0.1"]
        address: str = probe.getsockname()[0]
        return [address]
