"""Whether what ``posekit.toml`` names is there: files, addresses and networks. No camera is opened, nothing is sent."""

import tomllib
from pathlib import Path

from posekit.config_file.model import RunConfig
from posekit.config_file.positions import Place, lines_of
from posekit.config_file.reading import Problem
from posekit.errors import PosekitError
from posekit.models.catalogue import CATALOGUE
from posekit.plugins import installed, parse_detector, parse_output
from posekit.sources.spec import open_source

__all__ = ["missing"]


def missing(text: str) -> list[Problem]:
    """What a file without mistakes names in vain."""
    config, lines = RunConfig.model_validate(tomllib.loads(text)), lines_of(text)
    found: list[Problem] = []
    for index, source in enumerate(config.sources):
        try:
            open_source(source)
        except PosekitError as error:
            found.append((lines["sources", index], str(error)))
    model: Place = ("vision", "model")
    if config.vision.model not in CATALOGUE and not Path(config.vision.model).exists():
        found.append((lines[model], f"there is no network '{config.vision.model}': posekit models list names them"))
    for index, text in enumerate(config.events.detector):
        name = parse_detector(text)[0]
        if name not in installed("detector"):
            words = f"no detector '{name}' is installed; there are {', '.join(installed('detector')) or 'none'}"
            found.append((lines["events", "detector", index], words))
    for index, output in enumerate(config.output.out):
        name = parse_output(output)[0]
        if name not in installed():
            words = f"no output '{name}' is installed; there are {', '.join(installed())}"
            found.append((lines["output", "out", index], words))
    return sorted(found)
