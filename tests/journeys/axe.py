"""What axe-core finds wrong on a page."""

from playwright.sync_api import Page

from tests.journeys.conftest import ALIVE, ROOT

SCRIPT = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}  # of what is in order, axe need not list every element


def violations(page: Page) -> list[str]:
    """One line for each element that breaks a rule."""
    page.wait_for_function(ALIVE)
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found = page.evaluate("options => axe.run(document, options).then(all => all.violations)", OPTIONS)
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
