"""What the console's page may ask for; everything else is refused."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

__all__ = [
    "Change",
    "Choose",
    "Look",
    "Preview",
    "Record",
    "Request",
    "RequestError",
    "Save",
    "TestOsc",
    "Watch",
    "parsed",
]


class RequestError(ValueError):
    """What the page asked for makes no sense; the message says why, in one short line."""


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Watch(_Request):
    """Send the pictures of this source from now on; of none for None."""

    type: Literal["watch"]
    source: str | None


class Change(_Request):
    """Go on with other values of settings, by section and name; which may be changed, the desk decides."""

    type: Literal["change"]
    changes: dict[str, dict[str, JsonValue]] = Field(max_length=10)


class Preview(_Request):
    """Show what saving would change in the configuration file."""

    type: Literal["preview"]


class Save(_Request):
    """Save what was shown, by its mark."""

    type: Literal["save"]
    mark: str


class Record(_Request):
    """Begin another recording, or end the one that goes on."""

    type: Literal["record"]
    on: bool


class Look(_Request):
    """See anew which cameras and recordings there are."""

    type: Literal["look"]


class Choose(_Request):
    """Let a source show another of those that are listed; None is the camera before a recording."""

    type: Literal["choose"]
    source: str
    choice: str | None


class TestOsc(_Request):
    """Send a message to one of the receivers that are configured, so that somebody can see it arrive."""

    type: Literal["test_osc"]
    receiver: str


Request = Watch | Change | Preview | Save | Record | Look | Choose | TestOsc

_REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="type")])


def parsed(message: str | bytes) -> Request:
    """What a message asks for. Raises RequestError."""
    if not isinstance(message, str):
        raise RequestError("requests are text, got binary data")
    try:
        return _REQUEST.validate_json(message)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:60]
        raise RequestError(f"{where or 'the message'}: {first['msg'][:200]}") from None
