"""Every page in a real browser, in both languages: styled, reachable by keyboard, readable on a phone, without faults.

The rules are those of WCAG 2.2 A and AA, judged by axe.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from endpoint_server import BASE, Running, days, source_store, start, statements, stop
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, Page, sync_playwright
from test_json_api import places

from hefboom.api.question_texts import ABOUT_NL, NAMES
from hefboom.api.tokens import Tokens
from hefboom.graph.publications import Publications
from hefboom.queries.catalogue import catalogue

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PAGES = (
    "/questions/public-list",
    "/questions/target-links?target=8.7",
    "/",
    "/sites?q=factory",
    "/sites?q=nosuchthing",
    "/sparql",
    "/questions",
    "/ns",
    "/doc/id/site/nike-1",
    "/sign-in",
)
CLOSED_PAGES = (
    "/sign-in",
    "/questions",
    "/questions/direct-uses",
    "/questions/missing-on-steps?step=2",
    "/uploads",
    "/sites?q=factory",
)
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str]]:
    """A server with a public and closed parts that takes uploads, and a token of its secretariat."""
    folder = tmp_path_factory.mktemp("pages")
    store = source_store(iter([*statements(), *days(), *places()]))
    for audience in ("public", "members", "secretariat"):
        Publications(folder).publish(store, audience, BASE)
    token = Tokens(folder / "access" / "access.sqlite").grant("B. Secretary", "secretariat")[1]
    running = start(folder, folder, closed=1, uploads=1, workers=2, long_queries=1)
    running.client.get("/ready")
    yield running, token
    stop(running)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium of the system."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    driver = subprocess.run([compute_driver_executable()[0], "--version"], capture_output=True, text=True)
    if driver.returncode:
        pytest.skip(f"Playwright's driver does not run here (apt-get install libatomic1): {driver.stderr.strip()}")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-dev-shm-usage"]  # as root, and where containers have little shared memory
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, house: tuple[Running, str]) -> Iterator[Page]:
    """A tab in which nothing may go wrong in silence: no script error, no refused style, no request elsewhere."""
    home = f"http://127.0.0.1:{house[0].port}"
    context = browser.new_context(base_url=home)
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    tab.on("request", lambda request: None if request.url.startswith(home) else wrong.append(request.url))
    yield tab
    context.close()
    assert not wrong


def go(page: Page, address: str, lang: str) -> None:
    """Open a page in a language."""
    answer = page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
    assert answer is not None
    assert answer.status == 200


def sign_in(page: Page, token: str) -> None:
    """Sign in as people do."""
    page.goto("/sign-in?lang=en")
    page.get_by_label("Token").fill(token)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=You are signed in as")


def assert_sound(page: Page, lang: str) -> None:
    """What holds for every page."""
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("h1").count() == 1
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    # The style is there: the link past the navigation is out of sight until it is reached by keyboard.
    skip = page.locator("a.skip")
    before = skip.bounding_box()
    assert before is None or before["y"] + before["height"] <= 0
    page.keyboard.press("Tab")
    after = skip.bounding_box()
    assert after is not None
    assert after["y"] >= 0
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("address", PAGES)
def test_open_page_is_sound(page: Page, address: str, lang: str) -> None:
    go(page, address, lang)
    assert_sound(page, lang)


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("address", CLOSED_PAGES)
def test_closed_page_is_sound(page: Page, house: tuple[Running, str], address: str, lang: str) -> None:
    sign_in(page, house[1])
    go(page, address, lang)
    assert_sound(page, lang)


def test_checked_list_is_shown_on_a_sound_page(page: Page, house: tuple[Running, str], tmp_path: Path) -> None:
    sent = tmp_path / "mills.csv"
    sent.write_text("name,address,country\nSpin One,1 Mill Road,Bangladesh\nSpin Two,2 Mill Road,Nowhereland\n")
    sign_in(page, house[1])
    go(page, "/uploads", "nl")
    page.locator("#file").set_input_files(sent)
    page.locator("#contributor").fill("Aurora")
    page.locator("#date").fill("2024-05-01")
    page.get_by_role("button", name="Lijst nakijken").click()
    page.wait_for_selector("text=Nowhereland", timeout=90_000)
    assert_sound(page, "nl")


def test_site_is_found_by_keyboard_alone_from_the_start_page(page: Page) -> None:
    go(page, "/", "nl")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("nike factory 17")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sites?*")
    page.get_by_role("link", name="nike factory 17").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/id/site/nike-17*")
    assert page.locator("h1").inner_text() == "nike factory 17"


def test_other_language_keeps_what_was_asked(page: Page) -> None:
    go(page, "/sites?q=factory+1", "en")
    page.get_by_role("link", name="Nederlands").click()
    page.wait_for_url("**lang=nl**")
    assert page.locator("html").get_attribute("lang") == "nl"
    assert page.locator("input[name=q]").input_value() == "factory 1"


def test_query_is_asked_on_the_page_of_the_endpoint(page: Page) -> None:
    go(page, "/sparql", "nl")
    page.get_by_label("Vraag").fill("SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/hefboom/ns#Site> }")
    page.get_by_label("Formaat").select_option("csv")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Stel de vraag").click()
    assert waiting.value.path().read_text().split() == ["n", "63"]


def test_every_value_that_a_question_asks_for_is_named_in_dutch() -> None:
    asked = [param for question in catalogue().values() for param in question.header.params if param.name != "lang"]
    assert not {param.name for param in asked} - NAMES.keys()
    assert {param.description for param in asked} == ABOUT_NL.keys()


def test_officer_asks_a_question_and_takes_the_answer_to_excel(page: Page, house: tuple[Running, str]) -> None:
    sign_in(page, house[1])
    go(page, "/questions", "nl")
    page.locator("a[href*='/questions/site-facts']").click()
    page.get_by_label("Locatie").fill(f"{BASE}/site/nike-7")
    page.keyboard.press("Enter")
    page.get_by_role("cell", name="nike factory 7").wait_for()
    assert_sound(page, "nl")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="xlsx").click()
    sheet = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes())).worksheets[0]
    assert any("nike factory 7" in row for row in sheet.iter_rows(values_only=True))


def test_value_that_does_not_fit_is_told_above_the_form(page: Page, house: tuple[Running, str]) -> None:
    sign_in(page, house[1])
    answer = page.request.get("/questions/site-facts?site=nosuchsite&ask=1&lang=nl")
    assert answer.status == 400
    page.set_content(answer.text())
    told = page.get_by_role("alert").inner_text()
    assert "nosuchsite" in told
    assert "bij dit publiek bekend" in told
    assert page.get_by_label("Locatie").input_value() == "nosuchsite"


def test_closed_question_is_neither_listed_nor_answered_to_the_public(page: Page) -> None:
    go(page, "/questions", "en")
    listed = page.locator("main li a")
    assert listed.count() > 10
    assert page.locator("a[href*='/questions/shared-sites']").count() == 0
    assert page.request.get("/questions/shared-sites").status == 403
    assert page.request.get("/questions/nosuchquestion").status == 404


def test_page_of_a_site_leads_to_the_questions_about_it(page: Page, house: tuple[Running, str]) -> None:
    go(page, "/doc/id/site/nike-7", "en")
    offered = page.locator("a[href*='/questions/']")
    assert page.locator("a[href*='/questions/who-uses-site']").count() == 0
    offered.filter(has_text="What is known").first.click()
    page.get_by_role("cell", name="nike factory 7").wait_for()
    sign_in(page, house[1])
    go(page, "/doc/id/site/nike-7", "en")
    assert page.locator("a[href*='/questions/who-uses-site']").count() == 1


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Nothing stands at this address"), ("nl", "Op dit adres staat niets")]
)
def test_address_where_nothing_stands_is_told_on_a_page(
    browser: Browser, house: tuple[Running, str], lang: str, said: str
) -> None:
    with browser.new_context(base_url=f"http://127.0.0.1:{house[0].port}") as context:
        page = context.new_page()
        answer = page.goto(f"/doc/id/site/nosuchsite?lang={lang}")
        assert answer is not None
        assert answer.status == 404
        assert page.locator("h1").inner_text() == said
        assert_sound(page, lang)
