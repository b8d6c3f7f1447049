"""The traffic at an OSC receiver as a table. What strangers send is text: no escape codes, no markup."""

from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from posekit.cli.traffic import Row, Traffic

__all__ = ["shown"]

_ARGUMENTS: Final = 6

_SILENCE = """\
nothing has arrived at port {port}.
  On this computer: is posekit sending to 127.0.0.1:{port}? Try posekit osc test 127.0.0.1:{port} in another window.
  From another one: does it send to this computer's address, and does this computer's firewall let UDP {port} in?"""


def shown(traffic: Traffic, port: int) -> list[RenderableType]:
    """A table of addresses, and who sends them."""
    if not traffic.datagrams:
        return [Text(_SILENCE.format(port=port))]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("address", no_wrap=True)
    table.add_column("per s", justify="right", no_wrap=True)
    table.add_column("newest", no_wrap=True, overflow="ellipsis")
    for row in traffic.rows():
        several = f" …{row.addresses}" if row.addresses > 1 else ""
        values = Text(f"{_printable(row.newest)} " if row.newest else "", "dim").append(_values(row), "default")
        table.add_row(Text(_printable(row.name) + several), f"{row.per_s:.1f}", values)
    said: list[RenderableType] = [table, Text()]
    for name, sender in traffic.senders.items():
        said.append(
            Text(
                f"from {name} to port {port}: {traffic.rate(name):.0f} datagrams/s, {sender.datagrams} so far, "
                f"the largest of {sender.largest} bytes"
            )
        )
    if traffic.crowded_out:
        said.append(Text(f"{traffic.crowded_out} datagrams came from more senders, who were left out", "red"))
    if traffic.left_out:
        said.append(Text(f"{traffic.left_out} messages went to more addresses, which were left out", "red"))
    if traffic.foreign:
        said.append(Text(f"{traffic.foreign} datagrams were no OSC", "red"))
    return said


def _values(row: Row) -> str:
    values = [f"{value:.3f}" if isinstance(value, float) else str(value) for value in row.arguments[:_ARGUMENTS]]
    more = len(row.arguments) + row.further - _ARGUMENTS
    return _printable(" ".join(values)) + (f" … {more} more" if more > 0 else "")


def _printable(text: str) -> str:
    r"""The text with everything that a terminal might obey written out, such as \x1b."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )
