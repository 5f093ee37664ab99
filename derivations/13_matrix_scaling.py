"""Loss-1's optimum as a matrix scaling: all logits known but m numbers a_j that all rows share."""

from nmderive.derivation import Derivation

d = Derivation("The optimum of loss-1 is a matrix scaling", ["a_j", "r"])
d.argued("put s_ij = log(t_ij)/2 + r_i + a_j: the exponentials of loss-1 then depend on roots of labels and on a only")
d.start(r"t_{i,j} e^{\frac{1}{2}\log t_{i,k} + r + a_k - \frac{1}{2}\log t_{i,j} - r - a_j}", "t_ij e^(s_ik - s_ij)")
d.step("the row's shift cancels, the label becomes a root", r"\sqrt{t_{i,j}} \sqrt{t_{i,k}} e^{a_k - a_j}", "t > 0")
d.argued("with X_j = e^a_j and M_jk = sum_i sqrt(t_ij t_ik), M_jj = 1, the log's argument is A_j = (M X)_j / X_j; "
         "stationarity asks sqrt(t_ij t_ik) (X_j/X_k) / A_k, summed over k, to equal the same with j and k swapped: "
         "A_j = X_j^-2 does it, as both are then sqrt(t_ij t_ik) X_j X_k")
d.argued("so X_j (M X)_j = 1, the symmetric scaling of M, which has one positive solution")
d.has("loss-1", "unique-optimum")
d.finish()
