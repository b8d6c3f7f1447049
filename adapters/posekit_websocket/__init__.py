"""WebSocket output of posekit: poses and events to browsers and to whatever else reads JSON."""

from posekit_websocket.adapter import WebSocketAdapter, create

__all__ = ["WebSocketAdapter", "create"]
