"""The command line."""

import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn

__all__ = ["main"]


def main() -> None:
    """Run the program: expected trouble is one line on standard error and exit status 2."""
    import typer

    from posekit.cli.app import app
    from posekit.errors import PosekitError

    try:
        status = app(standalone_mode=False)
    except PosekitError as error:
        _fail(str(error))
    except typer.TyperException as error:
        _fail(error.format_message())
    except (KeyboardInterrupt, typer.Abort):
        _leave(130)
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _leave(0)
    _leave(status if isinstance(status, int) else 0)


def _fail(message: str) -> None:
    print("posekit: " + " ".join(message.split()), file=sys.stderr)  # noqa: T201
    _leave(2)


def _leave(status: int) -> NoReturn:
    """End the program, at once where a thread is still inside a driver that hangs.

    Whatever the driver returns to would otherwise be torn down under it, and the program end in a crash.
    """
    if any(thread.name.startswith(("read-", "close-")) for thread in threading.enumerate()):
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(status)
    sys.exit(status)
