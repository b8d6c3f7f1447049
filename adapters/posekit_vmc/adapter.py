"""The VMC output: each person moves an avatar, each avatar has a port of its own."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from typing import Final

from posekit.addresses import VMC_PORT, parse_target
from posekit.errors import ConfigError
from posekit.protocols import OutputContext
from posekit.sources.pacing import Rhythm
from posekit.types import FrameResult, Person, Status
from posekit_osc.udp import Receiver, open_receiver
from posekit_vmc.messages import absent, posed
from posekit_vmc.posing import AvatarPose, Poser
from posekit_vmc.settings import Settings

__all__ = ["VmcAdapter", "create"]

#: Whoever has not been seen for so long has left, also if nothing says so (a recording that begins anew).
_LOST_S: Final = 5.0


def create(target: str, options: Mapping[str, str], context: OutputContext) -> "VmcAdapter":
    """A VMC output to ``HOST[:PORT]`` and the ports after it, one per person. Raises ConfigError."""
    settings = Settings.of(options)
    host, first = parse_target(target, usual_port=VMC_PORT)
    last = first + settings.people - 1
    if last > 65535:
        raise ConfigError(f"vmc has no ports for {settings.people} people from {first} on: choose a lower one")
    shown = f"[{host}]" if ":" in host else host
    with ExitStack() as opening:
        receivers = [
            opening.enter_context(closing(open_receiver("vmc", f"{shown}:{port}"))) for port in range(first, last + 1)
        ]
        opening.pop_all()
    return VmcAdapter(receivers, settings)


class VmcAdapter:
    """Avatars that people move. Whoever comes takes the first avatar that is free and keeps it until they have left."""

    def __init__(self, receivers: Sequence[Receiver], settings: Settings) -> None:
        self._avatars = [_Avatar(receiver, settings) for receiver in receivers]
        self._rhythms: dict[str, Rhythm] = {}
        self._rate = settings.rate
        self._origin_s: float | None = None

    def send(self, message: FrameResult | Status) -> None:
        """Send a result; a status is nothing that the protocol knows. Raises AdapterError if the network refuses."""
        if isinstance(message, Status):
            return
        source, now_s = message.source, message.timestamp_s
        if self._origin_s is None:
            self._origin_s = now_s
        for avatar in self._avatars:
            avatar.check(message)
        for person in message.people:
            if not any(avatar.belongs_to(source, person) for avatar in self._avatars):
                free = next((avatar for avatar in self._avatars if avatar.free), None)
                if free is not None:
                    free.take(source, person, now_s)
        rhythm = self._rhythms.setdefault(source, Rhythm(self._rate))
        if rhythm.beat(now_s):
            for avatar in self._avatars:
                avatar.send(message, now_s - self._origin_s)

    def close(self) -> None:
        """Close the sockets."""
        for avatar in self._avatars:
            avatar.close()


class _Avatar:
    """One avatar: its receiver, who moves it, and how it stood last."""

    def __init__(self, receiver: Receiver, settings: Settings) -> None:
        self._receiver = receiver
        self._settings = settings
        self._owner: tuple[str, int] | None = None
        self._seen_s = 0.0
        self._poser = Poser()
        self._pose: AvatarPose | None = None

    @property
    def free(self) -> bool:
        """Whether nobody moves it."""
        return self._owner is None

    def belongs_to(self, source: str, person: Person) -> bool:
        """Whether that person moves it."""
        return self._owner == (source, person.id)

    def take(self, source: str, person: Person, now_s: float) -> None:
        """From now on that person moves it."""
        self._owner, self._seen_s = (source, person.id), now_s
        self._poser, self._pose = Poser(depth=self._settings.depth), None

    def check(self, result: FrameResult) -> None:
        """Free it if who moves it has left. Somebody unseen for a while may come back, and keeps it until then."""
        if self._owner is None or self._owner[0] != result.source:
            return
        now_s = result.timestamp_s
        if any(self.belongs_to(result.source, person) for person in result.people):
            self._seen_s = now_s
        elif any(gone.id == self._owner[1] for gone in result.departed) or not 0 <= now_s - self._seen_s <= _LOST_S:
            self._owner = None

    def send(self, result: FrameResult, time_s: float) -> None:
        """Its pose, if somebody of this source moves it; that there is nobody, if nobody does."""
        person = next((person for person in result.people if self.belongs_to(result.source, person)), None)
        if person is not None:
            flipped = result.mirrored != self._settings.source_mirrored
            self._pose = self._poser.pose(person, width=result.size[0], flipped=flipped)
        if self._owner is None:
            self._put(absent(time_s))
        elif self._owner[0] == result.source and self._pose is not None:
            self._put(posed(self._pose, time_s, tracked=person is not None and person.visible))

    def _put(self, datagrams: Iterable[bytes]) -> None:
        for datagram in datagrams:
            self._receiver.put(datagram)

    def close(self) -> None:
        """Close its socket."""
        self._receiver.close()
