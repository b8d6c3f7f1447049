"""The tracker: who is who, and steady keypoints."""
