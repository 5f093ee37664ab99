"""Losses of training code with what their arguments are, and the real value and gradient of each at random numbers.

A letter stands for an argument: s logits, y target classes, z further ones, t labels that sum to one, b labels between
0 and 1, h labels that are 0 or 1, u a teacher's logits, w weights of classes, k weights of samples, q a square matrix,
+ and - scores of pairs, c and d given ones, 1 one logit a sample, a its label.
"""

import numpy as np

CLASSES = {
    **dict.fromkeys((
        "focal_from_cross_entropy", "FocalOfGatheredLogs", "FocalOfOneHot", "focal_with_scattered_labels",
        "dice_by_class", "SmoothedByMean", "smoothed_by_scatter", "smoothed_by_one_hot", "smoothed_cross_entropy",
        "poly_1", "symmetric_cross_entropy", "generalised_cross_entropy", "normalised_cross_entropy", "mean_absolute",
        "mean_absolute_of_probabilities", "TaylorCrossEntropy", "huberised_cross_entropy", "confidence_penalty",
        "with_z_loss",
    ), "sy"),
    **dict.fromkeys((
        "focal_binary", "focal_of_log_sigmoids", "dice", "tversky", "focal_tversky", "jaccard", "Asymmetric",
        "weighted_bce",
    ), "sb"),
    **dict.fromkeys(("balanced_softmax", "logit_adjusted", "LabelDistributionAware", "seesaw"), "syw"),
    "bce_of_class_weights": "sbw",
}
PAIRS = {
    **dict.fromkeys((
        "supervised_contrastive_of_features", "circle_of_labels", "with_a_threshold_class", "cosine_margin",
        "angular_margin", "additive_margin", "others_masked", "negatives_only", "squared_hinge",
        "hinge_of_the_hardest", "with_a_background_class", "last_class_apart",
    ), "sy"),
    **dict.fromkeys(("multi_label_categorical", "hinge", "list_net", "rank_net"), "sb"),
    **dict.fromkeys(("knowledge_distillation", "logits_matched"), "su"), "distillation_with_labels": "syu",
    "distillation_of_probabilities": "syt", **dict.fromkeys(("jensen_shannon", "neighbours"), "st"),
    **dict.fromkeys(("mixup", "mixup_soft"), "syz"), **dict.fromkeys(("bayesian_personalised", "rank_pairs"), "+-"),
    "list_mle_in_order": "s", **dict.fromkeys(("clip_both", "info_nce", "nt_xent"), "q"),
}
MORE = {
    **dict.fromkeys((
        "without_ignored", "masked_rows", "Layers", "of_any_rank", "margin_in_place", "bootstrapped", "focal_of_logs",
        "entropy_of_distribution", "counted_weights", "centred", "unit_norm", "max_of_wrong", "of_pairs_picked",
    ), "sy"),
    **dict.fromkeys(("soft_f1", "log_sum_exp_pairwise", "ordinal_levels", "averaged_with_uniform"), "sb"),
    **dict.fromkeys(("focal_by_where", "squared_to_signs"), "sh"), "sigmoid_pairs": "q", "preference": "+-cd",
    "reward_pairs": "+-", "of_one_logit": "1a",
}
OBJECTS = {
    **dict.fromkeys((
        "focal_partial", "Smoothing", "smoothing", "with_settings", "Combined", "combined", "keyword_only", "static",
        "doubled", "lambda_loss", "with_options", "scripted", "scripted_module", "compiled_module", "wrapped",
    ), "sy"),
    **dict.fromkeys(("tempered", "own_backward", "compiled"), "st"),
    **dict.fromkeys(("WeightedBuffers", "with_mask", "with_decorated_helper"), "sb"),
}
KINDS = {
    **dict.fromkeys((
        "guarded_mean", "guarded_by_any", "guarded_by_count", "guarded_numbers", "several_samples", "shape_checked",
        "by_positions", "filled_at_positions", "mask_and_column", "mask_and_class", "counted_items", "dice_by_a_loop",
        "dice_without_background", "mean_by_class", "ratio_of_loops", "row_by_row", "without_dim", "interpolated",
        "old_reduction", "empty_and_filled",
    ), "sy"),
    **dict.fromkeys(("views_of_positions", "views_of_diagonals", "views_of_masks"), "su"), "views_of_labels": "suy",
    "assigned_from_itself": "sh", "shown_items": "sb", "filled_by_a_loop": "sb", "nested_loops": "st",
    "off_diagonal": "q",
}
JAX = {
    **dict.fromkeys(("smoothed", "focal", "with_z_loss", "by_vmap", "appended", "hardest", "last_class_apart"), "sy"),
    **dict.fromkeys(("rolled", "own_rule", "Tempered", "tempered"), "st"),
    **dict.fromkeys(("weighted_bce", "dice"), "sb"), **dict.fromkeys(("clip_both", "sigmoid_pairs"), "q"),
    "distilled": "su", "mixed": "syz", "masked_mean": "syk", "in_single_precision": "sy",
}
LETS = {
    "balanced_softmax": ["sample_per_class_j>0"], "logit_adjusted": ["prior_j>0"], "masked_mean": ["mask_i>0"],
    "LabelDistributionAware": ["m_list_j>0"], "seesaw": ["counts_j>0"], "bce_of_class_weights": ["w_j>0"],
    "supervised_contrastive_of_features": ["features: logits"], "shape_checked": ["features: logits"],
    **dict.fromkeys(("views_of_positions", "views_of_diagonals", "views_of_masks", "views_of_labels"),
                    ["z1: logits", "z2_ij"]),
    "squared_to_signs": ["output: logits"],
}
#: Sizes (n, m), with more samples than classes, so that classes meet.
SIZES = ((5, 4), (4, 2), (6, 3))


def softmax(s):
    powers = np.exp(s)
    return powers / powers.sum(axis=1, keepdims=True)


def numbers(spec, names, n, m, random):
    """Return (the function's arguments, logits and labels of the reading, its further arrays)."""
    s = random.normal(size=n if "1" in spec else (n, n if "q" in spec else 2 if "+" in spec else m))
    y, z = np.resize(random.permutation(m), n), random.integers(m, size=n)
    b, u = random.uniform(0.1, 0.9, (n, m)), random.normal(size=(n, m))
    t, w, a = random.dirichlet(np.ones(m), n), random.uniform(0.5, 2, m), random.uniform(0.1, 0.9, n)
    k, c, d, h = random.uniform(0.5, 2, n), random.normal(size=n), random.normal(size=n), (b > 0.5).astype(float)
    real = {"s": s, "q": s, "1": s, "y": y, "z": z, "b": b, "t": t, "u": u, "w": w, "k": k, "a": a, "h": h,
            "+": s[..., 0], "-": s[..., 1 if "+" in spec else 0], "c": c, "d": d}
    labels = {"+": np.zeros_like(s), "q": np.eye(n), "y": np.eye(m)[y], "b": b, "u": softmax(u), "a": a, "h": h}
    own = next((labels[a] for a in labels if a in spec), t)
    beside = {"z": np.eye(m)[z], "u": u, "t": t, "w": w, "k": k, "c": c, "d": d}
    more = {name: beside[a] for a, name in zip(spec, names, strict=False) if a in beside}
    return [real[a] for a in spec], s, own, more
