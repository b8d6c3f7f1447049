"""OSCQuery for posekit: other programs ask over HTTP what it sends over OSC."""

from posekit_oscquery.adapter import OscQueryAdapter, create

__all__ = ["OscQueryAdapter", "create"]
