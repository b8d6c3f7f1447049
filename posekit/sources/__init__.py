"""Where frames come from: cameras, videos, pictures, streams and the built-in performer.

``posekit.sources.spec.open_source`` turns the text of ``posekit run SOURCE`` into one of them.
"""
