"""Bad input gives one error: what, where, how to mend it; quickly."""


import pytest

from nmderive.errors import NmderiveError, ParseError, UnsupportedError, caret_lines
from nmderive.notation import Declarations, parse

CASES = [
    (r"l = \sum_j \lgo s_{i,j}", r"\lgo", r"did you mean \log?"),
    (r"l = \summ_j s_{i,j}", r"\summ", r"did you mean \sum?"),
    (r"l = g s_{i,j}", "g", "--let 'g>0'"),
    (r"l = \, s", "s", "s_{i,j}"),
    (r"l = \gamma s_{i,j}", r"\gamma", "--let 'gamma>0'"),
    (r"l = w_j s_{i,j}", "w_j", "--let 'w_j>0'"),
    (r"l = \sum_j z_{i,j}", "z_{i,j}", "--let 'z: logits'"),
    (r"l = \sum_j y_{i,j}", "y_{i,j}", "--let 'y: labels'"),
    (r"l = \sum_{j=1}^{K} s_{i,j}", "K", "--let 'K: classes'"),
    (r"l = (s_{i,j}", "(", None),
    (r"l = s_{i,j})", ")", None),
    (r"l = \sum_k \max_{j<k} s_{i,j}", r"\max_{j<k}", r"\max_{k \neq j}"),
    (r"l = \max(s_{i,j})", r"\max", r"\max(0, x)"),
    (r"l = |s_{i,j}", "|", "|x|"),
    (r"l = \mathbb{1} s_{i,j}", r"\mathbb", "indicators"),
    (r"l = s_{i,j} ; ?", "?", None),
    (r"l = s_{u,j}", "u", "--let 'u in m'"),
    (r"l = \log x (1+s_{i,j})", r"\log x (1+s_{i,j})", "brackets"),
    (r"l = s_{i,j} \pm 1", r"\pm", "two formulas"),
    ("l = sum(j, s[i,j]) g", "g", "*"),
    ("l = max(s[i,j])", "max", None),
    ("l = floor(s[i,j])", "floor", "|x|"),
    ("l = __import__", "_", None),
    ("l = eval(s[i,j])", "eval", None),
]


@pytest.mark.parametrize(("text", "where", "hint"), CASES)
def test_place_and_hint(text, where, hint):
    declarations = Declarations.from_lets(["x>0"] if "x" in text and "max" not in text else [])
    with pytest.raises(NmderiveError) as caught:
        parse(text, declarations)
    error = caught.value
    assert error.span is not None and error.source == text
    assert text[error.span.start : error.span.end].startswith(where[0])
    assert error.span.start == text.index(where, 3)
    if hint is not None:
        assert hint in (error.hint or "")
    assert "Traceback" not in str(error) and str(error).count("^") >= 1


def test_caret_stands_under_the_place():
    with pytest.raises(ParseError) as caught:
        parse(r"l = \sum_j \lgo s_{i,j}")
    line, caret = caret_lines(caught.value.source, caught.value.span)
    assert line[caret.index("^") :].startswith(r"\lgo") and caret.count("^") == 4


HOSTILE = [
    "9**9**9**9",
    "9^{9^{9^{9}}}",
    "(((10**999)**999)**999)",
    "2**-99999999",
    "1e999999999*2",
    "9" * 5000,
    "(" * 10_000 + "x" + ")" * 10_000,
    "(" * 10_000,
    "{" * 3000,
    "x" * 10**6,
    "\\left(" * 3000,
    "\x00",
    "s\x00[i]",
    "__import__('os').system('true')",
    "().__class__",
    "lambda: 1",
    "exec('1')",
    "import os",
    "",
    " ",
    "$$",
    "\\",
    "%",
    "\\begin{equation}",
    "\\end{document}",
    "\\input{/etc/passwd}",
    "\\frac",
    "\\frac{1}",
    "\\sum",
    "\\sum_",
    "\\sum_{}",
    "\\sum_{i}",
    "_",
    "^",
    "s_",
    "s_{",
    "s^",
    "\\sqrt",
    "\\bar",
    "=",
    "==",
    "= =",
    "a = ",
    ",",
    "l =",
    "..",
    "s_{i,j}^",
    "\\log",
    "\\text{",
    "\\text{softmax}",
    "\\left.",
    "1/0",
    "\\frac{1}{0}",
    "0^{-1}",
    "\\log 0",
    "\\log(-1)",
    "\\sqrt{-1}",
    "sqrt(s[i,j]**2)",
    "s[i,j]!",
    "s[i",
    "s[]",
    "s[i,j,k]",
    "s[0,0]",
    "s[-1,1]",
    "s[1.5,1]",
    "sum()",
    "sum(j)",
    "sum(1, 2)",
    "sum(j, j, j, )",
    "diff(s[i,j])",
    "diff(1, 2)",
    "p",
    "p[i]",
    "∫",
    "s[i,j] s[i,j]",
    "💥",
    "\u202e",
    "e_i",
    "s_{i,j}'",
    "-" * 5000 + "1",
    "1" + "+1" * 9000,
    "s_{i_{j_{k}}}",
    "\\sum_{i}" * 2000 + "1",
    "log(" * 59 + "2" + ")" * 59,
    "\\frac{1}{" * 50 + "2" + "}" * 50,
    "f(f(s[i,j]))",
    "softmax(2)",
    "sigma",
    "\\sigma",
    "\\delta",
    "l",
    "n",
    "10**400*10**400",
    "s[i,j]**99999999999",
    "\\text{\\text{\\text{x}}}",
    "x" * 20_000,
    "log(1+" * 58 + "s[i,j]" + ")" * 58,
    "exp(" * 58 + "s[i,j]" + ")" * 58,
    "\\sum_{j=1}^{9999999999} s_j",
    "\\sum_{j=1}^{50} \\sum_{k=1}^{50} \\sum_{h=1}^{50} \\sum_{l=1}^{50} s_{i,j} s_{i,k} s_{i,h} s_{i,l}",
    "10**999*" * 2000 + "1",
    "((1+n)**9999)**9999",
    "2**2**2**2**2**2",
    "\\prod_{j=1}^{50} \\prod_{k=1}^{50} \\prod_{h=1}^{50} s_{i,j}",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("form", ["latex", "text"])
def test_hostile_input_ends_orderly(text, form):
    try:
        parse(text, form=form)
    except NmderiveError as error:
        assert len(str(error)) < 1000


@pytest.mark.parametrize(
    "text", ["9**9**9**9", "(" * 10_000 + "1" + ")" * 10_000, "1" * 10**6, "\x00", "1/0", "log(0)"]
)
def test_refused_with_a_parse_error(text):
    with pytest.raises(ParseError):
        parse(text, form="text")


LETS = [
    "g>>0",
    "",
    "=",
    "g=",
    "g=x",
    "n>0",
    "m",
    "e",
    "g: wizard",
    "c in q",
    "1>0",
    "K: ",
    "q=1/0",
    "x;y",
    "a" * 2000,
    "U: size",
]


@pytest.mark.parametrize("let", LETS)
def test_bad_declarations(let):
    with pytest.raises(ParseError) as caught:
        Declarations.from_lets([let])
    assert caught.value.hint


def test_good_declarations():
    lets = [
        "g>0",
        "b",
        "q=0.7",
        "w_j>0",
        "m: margin",
        "f: function",
        "z: logits",
        "y: labels",
        "c in m",
        "r in n",
        "K: size",
        "N: rows",
        "x >= 0",
        r"\tau>0",
        r"\pi_j>0",
        "t_neg>0",
        "v[j]",
    ]
    declared = Declarations.from_lets(lets)
    assert {
        "g",
        "b",
        "q",
        "w",
        "m",
        "f",
        "z",
        "y",
        "c",
        "r",
        "K",
        "N",
        "x",
        "tau",
        "pi",
        "t_neg",
        "v",
    } <= declared.names()
    assert dict(declared.parameters)["x"].is_nonnegative and dict(declared.arrays)["pi"].is_positive
    again = declared.merge(Declarations.from_lets(["g"]))
    assert dict(again.parameters)["g"].is_positive is None and len(again.parameters) == len(
        declared.parameters
    )


def test_unsupported_is_told_apart():
    with pytest.raises(UnsupportedError):
        parse(r"\lfloor s_{i,j} \rfloor")
