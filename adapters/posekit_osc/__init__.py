"""OSC output of posekit: poses and events over UDP to TouchDesigner, Max, Pure Data, Unity and others."""

from posekit_osc.adapter import OscAdapter, create

__all__ = ["OscAdapter", "create"]
