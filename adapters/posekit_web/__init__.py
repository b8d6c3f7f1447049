"""The live console: a page in a browser that shows what posekit sees."""

from posekit_web.adapter import WebAdapter, create

__all__ = ["WebAdapter", "create"]
