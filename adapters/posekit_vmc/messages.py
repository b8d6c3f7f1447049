"""An avatar's pose as datagrams of the Virtual Motion Capture protocol, version 3.

Source: the protocol's specification of what a performer sends to a marionette (protocol.vmc.info). Every number that it
calls float is sent as ``f``, also where it is whole: receivers ignore messages of other types.
"""

from collections.abc import Iterator
from typing import Final

from posekit_osc.wire import bundles, message
from posekit_vmc.posing import AvatarPose
from posekit_vmc.quaternions import IDENTITY
from posekit_vmc.skeleton import REST

__all__ = ["absent", "posed"]

_CALIBRATED: Final = 3
_NORMAL: Final = 0
_TRANSFORM: Final = "sfffffff"


def posed(pose: AvatarPose, time_s: float, *, tracked: bool) -> Iterator[bytes]:
    """The datagrams of one avatar. time_s: since the beginning. tracked: whether the person is seen just now."""
    messages = [
        message("/VMC/Ext/OK", "iiii", [1, _CALIBRATED, _NORMAL, tracked]),
        message("/VMC/Ext/Root/Pos", _TRANSFORM, ["root", 0.0, 0.0, 0.0, *IDENTITY]),
    ]
    for bone, joint in REST.items():
        place = pose.hips if bone == "Hips" else joint.offset
        messages.append(message("/VMC/Ext/Bone/Pos", _TRANSFORM, [bone, *place, *pose.rotations[bone]]))
    return bundles(messages, first=_time(time_s))


def absent(time_s: float) -> Iterator[bytes]:
    """The datagram that says that there is nobody, and no bones are sent."""
    return bundles([message("/VMC/Ext/OK", "iiii", [0, _CALIBRATED, _NORMAL, 0])], first=_time(time_s))


def _time(time_s: float) -> bytes:
    return message("/VMC/Ext/T", "f", [time_s])
