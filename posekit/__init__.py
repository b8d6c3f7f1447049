"""posekit turns a camera into events."""
