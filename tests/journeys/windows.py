"""Windows for visitors: nothing of an earlier visitor is in them, but the browser has read Kizuna's scripts before.

To start another process of Chromium and to compile every script again is more work than most journeys are.
"""

from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Error, Page

FORGET = "local_storage,indexeddb,cache_storage,service_workers"
"""What a visitor may leave behind besides cookies and pages; scripts and styles stay in the cache."""
ANCHOR = "/static/kizuna/icons.svg"
"""A page that does nothing; while it is open, the process of its site lives on."""


@dataclass
class Room:
    """One context of the browser for one language and one server."""

    context: BrowserContext
    anchor: Page
    address: str
    language: str

    def clear(self) -> None:
        for page in self.context.pages:
            if page is not self.anchor:
                page.close()
        self.context.clear_cookies()
        self.context.set_offline(False)
        devtools = self.context.new_cdp_session(self.anchor)
        devtools.send("Storage.clearDataForOrigin", {"origin": self.address, "storageTypes": FORGET})
        devtools.detach()


class Windows:
    """Rooms of one browser: taken by a visitor, cleared, and taken by the next."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[Room] = []
        self._taken: list[Room] = []

    def open(
        self, address: str, *, language: str, width: int, height: int, dark: bool = False, state: dict | None = None
    ) -> Page:
        """A new window of the site at `address`, in a room that nobody else has; `state` signs somebody in."""
        room = self._take(address, language)
        room.context.add_cookies((state or {}).get("cookies", []))
        page = room.context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        page.set_default_timeout(10_000)
        return page

    def _take(self, address: str, language: str) -> Room:
        fitting = (room for room in self._free if (room.address, room.language) == (address, language))
        room = next(fitting, None)
        if room:
            self._free.remove(room)
        else:
            context = self._browser.new_context(base_url=address, locale=language, timezone_id="Asia/Tokyo")
            anchor = context.new_page()
            anchor.goto(ANCHOR)
            room = Room(context, anchor, address, language)
        self._taken.append(room)
        return room

    def clear(self) -> None:
        """Close every window of a journey; a room whose process died is given up."""
        while self._taken:
            room = self._taken.pop()
            try:
                room.clear()
            except Error:
                room.context.close()
            else:
                self._free.append(room)
