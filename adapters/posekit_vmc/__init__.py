"""VMC output of posekit: people's movements for avatars, by the Virtual Motion Capture protocol."""

from posekit_vmc.adapter import VmcAdapter, create

__all__ = ["VmcAdapter", "create"]
