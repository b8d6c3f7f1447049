"""The demo's screen fits the terminal, whatever its size, and shows what was received and what happened."""

import io
from collections.abc import Callable
from itertools import cycle

import numpy as np
import pytest
from rich.console import Console

from posekit.cli.stage import Stage
from posekit.sources.performer import Performer
from posekit.types import FrameResult, Person, SourceState, Status

Message = tuple[str, tuple[object, ...]]


class Received:
    """Stands in for the listener: messages of everyone, and an event every time."""

    def __init__(self, people: int) -> None:
        self.people = people
        self.kinds = cycle([("/pose/event/enter", (1, 7)), ("/pose/event/leave", (1, 7, 3.25)), ("/x/event/new", (5,))])

    def latest(self) -> dict[str, tuple[object, ...]]:
        latest: dict[str, tuple[object, ...]] = {
            "/pose/frame": (300, 10_000, 12.345),
            "/pose/count": (self.people,),
            "/pose/alive": tuple(range(1, self.people + 1)),
        }
        for slot in range(1, self.people + 1):
            latest[f"/pose/{slot}/info"] = (1, slot + 6, 0.93, 7.5)
            latest |= {f"/pose/{slot}/{part}": (0.5, 0.25, 0.975) for part in ("nose", "leftWrist", "leftAnkle")}
            latest[f"/pose/{slot}/state/left_knee_deg"] = (103.456,)
        return latest

    def events(self) -> list[Message]:
        return [next(self.kinds)]


def result(people: int, timestamp_s: float) -> FrameResult:
    performer = Performer("squat", people=max(people, 1))
    poses = performer.poses_at(1.0)
    found = tuple(
        Person(
            id=index + 7,
            slot=index + 1,
            age_s=1.0,
            xy=poses.xy[index],
            keypoint_scores=poses.keypoint_scores[index],
            velocity=np.zeros((17, 2), np.float32),
            score=0.9,
            visible=True,
        )
        for index in range(people)
    )
    return FrameResult(source="performer", size=(640, 480), seq=1, timestamp_s=timestamp_s, poses=poses, people=found)


def played(people: int, width: int, height: int, *, terminal: bool = True, frames: int = 8) -> str:
    stream = io.StringIO()
    target = Console(
        file=stream, width=width, height=height, force_terminal=terminal, color_system=None, soft_wrap=True
    )
    with Stage(target, Received(people)) as stage:  # type: ignore[arg-type]
        stage.send(Status(source="performer", state=SourceState.RUNNING, fps=29.6, latency_ms=17.4))
        for frame in range(frames):
            stage.send(result(people, frame * 0.4))
    return stream.getvalue()


def last_screen(text: str) -> list[str]:
    """The screen as it stands at the end: what follows the last move of the cursor."""
    lines = text.replace("\x1b[?25l", "").replace("\x1b[?25h", "").split("\x1b[2K")[-1].split("\n")
    return [line for line in lines if line.strip()]


@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 24), (64, 20), (200, 60), (40, 15)])
@pytest.mark.parametrize("people", [0, 1, 2, 5])
def test_it_fits_the_terminal(people: int, width: int, height: int) -> None:
    screen = last_screen(played(people, width, height))
    assert len(screen) < height
    assert max(map(len, screen)) <= width
    assert len({len(line) for line in screen}) == 1  # a frame without dents
    assert any("events" in line for line in screen)
    assert "/pose/event/enter" in "".join(screen)
    assert "/pose/count" in "".join(screen)


def test_people_are_seen_beside_their_messages() -> None:
    screen = last_screen(played(2, 120, 40))
    text = "\n".join(screen)
    assert "2 people · 30 fps · 17 ms" in text
    assert any("⠀" < character <= "⣿" for character in text)
    assert "/pose/1/nose" in text
    assert "/pose/2/nose" in text
    assert "0.500  0.250  0.975" in text
    assert "/pose/event/leave  1 7 3.250   (slot id dwell_s)" in text
    assert "/x/event/new  5" in text  # a kind that is not in the catalogue is shown as it is


def test_an_empty_room_says_nobody() -> None:
    text = "\n".join(last_screen(played(0, 120, 40)))
    assert "nobody · 30 fps" in text
    assert not any("⠀" < character <= "⣿" for character in text)


@pytest.fixture
def plain() -> Callable[[], list[str]]:
    return lambda: played(1, 80, 24, terminal=False, frames=11).splitlines()


def test_without_a_terminal_there_are_plain_lines(plain: Callable[[], list[str]]) -> None:
    lines = plain()
    assert not any(character in line for line in lines for character in "\x1b╭│⠤")
    assert [line for line in lines if line.endswith(" s")] == ["0 s", "2 s", "4 s"]
    assert sum("/event/" in line for line in lines) == 11
    assert any(line.split() == ["/pose/1/nose", "0.500", "0.250", "0.975"] for line in lines)
