"""Whether a LaTeX document stands: compiled where pdflatex is installed, else its syntax."""

import re
import shutil
import subprocess

KNOWN = set("""documentclass usepackage definecolor newcommand newsavebox savebox usebox ifdim wd else fi resizebox
linewidth setlength parindent parskip emergencystretch allowdisplaybreaks begin end title author date maketitle
tableofcontents section subsection subsubsection paragraph label url emph item textbf textcolor footnotesize small
normalfont quad qquad itemsep verdict formula formulabox displaystyle ensuremath textbackslash textasciicircum
textasciitilde textbar textstyle hline frac tfrac sqrt sum prod log ln exp left right limits bar hat partial neq ne le
ge leq geq in iff to cdot cdots ldots infty alpha beta gamma delta lambda mu sigma tau Omega Delta mathrm text textit
operatorname tanh max min pm times propto equiv rho phi chi psi omega theta epsilon par mp medskip
smallskip noindent centering newline dots sim approx Leftrightarrow bmod""".split())


def assert_compiles(text, folder):
    if shutil.which("pdflatex"):
        (folder / "typeset.tex").write_text(text, encoding="utf-8")
        done = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "typeset.tex"], cwd=folder,
                              capture_output=True, text=True, errors="replace", timeout=120)
        assert done.returncode == 0, done.stdout[-1500:]
        return
    assert text.isascii()
    plain = re.sub(r"\\[\\{}$&#%_^]", "", text)
    assert plain.count("{") == plain.count("}")
    opened = []
    for what, name in re.findall(r"\\(begin|end)\{([a-z]+\*?)\}", plain):
        if what == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened
    unknown = set(re.findall(r"\\([A-Za-z]+)", plain)) - KNOWN
    assert not unknown, f"not in the list of commands: {sorted(unknown)}"
