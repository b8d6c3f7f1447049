"""Recordings: every result of a run in a file, without pictures, to be replayed, tracked anew, exported and reported.

``writing`` makes them, ``reading`` reads them, ``lines`` says what is in them.
"""

from posekit.recording.reading import Recorded, Recording
from posekit.recording.writing import Recorder

__all__ = ["Recorded", "Recorder", "Recording"]
