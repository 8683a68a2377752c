"""What Chromium makes of verdicts' pages: usage: verdict_page.py CHROMIUM FOLDER

Each page of FOLDER is opened light and dark, on a desk and on a phone. Nothing may be loaded or logged, nothing may stick
out to the side, axe-core must find nothing, everything must have a name and be reached by the keyboard.
"""

import pathlib
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

LIMIT = 1_000_000
SCREENS = {"desk": (1280, 900), "phone": (390, 844)}
VIEWS = [(screen, scheme) for screen in SCREENS for scheme in ("light", "dark")]
# A thousand prompts have the parts of a few; axe-core takes its time for each of them.
LONG = {"thousand": [("desk", "light"), ("phone", "dark")], "wrong": [("phone", "light")]}
# Whatever is told to people who can't see it has to have a name; "figure" and cells are named by what is in them.
NAMED = {"button", "link", "img", "image", "region", "DisclosureTriangle", "heading", "RootWebArea", "textbox"}
failures: list[str] = []


def expect(holds: bool, what: str) -> None:
    if not holds:
        failures.append(what)


def opened(browser: Browser, path: pathlib.Path, screen: str, scheme: str, bypass_csp: bool = False) -> Page:
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, is_mobile=screen == "phone", bypass_csp=bypass_csp
    )
    page = context.new_page()
    where = f"{path.name}, {screen}, {scheme}"
    page.on("console", lambda message: failures.append(f"{where}: the console says {message.text}"))
    page.on("pageerror", lambda error: failures.append(f"{where}: {error}"))
    page.on("request", lambda request: expect(request.url.startswith(("file:", "data:")), f"{where}: loads {request.url}"))
    page.goto(path.resolve().as_uri())
    return page


def check_layout(page: Page, where: str) -> None:
    for state in ("folded", "unfolded"):
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        expect(wide == 0, f"{where}, {state}: sticks out by {wide} pixels")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def check_names(page: Page, where: str) -> None:
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    roles: dict[str, int] = {}
    for node in tree["nodes"]:
        role = node.get("role", {}).get("value", "")
        if node["ignored"] or role not in NAMED:
            continue
        roles[role] = roles.get(role, 0) + 1
        expect(bool(node.get("name", {}).get("value", "").strip()), f"{where}: a nameless {role}")
    expect(roles.get("region", 0) > 0 and roles.get("heading", 0) > 1, f"{where}: no landmarks in {roles}")


def check_axe(page: Page, where: str) -> None:
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": tags})
    for violation in found.response["violations"]:
        first = violation["nodes"][0]
        failures.append(f"{where}: {violation['id']}: {violation['help']}: {first['html'][:160]} {first['failureSummary']}")
    expect(len(found.response["passes"]) > 10, f"{where}: axe-core looked at nothing")


def check_keyboard(page: Page, where: str) -> None:
    """Tab reaches whatever can be scrolled or opened, in the page's order, and Enter opens it."""
    wanted = page.evaluate("document.querySelectorAll('details:not([open] *) > summary, .scroll:not(details *)').length")
    seen = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => {
                    const one = document.activeElement, style = getComputedStyle(one);
                    return [one.tagName + one.className, style.outlineStyle != 'none', one.getBoundingClientRect().top + scrollY];
                }"""
            )
        )
    expect(all(name in ("SUMMARY", "DIVscroll") for name, _, _ in seen), f"{where}: Tab goes to {seen}")
    expect(all(outlined for _, outlined, _ in seen), f"{where}: what Tab reaches isn't seen")
    places = [place for _, _, place in seen]
    expect(len(places) == wanted > 0 and places == sorted(places), f"{where}: Tab goes to and fro: {places}")
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details[open]").count() == 1, f"{where}: Enter opens nothing")


def check_words(page: Page, name: str) -> None:
    title = page.locator("h1").inner_text()
    reasons = [text.lower() for text in page.locator(".reasons > li").all_inner_texts()]
    if name in ("first", "good"):
        expect("Yes" in title and "may ship" in title and not reasons, f"{name}: {title}, {reasons}")
        return
    expect("No" in title and "must not ship" in title and len(reasons) == 3, f"{name}: {title}, {reasons}")
    if name == "bad":
        intents = {reason.split(":")[0] for reason in reasons[:2]}
        expect(intents == {"lock", "unlock"}, f"bad: the broken intents are not named first, but {reasons}")
        article = page.locator("article").first
        marks = article.locator("mark").all_inner_texts()
        expect(sorted(marks) == ["lock", "unlock"], f"bad: what differs is not marked, but {marks}")
        expect(article.locator(".t1, .t2, .t3, .t4").count() > 0, "bad: no token is coloured")
        charts = page.locator("svg[role=img]").count()
        expect(charts == 8, f"bad: {charts} charts, not two beside each model and four over versions")


def main() -> None:
    chromium, folder = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for path in sorted(pathlib.Path(folder).glob("*.html")):
            size = path.stat().st_size
            expect(size < LIMIT, f"{path.name}: {size} bytes")
            views = LONG.get(path.stem, VIEWS)
            for screen, scheme in views:
                where = f"{path.name}, {screen}, {scheme}"
                page = opened(browser, path, screen, scheme)
                page.screenshot(path=f"{folder}/{path.stem}-{screen}-{scheme}.png")
                check_keyboard(page, where)
                check_words(page, path.stem)
                check_layout(page, where)
                check_names(page, where)
                page.context.close()
                if path.stem in LONG and screen == "phone":
                    continue
                # axe-core is a script, which the page itself allows none of.
                page = opened(browser, path, screen, scheme, bypass_csp=True)
                page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
                check_axe(page, where)
                page.context.close()
            print(f"{path.name}: {size} bytes, looked at in {len(views)} ways")
        browser.close()
    for failure in failures:
        print(f"error: {failure}", file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
