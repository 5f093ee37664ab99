"""The page in a browser: pasting, a guess changed, refusals, cancelling, equality, links, phones, dark, no scripts."""

import shutil
import subprocess
import sys

import pytest

pytest.importorskip("starlette", reason="the page is shown where Starlette is installed: pip install '.[test]'")
pytest.importorskip("uvicorn", reason="the page is shown where uvicorn is installed: pip install '.[test]'")
playwright = pytest.importorskip(
    "playwright.sync_api", reason="the page is tried in a browser where Playwright is: pip install '.[browser]'")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="the page is tried in a browser where Chromium is installed"),
]
SKEW = r"\log \left(1 + \sum_{j, j \neq t} e^{ s_{j} - s_t}\right)"
OTHER = r"\log \left(1 + \sum_{j} (1-t_j) e^{ s_{j}}\right)"
#: A judgement on a busy machine takes as long as it takes.
PATIENCE = 300_000


@pytest.fixture(scope="module")
def address():
    command = [sys.executable, "-m", "nmderive", "serve", "--port", "0", "--workers", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    yield process.stderr.readline().split()[1]
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as library:
        opened = library.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def shown(browser, address):
    """Return what opens the page; at the end nothing was blocked, failed, or loaded from elsewhere."""
    said, contexts = [], []

    def opened(fragment="", **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((address, "data:")) else said.append(r.url))
        page.goto(address + fragment)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in said if "422" not in text] == []


def test_a_formula_is_read_at_once_and_a_guess_is_changed(shown):
    page = shown()
    page.fill("#loss", r"-\log p_y + a \sum_k p_k^2")
    page.wait_for_selector("#gradient math")
    assert page.locator("#reading select").count() == 4
    page.locator("#reading select").last.select_option("a>0")
    page.wait_for_selector("#reading li:nth-child(4)", state="detached")
    assert page.input_value("#lets") == "a>0" and "lets=a%3E0" in page.url


def test_a_refusal_shows_its_place_and_goes_away_with_its_mend(shown):
    page = shown()
    page.fill("#loss", "sum(j, s[1,j]")
    page.wait_for_selector("#error:visible")
    assert "^" in page.inner_text("#error pre")
    page.fill("#loss", "sum(j, s[1,j]*t[1,j])")
    page.wait_for_selector("#gradient math")
    assert page.locator("#error").is_hidden()


def test_verdicts_come_with_files_and_are_rechecked(shown):
    page = shown()
    page.fill("#loss", "loss-3")
    page.click("text=Declarations, sizes")
    page.fill("#m", "2")
    page.click("text=Judge it")
    page.wait_for_selector("#gradient math")
    page.wait_for_selector("#panel article")
    page.click("text=Re-check every certificate")
    page.wait_for_selector(".recheck .ACCEPTED")
    assert page.locator("#panel .summary li").count() == page.locator("#panel article").count() > 10
    with page.expect_download() as file:
        page.click("text=Download the dossier")
    assert file.value.suggested_filename == "dossier.json"
    assert page.locator("#cancel").is_hidden()


def test_work_is_cancelled_and_says_so(shown):
    page = shown("#loss=focal&tab=solve")
    page.wait_for_selector("#tab-solve[aria-selected=true]")
    page.click("#cancel")
    page.wait_for_selector("#panel >> text=cancelled")
    assert page.locator("#cancel").is_hidden()


def test_two_formulas_are_compared_and_the_link_says_it_again(shown):
    page = shown()
    page.fill("#loss", SKEW)
    page.click("text=Prove equal to another formula")
    page.fill("#right", OTHER)
    page.click("text=Are they equal?")
    page.wait_for_selector("#panel article .REFUTED")
    again = shown("#" + page.url.partition("#")[2])
    again.wait_for_selector("#panel article .REFUTED")
    assert again.input_value("#right") == OTHER and again.input_value("#loss") == SKEW


def test_the_tabs_are_walked_by_keys_and_the_gallery_fills_the_form(shown):
    page = shown()
    page.click("a >> text=brier")
    page.wait_for_selector("#gradient math")
    assert page.input_value("#loss") == "brier"
    page.focus("#tab-verify")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel math")
    assert page.get_attribute("#tab-hessian", "aria-selected") == "true" and "tab=hessian" in page.url


def test_a_question_of_the_gallery_is_asked_with_its_claims(shown):
    page = shown()
    page.click("text=Can a contrastive loss whose denominator leaves out the positive become negative?")
    page.wait_for_selector("#panel article .REFUTED")
    assert page.input_value("#claims") == "nonnegative" and page.locator("#panel article").count() == 1
    assert "k\\neq y_i" in page.input_value("#loss") and "claims=nonnegative" in page.url
    page.click("summary:has-text('Gallery')")
    page.click("text=Can log(1 - sigmoid(z)) be written as log sigmoid(z) - z?")
    page.wait_for_selector("#panel article .PROVED")
    assert page.input_value("#lets") == "z: logits" and page.input_value("#claims") == "" and "verb=equal" in page.url


def test_a_picture_moves_by_press_and_by_arrow_keys(shown):
    page = shown("#loss=focal&tab=plot", viewport={"width": 390, "height": 900})
    page.wait_for_selector("#picture-slopes")
    drawn = page.locator("#picture-slopes figcaption:visible")
    assert "g = 2" in drawn.inner_text() and drawn.count() == 1
    page.click("#picture-slopes label:text-is('0.5')")
    assert "g = 0.5" in drawn.inner_text() and drawn.count() == 1
    page.keyboard.press("ArrowRight")
    assert "g = 1" in drawn.inner_text() and drawn.count() == 1


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen_and_words_stand_out(shown, width, scheme):
    page = shown("#loss=focal&tab=plot", viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.wait_for_selector("#panel figure >> visible=true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for words in ("h1", "label", ".soft", "button.first", "#tab-plot", "figcaption", "a, summary"):
        assert page.locator(words).locator("visible=true").first.evaluate(CONTRAST) >= 4.5, words
    nameless = "document.querySelectorAll('input, select, textarea, button')"
    assert page.evaluate(f"[...{nameless}].filter(x => !x.labels?.length && !x.textContent.trim() "
                         "&& !x.getAttribute('aria-label')).length") == 0


@pytest.mark.parametrize("width, scheme", [(390, "dark"), (1280, "light")])
@pytest.mark.parametrize("fragment, until", [
    ("", "#gallery"), ("#loss=focal&tab=plot", "#panel figure >> visible=true"),
    ("#loss=focal&tab=code", "#panel details"),
    ("#loss=sum(j,log(", "#error"), ("#loss=%5Csum_j%20s_j%20t_j&m=2&n=1", "#panel article"),
])
def test_the_rules_of_accessibility_are_kept(shown, fragment, until, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=(
        "accessibility is checked where axe is: pip install '.[browser]'"))
    page = shown(fragment, viewport={"width": width, "height": 900}, color_scheme=scheme)
    if "n=1" in fragment:
        page.click("text=Judge it")
    page.wait_for_selector(until)
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width, scheme", [(390, "dark"), (1280, "light")])
def test_a_page_that_is_a_file_keeps_them_too_and_fits(browser, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=(
        "accessibility is checked where axe is: pip install '.[browser]'"))
    import nmderive

    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    table = nmderive.compare(["loss-3", "brier", "mine=s[1,1]"], claims=["convex", "symmetric"])
    page.set_content(table.render("html"))
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


#: The ratio of luminances of a text and of the ground behind it, as the accessibility guidelines define it.
CONTRAST = """node => {
  const light = (c) => c.match(/[\\d.]+/g).slice(0, 3).map((x) => x / 255)
    .map((x) => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)
    .reduce((sum, x, k) => sum + x * [0.2126, 0.7152, 0.0722][k], 0);
  const clear = (c) => c === 'transparent' || /, 0\\)$/.test(c);
  let under = node;
  while (under && clear(getComputedStyle(under).backgroundColor)) under = under.parentElement;
  const [a, b] = [getComputedStyle(node).color, getComputedStyle(under).backgroundColor].map(light);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


def test_without_scripts_the_form_is_answered_whole(shown):
    page = shown(java_script_enabled=False)
    page.fill("#loss", r"-\log p_y")
    page.click("button[value=derive]")
    page.wait_for_selector("text=y: the target class")
    assert page.locator("math").count() > 2 and page.input_value("#loss") == r"-\log p_y"
