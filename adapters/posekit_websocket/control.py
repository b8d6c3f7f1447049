"""What a client may ask for, in the address (``?people=1,2&fps=15``) or in a message; everything else is refused."""

import difflib
from typing import Annotated, Final, Literal
from urllib.parse import parse_qsl

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from posekit.events import CATALOGUE

__all__ = ["ControlError", "Subscribe", "Subscription", "parse_message", "parse_query"]

_LONGEST_ECHO: Final = 60


class ControlError(ValueError):
    """What a client asked for makes no sense; the message says why, in one short line."""


def _known(kind: str) -> str:
    if kind not in CATALOGUE:
        near = difflib.get_close_matches(kind, CATALOGUE, n=1)
        raise ValueError(f"did you mean '{near[0]}'?" if near else f"the kinds are {', '.join(CATALOGUE)}")
    return kind


Slot = Annotated[int, Field(ge=1, le=100)]
Kind = Annotated[str, AfterValidator(_known)]


class Subscription(BaseModel):
    """What a client gets; at first everything."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    people: Literal["all"] | Annotated[tuple[Slot, ...], Field(max_length=100)] = Field(
        default="all", description="Slots of the people to tell about."
    )
    events: Literal["all"] | Annotated[tuple[Kind, ...], Field(max_length=100)] = Field(
        default="all", description="Kinds of events to send; none for an empty list."
    )
    fps: float = Field(default=0.0, ge=0.0, le=1000.0, description="At most so many frames per second; 0 is all.")
    frames: bool = Field(default=True, description="Whether to send frames at all.")
    format: Literal["json", "f32"] = Field(default="json", description="Frames as JSON, or as 32-bit floats.")


class Subscribe(Subscription):
    """A message that changes what the client gets; what it does not mention stays as it is."""

    type: Literal["subscribe"]


def parse_query(query: str) -> Subscription:
    """What the address asks for. ``token`` is not this module's business. Raises ControlError."""
    asked: dict[str, object] = {}
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise ControlError("the address has more than 20 options") from None
    for key, value in pairs:
        if key == "people":
            asked[key] = "all" if value == "all" else tuple(_number(item) for item in _items(value))
        elif key == "events":
            asked[key] = "all" if value == "all" else tuple(_items(value))
        elif key == "fps":
            asked[key] = _number(value)
        elif key == "frames":
            asked[key] = {"0": False, "1": True}.get(value, value)
        elif key != "token":
            asked[key] = value
    try:
        return Subscription.model_validate(asked)
    except ValidationError as error:
        raise ControlError(_said(error)) from None


def parse_message(message: str | bytes, before: Subscription) -> Subscription:
    """What a client gets after this message. Raises ControlError."""
    if not isinstance(message, str):
        raise ControlError("control messages are text, got binary data")
    try:
        change = Subscribe.model_validate_json(message)
    except ValidationError as error:
        raise ControlError(_said(error)) from None
    return before.model_copy(update=change.model_dump(exclude={"type"}, exclude_unset=True))


def _items(value: str) -> list[str]:
    return [] if value in ("", "none") else value.split(",")


def _number(text: str) -> object:
    """The number that a text means; the text itself if it means none, for the error message."""
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _said(error: ValidationError) -> str:
    """The most telling of the errors in one line: of a union, pydantic reports every branch."""
    errors = error.errors(include_url=False, include_context=False)
    worst = max(errors, key=lambda item: (item["type"] != "literal_error", len(item["loc"])))
    where = ".".join(
        str(part) for part in worst["loc"] if not str(part).startswith(("literal[", "function-", "tuple["))
    )
    wanted = worst["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if worst["type"] == "json_invalid":
        return f"no JSON: {wanted.removeprefix('Invalid JSON: ')}"
    if worst["type"] == "extra_forbidden":
        return f"{where[:_LONGEST_ECHO]!r} is not known; known are {', '.join(Subscription.model_fields)}"
    if worst["type"] == "missing":
        return f"'{where}' is missing: it must be 'subscribe'"
    got = repr(worst["input"])
    got = got if len(got) <= _LONGEST_ECHO else got[:_LONGEST_ECHO] + "…"
    return f"{where or 'the message'}: {wanted}, got {got}"
