"""What the console's page may ask for; everything else is refused."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

__all__ = ["RequestError", "Watch", "parsed"]


class RequestError(ValueError):
    """What the page asked for makes no sense; the message says why, in one short line."""


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Watch(_Request):
    """Send the pictures of this source from now on; of none for None."""

    type: Literal["watch"]
    source: str | None


Request = Watch

_REQUEST: TypeAdapter[Request] = TypeAdapter(Request)


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
