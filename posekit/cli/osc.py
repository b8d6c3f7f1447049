"""``posekit osc``: see what arrives over OSC, and send something that moves, to tell network and patch apart."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from posekit.cli.options import OscCoordinates, OscLayout, OscPrefix, OscPreset, OscYUp, Quiet
from posekit.cli.traffic import Traffic
from posekit.cli.traffic_table import shown

__all__ = ["app"]

app = typer.Typer(
    help="See what arrives over OSC (monitor), and send something that moves (test).",
    epilog="Is it the network or the patch? posekit osc test in one window, posekit osc monitor in another.",
    no_args_is_help=True,
)

_REDRAW_S: Final = 0.25
_PRINT_S: Final = 2.0
_MEASURED_S: Final = 1.0
_PATIENCE_S: Final = 10.0
_LARGEST: Final = 65536


@app.command()
def monitor(
    port: Annotated[int, typer.Argument(metavar="[PORT]", min=1, max=65535, help="Where to listen.")] = 9000,
    host: Annotated[
        str, typer.Option(help="Listen at this address only, such as 127.0.0.1; at all of them when left out.")
    ] = "",
    seconds: Annotated[float, typer.Option(help="How long; 0 is until Ctrl-C.", min=0.0)] = 0.0,
    once: Annotated[bool, typer.Option("--once", help="Wait for something to arrive, show it, and leave.")] = False,
) -> None:
    """Show what arrives at an OSC port: who sends, which addresses, how often, the newest values.

    Use it in place of a patch that stays still. It shows any OSC, also VMC. Leaves with status 1 if nothing arrived.

    Examples:

    posekit osc monitor 9000

    posekit osc monitor 39539 --once
    """
    from posekit.cli.terminal import console
    from posekit.errors import ConfigError

    receiver = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    with receiver, _parser_unheard():
        try:
            receiver.bind((host, port))
        except OSError as error:
            raise ConfigError(
                f"cannot listen at port {port} ({error.strerror}): if your patch listens there, close it, or send to "
                f"another port as well: --osc 127.0.0.1:{port} --osc 127.0.0.1:{port + 1 if port < 65535 else 9000}"
            ) from None
        traffic = Traffic()
        _watch(receiver, traffic, console(stderr=False), port, seconds=seconds, once=once, clock=time.monotonic)
    if not traffic.datagrams:
        raise typer.Exit(1)


@contextmanager
def _parser_unheard() -> Iterator[None]:
    """Keep python-osc, which logs every argument that it does not know, from writing across the table."""

    def of_libraries_with_names(record: logging.LogRecord) -> bool:
        return record.name != "root"

    root = logging.getLogger()
    root.addFilter(of_libraries_with_names)
    try:
        yield
    finally:
        root.removeFilter(of_libraries_with_names)


def _watch(
    receiver: socket.socket,
    traffic: Traffic,
    screen: Console,
    port: int,
    *,
    seconds: float,
    once: bool,
    clock: Callable[[], float],
) -> None:
    """Receive and show until the time is over or Ctrl-C."""
    begun_s = clock()
    end_s = begun_s + seconds if seconds else begun_s + _PATIENCE_S if once else None
    live = Live(console=screen, auto_refresh=False) if screen.is_terminal else None
    every_s = _REDRAW_S if live else _PRINT_S
    due_s = begun_s
    traffic.tick(begun_s)
    try:
        if live:
            live.start()
        while end_s is None or clock() < end_s:
            receiver.settimeout(_REDRAW_S if end_s is None else min(max(end_s - clock(), 0.01), _REDRAW_S))
            try:
                datagram, sender = receiver.recvfrom(_LARGEST)
            except TimeoutError:
                pass
            else:
                if not traffic.datagrams:
                    traffic.tick(clock())
                    end_s = clock() + _MEASURED_S if once else end_s
                traffic.note(datagram, sender[0])
            if (now_s := clock()) - due_s >= every_s:
                due_s = now_s
                traffic.tick(now_s)
                if live:
                    live.update(Group(*shown(traffic, port)), refresh=True)
                elif end_s is None:
                    _print(screen, traffic, port)
    except KeyboardInterrupt:
        pass
    finally:
        traffic.tick(clock())
        if live:
            live.update(Group(*shown(traffic, port)), refresh=True)
            live.stop()
        else:
            _print(screen, traffic, port)


def _print(screen: Console, traffic: Traffic, port: int) -> None:
    for part in shown(traffic, port):
        screen.print(part, soft_wrap=isinstance(part, Text))


@app.command("test")
def send_test(
    target: Annotated[
        list[str] | None, typer.Argument(metavar="[HOST:PORT]...", help="Where to; 127.0.0.1:9000 when left out.")
    ] = None,
    performer: Annotated[
        str, typer.Option(metavar="PERFORMER", help="What to perform, such as performer:squat?people=3.")
    ] = "performer:wave",
    seconds: Annotated[float, typer.Option(help="How long; 0 is until Ctrl-C.", min=0.0)] = 0.0,
    fps: Annotated[float, typer.Option(help="Frames per second.", min=1.0, max=240.0)] = 30.0,
    preset: OscPreset = None,
    osc_format: OscLayout = None,
    coords: OscCoordinates = None,
    y_up: OscYUp = None,
    osc_prefix: OscPrefix = None,
    quiet: Quiet = False,
) -> None:
    """Send a test person who moves: no camera, no network, no picture, hardly any load.

    Everything else is as in a run: tracking, events, formats and rates.

    Examples:

    posekit osc test

    posekit osc test 192.168.1.20:9000 --preset touchdesigner

    posekit osc test --performer "performer:walk?people=3"
    """
    from contextlib import ExitStack, closing

    from posekit.assembly import make_pipeline
    from posekit.cli.terminal import StatusLine, console, show_warnings
    from posekit.cli.watch import running
    from posekit.config import OutputSettings, TrackingSettings, VisionSettings
    from posekit.config_file.model import RunOutput
    from posekit.plugins import load_adapter
    from posekit.protocols import Adapter, OutputContext
    from posekit.rehearsal import Seer, Unlit
    from posekit.runner import Runner
    from posekit.sources.pacing import Paced
    from posekit.sources.performer import Performer

    stage = Performer.from_spec(performer)
    vision = VisionSettings()
    context = OutputContext(sources=(stage.name,), max_people=vision.max_people)
    screen = console()
    sending = RunOutput.of(
        osc=target or ["127.0.0.1:9000"],
        preset=preset,
        osc_format=osc_format,
        coords=coords,
        y_up=y_up,
        osc_prefix=osc_prefix,
    )
    adapters: list[Adapter] = []
    with ExitStack() as opening:
        for name, receiver, chosen in sending.destinations():
            adapters.append(opening.enter_context(closing(load_adapter(name, receiver, chosen, context))))
            if not quiet:
                note = getattr(adapters[-1], "note", "") or f"sending {stage.name} to {receiver}"
                screen.print(f"posekit: {note}")
        if not quiet:
            adapters.append(opening.enter_context(StatusLine(screen)))
        pipeline = make_pipeline(
            Seer(stage), source=stage.name, vision=vision, tracking=TrackingSettings(), output=OutputSettings()
        )
        source = Paced(Unlit(stage, fps=fps), seconds=seconds or None)
        opening.enter_context(show_warnings(screen))
        running(Runner([(source, pipeline)], adapters))
