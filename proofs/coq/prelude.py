"""What Coq files begin with: tactics and lemmas about logarithms and quotients, standard library only.

`SERIES` is added where a proof uses a partial sum of log x = 2 (y + y**3/3 + ...), y = (x - 1)/(x + 1): its derivative
is a geometric series, so that the rest has a sign (mean value theorem).
"""

from __future__ import annotations

PRELUDE = """\
Require Import Reals Lra ZArith.
Open Scope R_scope.

Ltac positive :=
  first [ assumption | lra | apply pow_lt; positive | apply Rmult_lt_0_compat; positive ].

Ltac split_log :=
  rewrite ?ln_mult, ?ln_pow, ?INR_IZR_INZ, ?ln_1 by positive; simpl Z.of_nat; ring.

Lemma log_tangent : forall x, 0 < x -> ln x <= x - 1.
Proof. intros x H. assert (E := exp_ineq1_le (ln x)). rewrite exp_ln in E by assumption. lra. Qed.

Lemma log_tangent_strict : forall x, 0 < x -> x <> 1 -> ln x < x - 1.
Proof.
  intros x H N. assert (Z : ln x <> 0).
  { intro Z. apply N. rewrite <- (exp_ln x H), Z. apply exp_0. }
  assert (E := exp_ineq1 (ln x) Z). rewrite exp_ln in E by assumption. lra.
Qed.

Lemma quot_gt : forall a b, 0 < b -> 0 < a -> a / b > 0.
Proof. intros a b B A. apply Rdiv_lt_0_compat; assumption. Qed.
Lemma quot_ge : forall a b, 0 < b -> 0 <= a -> a / b >= 0.
Proof.
  intros a b B A. apply Rle_ge. apply Rmult_le_pos; [assumption | left; apply Rinv_0_lt_compat; assumption].
Qed.
Lemma quot_turn : forall a b, b <> 0 -> a / b = (- a) / (- b).
Proof. intros a b B. field. assumption. Qed.
Lemma quot_neg : forall a b, a / b = - ((- a) / b).
Proof. intros a b. unfold Rdiv. ring. Qed.
Lemma quot_zero : forall a b, a = 0 -> a / b = 0.
Proof. intros a b A. rewrite A. unfold Rdiv. ring. Qed.

Ltac quotient_up := first [ apply quot_gt; lra | apply quot_ge; lra | apply Rgt_ge, quot_gt; lra ].
Ltac quotient_any :=
  first
    [ quotient_up
    | apply quot_zero; lra
    | rewrite quot_neg; apply Ropp_lt_gt_0_contravar; quotient_up
    | rewrite quot_neg; apply Ropp_0_le_ge_contravar; apply Rge_le; quotient_up
    | rewrite quot_neg; match goal with |- - ?x < 0 => assert (x > 0) by quotient_up; lra
                                        | |- - ?x <= 0 => assert (x >= 0) by quotient_up; lra end ].
Ltac quotient := first [ quotient_any | rewrite quot_turn by lra; quotient_any | apply Rgt_not_eq; quotient_any
  | apply Rlt_not_eq; quotient_any
  | rewrite quot_turn by lra; first [apply Rgt_not_eq; quotient_any | apply Rlt_not_eq; quotient_any] ].

"""

SERIES = """\
Fixpoint area (k : nat) (y : R) : R :=
  match k with O => 0 | S j => area j y + / INR (2 * j + 1) * y ^ (2 * j + 1) end.
Fixpoint geometric (k : nat) (y : R) : R := match k with O => 0 | S j => geometric j y + y ^ (2 * j) end.

Lemma geometric_sum : forall k y, (1 - y * y) * geometric k y = 1 - y ^ (2 * k).
Proof.
  induction k as [|k E]; intro y; [simpl; ring|].
  replace (2 * S k)%nat with (2 * k + 2)%nat by ring. rewrite pow_add.
  cbn [geometric]. rewrite Rmult_plus_distr_l, E. ring.
Qed.

Lemma area_slope : forall k y, derivable_pt_lim (area k) y (geometric k y).
Proof.
  induction k as [|k E]; intro y; [apply derivable_pt_lim_const|].
  cbn [area geometric].
  assert (D := derivable_pt_lim_plus _ _ y _ _ (E y)
    (derivable_pt_lim_scal _ (/ INR (2 * k + 1)) y _ (derivable_pt_lim_pow y (2 * k + 1)))).
  replace (y ^ (2 * k)) with (/ INR (2 * k + 1) * (INR (2 * k + 1) * y ^ pred (2 * k + 1))); [exact D|].
  replace (pred (2 * k + 1)) with (2 * k)%nat by (rewrite Nat.add_1_r; reflexivity).
  field. apply not_0_INR. rewrite Nat.add_1_r. discriminate.
Qed.

Definition log_ratio (y : R) : R := ln (1 + y) - ln (1 - y).

Lemma log_ratio_slope : forall y, 0 <= y < 1 -> derivable_pt_lim log_ratio y (2 / (1 - y * y)).
Proof.
  intros y Y. replace (2 / (1 - y * y)) with (/ (1 + y) * (0 + 1) - / (1 - y) * (0 - 1)) by (field; nra).
  exact (derivable_pt_lim_minus _ _ y _ _
    (derivable_pt_lim_comp _ ln y _ _
      (derivable_pt_lim_plus _ _ y _ _ (derivable_pt_lim_const 1 y) (derivable_pt_lim_id y))
      (derivable_pt_lim_ln (1 + y) ltac:(lra)))
    (derivable_pt_lim_comp _ ln y _ _
      (derivable_pt_lim_minus _ _ y _ _ (derivable_pt_lim_const 1 y) (derivable_pt_lim_id y))
      (derivable_pt_lim_ln (1 - y) ltac:(lra)))).
Qed.

Lemma area_0 : forall k, area k 0 = 0.
Proof. induction k as [|k E]; [reflexivity|]. cbn [area]. rewrite E, Nat.add_1_r, pow_ne_zero by discriminate. ring.
      Qed.

Lemma log_ratio_0 : log_ratio 0 = 0.
Proof. unfold log_ratio. rewrite Rplus_0_r, Rminus_0_r. ring. Qed.

Lemma series_below : forall k y, 0 < y < 1 -> 2 * area k y < log_ratio y.
Proof.
  intros k y Y.
  destruct (MVT_cor2 (fun c => log_ratio c - 2 * area k c) (fun c => 2 / (1 - c * c) - 2 * geometric k c) 0 y) as (c
      & E & C).
  - lra.
  - intros c C. exact (derivable_pt_lim_minus _ _ c _ _ (log_ratio_slope c ltac:(lra))
      (derivable_pt_lim_scal _ 2 c _ (area_slope k c))).
  - rewrite log_ratio_0, area_0 in E.
    assert (G := geometric_sum k c). assert (P := pow_lt c (2 * k) ltac:(lra)). assert (S : 0 < 1 - c * c) by nra.
    assert (D : 2 / (1 - c * c) - 2 * geometric k c = 2 * c ^ (2 * k) / (1 - c * c)).
    { replace (c ^ (2 * k)) with (1 - (1 - c * c) * geometric k c) by lra. field. lra. }
    rewrite D in E. assert (0 < 2 * c ^ (2 * k) / (1 - c * c)) by (apply Rdiv_lt_0_compat; lra).
    assert (0 < 2 * c ^ (2 * k) / (1 - c * c) * (y - 0)) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

Lemma series_above : forall k y, 0 < y < 1 ->
  log_ratio y < 2 * area k y + 2 / (INR (2 * k + 1) * (1 - y * y)) * y ^ (2 * k + 1).
Proof.
  intros k y Y. assert (N : 0 < INR (2 * k + 1)) by (apply lt_0_INR; rewrite Nat.add_1_r; apply Nat.lt_0_succ).
  assert (S : 0 < 1 - y * y) by nra.
  set (m := 2 / (INR (2 * k + 1) * (1 - y * y))).
  destruct (MVT_cor2 (fun c => (2 * area k c + m * c ^ (2 * k + 1)) - log_ratio c)
    (fun c => (2 * geometric k c + m * (INR (2 * k + 1) * c ^ pred (2 * k + 1))) - 2 / (1 - c * c)) 0 y) as (c & E & C).
  - lra.
  - intros c C. exact (derivable_pt_lim_minus _ _ c _ _
      (derivable_pt_lim_plus _ _ c _ _ (derivable_pt_lim_scal _ 2 c _ (area_slope k c))
        (derivable_pt_lim_scal _ m c _ (derivable_pt_lim_pow c (2 * k + 1))))
      (log_ratio_slope c ltac:(lra))).
  - rewrite log_ratio_0, area_0 in E. rewrite (pow_ne_zero (2 * k + 1)) in E by (rewrite Nat.add_1_r; discriminate).
    replace (pred (2 * k + 1)) with (2 * k)%nat in E by (rewrite Nat.add_1_r; reflexivity).
    assert (G := geometric_sum k c). assert (P := pow_lt c (2 * k) ltac:(lra)). assert (T : 0 < 1 - c * c) by nra.
    assert (D : 2 * geometric k c + m * (INR (2 * k + 1) * c ^ (2 * k)) - 2 / (1 - c * c)
      = 2 * c ^ (2 * k) * ((y * y - c * c) / ((1 - y * y) * (1 - c * c)))).
    { unfold m. replace (geometric k c) with ((1 - c ^ (2 * k)) / (1 - c * c))
      by (rewrite <- G; field; lra). field. lra. }
    rewrite D in E. assert (0 < (y * y - c * c) / ((1 - y * y) * (1 - c * c))).
    { apply Rdiv_lt_0_compat; [nra | apply Rmult_lt_0_compat; lra]. }
    assert (0 < 2 * c ^ (2 * k) * ((y * y - c * c) / ((1 - y * y) * (1 - c * c)))) by (apply Rmult_lt_0_compat; lra).
    assert (Q : 0 < 2 * c ^ (2 * k) * ((y * y - c * c) / ((1 - y * y) * (1 - c * c))) * (y - 0))
      by (apply Rmult_lt_0_compat; lra).
    fold m. lra.
Qed.

Lemma log_ratio_of : forall p n,
      0 < n -> n < p -> log_ratio ((p - n) / (p + n)) = ln p - ln n /\\ 0 < (p - n) / (p + n) < 1.
Proof.
  intros p n N P. assert (S : 0 < p + n) by lra. split.
  - unfold log_ratio. replace (1 + (p - n) / (p + n)) with (2 * p * / (p + n)) by (field; lra).
    replace (1 - (p - n) / (p + n)) with (2 * n * / (p + n)) by (field; lra).
    assert (0 < / (p + n)) by (apply Rinv_0_lt_compat; lra).
    rewrite !ln_mult by lra. ring.
  - split; [apply Rdiv_lt_0_compat; lra|].
    apply Rmult_lt_reg_r with (p + n); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

"""


def with_prelude(body: str) -> str:
    """The body after what it needs."""
    return PRELUDE + (SERIES if "(series_" in body or ":= series_" in body else "") + body
