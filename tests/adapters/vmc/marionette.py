"""A receiver of the Virtual Motion Capture protocol, written from its specification and Unity's documentation."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pythonosc.osc_packet import OscPacket

# Unity's HumanBodyBones: the bone that each hangs on, where all optional bones exist.
UNITY = {
    "Hips": None,
    "Spine": "Hips",
    "Chest": "Spine",
    "Neck": "Chest",
    "Head": "Neck",
    **{f"{side}{bone}": parent for side in ("Left", "Right") for bone, parent in (("Shoulder", "Chest"),)},
    **{
        f"{side}{bone}": f"{side}{parent}" if parent != "Hips" else parent
        for side in ("Left", "Right")
        for bone, parent in (
            ("UpperArm", "Shoulder"),
            ("LowerArm", "UpperArm"),
            ("UpperLeg", "Hips"),
            ("LowerLeg", "UpperLeg"),
        )
    },
}
# A datagram never exceeds what an Ethernet frame carries.
LIMIT = 1432


@dataclass
class Marionette:
    """What a receiver knows: every message is checked for the types and ranges that the specification gives it."""

    loaded: int | None = None
    tracking: int | None = None
    time_s: float | None = None
    root: tuple[float, ...] | None = None
    bones: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = field(default_factory=dict)

    def receive(self, datagram: bytes) -> None:
        assert len(datagram) <= LIMIT
        for item in OscPacket(datagram).messages:
            name, values = item.message.address, item.message.params
            types = [type(value) for value in values]
            if name == "/VMC/Ext/OK":
                assert types == [int] * 4
                self.loaded, calibration, mode, self.tracking = values
                assert self.loaded in (0, 1)
                assert calibration in (0, 1, 2, 3)
                assert mode in (0, 1, 2)
                assert self.tracking in (0, 1)
            elif name == "/VMC/Ext/T":
                assert types == [float]
                assert self.time_s is None or values[0] >= self.time_s
                (self.time_s,) = values
            elif name in ("/VMC/Ext/Root/Pos", "/VMC/Ext/Bone/Pos"):
                assert types == [str] + [float] * 7
                bone, place, rotation = values[0], tuple(values[1:4]), tuple(values[4:])
                assert all(map(math.isfinite, (*place, *rotation)))
                assert math.isclose(math.hypot(*rotation), 1.0, abs_tol=1e-5)
                if name == "/VMC/Ext/Root/Pos":
                    assert bone == "root"
                    self.root = (*place, *rotation)
                else:
                    assert bone in UNITY
                    assert math.hypot(*place) > 0.01, "a bone without length"
                    self.bones[bone] = place, rotation
            else:
                raise AssertionError(f"{name} is no message from a performer to a marionette")

    def world(self) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Place and (3, 3) rotation of every bone, as Unity adds up its transforms."""
        found: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
        for bone, parent in UNITY.items():
            place, rotation = self.bones[bone]
            at, matrix = (np.zeros(3), np.eye(3)) if parent is None else found[parent]
            found[bone] = at + matrix @ np.array(place), matrix @ matrix_of(rotation)
        return found


def matrix_of(rotation: tuple[float, ...]) -> NDArray[np.float64]:
    """Of a unit quaternion (x, y, z, w). In Unity a quarter turn about z takes x to y, one about y takes z to x."""
    x, y, z, w = rotation
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
