"""What the paper says in words, and which slices, designs and points it computes; every number comes from elsewhere."""

from __future__ import annotations

TITLE = "Epistemic traps, decided: exact phases of misspecified agents, and the models that make them safe"

ABSTRACT = (
    "An agent that optimizes inside a flawed model of its world can behave badly for ever and be right by its own "
    "lights. A recent paper states six claims of this kind about AI systems. We state each as a theorem about a "
    "family of games whose environment, models and rewards are all symbols, and decide it: proved with a "
    "certificate, refuted at an exact point, or reduced to the exact condition under which it holds. Most "
    "survive; two need a condition, and three universal readings are false. We also solve the inverse problem "
    "exactly: all model classes that make an agent safe in every environment of a region, with closed-form "
    "boundaries, and a proof where there are none."
)

INTRODUCTION = (
    "Xu et al. [Xu2026] apply Berk–Nash rationalizability [EspondaPouzo2025] to AI agents. Sycophancy and "
    "hallucination, they argue, are stable misaligned equilibria or halves of oscillations, depending on the "
    "reward scheme (C1, C2); strategic deception persists because it is locked in, or because safe play never "
    "reveals the risk, and both for every objective risk (C3); safety is a discrete phase that depends on the "
    "agent's models and not continuously on the size of rewards (C4); models can be designed to make the safe "
    "action uniquely rationalizable (C5); and the boundaries of the safe region can be drawn (C6).",
    "Words such as persist, robust and depend hide quantifiers. Here each statement is quantified over all values "
    "of all parameters and either proved or not. The notions are those of Esponda and Pouzo [EspondaPouzo2016] "
    "for equilibrium, of Fudenberg, Lanzani and Strack [FudenbergLanzaniStrack2021] for what play can be locked "
    "into, and of Esponda, Pouzo and Yamamoto [EspondaPouzoYamamoto2021] for the dynamics; oscillation under "
    "misspecification goes back to Nyarko [Nyarko1991], and the divergence result behind best fits to Berk "
    "[Berk1966]. All formulas, tables and figures below are generated from computed objects.",
    "The honest summary is in <tab:verdicts>. Three findings may surprise. First, in the hallucination trap the "
    "fine matters at a single value only; below it, whether the agent is locked in or oscillates is decided by "
    "the environment, not by the reward scheme (<thm:c2-reward>). Second, through indeterminacy deception stays "
    "rationalizable for every risk, but not an equilibrium: above a threshold honesty is even the unique "
    "equilibrium, and yet not locked in (<prop:c3-equilibrium>, <thm:c3-threshold>). Third, invariance under "
    "scaling is true without condition, but the stronger reading, that no reward makes the safe action the only "
    "rationalizable one, is false once the act itself and not only its outcome can be paid (<prop:c4-no-reward>, "
    "<thm:c4-outcomes>, <thm:c4-bonus>).",
    "A statement marked proved has a certificate: a case distinction on the signs of determinants, each decided "
    "by exact algebra, accepted by a checker that imports no solver. Where the form of the statement allows, a "
    "Coq file states the theorem from the definitions of truth, models, divergence, equilibrium and the "
    "best-reply operator, and was accepted as well. A statement marked refuted fails at the rational point given.",
)

SLICES = (
    (
        "sycophancy", ("p", "q"), {"b": "0", "d": "0", "r": "1", "h": "4/5", "l": "1/10"},
        "The assistant answers truthfully or flatters, and is paid for approval. It entertains two models of the "
        "user: approval follows merit, or approval follows agreement. Neither need be right [Xu2026]. A bonus for the "
        "truth and a common scale complete the reward. What is not modelled: how a reward model is learnt, and "
        "degrees of flattery. With unequal models the thresholds are ratios of logarithms.",
    ),
    (
        "sycophancy_hedging", ("p", "q"), {"g": "1/2", "m": "3/5", "r": "1", "h": "4/5", "l": "1/5"},
        "A third action is added: to hedge. Both models predict the same of it, so it teaches nothing. The question "
        "is whether the phases of the two-action trap survive a middle course.",
    ),
    (
        "hallucination", ("p", "q"), {"c": "1", "r": "1", "h": "4/5", "l": "1/5"},
        "The assistant answers or abstains; wrong answers are fined. It believes itself capable or ignorant, and what "
        "it does decides which belief its experience confirms. What is not modelled: questions of different "
        "difficulty, and any signal of whether the answer is known.",
    ),
    (
        "hallucination_fabrication", ("f", "c"), {"p": "1/2", "q": "1/3", "w": "1/2", "h": "4/5", "l": "1/5"},
        "An honest attempt and a fabrication are told apart. A fine for what is found wrong strikes both, but not at "
        "the same size: the fine that silences the honest answer is smaller than the one that stops the fabrication.",
    ),
    (
        "deception", ("a", "c"), {"w": "1/5", "s": "1", "x": "1/10", "y": "2/5"},
        "Deception is detected with an objective risk; honesty pays for sure and reveals nothing. The agent "
        "entertains a lax and a watchful model of the risk. One family holds both mechanisms of [Xu2026]: lock-in, "
        "where both models understate the risk, and indeterminacy, where one of them would deter.",
    ),
    (
        "deception_audits", ("a", "c"), {"w": "1/2", "v": "1/2", "x": "1/10", "y": "2/5"},
        "Visible oversight and hidden audits are told apart. An agent may comply, comply only when watched, or "
        "deceive openly. Visible oversight deters only open deception; against conditional compliance it is of no "
        "use, as long as the agent's models understate the hidden audits.",
    ),
)  # fmt: skip

GROUPS = (
    ("C1", "C1: sycophancy"),
    ("C2", "C2: hallucination"),
    ("C3", "C3: strategic deception"),
    ("C4", "C4: safety as a discrete phase"),
    ("C5", "C5: engineering the models"),
    ("C6", "C6: the boundary of the safe region"),
)

DESIGN_INTRODUCTION = (
    "Which model classes make the safe action safe in every environment of a region? The goal fails exactly on a "
    "set of cells of the phase decomposition, and on each of them every atom is linear in each parameter of the "
    "environment. Elimination of the environment in the manner of Fourier and Motzkin [Motzkin1936] therefore "
    "gives the exact set of designs, with bounds that may contain logarithms of the models' parameters.",
)

DESIGNS: tuple[
    tuple[str, str, str, list[str], list[str], str, str, dict[str, str], dict[str, str]], ...
] = (
    (
        "sycophancy-margin", "sycophancy", "truthful", ["p", "q"], ["h", "l"], "p >= 3/5 and q <= 2/5",
        "rationalizable_only", {"b": "0", "d": "0", "r": "1"}, {"h": "9/10", "l": "3/5"},
    ),
    (
        "sycophancy-half", "sycophancy", "truthful", ["p", "q"], ["h", "l"], "p > 1/2 and q < 1/2",
        "rationalizable_only", {"b": "0", "d": "0", "r": "1"}, {},
    ),
    (
        "sycophancy-strict", "sycophancy", "truthful", ["p", "q"], ["h", "l"], "p > 7/10",
        "strict", {"b": "0", "d": "0", "r": "1"}, {},
    ),
    (
        "sycophancy-better", "sycophancy", "truthful", ["p", "q"], ["h", "l"], "p > q",
        "rationalizable_only", {"b": "0", "d": "0", "r": "1"}, {},
    ),
    (
        "sycophancy-bonus", "sycophancy", "truthful", ["p", "q"], ["h", "l", "b"], "",
        "rationalizable_only", {"d": "0", "r": "1"}, {},
    ),
    (
        "deception", "deception", "honest", ["a"], ["x", "y"], "", "rationalizable_only",
        {"w": "1/5", "c": "2", "s": "1"}, {"x": "1/10", "y": "1/5"},
    ),
)  # fmt: skip

POINTS = (
    ("sycophancy", "sycophancy", {"p": "7/10", "q": "3/10", "h": "4/5", "l": "1/5", "b": "0", "d": "0", "r": "1"},
     ["p", "q", "h", "l"]),
    ("sycophancy", "sycophancy", {"p": "3/10", "q": "7/10", "h": "4/5", "l": "1/5", "b": "0", "d": "0", "r": "1"},
     ["p", "q", "b"]),
    ("hallucination", "hallucination", {"p": "3/5", "q": "1/3", "h": "4/5", "l": "1/5", "c": "1", "r": "1"},
     ["p", "q", "c"]),
    ("deception", "deception", {"a": "1/2", "x": "1/10", "y": "1/5", "c": "2", "w": "1/5", "s": "1"}, ["a", "x", "y"]),
)  # fmt: skip

ROBUSTNESS_TEXT = (
    "The distance from a point to the nearest change of structure says how far parameters may be wrong before the "
    "answer changes. Along one parameter it is exact. Over several parameters together it is enclosed between a "
    "certified lower bound (no box of that radius holds another structure) and an exact point of another "
    "structure. <tab:robustness> lists points of each trap.",
    "The prior does not enter. Equilibria, best fits, the rationalizable set and the transition graph are defined "
    "by the class of models alone: a prior with full support on it gives the same structure, however small the "
    "mass of a model. At mass zero the model leaves the class and the structure may jump: so the limit of small "
    "mass is not the structure at zero mass. What the prior does decide, where several actions are locked in, is "
    "how often each is reached (<tab:priors>).",
)

_MODELS = {"h": "4/5", "l": "1/5", "b": "0", "d": "0", "r": "1"}
PRIOR_POINTS = (
    ("unique safe", {"p": "7/10", "q": "3/10", **_MODELS}),
    ("unique unsafe", {"p": "3/10", "q": "7/10", **_MODELS}),
    ("coexistence", {"p": "7/10", "q": "7/10", **_MODELS}),
)
PRIOR_MASSES = ("0", "1/1000000", "1/2", "999999/1000000", "1")
LEARNERS = (100, 2000, 1)
PRIOR_CAPTION = (
    "Share of truthful play in the second half of 2000 periods, by 100 simulated learners, for several prior masses of "
    "the merit model (numerical). Positive masses agree in the phases with one locked-in action, masses 0 and 1 are "
    "other games."
)

CLOSING = (
    "The games are the smallest ones in which the claims can be told apart; nobody has measured their parameters "
    "in a deployed system. The theorems are about limits of Bayesian play with a fixed finite class of models; "
    "agents that revise the class, or that learn by gradient steps, are outside them. Designs are found within "
    "the parametric form of the models given, and where the environment enters linearly; other forms are refused "
    "rather than approximated.",
    "The unconditional parts of [Xu2026] that hold here are lock-in under models that understate the risk, the "
    "scaling invariance, and the four phases; the parts that need a condition are the reward scheme in C2 (only "
    "its side of the critical fine matters) and indeterminacy in C3 (rationalizability, not equilibrium); what "
    "fails is that no reward can help (C4) and that models alone can always be engineered (C5): where flattery is "
    "in truth approved often enough, no predictions of these two models make honesty the only rationalizable "
    "answer.",
)

_SOURCES = (
    ("Berk1966", "article", "Berk, R. H.", "1966", "Limiting behavior of posterior distributions when the model is "
     "incorrect", "Annals of Mathematical Statistics", "37(1), 51–58"),
    ("EspondaPouzo2016", "article", "Esponda, I. and Pouzo, D.", "2016", "Berk–Nash equilibrium: a framework for "
     "modeling agents with misspecified models", "Econometrica", "84(3), 1093–1130"),
    ("EspondaPouzo2025", "misc", "Esponda, I. and Pouzo, D.", "2025", "Berk–Nash rationalizability",
     "arXiv:2505.20708", ""),
    ("EspondaPouzoYamamoto2021", "article", "Esponda, I., Pouzo, D. and Yamamoto, Y.", "2021", "Asymptotic behavior "
     "of Bayesian learners with misspecified models", "Journal of Economic Theory", "195, 105260"),
    ("FudenbergLanzaniStrack2021", "article", "Fudenberg, D., Lanzani, G. and Strack, P.", "2021", "Limit points of "
     "endogenous misspecified learning", "Econometrica", "89(3), 1065–1098"),
    ("Motzkin1936", "phdthesis", "Motzkin, T. S.", "1936", "Beiträge zur Theorie der linearen Ungleichungen",
     "Universität Basel", ""),
    ("Nyarko1991", "article", "Nyarko, Y.", "1991", "Learning in mis-specified models and the possibility of cycles",
     "Journal of Economic Theory", "55(2), 416–427"),
    ("Xu2026", "misc", "Xu, Qu, Zhang, Lu, Yang, Zou and Hu", "2026", "Epistemic traps", "arXiv:2602.17676", ""),
)  # fmt: skip

REFERENCES = tuple(
    (key, f"{authors} ({year}). {title}. {place}{' ' + pages if pages else ''}.")
    for key, _, authors, year, title, place, pages in _SOURCES
)

_FIELD = {"article": "journal", "misc": "howpublished", "phdthesis": "school"}


def bibtex() -> str:
    """The sources as BibTeX entries.

    >>> bibtex().splitlines()[0]
    '@article{Berk1966,'
    """
    entries = []
    for key, kind, authors, year, title, place, pages in _SOURCES:
        lines = [f"@{kind}{{{key},", f"  author = {{{authors}}},", f"  year = {{{year}}},", f"  title = {{{title}}},"]
        lines.append(f"  {_FIELD[kind]} = {{{place}}},")
        if pages:
            lines.append(f"  note = {{{pages}}},")
        entries.append("\n".join([*lines, "}"]))
    return "\n\n".join(entries).replace("–", "--") + "\n"
