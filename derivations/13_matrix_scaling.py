"""Loss-1's optimum as a matrix scaling: all logits known but m numbers a_j that all rows share."""

from nmderive.derivation import Derivation

d = Derivation("The optimum of loss-1 is a matrix scaling", ["a_j", "r", "X_j>0", "A_j>0"])
d.argued("put s_ij = log(t_ij)/2 + r_i + a_j: the exponentials of loss-1 then depend on roots of labels and on a only")
d.start(r"t_{i,j} e^{\frac{1}{2}\log t_{i,k} + r + a_k - \frac{1}{2}\log t_{i,j} - r - a_j}", "t_ij e^(s_ik - s_ij)")
d.step("the row's shift cancels, the label becomes a root", r"\sqrt{t_{i,j}} \sqrt{t_{i,k}} e^{a_k - a_j}", "t > 0")
d.argued("with X_j = e^(a_j), M_jk = sum_i sqrt(t_ij t_ik) for j != k and M_jj = 1, the log's argument is "
         "A_j = (M X)_j / X_j")
d.start(r"\sum_j \log \left(1 + \sum_{i,k\neq j} t_{i,j}e^{- s_{i,j} + s_{i,k}}\right)", "loss-1")
d.differentiate("dl/ds_ij")
d.argued("its k-th part is sqrt(t_ij t_ik) (X_j/X_k) / A_k - sqrt(t_ij t_ik) (X_k/X_j) / A_j")
d.start(r"\sqrt{t_{i,j}} \sqrt{t_{i,k}} \left(\frac{X_j}{X_k A_k} - \frac{X_k}{X_j A_j}\right)", "that part")
d.put("take A_j = 1/X_j^2", r"A_j = X_j^{-2}")
d.step("it vanishes", "0")
d.argued("so X_j (M X)_j = 1: the symmetric scaling of M. It has one positive solution, the point where "
         "sum_jk M_jk X_j X_k / 2 - sum_j log X_j, convex in log X, is least")
d.has("loss-1", "unique-optimum")
d.found("loss-1", "s", 5.0)
d.finish()
