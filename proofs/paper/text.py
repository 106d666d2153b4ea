"""What the paper says in words, and which slices, designs and points it computes; every number comes from elsewhere."""

from __future__ import annotations

TITLE = "Epistemic traps, decided: exact phases of misspecified agents, and the models that make them safe"

ABSTRACT = (
    "An agent that optimizes inside a flawed model of its world can behave badly for ever and be right by its own "
    "lights. A recent paper makes six claims of this kind about AI systems. We state each as theorems about "
    "families of games whose environment, models and rewards are all symbols, and decide them: proved with a "
    "certificate, refuted at an exact point, or reduced to the exact condition under which they hold. Most "
    "survive; two need a condition, and three universal readings are false. We also solve the inverse problem "
    "exactly: all model classes that make an agent safe in every environment of a region, with boundaries in closed "
    "form, and for every other class an explicit environment that defeats it."
)

INTRODUCTION = (
    "Xu et al. [Xu2026] apply Berk–Nash rationalizability [EspondaPouzo2025] to AI agents: what looks like "
    "misalignment may be what is rational inside a misspecified model. They argue that sycophancy and hallucination "
    "are "
    "stable misaligned equilibria or halves of oscillations (C1, C2), that strategic deception survives any objective "
    "risk (C3), that safety is a discrete phase (C4), that models can be engineered to be safe (C5), and that the "
    "boundaries of the safe region can be drawn (C6).",
    "Words such as persist, robust and depend hide quantifiers. Here every statement is quantified over all values of "
    "all parameters and then decided. <tab:summary> has the outcome. Three findings may surprise. First, in the "
    "hallucination trap the fine matters at a single value only: below it the environment decides between lock-in "
    "and oscillation, not the reward scheme (<thm:c2-reward>). Second, through indeterminacy deception stays "
    "rationalizable for every risk, but it does not stay an equilibrium: above a threshold honesty is even the "
    "unique equilibrium, and yet it is not locked in (<prop:c3-equilibrium>, <thm:c3-threshold>). Third, invariance "
    "under scaling is true without condition, but the stronger reading, that no reward makes the safe action the "
    "only rationalizable one, is false once the act itself and not only its outcome can be paid "
    "(<prop:c4-no-reward>, <thm:c4-outcomes>, <thm:c4-bonus>).",
    "The paper goes from the framework, with what counts as a proof, to the games and their phase diagrams, the claims "
    "one by one, the design of models, and the distance of a given point from a change; related work and what is not "
    "shown close it. All formulas, tables and figures are generated from computed objects.",
)

FINDINGS = (
    ("C1", "sycophancy is locked in or oscillates, by phase",
     "true: four phases, split by one threshold; false as a necessity, and a middle course blurs all of them"),
    ("C2", "hallucination is locked in or oscillates, depending on the reward scheme",
     "true, but below a critical fine the environment decides, and an intermediate fine silences the honest answer "
     "only"),
    ("C3", "deception persists whatever the objective risk",
     "true where all models understate the risk; through indeterminacy true of rationalizability, false of "
     "equilibrium"),
    ("C4", "safety depends on models and not on the size of rewards",
     "scaling changes nothing; rewards for outcomes in a whole band change nothing; a reward for the act does"),
    ("C5", "models can be designed to be safe in every environment of a set",
     "true for the sets given in closed form; where flattery is in truth confirmed, false for every class of this "
     "form"),
    ("C6", "the boundary of the safe region can be drawn",
     "true: ratios of logarithms, one threshold for both coordinates"),
)  # fmt: skip

FRAMEWORK = (
    "An agent chooses an action a from a finite set and observes an outcome y with the true law Q(y | a). It "
    "entertains "
    "a finite class of models, each of which predicts a law of outcomes for every action, and it is paid according to "
    "action and outcome. The class need not contain the truth. Play is summarized by a mixed strategy, the long-run "
    "frequency of actions. All entries may be expressions in parameters.",
    "Two more notions go with this definition. An action leads to the actions that are best replies to some "
    "belief on the models that fit it best: the transition graph, whose sink components are called absorbing. A set "
    "closed under the best-reply operator cannot be left by any mixture inside it. A locked-in action is both. "
    "Frequencies of play follow, in the limit, a differential inclusion driven by the same operator "
    "[EspondaPouzoYamamoto2021]; every action played infinitely often is rationalizable with probability one "
    "[EspondaPouzo2025], and only uniform equilibria can be limits of play [FudenbergLanzaniStrack2021].",
    "The structure at a point of the parameter space consists of the supports of all equilibria, the rationalizable "
    "set, the transition graph with its absorbing sets and cycles, and the minimal closed sets. For a finite class of "
    "models it is a function of the signs of finitely many expressions: differences of payoffs, polynomial here, and "
    "differences of divergences, which are linear in logarithms; and determinants of these. A phase is a maximal "
    "set of points with the same structure. Signs of polynomials are decided by cylindrical decomposition "
    "[Collins1975], those of logarithmic expressions by comparing powers of rational numbers or, away from zero, by "
    "ball arithmetic [Johansson2017].",
    "A statement marked proved has a certificate: a case distinction on signs in which every case is closed by "
    "an identity between products of known positive expressions, in the manner of Krivine [Krivine1964], or by a "
    "comparison of powers. Certificates are found by search and accepted by a checker that does no search. Where the "
    "form of the statement allows, a Coq file states the theorem from the definitions of truth, models, "
    "divergence, equilibrium and the best-reply operator, and was accepted as well. A statement marked refuted "
    "fails at the rational point given, and a certificate says so. An exact condition has a certificate that "
    "it is equivalent to the claim.",
)

GAMES = (
    "Each trap is a family of games, first with two actions, then with a third one that tests whether the phases are "
    "an "
    "artefact of having only two. All quantities are symbols; for the figures all but two are fixed."
)

CLAIMS = (
    "The statements below hold for all values of the parameters in their domains, subject to the hypotheses written "
    "out. "
    "One threshold recurs, the true probability at which both models fit equally well; for deception the two risks "
    "stand in place of the two predictions.",
)

# The true probability at which both models fit equally well: its letter, and its formula over the models' predictions.
THRESHOLDS = tuple(
    (letter, text.format(low=low, high=high))
    for letter, low, high in (("tau", "l", "h"), ("rho", "x", "y"))
    for text in (
        "log((1 - {low})/(1 - {high}))/log({high}*(1 - {low})/({low}*(1 - {high})))",
        "log((1 - {high})/(1 - {low}))/log({low}*(1 - {high})/({high}*(1 - {low})))",
    )
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
    ("C1", "C1: sycophancy",
     "The band is the set of bonuses for the truth that leave each model recommending the behaviour it favours. "
     "In it the four phases of <fig:phases-sycophancy> exist for all models and all rewards."),
    ("C2", "C2: hallucination",
     "The critical fine is the one at which the model that trusts the assistant stops recommending an answer. With "
     "three behaviours there are two such fines, and the smaller one strikes the honest answer."),
    ("C3", "C3: strategic deception",
     "Deception pays against an expected risk below a critical one. Three cases: both models expect less, both "
     "expect more, or the critical risk lies between them."),
    ("C4", "C4: safety as a discrete phase",
     "Reward against model: the set of rewards that make the safe action uniquely rationalizable for given models, "
     "beside the set of models that do so for given rewards. Either may be empty."),
    ("C5", "C5: engineering the models",
     "These are statements about the predictions within the given pair of models; the next section derives the sets."),
    ("C6", "C6: the boundary of the safe region",
     "For given models the safe region is a rectangle whose corner is the threshold."),
)  # fmt: skip

DESIGN_INTRODUCTION = (
    "Which model classes make the safe action safe in every environment of a region? The goal fails exactly on a set "
    "of "
    "cells, and on each of them the conditions are linear in each parameter of the environment. Eliminating the "
    "environment in the manner of Fourier and Motzkin [Motzkin1936] therefore gives the exact set of designs: a "
    "failing "
    "environment exists if and only if every lower bound on it lies below every upper one, and the bounds may contain "
    "logarithms of the models' parameters. Elimination also yields, for every class that is not a design, an "
    "environment in closed form "
    "at which the goal fails, half-way between the bounds; that it lies in the region and that the goal fails there "
    "are proved separately, so that necessity has certificates as sufficiency does.",
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

LITERATURE = (
    "Long-run beliefs under misspecification concentrate on the models closest to the data [Berk1966]; that what one "
    "does decides what one learns, and so can cycle, is due to Nyarko [Nyarko1991]. Berk–Nash equilibrium "
    "[EspondaPouzo2016] contains self-confirming [FudenbergLevine1993], cursed [EysterRabin2005] and analogy-based "
    "expectation equilibrium [Jehiel2005]. Its dynamics have been studied by means of stochastic approximation "
    "[EspondaPouzoYamamoto2021], for active learning with few models [FudenbergRomanyukStrack2017] and for general "
    "stability notions [FudenbergLanzaniStrack2021], [BohrenHauser2021], [FrickIijimaIshii2023]; overconfident agents "
    "who learn ever worse are a well-known application [HeidhuesKoszegiStrack2018]. These papers prove theorems about "
    "classes of environments by hand; here single families are solved completely by computation.",
    "Sycophancy [Sharma2023], hallucination [Kalai2025] and deceptive compliance [Greenblatt2024] are documented in "
    "deployed or trained language models. The empirical work measures how often they occur; the question here is only "
    "which of them an idealized learner with given models could not leave.",
    "Equilibria are found by enumerating supports, as for Nash equilibrium [PorterNudelmanShoham2008], except that two "
    "supports are enumerated, one of play and one of beliefs, and that coefficients are symbols. Quantifiers over real "
    "parameters are eliminated exactly [Collins1975], [Motzkin1936]; what is new in this combination is that the "
    "boundaries contain logarithms, and that certificates are kept for all answers.",
)

CLOSING = (
    "The games are the smallest ones in which the claims can be told apart, and nobody has measured their parameters "
    "in a "
    "deployed system. Conclusions about such systems do not follow from them; what follows is which of the claims are "
    "consequences of the framework alone, and which hypotheses the others need.",
    "The theorems are about limits of Bayesian play with a fixed finite class of models. Agents that revise the "
    "class, that "
    "forget, or that learn by gradient steps are outside them. The claims on oscillation are about frequencies and the "
    "transition graph, not about the lengths of cycles. The shares in <tab:priors> are simulations and prove nothing.",
    "Designs are found within the parametric form of the models given, and where the environment enters linearly; "
    "other "
    "forms are refused rather than approximated. The distances of <tab:robustness> are Euclidean in the parameters as "
    "they are scaled here, and another parametrization gives other distances. The overall ones are enclosed, not "
    "exact.",
)

_SOURCES = (
    ("Berk1966", "article", "Berk, R. H.", "1966",
     "Limiting behavior of posterior distributions when the model is incorrect",
     "Annals of Mathematical Statistics", "37(1), 51–58"),
    ("BohrenHauser2021", "article", "Bohren, J. A. and Hauser, D. N.", "2021",
     "Learning with heterogeneous misspecified models: characterization and robustness",
     "Econometrica", "89(6), 3025–3077"),
    ("Collins1975", "misc", "Collins, G. E.", "1975",
     "Quantifier elimination for real closed fields by cylindrical algebraic decomposition",
     "Lecture Notes in Computer Science 33, 134–183", ""),
    ("EspondaPouzo2016", "article", "Esponda, I. and Pouzo, D.", "2016",
     "Berk–Nash equilibrium: a framework for modeling agents with misspecified models",
     "Econometrica", "84(3), 1093–1130"),
    ("EspondaPouzo2025", "misc", "Esponda, I. and Pouzo, D.", "2025",
     "Berk–Nash rationalizability",
     "arXiv:2505.20708", ""),
    ("EspondaPouzoYamamoto2021", "article", "Esponda, I., Pouzo, D. and Yamamoto, Y.", "2021",
     "Asymptotic behavior of Bayesian learners with misspecified models",
     "Journal of Economic Theory", "195, 105260"),
    ("EysterRabin2005", "article", "Eyster, E. and Rabin, M.", "2005",
     "Cursed equilibrium",
     "Econometrica", "73(5), 1623–1672"),
    ("FrickIijimaIshii2023", "article", "Frick, M., Iijima, R. and Ishii, Y.", "2023",
     "Belief convergence under misspecified learning: a martingale approach",
     "Review of Economic Studies", "90(2), 781–814"),
    ("FudenbergLanzaniStrack2021", "article", "Fudenberg, D., Lanzani, G. and Strack, P.", "2021",
     "Limit points of endogenous misspecified learning",
     "Econometrica", "89(3), 1065–1098"),
    ("FudenbergLevine1993", "article", "Fudenberg, D. and Levine, D. K.", "1993",
     "Self-confirming equilibrium",
     "Econometrica", "61(3), 523–545"),
    ("FudenbergRomanyukStrack2017", "article", "Fudenberg, D., Romanyuk, G. and Strack, P.", "2017",
     "Active learning with a misspecified prior",
     "Theoretical Economics", "12(3), 1155–1189"),
    ("Greenblatt2024", "misc", "Greenblatt, R. and others", "2024",
     "Alignment faking in large language models",
     "arXiv:2412.14093", ""),
    ("HeidhuesKoszegiStrack2018", "article", "Heidhues, P., Kőszegi, B. and Strack, P.", "2018",
     "Unrealistic expectations and misguided learning",
     "Econometrica", "86(4), 1159–1214"),
    ("Jehiel2005", "article", "Jehiel, P.", "2005",
     "Analogy-based expectation equilibrium",
     "Journal of Economic Theory", "123(2), 81–104"),
    ("Johansson2017", "article", "Johansson, F.", "2017",
     "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic",
     "IEEE Transactions on Computers", "66(8), 1281–1292"),
    ("Kalai2025", "misc", "Kalai, A. T., Nachum, O., Vempala, S. S. and Zhang, E.", "2025",
     "Why language models hallucinate",
     "arXiv:2509.04664", ""),
    ("Krivine1964", "article", "Krivine, J.-L.", "1964",
     "Anneaux préordonnés",
     "Journal d’Analyse Mathématique", "12, 307–326"),
    ("Motzkin1936", "phdthesis", "Motzkin, T. S.", "1936",
     "Beiträge zur Theorie der linearen Ungleichungen",
     "Universität Basel", ""),
    ("Nyarko1991", "article", "Nyarko, Y.", "1991",
     "Learning in mis-specified models and the possibility of cycles",
     "Journal of Economic Theory", "55(2), 416–427"),
    ("PorterNudelmanShoham2008", "article", "Porter, R., Nudelman, E. and Shoham, Y.", "2008",
     "Simple search methods for finding a Nash equilibrium",
     "Games and Economic Behavior", "63(2), 642–662"),
    ("Sharma2023", "misc", "Sharma, M. and others", "2023",
     "Towards understanding sycophancy in language models",
     "arXiv:2310.13548", ""),
    ("Xu2026", "misc", "Xu, Qu, Zhang, Lu, Yang, Zou and Hu", "2026",
     "Epistemic traps",
     "arXiv:2602.17676", ""),
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
