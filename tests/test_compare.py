"""The table of the open question, losses side by side."""

import json
import re
import sys
from html import escape
from pathlib import Path

import pytest
from today import of_today

from nmderive.checker import check
from nmderive.compare import compare, page
from nmderive.errors import UsageError
from nmderive.losses.catalogue import load, names

pytestmark = pytest.mark.slow

ROWS = {
    "balance": ["yes", "yes", "yes", "yes", "yes", "yes"],
    "softmax-optimum": ["no", "yes", "yes", "yes", "yes", "yes"],
    "decoupled": ["no (m>=3)", "yes", "yes", "yes", "yes", "yes"],
    "hard-label-argmax": ["yes", "no (m>=3)", "yes", "yes", "yes", "yes"],
    "convex": ["yes", "yes", "yes", "yes", "yes", "yes"],
    "degenerates-m2": ["yes", "yes", "yes", "no (hard labels: yes)", "yes", "yes"],
    "degenerates-n1": ["yes", "no", "no", "yes", "yes", "yes"],
}
LOSSES = ["loss-1", "loss-3", "pairwise", "quadratic", "matching", "cyclic"]


@pytest.fixture(scope="module")
def table(judged):
    with pytest.MonkeyPatch.context() as patch:
        # The reproduction judges the same table with m = 4, too.
        patch.setattr(sys.modules[compare.__module__], "FAMILY_SIZES", (2,))
        return compare(LOSSES, claims=list(ROWS), judge=judged)


def test_the_table_of_the_open_question(table):
    for row in table.rows:
        for cell, expected in zip(row.cells, ROWS[row.claim], strict=True):
            assert cell.text.startswith(expected), (row.claim, cell.text)
            certificates = [c for v in cell.verdicts for c in v.certificates]
            assert certificates and all(check(c.as_json()).accepted for c in certificates)


def test_the_formats(table):
    text = table.render()
    assert text.splitlines()[0].split() == LOSSES and "certificates" in text
    assert table.render("markdown").count("\n") == 1 + len(ROWS)
    assert table.render("latex").startswith(r"\begin{tabular}{lllllll}")
    data = json.loads(table.render("json"))
    assert data["schema"] == "nmderive-comparison/1" and len(data["rows"]) == len(ROWS)
    with pytest.raises(UsageError):
        table.render("nonsense")


def test_members_of_a_family_are_losses_of_their_own():
    assert "matching" not in names()
    assert load("matching-2").sizes == (("m", 2),)
    with pytest.raises(UsageError):
        load("matching")
    assert compare(["matching-3"], claims=["convex"]).rows[0].cells[0].text == "yes"


def test_the_page_says_which_losses_have_no_row():
    ending = page(compare(["loss-3"], claims=["convex"])).split("\n\n")[-2:]
    committed = (Path(__file__).parent.parent / "docs" / "properties.md").read_text(encoding="utf-8")
    assert committed.split("\n\n")[-2:] == ending and "matching" in ending[-1]


def test_formulas_can_be_compared():
    table = compare(["sum(i, sum(j, (t[i,j]-softmax(s[i,j]))**2))", "brier"], claims=["balance", "convex"])
    assert [c.text for c in table.rows[1].cells] == ["no", "no"]


def test_a_formula_has_the_name_given_or_a_number():
    formula = r"-\sum_i \sum_j t_{i,j} \log p_{i,j}"
    table = compare([f"mine = {formula}", formula, "L=s[1,1]", "matching-2"], claims=["convex"])
    assert table.names == ("mine", formula, "L", "matching-2") and table.heads == ("mine", "(2)", "L", "matching-2")
    assert table.formulas[0] == table.formulas[1]
    for form in ("terminal", "markdown", "latex"):
        text = table.render(form)
        assert "(2)" in text and formula not in text.splitlines()[0]


def test_the_page_of_a_comparison_has_all_of_it_and_loads_nothing(table, tmp_path, capsys):
    from nmderive.claims import definition
    from nmderive.cli import main

    page = table.render("html")
    assert "<script" not in page and not re.search(r"""(src|href)=["']?https?:""", page)
    assert page.count("<td data-loss=") == page.count("<details>") == len(LOSSES) * len(ROWS)
    ids = re.findall(r' id="([^"]*)"', page)
    assert set(re.findall(r'href="#([^"]*)"', page)) == set(ids) == set(ROWS) and len(ids) == len(ROWS)
    assert all(f'title="{escape(definition(claim))}"' in page for claim in ROWS)
    file = tmp_path / "page.html"
    assert main(["compare", "a=s[1,1]", "loss-3", "--claim", "convex", "--format", "html", "--out", str(file)]) == 0
    assert capsys.readouterr().out.strip() == str(file) and "<h1>Losses side by side</h1>" in file.read_text()


def test_the_page_of_all_losses_is_up_to_date(judged):
    expected = (Path(__file__).parent.parent / "docs" / "properties.md").read_text(encoding="utf-8")
    chosen = of_today(names(), 12)
    text = page(compare(chosen, judge=judged))
    if len(chosen) == len(names()):
        assert text == expected
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert set(rows) <= set(expected.splitlines()) and len(rows) == 2 + len(chosen)
    assert [line.split("|")[1].strip() for line in expected.splitlines() if line.startswith("| ")][1:] == names()
    cells = [c.strip() for line in expected.splitlines() if line.startswith("| ") for c in line.split("|")[2:-1]]
    judged_cells = cells[cells.index("unique-optimum") + 1:]
    open_share = 100 * sum(c.startswith("?") for c in judged_cells) / len(judged_cells)
    total, share = re.search(r"(\d+) verdicts: .* ([0-9.]+) percent UNDECIDED", expected).groups()
    assert len(judged_cells) == int(total) and f"{open_share:.1f}" == share and open_share < 4
