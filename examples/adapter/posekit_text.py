"""How many people there are, in a text file that OBS shows: ``posekit run --out "text:people.txt?words={} here"``."""

from collections.abc import Mapping
from pathlib import Path

from posekit import ConfigError, FrameResult, Status
from posekit.protocols import OutputContext


class TextFile:
    def __init__(self, path: Path, words: str) -> None:
        self._path, self._words = path, words

    def send(self, message: FrameResult | Status) -> None:
        for event in message.events:
            if event.kind == "count":
                self._path.write_text(self._words.format(event.count), encoding="utf-8")

    def close(self) -> None:
        self._path.unlink(missing_ok=True)


def create(target: str, options: Mapping[str, str], context: OutputContext) -> TextFile:
    if options.keys() - {"words"}:
        raise ConfigError(f"text has the option words, got {', '.join(options)}")
    return TextFile(Path(target), options.get("words", "{}"))
