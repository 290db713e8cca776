"""What a file is, found in its bytes. What its name or its sender says about it does not matter."""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from kizuna.base.files.names import extension

HEAD = 4096
MOST_ENTRIES = 20_000
"""Archives with more entries are archives; nobody looks whether they are documents."""


@dataclass(frozen=True)
class Kind:
    """`extensions` are those that tell the truth about such a file. `drawn` says how previews are made of it.

    `is_active` marks what a browser would run: it is downloaded as plain bytes.
    """

    type: str
    label: Any
    icon: str = "file"
    extensions: tuple[str, ...] = ()
    drawn: str = ""
    is_active: bool = False

    def fits(self, name: str) -> bool:
        """Whether a name says the truth, as far as its extension says anything that is known."""
        told = extension(name)
        return told in self.extensions or told not in _TELLING


IMAGE, DOCUMENT, SHEET, SLIDES = _("Image"), _("Document"), _("Spreadsheet"), _("Presentation")
ARCHIVE, SOUND, VIDEO, TEXT, PROGRAM = _("Archive"), _("Sound"), _("Video"), _("Text"), _("Program")
_OPENXML = "application/vnd.openxmlformats-officedocument."
_OPENDOCUMENT = "application/vnd.oasis.opendocument."


def _image(name: str, *extensions: str, drawn: str = "image") -> Kind:
    return Kind(f"image/{name}", IMAGE, "photo", extensions or (name,), drawn)


UNKNOWN = Kind("application/octet-stream", _("File"))
PDF = Kind("application/pdf", _("PDF"), "file-type-pdf", ("pdf", "ai"), "pdf")
_TEXTS = ("txt", "log", "md", "csv", "tsv", "json", "yml", "yaml", "ini", "vcf", "ics", "eml", "rtf", "sql", "css")
PLAIN = Kind("text/plain", TEXT, "file-text", _TEXTS)
CSV = Kind("text/csv", _("Table"), "file-spreadsheet", ("csv", "tsv", "txt"))
CALENDAR = Kind("text/calendar", _("Calendar"), "calendar", ("ics", "txt"))
CARD = Kind("text/vcard", _("Address card"), "address-book", ("vcf", "txt"))
HTML = Kind("text/html", _("Web page"), "file-code", ("html", "htm", "xhtml", "shtml", "mhtml"), is_active=True)
SVG = Kind("image/svg+xml", _("SVG drawing"), "file-code", ("svg",), is_active=True)
XML = Kind("application/xml", _("XML"), "file-code", ("xml", "xsl", "xslt", "kml", "gpx", "rss", "xsd"), is_active=True)
SCRIPT = Kind("text/x-script", PROGRAM, "file-code", ("sh", "py", "pl", "rb", "js", "bat", "ps1", "txt"))
ZIP = Kind("application/zip", ARCHIVE, "file-zip", ("zip", "jar", "apk", "kmz", "epub", "numbers", "pages", "key"))
_COMPOUND = ("doc", "xls", "ppt", "msg", "vsd", "msi", "hwp", "jtd")
OLD_OFFICE = Kind("application/x-ole-storage", DOCUMENT, "file-text", _COMPOUND)
WORD = Kind(f"{_OPENXML}wordprocessingml.document", DOCUMENT, "file-text", ("docx", "docm", "dotx"))
EXCEL = Kind(f"{_OPENXML}spreadsheetml.sheet", SHEET, "file-spreadsheet", ("xlsx", "xlsm", "xltx"))
POWERPOINT = Kind(f"{_OPENXML}presentationml.presentation", SLIDES, "presentation", ("pptx", "pptm", "potx", "ppsx"))
_IN_ZIP = {"word/": WORD, "xl/": EXCEL, "ppt/": POWERPOINT}
_MIMETYPES = {
    f"{_OPENDOCUMENT}text": Kind(f"{_OPENDOCUMENT}text", DOCUMENT, "file-text", ("odt",)),
    f"{_OPENDOCUMENT}spreadsheet": Kind(f"{_OPENDOCUMENT}spreadsheet", SHEET, "file-spreadsheet", ("ods",)),
    f"{_OPENDOCUMENT}presentation": Kind(f"{_OPENDOCUMENT}presentation", SLIDES, "presentation", ("odp",)),
    "application/epub+zip": Kind("application/epub+zip", DOCUMENT, "file-text", ("epub",)),
    "application/hwp+zip": Kind("application/hwp+zip", DOCUMENT, "file-text", ("hwpx",)),
}


def _sound(name: str, *extensions: str) -> Kind:
    return Kind(f"audio/{name}", SOUND, "music", extensions)


def _video(name: str, *extensions: str) -> Kind:
    return Kind(f"video/{name}", VIDEO, "video", extensions)


def _archive(name: str, *extensions: str) -> Kind:
    return Kind(f"application/{name}", ARCHIVE, "file-zip", extensions)


EXECUTABLE = Kind(
    "application/x-executable", PROGRAM, "binary", ("exe", "dll", "com", "scr", "sys", "so", "bin", "elf")
)

_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (rb"\x89PNG\r\n\x1a\n", _image("png", "png", "apng")),
    (rb"\xff\xd8\xff", _image("jpeg", "jpg", "jpeg", "jpe", "jfif")),
    (rb"GIF8[79]a", _image("gif")),
    (rb"RIFF....WEBP", _image("webp")),
    (rb"BM.{4}\x00\x00\x00\x00", _image("bmp")),
    (rb"II\*\x00|MM\x00\*", _image("tiff", "tif", "tiff", "dng", "cr2", "nef", "arw")),
    (rb"....ftypavi[fs]", _image("avif")),
    (rb"....ftyp(?:heic|heix|hevc|mif1|msf1)", _image("heic", "heic", "heif", drawn="")),
    (rb"\x00\x00\x01\x00", _image("x-icon", "ico", drawn="")),
    (rb"8BPS", _image("vnd.adobe.photoshop", "psd", drawn="")),
    (rb"%PDF-", PDF),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (rb"\{\\rtf", Kind("application/rtf", DOCUMENT, "file-text", ("rtf", "doc"))),
    (rb"%!PS", Kind("application/postscript", DOCUMENT, "file-text", ("ps", "eps", "ai"))),
    (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", ZIP),
    (rb"\x1f\x8b", _archive("gzip", "gz", "tgz", "svgz")),
    (rb"BZh[1-9]", _archive("x-bzip2", "bz2", "tbz2")),
    (rb"\xfd7zXZ\x00", _archive("x-xz", "xz", "txz")),
    (rb"7z\xbc\xaf\x27\x1c", _archive("x-7z-compressed", "7z")),
    (rb"Rar!\x1a\x07", _archive("vnd.rar", "rar")),
    (rb"\x28\xb5\x2f\xfd", _archive("zstd", "zst")),
    (rb".{257}ustar", _archive("x-tar", "tar")),
    (rb"....ftypqt  ", _video("quicktime", "mov", "qt")),
    (rb"....ftypM4A", _sound("mp4", "m4a", "mp4")),
    (rb"....ftyp", _video("mp4", "mp4", "m4v", "m4a", "mov", "3gp")),
    (rb"\x1a\x45\xdf\xa3", _video("webm", "webm", "mkv", "mka")),
    (rb"RIFF....AVI ", _video("x-msvideo", "avi")),
    (rb"RIFF....WAVE", _sound("wav", "wav")),
    (rb"ID3|\xff[\xf2\xf3\xfa\xfb]", _sound("mpeg", "mp3", "mp2")),
    (rb"OggS", _sound("ogg", "ogg", "oga", "opus", "ogv")),
    (rb"fLaC", _sound("flac", "flac")),
    (rb"MZ|\x7fELF|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe", EXECUTABLE),
)  # fmt: skip
_COMPILED = [(re.compile(pattern, re.DOTALL), kind) for pattern, kind in _SIGNATURES]
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|script|iframe|object|embed|meta|base|form|h1|div|font|table|a|style|title|b|p|img|br)\b",
    re.IGNORECASE,
)  # fmt: skip
_SVG = re.compile(r"<(?:\w+:)?svg\b", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ASIDE = re.compile(r"\A(?:\s*<!--.*?-->)+\s*", re.DOTALL)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BY_EXTENSION = {"csv": CSV, "tsv": CSV, "ics": CALENDAR, "vcf": CARD}


def kind_of(file: BinaryIO, name: str = "") -> Kind:
    """What the bytes are. Among plain texts, which cannot harm, the name may say which one. Rewinds the file."""
    file.seek(0)
    head = file.read(HEAD)
    found = next((kind for pattern, kind in _COMPILED if pattern.match(head)), None)
    if found is ZIP:
        found = _within(file)
    file.seek(0)
    return found or _text(head, name) or UNKNOWN


def _within(file: BinaryIO) -> Kind:
    """Which document an archive is, by what lies in it; only its table of contents is read."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries[:MOST_ENTRIES]}
            if entries and entries[0].filename == "mimetype" and entries[0].file_size < 100:
                return _MIMETYPES.get(archive.read(entries[0]).decode("ascii", "replace").strip(), ZIP)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zlib.error):
        return ZIP
    if "[Content_Types].xml" not in names:
        return ZIP
    return next((kind for folder, kind in _IN_ZIP.items() if any(each.startswith(folder) for each in names)), ZIP)


def _text(head: bytes, name: str) -> Kind | None:
    """A kind of text, or None for what is no text."""
    mark, encoding = next(((mark, code) for mark, code in _MARKS if head.startswith(mark)), (b"", ""))
    if not encoding and _CONTROLS.search(head):
        return None
    said = head[len(mark) :].decode(encoding or "latin-1", "ignore").lstrip()
    found = _markup(said)
    if found is not None:
        return found
    if said.startswith("#!"):
        return SCRIPT
    return _BY_EXTENSION.get(extension(name), PLAIN)


def _markup(said: str) -> Kind | None:
    """What a browser might run."""
    start = _ASIDE.sub("", said)
    if start.startswith("<?xml"):
        return SVG if _SVG.search(start) else HTML if re.search(r"<html\b", start, re.IGNORECASE) else XML
    if re.match(r"<!doctype\s+svg\b", start, re.IGNORECASE) or _SVG.match(start):
        return SVG
    if _HTML.match(start):
        return HTML
    return XML if re.match(r"<[a-z!][^>]*>", start, re.IGNORECASE) else None


KINDS: dict[str, Kind] = {
    kind.type: kind
    for kind in (
        UNKNOWN, PLAIN, CSV, CALENDAR, CARD, HTML, SVG, XML, SCRIPT, WORD, EXCEL, POWERPOINT,
        *_MIMETYPES.values(), *(kind for _pattern, kind in _SIGNATURES),
    )
}  # fmt: skip
_TELLING = frozenset(word for kind in KINDS.values() for word in kind.extensions)


def by_type(content_type: str) -> Kind:
    """The kind of a stored type; one that is no longer known is a plain file."""
    return KINDS.get(content_type, UNKNOWN)
