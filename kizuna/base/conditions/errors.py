"""What is said when a condition cannot be understood."""

from typing import Any

from kizuna.base.types.errors import Invalid


class InvalidCondition(Invalid):
    """A tree that is not a condition on this resource.

    `pointer` is the JSON pointer of the part at fault ("/all/2/value", "" for the whole tree), `message` a sentence in
    the reader's language. As an `Invalid` it answers 422 with the pointer as the key of its errors.
    """

    def __init__(self, pointer: str, message: Any) -> None:
        pointer, message = printable(pointer), printable(str(message))
        super().__init__({pointer: [message]}, message)
        self.pointer = pointer

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.message}"


def printable(text: str) -> str:
    """The text without lone surrogates, which JSON can carry but no answer can be encoded with."""
    return text.encode("utf-8", "replace").decode("utf-8")


def quoted(value: Any) -> str:
    """What somebody wrote, cut short, so that it can stand inside a sentence."""
    try:
        text = " ".join(str(value).split())
    except ValueError:  # a whole number with thousands of digits
        return "…"
    shown = "".join(letter if letter.isprintable() else "�" for letter in printable(text[:61]))
    return f"{shown[:60]}…" if len(shown) > 60 else shown


def at(pointer: str, *steps: str | int) -> str:
    """The pointer of a part of what `pointer` points to; escapes "~" and "/" as RFC 6901 says."""
    return pointer + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
