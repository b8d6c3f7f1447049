"""The PoseNet engine: network, letterbox, decoders."""
