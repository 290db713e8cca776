"""What a request brings: its JSON body, the version it saw, its key against doing a thing twice, its parameters."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from difflib import get_close_matches
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid, fill
from kizuna.base.types.numbers import whole
from kizuna.interfaces.api.problems import (
    Detail,
    InvalidQuery,
    NotForm,
    NotJson,
    TooLarge,
    Unreadable,
    details_of_parameter,
)

JSON_TYPES = {"application/json", "application/merge-patch+json"}
ALLOW, REFUSE = "allow", "refuse"
"""What a client wants when the record that it makes may be here already."""
LONGEST_KEY = 255

_ETAG = re.compile(r'(?:W/)?"([0-9]{1,18})"')


def body(request: HttpRequest, *, may_be_empty: bool = False) -> dict[str, Any]:
    """The JSON object in the body. Raises NotJson, TooLarge, Unreadable, or Invalid for JSON that is no object.

    With `may_be_empty` no body at all stands for an empty object.
    """
    if may_be_empty and not _has_body(request):
        return {}
    if request.content_type not in JSON_TYPES:
        raise NotJson()
    try:
        sent = msgspec.json.decode(request.body)
    except RequestDataTooBig as error:
        raise TooLarge() from error
    except UnreadablePostError as error:
        raise Unreadable() from error
    except RecursionError as error:
        raise Unreadable(_("The JSON is nested too deeply.")) from error
    except UnicodeDecodeError as error:
        raise Unreadable(_("The JSON is not UTF-8.")) from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise Unreadable(fill(_("The JSON cannot be read: %(reason)s."), {"reason": str(error)})) from error
    if not isinstance(sent, dict):
        raise Invalid({"": [_("Give an object: {…}.")]})
    request.sent = sent  # type: ignore[attr-defined]
    return sent


def files(request: HttpRequest) -> list[Any]:
    """The files in the field "file" of a form. Raises NotForm, Unreadable or TooLarge."""
    if request.content_type != "multipart/form-data":
        raise NotForm()
    return request.FILES.getlist("file")


def _has_body(request: HttpRequest) -> bool:
    return request.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in request.headers


def version(request: HttpRequest) -> int | None:
    """The version that the client saw (If-Match); None when it named none, or any (`*`)."""
    given = request.headers.get("If-Match", "*").strip()
    if given == "*":
        return None
    match = _ETAG.fullmatch(given)
    if match is None:
        raise InvalidQuery([_header("If-Match", _('Give the ETag of the record as it was read, such as "3".'))])
    return int(match[1])


def once(request: HttpRequest, resource: Resource) -> str:
    """The client's key for one creation, as a token of fixed length that is this resource's own; "" without one."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY:
        raise InvalidQuery([_header("Idempotency-Key", _("This key is too long: at most 255 characters."))])
    return hashlib.sha256(f"{resource.key}\n{key}".encode()).hexdigest() if key else ""


def wants_no_body(request: HttpRequest) -> bool:
    """Whether the client asked to be spared the record in the answer (Prefer: return=minimal, RFC 7240)."""
    return "return=minimal" in request.headers.get("Prefer", "").replace(" ", "").lower()


def _header(name: str, message: Any) -> Detail:
    return {"parameter": name, "pointer": "", "message": str(message)}


class Parameters:
    """The query of a request, read name by name. Everything wrong with it is collected and raised by `check`.

    A name that this address does not know is refused: a misspelt `filter` must not answer with everything there is.
    """

    def __init__(self, query: QueryDict, known: Collection[str]) -> None:
        self._query = query
        self.details: list[Detail] = []
        for name in query:
            if name not in known:
                self._refuse(name, _unknown(name, known))
            elif len(query.getlist(name)) > 1:
                self._refuse(name, _("This parameter may be given once."))

    def _refuse(self, name: str, message: Any) -> None:
        self.details.append({"parameter": name[:60], "pointer": "", "message": str(message)})

    def read(self, name: str, understand: Callable[[str], Any], default: Any = None) -> Any:
        """What `understand` makes of a parameter; the default when it is not there, or empty, or wrong."""
        text = self._query.get(name)
        if not text:
            return default
        try:
            return understand(text)
        except Invalid as problem:
            self.details += details_of_parameter(name, problem)
            return default

    def check(self) -> None:
        if self.details:
            raise InvalidQuery(self.details)


def _unknown(name: str, known: Collection[str]) -> Any:
    close = get_close_matches(name, known, n=1)
    if close:
        return fill(
            _("There is no parameter “%(name)s”. Did you mean “%(close)s”?"), {"name": name[:60], "close": close[0]}
        )
    return fill(_("There is no parameter “%(name)s”."), {"name": name[:60]})


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A reader for numbers within limits, for `Parameters.read`."""

    def understand(text: str) -> int:
        found = whole(text)
        if found is not None and low <= found <= high:
            return found
        raise Invalid({"": [fill(_("Give a whole number from %(low)d to %(high)d."), {"low": low, "high": high})]})

    return understand


def one_of(*values: str) -> Callable[[str], str]:
    def understand(text: str) -> str:
        if text in values:
            return text
        raise Invalid({"": [fill(_("Choose one of: %(choices)s."), {"choices": ", ".join(values)})]})

    return understand
