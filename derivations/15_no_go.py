"""Loss-3 is alone in the general form: l = sum_j log(1 + sum_i t_ij g_j(s_i)) with softmax optimal forces it."""

from nmderive.derivation import Derivation

d = Derivation("The no-go theorem: inside the general form there is only loss-3", ["C>0"])
d.argued("let g_j > 0 be smooth, not constant, and permuted with the classes; put q_j = p_j g_j and "
         "A_j = 1 + sum_i q_j(s_i)")
d.argued("stationarity in row a: (p_j dg_j/ds_k)_j at s_a is orthogonal to (1/A_j)_j, whatever the other rows are")
d.argued("N copies of a row s', N to infinity: it is orthogonal to (1/q_j(s'))_j for every s'; their span is invariant "
         "under permutations and holds (1, .., 1), so it is that line or everything, and everything makes g constant")
d.argued("so q_j = h for all j, and m dh/ds_k = h d(sum_j log p_j)/ds_k, hence h = C (prod_j p_j)^(1/m), g_j = h/p_j")
d.start(r"\log\left(C e^{\bar{s}_i} \frac{1}{\sum_k e^{s_{i,k}}}\right)"
        r" - \log \frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}", "log g_j, as (prod_k p_ik)^(1/m) = e^mean / sum_k e^s_ik")
d.step("the normalisation cancels: g_j = C e^(mean - s_j), which is loss-3", r"\log C + \bar{s}_i - s_{i,j}")
d.has("loss-3", "softmax-optimum")
d.has("loss-3", "hard-label-argmax", "REFUTED")
d.argued("so loss-3's failure on hard labels cannot be repaired inside the general form")
d.finish()
