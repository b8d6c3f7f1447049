"""Lights that follow people: ``python presence_lights.py [SOURCE] [HOST:PORT]`` sends OSC to a lighting desk.

``/lights/room f`` is 0 while nobody is there and 1 with four people or more, and fades in a second. Each of four
spots, ``/lights/spot/1 f f`` to ``4``, gets where its person stands (0 left … 1 right) and how bright it is to be.
QLC+, TouchDesigner, grandMA and others take OSC; name the addresses as yours wants them.
"""

import sys

from pythonosc.udp_client import SimpleUDPClient

import posekit

FULL, SPOTS, FADE_S = 4, 4, 1.0

source = sys.argv[1] if len(sys.argv) > 1 else 0
host, _, port = (sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1:7700").rpartition(":")


class Lights:
    """An adapter: what it is sent, it turns into light."""

    def __init__(self) -> None:
        self._desk = SimpleUDPClient(host, int(port))
        self._room, self._then_s = 0.0, 0.0

    def send(self, message: posekit.FrameResult | posekit.Status) -> None:
        if not isinstance(message, posekit.FrameResult):
            return
        passed_s, self._then_s = message.timestamp_s - self._then_s, message.timestamp_s
        wanted = min(len(message.people) / FULL, 1.0)
        most = min(max(passed_s, 0.0) / FADE_S, 1.0)
        self._room += min(max(wanted - self._room, -most), most)
        self._desk.send_message("/lights/room", self._room)
        here = {person.slot: person for person in message.people}
        for slot in range(1, SPOTS + 1):
            place = here[slot].box().cx / message.size[0] if slot in here else 0.5
            self._desk.send_message(f"/lights/spot/{slot}", [place, 1.0 if slot in here else 0.0])

    def close(self) -> None:
        self._desk.send_message("/lights/room", 0.0)


app = posekit.App(source)
app.add(Lights())
app.run()
