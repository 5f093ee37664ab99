"""An independent checker of certificates: it shares nothing with the prover.

``check(certificate)`` returns ``Result(accepted, statement, reason)``.  It never raises, uses
no floating point, and accepts only what it derived itself from the certificate's own content;
``statement`` says in words what that is.  When in doubt it refuses, with a reason.  "for all n,
m" means all whole numbers n, m >= 1 (or from the largest literal index on, as the statement
then says).  "wherever defined" means: where every logarithm has a positive argument, every
power with a fractional or symbolic exponent a positive base, and nothing is divided by zero.
What stands under a condition might be undefined exactly where the condition excludes it, like
sum_{k != j} 1/(m-1), an empty sum for m = 1.  Where this cannot be ruled out the certificate is
refused, unless it has "bodies_defined": true; the statement then says that such a sum counts
as defined only where its body is defined for all index values.

Common keys: "sizes" {"m": 2} fixes sizes; "parameters" {"g": "positive" | "nonnegative" |
"real" | "unit"} declares scalars ("unit": 0 < g < 1); "arrays" {"w": "positive" |
"nonnegative" | "real"} declares arrays ("t" may be declared "positive"); "shapes" {"w":
["m"]} gives an array's index ranges where its use does not show them (where only numbers stand
they are those of the logits in that place, or their last); "shape" is the shape of the logits s
and the labels t.  "simplex": true means t <= 1, and, unless the shape is ["n"],
that the labels sum to one over the classes.

The kinds (one module each in ``nmderive.checker.kinds``, found by place):

- identity: left = right for all sizes and all values of the indices in "free" {"i": "n"},
  wherever both are defined.
- gradient: "gradient", an expression in the free indices of "shape" (i over n, j over m), is
  the derivative of the loss by s_ij (or s_j, s_i), wherever both are defined.
- stationary: the derivative of the loss by each logit, labels held fixed, vanishes
  identically when each label is then replaced by the "link".  ("simplex" is not used here.)
- witness-gradient: at the "point" (sizes fixed, logits as "exp_s" or "s", parameters,
  arrays), labels given by the link and held fixed, the derivative of the loss by s at "entry"
  is not zero.
- witness-values: at the "point" ("exp_s" or "s", "t", "parameters", "arrays", "free", "sets")
  the two expressions differ.
- witness-line: on the line s - d, s, s + d through the "point" ("exp_s" or "s", "exp_d" or "d", "t",
  "parameters", "arrays", "sets") the loss, labels fixed, violates the midpoint inequality.
- two-stationary: at s and at s + d, labels held fixed, the gradient is exactly zero, and d is no row shift.
- convex: the loss is convex in s, for all sizes, on its domain, for all nonnegative labels
  (with "simplex": at most one).  With "form", the loss is also shown equal to the form, and
  the form's structure shows convexity.
- strictly-convex: moreover, if all labels are positive, the kernel of the Hessian contains only
  shifts of all logits of a row by a common number (for shape ["n"]: only zero).  The
  "combination" is described in ``nmderive.checker.kinds.strictly_convex``.  With "labels":
  "interior" labels are also less than one.
- stiemke: a strictly-convex certificate with "weights"; the loss attains its minimum, and has no
  other stationary point, up to row shifts.
- forces-argmax: with hard labels the loss approaches its infimum, which it does not attain, only
  where each target's logit exceeds the others of its row by ever more.
- outscored: with hard labels a row in which another class reaches the target's logit costs more than it has to.
- apportioned: the infimum is approached only where the largest logits of a row are at its largest labels, the loss
  being a sum of shares of the classes that are weighed by what falls with their labels.
- optimum: for labels strictly between 0 and 1 the gradient vanishes at logits that are a formula of the labels, where
  the loss has a value that is one, too.
- separable: labels, by a formula of the logits, at which the gradient of a sum of functions of one p_ij each vanishes.
- residual: the derivative by s_ij is a positive multiple of F_ij - t_ij, F a formula of the logits.
- majorant: a diagonal matrix is at least the Hessian; witness-majorant: at a point, along a vector, it is not.
- row-sum: the loss is a sum over rows of what holds the logits and labels of one row each.
- level: where all logits tend to an end together, the loss tends to a value, by a closed form of the labels.
- ray: with the given hard labels the loss approaches its infimum along a ray on which another class
  than the target has the largest logit.
- radicals: no root of an integer polynomial is an expression in radicals over Q.
- symmetric: permuting rows, or classes, of s and t alike changes nothing, by construction.
- balanced: repeating rows r times adds at most a stated multiple of log r, at bounded gradient.
- no-stationary: for labels strictly between 0 and 1 a derivative of the loss is nowhere zero.
- slope: for given labels, the derivative along a direction of the logits is nowhere zero.
- approaches: for given labels the loss stays above a number, to which it tends along a direction of the logits.
- linear: for given labels the loss is a multiple of r plus something bounded along a direction of the logits.
- coupled: at an exactly stationary point, moving one row's labels must move another row's logits.
- turned: moving other rows' logits turns the gradient by the first row's, beyond a positive multiple.
- simplex: as a sum of functions of one p_ij = softmax(s)_ij each, the loss has a unique minimum, or
  tends to its infimum with hard labels only where every target's p tends to one.

The last ones are described in their modules in ``nmderive.checker.kinds``.
"""

from .api import Result, check

__all__ = ["Result", "check"]
