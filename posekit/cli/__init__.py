"""The command line."""

import os
import sys

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
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str) -> None:
    print("posekit: " + " ".join(message.split()), file=sys.stderr)  # noqa: T201
    sys.exit(2)
