"""Losses of libraries with the formula that is published for each, and what labels they take.

The kind of labels is "soft" (rows that sum to one), "class" (one index a sample) or "unit" (any numbers in [0, 1]).
"""

ROWS = {
    # PyTorch
    "torch.nn.functional:cross_entropy": ({}, "class", r"-\frac{1}{n}\sum_i\sum_j t_{ij}\log p_{ij}"),
    "torch.nn.functional:cross_entropy 2": (
        {"label_smoothing": 0.1}, "class",
        r"-\frac{1}{n}\sum_i\sum_j\left(\frac{9}{10}t_{ij}+\frac{1}{10m}\right)\log p_{ij}"),
    "torch.nn.functional:cross_entropy 3": ({"reduction": "sum"}, "soft", r"-\sum_i\sum_j t_{ij}\log p_{ij}"),
    "torch.nn.functional:cross_entropy 4": (
        {"label_smoothing": 0.2}, "soft",
        r"-\frac{1}{n}\sum_i\sum_j\left(\frac{4}{5}t_{ij}+\frac{1}{5m}\right)\log p_{ij}"),
    "torch.nn.functional:nll_loss": ({}, "class", r"-\frac{1}{n}\sum_i\sum_j t_{ij}s_{ij}"),
    "torch.nn.functional:binary_cross_entropy_with_logits": (
        {}, "unit", r"-\frac{1}{nm}\sum_i\sum_j\left(t_{ij}\log\sigma(s_{ij})+(1-t_{ij})\log(1-\sigma(s_{ij}))\right)"),
    "torch.nn.functional:kl_div": (
        {"reduction": "batchmean"}, "soft", r"\frac{1}{n}\sum_i\sum_j t_{ij}(\log t_{ij}-s_{ij})"),
    "torch.nn.functional:kl_div 2": (
        {"reduction": "mean"}, "soft", r"\frac{1}{nm}\sum_i\sum_j t_{ij}(\log t_{ij}-s_{ij})"),
    "torch.nn.functional:mse_loss": ({}, "soft", r"\frac{1}{nm}\sum_i\sum_j(s_{ij}-t_{ij})^2"),
    "torch.nn.functional:l1_loss": ({}, "soft", r"\frac{1}{nm}\sum_i\sum_j|s_{ij}-t_{ij}|"),
    "torch.nn.functional:huber_loss": (
        {}, "soft", r"\frac{1}{nm}\sum_i\sum_j\left(\frac12\min(|s_{ij}-t_{ij}|,1)^2+|s_{ij}-t_{ij}|"
                    r"-\min(|s_{ij}-t_{ij}|,1)\right)"),
    "torch.nn.functional:soft_margin_loss": ({}, "unit", r"\frac{1}{nm}\sum_i\sum_j\log(1+e^{-t_{ij}s_{ij}})"),
    "torch.nn.functional:multilabel_soft_margin_loss": (
        {}, "unit", r"-\frac{1}{n}\sum_i\frac{1}{m}\sum_j\left(t_{ij}\log\sigma(s_{ij})"
                    r"+(1-t_{ij})\log\sigma(-s_{ij})\right)"),
    "torch.nn.functional:poisson_nll_loss": ({}, "unit", r"\frac{1}{nm}\sum_i\sum_j(e^{s_{ij}}-t_{ij}s_{ij})"),
    "torch.nn.functional:multi_margin_loss": (
        {}, "class", r"\frac{1}{nm}\sum_i\sum_j t_{ij}\sum_{k\neq j}\max(0,1-s_{ij}+s_{ik})"),
    "torch.nn.functional:multi_margin_loss 2": (
        {"p": 2, "reduction": "sum"}, "class",
        r"\frac{1}{m}\sum_i\sum_j t_{ij}\sum_{k\neq j}\max(0,1-s_{ij}+s_{ik})^2"),
    "torchvision.ops:sigmoid_focal_loss": (
        {"alpha": -1, "gamma": 2, "reduction": "sum"}, "hard",
        r"-\sum_i\sum_j\left(t_{ij}(1-\sigma(s_{ij}))^2\log\sigma(s_{ij})"
        r"+(1-t_{ij})\sigma(s_{ij})^2\log(1-\sigma(s_{ij}))\right)"),
    # optax: one number a sample, or an entry, which are summed
    "optax.losses:softmax_cross_entropy": ({}, "soft", r"-\sum_i\sum_j t_{ij}\log p_{ij}"),
    "optax.losses:softmax_cross_entropy_with_integer_labels": ({}, "class", r"-\sum_i\sum_j t_{ij}\log p_{ij}"),
    "optax.losses:poly_loss_cross_entropy": (
        {}, "soft", r"\sum_i\left(2\left(1-\sum_j t_{ij}p_{ij}\right)-\sum_j t_{ij}\log p_{ij}\right)"),
    "optax.losses:sigmoid_binary_cross_entropy": (
        {}, "unit", r"-\sum_i\sum_j\left(t_{ij}\log\sigma(s_{ij})+(1-t_{ij})\log(1-\sigma(s_{ij}))\right)"),
    "optax.losses:sigmoid_focal_loss": (
        {}, "hard", r"-\sum_i\sum_j\left(t_{ij}(1-\sigma(s_{ij}))^2\log\sigma(s_{ij})"
                    r"+(1-t_{ij})\sigma(s_{ij})^2\log(1-\sigma(s_{ij}))\right)"),
    "optax.losses:squared_error": ({}, "soft", r"\sum_i\sum_j(s_{ij}-t_{ij})^2"),
    "optax.losses:l2_loss": ({}, "soft", r"\frac12\sum_i\sum_j(s_{ij}-t_{ij})^2"),
    "optax.losses:log_cosh": ({}, "soft", r"\sum_i\sum_j\log\frac{e^{s_{ij}-t_{ij}}+e^{t_{ij}-s_{ij}}}{2}"),
    "optax.losses:kl_divergence": ({}, "soft", r"\sum_i\sum_j t_{ij}(\log t_{ij}-s_{ij})"),
    "optax.losses:hinge_loss": ({}, "unit", r"\sum_i\sum_j\max(0,1-t_{ij}s_{ij})"),
    "optax.losses:multiclass_hinge_loss": (
        {}, "class", r"\sum_i\sum_j t_{ij}\max\left(0,1+\max_{k\neq j}s_{ik}-s_{ij}\right)"),
    "optax.losses:multiclass_perceptron_loss": ({}, "class", r"\sum_i\sum_j t_{ij}\left(\max_k s_{ik}-s_{ij}\right)"),
    "optax.losses:cosine_distance": (
        {}, "soft", r"\sum_i\left(1-\frac{\sum_j s_{ij}t_{ij}}{\sqrt{\sum_j s_{ij}^2}\sqrt{\sum_j t_{ij}^2}}\right)"),
    # scipy.special, in code of a user
    "losses_from_code:soft_cross_entropy": ({}, "soft", r"-\frac{1}{n}\sum_i\sum_j t_{ij}\log p_{ij}"),
    "losses_from_code:focal": ({}, "class", r"-\sum_i\sum_j t_{ij}(1-p_{ij})^2\log p_{ij}"),
    "losses_from_code:brier": ({}, "soft", r"\frac{1}{n}\sum_i\sum_j(p_{ij}-t_{ij})^2"),
    "losses_from_code:bce_stable": (
        {}, "unit", r"-\frac{1}{nm}\sum_i\sum_j\left(t_{ij}\log\sigma(s_{ij})+(1-t_{ij})\log(1-\sigma(s_{ij}))\right)"),
    "losses_from_code:poly1": ({}, "class", r"\frac{1}{n}\sum_i\sum_j t_{ij}(1-p_{ij}-\log p_{ij})"),
    "losses_from_code:generalised": (
        {}, "class", r"\frac{1}{n}\sum_i\sum_j t_{ij}\frac{1-p_{ij}^{7/10}}{7/10}"),
}
