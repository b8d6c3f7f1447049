"""Places in the network: what is none is refused in the same words by a run and by the check of a file."""

from typing import Any

import pytest

from posekit.addresses import VMC_PORT, parse_listener, parse_target
from posekit.config_file.reading import problems
from posekit.errors import ConfigError
from posekit.plugins import load_adapter
from posekit.protocols import OutputContext


def test_targets() -> None:
    assert parse_target("127.0.0.1:9000") == ("127.0.0.1", 9000)
    assert parse_target("[fe80::1]:7000") == ("fe80::1", 7000)
    assert parse_target("studio.local:65535") == ("studio.local", 65535)
    for target, place in (("h", ("h", VMC_PORT)), ("[::1]", ("::1", VMC_PORT)), ("[::1]:7", ("::1", 7))):
        assert parse_target(target, usual_port=VMC_PORT) == place


def test_listeners() -> None:
    assert parse_listener("8765") == parse_listener("localhost:8765") == ("127.0.0.1", 8765)
    assert parse_listener("0.0.0.0:0") == ("0.0.0.0", 0)
    assert parse_listener("[::]:8765") == ("::", 8765)


@pytest.mark.parametrize(
    ("output", "target"),
    [
        *(("osc", target) for target in (":9000", "host:0", "[::1", "[::1]", "::1:9000", "h:²", "h:" + "9" * 5000)),
        *(("vmc", target) for target in (":9000", "host:0", "[::1", "::1", "host:", "h]:1")),
        *((name, target) for name in ("ws", "web", "oscquery") for target in (":80", "h:65536", "[::1", "::1:80", "")),
    ],
)
def test_what_is_no_place_is_refused_before_a_run_and_by_it(output: str, target: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_adapter(output, target, {}, OutputContext())
    value: Any = f'["{target}"]' if output in ("osc", "ws", "vmc") else f'"{target}"'
    ((line, words),) = problems(f"[output]\n{output} = {value}")
    assert line == 2
    assert str(error.value) in words


@pytest.mark.parametrize("output", ["osc", "vmc"])
def test_ipv6_in_brackets_is_in_order(output: str) -> None:
    assert problems(f'[output]\n{output} = ["[::1]:9000"]\noscquery = "[::1]:8020"') == []
