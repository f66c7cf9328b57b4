"""What axe finds on a page, for every test that looks."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page, context: str | None = None, *, colours: bool = True) -> list[str]:
    """Give what breaks a rule of axe on the page, with where it stands.

    Inside `context`, which is part of somebody else's page, the rules of WCAG count alone.
    Without `colours` contrast is left out, which takes most of the time on a long page: for one
    that has been looked at in another width, because no colour of ours depends on it.
    """
    # Telling what passes in full takes two thirds of the time, and nobody reads it.
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if context:
        options["runOnly"] = ["wcag2a", "wcag2aa"]
    if not colours:
        options["rules"] = {"color-contrast": {"enabled": False}}
    if not page.evaluate("'axe' in window"):  # half a megabyte, once for each page
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(
        """async ([context, options]) => (await axe.run(context ?? document, options)).violations
             .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160))}`)""",
        [context, options],
    )
    return found
