"""The Japanese and Korean catalogues: what the code says, found without gettext's programs.

python tools/messages.py update    bring kizuna/locale/*/LC_MESSAGES/django.po up to date
python tools/messages.py missing   list what has no translation, as JSON lines: language, id, plural, context, files
python tools/messages.py fill FILE take translations from a JSON file: {"ja": {"Save": "保存"}, "ko": {…}}
"""

import functools
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "kizuna" / "locale"
LANGUAGES = ("ja", "ko")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


def sources() -> Iterator[Path]:
    """Modules and templates that people can see; no tests."""
    for path in sorted((ROOT / "kizuna").rglob("*")):
        is_source = path.suffix == ".py" or (path.suffix in {".html", ".txt"} and "templates" in path.parts)
        if is_source and not {"tests", "migrations", "locale"} & set(path.parts):
            yield path


def as_python(path: Path) -> bytes:
    """The file as Python source; a template becomes calls of gettext, one per line where it stands."""
    text = path.read_text()
    if path.suffix != ".py":
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    return text.encode()


@functools.cache
def template() -> Catalog:
    """A catalogue of everything the code says, without translations."""
    catalogue = Catalog(project="Kizuna", charset="utf-8", fuzzy=False)
    for path in sources():
        found = extract("python", io.BytesIO(as_python(path)), KEYWORDS, options={"encoding": "utf-8"})
        for _line, message, _comments, context in found:
            catalogue.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context)
    return catalogue


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Kizuna", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, catalogue: Catalog) -> None:
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, catalogue, width=120, ignore_obsolete=True, include_lineno=False, sort_output=True, omit_header=True)
    header = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    header += f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    path.write_text(header + text.getvalue().decode())


def updated(language: str) -> Catalog:
    """The language's catalogue with exactly the messages of the code; translations are kept, nothing is guessed."""
    catalogue = read(language)
    catalogue.update(template(), no_fuzzy_matching=True)
    return catalogue


def texts(message: Message) -> list[str]:
    """The translations of a message: one, or one per plural form; at least one, "" where it is missing."""
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def placeholders(text: str) -> set[str]:
    return {match[0] for match in PLACEHOLDER.finditer(text)}


def faults(language: str) -> list[str]:
    """What is wrong with a catalogue: missing, fuzzy, or with other placeholders than the original."""
    found = []
    for message in updated(language):
        if not message.id:
            continue
        original = message.id if isinstance(message.id, str) else message.id[-1]
        if not all(texts(message)):
            found.append(f"{language}: missing: {original!r}")
        elif message.fuzzy:
            found.append(f"{language}: fuzzy: {original!r}")
        elif any(placeholders(text) != placeholders(original) for text in texts(message)):
            found.append(f"{language}: placeholders differ: {original!r} and {texts(message)!r}")
    return found


def show_missing() -> None:
    for language in LANGUAGES:
        for message in updated(language):
            if message.id and not all(texts(message)):
                singular, plural = message.id if isinstance(message.id, tuple) else (message.id, None)
                files = [name for name, _ in message.locations]
                entry = {"language": language, "id": singular, "plural": plural, "context": message.context}
                print(json.dumps(entry | {"files": files[:3]}, ensure_ascii=False))


def fill(path: Path) -> None:
    """Take translations from JSON; a message with a context has the key "context|id"."""
    given = json.loads(path.read_text())
    for language, translations in given.items():
        catalogue = updated(language)
        for message in catalogue:
            singular = message.id[0] if isinstance(message.id, tuple) else message.id
            key = f"{message.context}|{singular}" if message.context else singular
            if singular and key in translations:
                plural = isinstance(message.id, tuple)
                message.string = (translations[key],) * catalogue.num_plurals if plural else translations[key]
        write(language, catalogue)


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            for language in LANGUAGES:
                write(language, updated(language))
            print(f"{len(template())} messages; {sum(len(faults(language)) for language in LANGUAGES)} to look at.")
        case ["missing"]:
            show_missing()
        case ["fill", name]:
            fill(Path(name))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
