r"""What each LaTeX command means to the lexer: kinds of token, spacing to drop, refusals."""

from __future__ import annotations

FUNCTIONS = {
    "log": "log",
    "ln": "log",
    "exp": "exp",
    "tanh": "tanh",
    "cosh": "cosh",
    "sinh": "sinh",
    "softmax": "softmax",
    "sigmoid": "sigmoid",
    "Softmax": "softmax",
    "SoftMax": "softmax",
    "Sigmoid": "sigmoid",
    "softplus": "softplus",
    "logit": "logit",
    "logsumexp": "logsumexp",
    "LSE": "logsumexp",
    "log-softmax": "log-softmax",
    "log softmax": "log-softmax",
    "log_softmax": "log-softmax",
    "logsoftmax": "log-softmax",
    "LogSoftmax": "log-softmax",
    "abs": "abs",
    "sign": "sign",
    "sgn": "sign",
    "relu": "relu",
    "ReLU": "relu",
    "RELU": "relu",
    "max": "max",
    "min": "min",
    "clip": "clip",
    "clamp": "clip",
}
#: Functions of several arguments, in brackets.
EXTREMA = frozenset(["max", "min", "clip"])

#: Operators on distributions, and the names that papers give them.
OPERATORS = {
    "KL": "KL", "KLD": "KL", "KLDiv": "KL", "CE": "CE", "BCE": "BCE", "JS": "JS", "JSD": "JS", "H": "H", "Ent": "H",
    "logsumexp": "LSE", "LSE": "LSE", "LogSumExp": "LSE", "lse": "LSE", "CrossEntropy": "CE", "CELoss": "CE",
    "BCELoss": "BCE",
}
#: Commands that only shape the page.
DROPPED = frozenset(
    "left right bigl bigr Bigl Bigr biggl biggr Biggl Biggr big Big bigg Bigg limits nolimits displaystyle "
    "textstyle scriptstyle nonumber notag middle relax hfill cr bigm Bigm".split()
)
SPACES = frozenset([",", ";", ":", "!", " ", "\n", "thinspace", "medspace", "thickspace", "hspace", "hskip"])
#: Commands whose braces only change the font.
FONTS = frozenset(
    "mathrm mathbf boldsymbol mathit mathsf mathcal mathscr mathfrak bm operatorname text textrm textit "
    "textbf mbox operatorname* pmb textnormal mathtt texttt rm bf cal it sf tt".split()
)
ACCENTS = {"bar": "bar", "overline": "bar", "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde",
           "vec": "vec"}
RELATIONS = {
    "neq": "!=",
    "ne": "!=",
    "le": "<=",
    "leq": "<=",
    "leqslant": "<=",
    "ge": ">=",
    "geq": ">=",
    "geqslant": ">=",
    "lt": "<",
    "gt": ">",
    "in": "in",
}
DOTS = frozenset("cdots ldots dots dotsb dotsc dotsm".split())
TIMES = frozenset("cdot times ast".split())
BIG = {"sum": "sum", "prod": "prod"}
BRACKETS = {"{": "LPAR", "}": "RPAR", "lbrace": "LPAR", "rbrace": "RPAR", "lbrack": "LPAR", "rbrack": "RPAR",
            "llbracket": "LBRACK", "rrbracket": "RBRACK"}
SEPARATORS = frozenset(["\\", "quad", "qquad", "newline"])
GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho "
    "sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "ell".split()
)
ENVIRONMENTS = frozenset(
    name + star
    for name in ("equation", "align", "aligned", "gather", "gathered", "split", "multline", "alignat")
    for star in ("", "*")
)
_SMOOTH = "only |x|, max, min, relu and clip of expressions are known; use a smooth form such as log-sum-exp"
_KNOWN_FUNCTIONS = "only log, exp, tanh, cosh, sinh, sqrt, abs, max, min, relu, clip, sigmoid and softmax are known"
UNSUPPORTED = {
    "argmax": _SMOOTH,
    "argmin": _SMOOTH,
    "|": _SMOOTH,
    "vert": _SMOOTH,
    "lvert": _SMOOTH,
    "rvert": _SMOOTH,
    "Vert": _SMOOTH,
    "lVert": _SMOOTH,
    "rVert": _SMOOTH,
    "sup": _SMOOTH,
    "inf": _SMOOTH,
    "lfloor": _SMOOTH,
    "rfloor": _SMOOTH,
    "lceil": _SMOOTH,
    "rceil": _SMOOTH,
    "int": "integrals are not supported; losses are sums over samples and classes",
    "lim": "limits are not part of a loss",
    "mathbb": "indicators \\mathbb{1}[y = k] and means \\mathbb{E} are read beside labels and predictions that can be "
              "told: declare them",
    "nabla": "write the gradient entry by entry: \\frac{\\partial l}{\\partial s_{i,j}}",
    "infty": "infinite ranges are not supported",
    "prime": "a prime stands above one letter: y^{\\prime}, z_i^{\\prime}",
    "mathbbm": "indicators are read beside labels and predictions that can be told: declare them",
    "arg": "argmax and argmin have no formula here; write the class with a letter of its own, y_i",
    "odot": "write the product entry by entry: \\sum_k y_k \\log p_k",
    "circ": "write the product entry by entry: \\sum_k y_k \\log p_k",
    "star": "give what it marks a letter of its own, or write ^* above it",
    "propto": "write the formula with =; a factor that is left out may have a letter",
    "sin": _KNOWN_FUNCTIONS,
    "tan": _KNOWN_FUNCTIONS,
    "arccos": _KNOWN_FUNCTIONS,
    "arctan": _KNOWN_FUNCTIONS,
    "lg": "write \\log for the natural logarithm, \\log_2 or \\log_{10} for others",
    "cos": _KNOWN_FUNCTIONS,
    "sum'": "primed sums are not supported",
    "binom": "binomials are not supported",
    "det": "determinants are not supported",
    "pm": "a sign \\pm stands for two formulas; write them one by one",
    "sim": "a range is written under the sum: \\sum_{i=1}^{n}",
    "gg": "a comparison of sizes is no part of a loss",
    "ll": "a comparison of sizes is no part of a loss",
    "approx": "write the formula with = and \\cdots for what is left out",
    "notin": "write the condition with \\in and the complementary set",
}

KNOWN = sorted(
    {
        *DROPPED,
        *FONTS,
        *ACCENTS,
        *RELATIONS,
        *DOTS,
        *TIMES,
        *BIG,
        *GREEK,
        *UNSUPPORTED,
        "frac",
        "dfrac",
        "tfrac",
        "sqrt",
        "log",
        "ln",
        "exp",
        "tanh",
        "max",
        "min",
        "cosh",
        "sinh",
        "quad",
        "qquad",
        "begin",
        "end",
        "tag",
        "label",
        "partial",
        "substack",
        "bmod",
    }
)
