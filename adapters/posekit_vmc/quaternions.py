"""Rotations as unit quaternions (x, y, z, w), in Unity's space: x right, y up, z forward, left-handed.

The formulas are those of any space; only what a positive angle looks like depends on the hand.
"""

import math
from typing import Final

__all__ = ["IDENTITY", "Quaternion", "Vector", "about_y", "about_z", "between", "inverse", "times", "turned"]

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]

IDENTITY: Final[Quaternion] = (0.0, 0.0, 0.0, 1.0)


def about_y(angle: float) -> Quaternion:
    """The turn about y by so many radians: a quarter takes z to x."""
    return 0.0, math.sin(angle / 2), 0.0, math.cos(angle / 2)


def about_z(angle: float) -> Quaternion:
    """The turn about z by so many radians: a quarter takes x to y."""
    return 0.0, 0.0, math.sin(angle / 2), math.cos(angle / 2)


def times(a: Quaternion, b: Quaternion) -> Quaternion:
    """First ``b``, then ``a``; of length 1 again."""
    ax, ay, az, aw = a
    bx, by, bz, bw = b
    x = aw * bx + ax * bw + ay * bz - az * by
    y = aw * by - ax * bz + ay * bw + az * bx
    z = aw * bz + ax * by - ay * bx + az * bw
    w = aw * bw - ax * bx - ay * by - az * bz
    length = math.sqrt(x * x + y * y + z * z + w * w)
    return x / length, y / length, z / length, w / length


def inverse(q: Quaternion) -> Quaternion:
    """The turn back."""
    x, y, z, w = q
    return -x, -y, -z, w


def turned(q: Quaternion, vector: Vector) -> Vector:
    """The vector after the turn."""
    x, y, z, w = q
    vx, vy, vz = vector
    tx, ty, tz = 2 * (y * vz - z * vy), 2 * (z * vx - x * vz), 2 * (x * vy - y * vx)
    return (
        vx + w * tx + y * tz - z * ty,
        vy + w * ty + z * tx - x * tz,
        vz + w * tz + x * ty - y * tx,
    )


def between(a: Vector, b: Vector) -> Quaternion:
    """The shortest turn from one direction to another, both of length 1; half a turn, between opposites, is about z."""
    dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    if dot < -1.0 + 1e-9:
        return about_z(math.pi) if abs(a[2]) < 0.5 else about_y(math.pi)
    x, y, z = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    w = 1.0 + dot
    length = math.sqrt(x * x + y * y + z * z + w * w)
    return x / length, y / length, z / length, w / length
