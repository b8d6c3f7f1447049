"""The measuring itself: that the parts of a benchmark do what its figures claim. The figures are not tested."""

import itertools
import time
from collections.abc import Iterator

import numpy as np
import pytest

from posekit import benchmark
from posekit.benchmark import Camera, Receiver, at_fixed_size, cycled, decoded_frames, measure_latency, measure_rate
from posekit.config import VisionSettings
from posekit.errors import SourceError
from posekit.models.store import load_model
from posekit.plugins import load_adapter
from posekit.posenet.model import Network
from posekit.protocols import OutputContext
from posekit.types import Frame, FrameResult, Poses


def frame(seq: int = 0, width: int = 160, height: int = 90) -> Frame:
    image = np.random.default_rng(seq).integers(0, 255, (height, width, 3), np.uint8)
    return Frame(image=image, timestamp_s=seq / 30, seq=seq)


class Endless:
    name = "endless"
    live = False

    def __init__(self, frames: int | None = None) -> None:
        self.frames = frames
        self.closed = False

    def __iter__(self) -> Iterator[Frame]:
        for seq in itertools.count() if self.frames is None else range(self.frames):
            yield frame(seq)

    def close(self) -> None:
        self.closed = True


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(
        load_model("posekit-mobilenet-050").content, name="posekit-mobilenet-050", input_size=(65, 97), num_threads=1
    )


def test_frames_in_memory_are_bounded_by_their_number_and_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Endless()
    assert len(decoded_frames(source, 7)) == 7
    assert source.closed
    monkeypatch.setattr(benchmark, "_MOST_BYTES", 5 * 160 * 90 * 3)
    assert len(decoded_frames(Endless(), 7)) == 5
    monkeypatch.setattr(benchmark, "_MOST_BYTES", 1)
    assert len(decoded_frames(Endless(), 7)) == 2
    with pytest.raises(SourceError, match="endless has no frame to measure with"):
        decoded_frames(Endless(0), 7)


def test_cycled_frames_go_on_in_time() -> None:
    frames = list(itertools.islice(cycled([frame(0), frame(1)], fps=10.0), 5))
    assert [one.seq for one in frames] == [0, 1, 2, 3, 4]
    assert [one.timestamp_s for one in frames] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])
    assert frames[4].image is frames[0].image


def test_the_bare_network_has_the_size_that_the_pipeline_uses(network: Network) -> None:
    network.resize((65, 97))
    assert at_fixed_size(network, VisionSettings(input_size="65x97"), frame()).input_size == "65x97"
    assert network.input_size == (65, 97)
    assert at_fixed_size(network, VisionSettings(), frame(width=90, height=160)).input_size == "113x65"
    assert network.input_size == (113, 65)
    network.resize((65, 97))


def test_the_receiver_notes_when_the_last_datagram_of_each_frame_has_arrived() -> None:
    with Receiver() as receiver:
        osc = load_adapter("osc", receiver.target, {}, OutputContext())
        before_s = time.perf_counter()
        for seq in (3, 4, 70_000):
            osc.send(FrameResult(source="s", size=(4, 3), seq=seq, timestamp_s=0.0, poses=Poses.empty()))
        osc.close()
        arrived_s = receiver.arrivals()
    assert list(arrived_s) == [3, 4, 70_000]
    assert before_s < arrived_s[3] <= arrived_s[4] <= arrived_s[70_000] <= time.perf_counter()


def test_a_camera_in_memory_notes_its_grabs() -> None:
    camera = Camera([frame(0), frame(1)], fps=1000.0, seconds=0.01)
    frames = list(camera)
    assert [one.seq for one in frames] == list(range(10))
    assert camera.grabbed_s == {one.seq: one.grabbed_s for one in frames}
    assert camera.ended


def test_a_rate_is_a_ratio_of_what_both_did_in_turns(network: Network) -> None:
    rate = measure_rate(
        network,
        VisionSettings(input_size="65x97", threads=1),
        lambda: cycled([frame(0), frame(1)]),
        rounds=1,
        seconds=0.1,
    )
    assert rate.ratio == pytest.approx(rate.pipeline_fps / rate.bare_fps)
    assert set(rate.stages) == {"wait", "fit", "network", "decode", "track", "detect", "latency"}
    assert rate.bare.p50 > 0


def test_latency_counts_from_the_grab_to_the_arrival(network: Network) -> None:
    latency = measure_latency(
        network, VisionSettings(input_size="65x97", threads=1), [frame(0), frame(1)], fps=100.0, seconds=0.5
    )
    assert 15 < latency.frames <= 50
    assert latency.added_p50 == latency.arrival.p50 - latency.bare.p50
    assert latency.arrival.p50 > 0
