"""Where a command sends results: from its settings to open adapters."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from rich.console import Console

from posekit.cli.json_lines import JsonLines
from posekit.cli.terminal import StatusLine
from posekit.config_file.model import Destination
from posekit.plugins import load_adapter
from posekit.protocols import Adapter, OutputContext
from posekit.sources.naming import distinct

__all__ = ["Outputs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What is sent where, and shown how. json: a line per frame on standard output. quiet: without a status line."""

    destinations: Sequence[Destination]
    json: bool = False
    quiet: bool = False

    @contextmanager
    def opened(
        self,
        context: OutputContext,
        screen: Console,
        *,
        frames: dict[str, int] | None = None,
        stop: Callable[[], None],
    ) -> Iterator[dict[str, Adapter]]:
        """The adapters by name, for as long as the context lasts.

        frames: how many each source will give, where that is known. stop: called when nobody reads the JSON any more.
        Raises the PosekitError of one that cannot be opened; those before it are closed.
        """
        with ExitStack() as opening:
            named: list[tuple[str, Adapter]] = []
            for name, target, options in self.destinations:
                adapter = opening.enter_context(closing(load_adapter(name, target, options, context)))
                named.append((f"{name}:{target}", adapter))
                if screen.is_terminal and not self.quiet and (page := getattr(adapter, "page", "")):
                    screen.print(f"posekit: open {page} in a browser")
                if not self.quiet and (note := getattr(adapter, "note", "")):
                    screen.print(f"posekit: {note}")
            if not self.quiet:
                named.append(("status line", opening.enter_context(StatusLine(screen, frames=frames))))
            if self.json:
                named.append(("json", JsonLines(sys.stdout, stop)))
            titles = distinct([title for title, _ in named])
            yield dict(zip(titles, (adapter for _, adapter in named), strict=True))
