"""Gestures press keys: ``python gesture_keyboard.py [SOURCE]`` turns the pages of a presentation.

Needs pynput (``pip install pynput``), and on macOS the permission to control the computer (Accessibility).
"""

import sys

from pynput.keyboard import Controller, Key

import posekit

KEYS = {"swipe_left": Key.right, "swipe_right": Key.left, "hands_raised": Key.home, "clap": Key.space}

keyboard = Controller()
app = posekit.App(sys.argv[1] if len(sys.argv) > 1 else 0, lock="largest")


@app.on("gesture", phase="start")
def made(event: posekit.Event) -> None:
    key = KEYS.get(event.name)
    if key is not None:
        keyboard.tap(key)
        print(f"{event.name} presses {key.name}", flush=True)


print("swipe to turn pages; Ctrl-C ends it", flush=True)
app.run()
