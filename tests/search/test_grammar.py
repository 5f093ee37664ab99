"""Grammars: every formula once, the shortest first, and an error that names the place."""

from fractions import Fraction
from itertools import islice

import pytest

from nmderive.errors import UsageError
from nmderive.losses.reading import read as read_loss
from nmderive.search.grammar import parse, read

SMALL = {
    "rules": {
        "loss": ["sum(j, <own j>)", "sum(j, k != j, log(1 + <pair j k>))"],
        "own j": ["log(1 + <pair j j+1>)", "s[1,j]"],
        "pair j k": ["sum(i, t[i,j]^a*exp(c*(s[i,k] - s[i,j])))"],
    },
    "letters": {"a": [1, "1/2"], "c": [-1]},
}


def test_formulas_come_shortest_first_with_values_for_their_letters():
    found = list(parse(SMALL).formulas())
    assert found == [
        "sum(j, s[1,j])",
        "sum(j, k != j, log(1 + sum(i, t[i,j]^1*exp((-1)*(s[i,k] - s[i,j])))))",
        "sum(j, k != j, log(1 + sum(i, t[i,j]^(1/2)*exp((-1)*(s[i,k] - s[i,j])))))",
        "sum(j, log(1 + sum(i, t[i,j]^1*exp((-1)*(s[i,j+1] - s[i,j])))))",
        "sum(j, log(1 + sum(i, t[i,j]^(1/2)*exp((-1)*(s[i,j+1] - s[i,j])))))",
    ]
    assert parse(SMALL).is_finite and parse(SMALL).letters["a"] == (1, Fraction(1, 2))


def test_a_rule_that_leads_back_to_itself_goes_on_without_end():
    grammar = parse({"rules": {"x": ["s[1,1]", "(<x> + <x>)", "exp(<x>)"]}})
    found = list(islice(grammar.formulas(), 6))
    assert found == ["s[1,1]", "exp(s[1,1])", "(s[1,1] + s[1,1])", "exp(exp(s[1,1]))", "(s[1,1] + exp(s[1,1]))",
                     "(exp(s[1,1]) + s[1,1])"]
    assert not grammar.is_finite


@pytest.mark.slow
def test_every_formula_of_the_grammar_that_comes_along_is_a_loss():
    grammar = read()
    formulas = list(grammar.formulas())
    assert len(formulas) == len(set(formulas)) and grammar.is_finite
    for text in formulas:
        read_loss(text, grammar.solve, form="text")


@pytest.mark.parametrize(("change", "message"), [
    ({"rules": {}}, "no rules"),
    ({"rules": {"loss": "sum(j, s[1,j])"}}, "no list of formulas"),
    ({"rules": {"loss": ["sum(j, <own>)"]}}, "there is no rule 'own'"),
    ({"rules": {"loss": ["sum(j, <own j k>)"], "own j": ["s[1,j]"]}}, "takes 1 indices, not 2"),
    ({"rules": {"loss": ["sum(i, <own i>)"], "own j": ["sum(i, t[i,j])"]}}, "given to a form that sums over i"),
    ({"rules": {"own j": ["s[1,j]"]}}, "no rule without indices"),
    ({"rules": {"a": ["1"], "own jj": ["1"]}}, "no single letters"),
    ({"rules": {"a": ["1"]}, "letters": {"c": [0.5]}}, "no list of numbers"),
    ({"rules": {"a": ["1"]}, "letters": {"cc": [1]}}, "no list of numbers"),
    ({"rules": {"a": ["1"]}, "letters": {"c": "solve", "d": "solve"}}, "two letters are to be solved for"),
    ({"rules": {"a": ["1"]}, "start": "b"}, "starts with 'b'"),
    ({"rules": {"a": ["1"]}, "sizes": {}}, "no part 'sizes'"),
    ({"rules": []}, "is a table"),
])
def test_a_grammar_that_does_not_stand_is_one_error(change, message):
    with pytest.raises(UsageError, match=message):
        parse(change)


def test_the_caret_stands_under_the_hole():
    with pytest.raises(UsageError) as error:
        parse({"rules": {"loss": ["sum(j, <own>)"]}})
    formula, caret = error.value.message.splitlines()[-2:]
    assert formula[caret.index("^")] == "<"


def test_a_file_that_is_no_toml_or_not_there_is_one_error(tmp_path):
    (tmp_path / "g.toml").write_text("[rules\n")
    for name, message in (("g.toml", "no TOML"), ("none.toml", "cannot read the grammar")):
        with pytest.raises(UsageError, match=message):
            read(tmp_path / name)
