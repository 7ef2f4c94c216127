package dev.mokha.language.align;

import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;

/// What learning from pairs makes small. In the formulas `w` is the better answer, `l` the worse one, `π` the
/// model that is trained, `ρ` the frozen reference, `|y|` an answer's tokens, and
/// `r(y) = log π(y|x) − log ρ(y|x)`.
public sealed interface PreferenceLoss {
    /// {@return whether `ρ` is needed}
    default boolean hasReference() {
        return true;
    }

    /// {@return the factor that makes a log-ratio the implicit reward shown in figures}
    double beta();

    /// Computes the loss of each pair.
    ///
    /// @param policy log-likelihoods under the model that is trained
    /// @param reference those under the frozen one; not looked at where [#hasReference] is false
    /// @param lengths tokens of the answers
    /// @return `[pairs]`
    Tensor of(AnswerScores policy, AnswerScores reference, AnswerScores.Lengths lengths);

    /// `−(1 − ε) log σ(β (r(w) − r(l))) − ε log σ(−β (r(w) − r(l)))`: direct preference optimisation,
    /// [Rafailov et al. 2023, equation 7](https://arxiv.org/abs/2305.18290), with the labels' share
    /// `ε` that may be wrong.
    ///
    /// @param perToken divides each `r(y)` by `|y|`, so that long answers are not preferred for their length
    record Dpo(double beta, double smoothing, boolean perToken) implements PreferenceLoss {
        public Dpo {
            Positive.require("beta", beta);
            if (!(smoothing >= 0 && smoothing < 0.5)) {
                throw new IllegalArgumentException(
                        "the share of wrong labels is from 0 to below 0.5, not " + smoothing);
            }
        }

        /// {@return the paper's}
        public static Dpo of(double beta) {
            return new Dpo(beta, 0, false);
        }

        @Override
        public Tensor of(AnswerScores policy, AnswerScores reference, AnswerScores.Lengths lengths) {
            AnswerScores ratios = policy.minus(reference);
            Tensor margin =
                    (perToken ? ratios.perToken(lengths) : ratios).difference().mul(beta);
            Tensor right = Functional.logSigmoid(margin).mul(1 - smoothing);
            return right.add(Functional.logSigmoid(margin.neg()).mul(smoothing)).neg();
        }
    }

    /// `(r(w)/|w| − r(l)/|l| − 1/(2β))²`: identity preference optimisation,
    /// [Azar et al. 2023, equation 17](https://arxiv.org/abs/2310.12036), whose `τ` is `β`; means over tokens,
    /// as the authors' results are.
    record Ipo(double beta) implements PreferenceLoss {
        public Ipo {
            Positive.require("beta", beta);
        }

        @Override
        public Tensor of(AnswerScores policy, AnswerScores reference, AnswerScores.Lengths lengths) {
            return policy.minus(reference)
                    .perToken(lengths)
                    .difference()
                    .sub(1 / (2 * beta))
                    .square();
        }
    }

    /// `max(0, 1 − β (r(w) − r(l)))`: the hinge of [Zhao et al. 2023](https://arxiv.org/abs/2305.10425) on
    /// DPO's margin.
    record Hinge(double beta) implements PreferenceLoss {
        public Hinge {
            Positive.require("beta", beta);
        }

        @Override
        public Tensor of(AnswerScores policy, AnswerScores reference, AnswerScores.Lengths lengths) {
            return policy.minus(reference).difference().mul(-beta).add(1).relu();
        }
    }

    /// `−log σ(β log π(w|x)/|w| − β log π(l|x)/|l| − γ)`: simple preference optimisation, without a reference,
    /// [Meng et al. 2024, equation 6](https://arxiv.org/abs/2405.14734).
    ///
    /// @param gamma the margin that is aimed at
    record SimPo(double beta, double gamma) implements PreferenceLoss {
        public SimPo {
            Positive.require("beta", beta);
        }

        @Override
        public boolean hasReference() {
            return false;
        }

        @Override
        public Tensor of(AnswerScores policy, AnswerScores reference, AnswerScores.Lengths lengths) {
            Tensor margin = policy.perToken(lengths).difference().mul(beta);
            return Functional.logSigmoid(margin.sub(gamma)).neg();
        }
    }

    /// `−log π(w|x)/|w| − λ log σ(log odds(w) − log odds(l))` with `odds(y) = p/(1 − p)` and
    /// `log p = log π(y|x)/|y|`: odds-ratio preference optimisation, which tunes and aligns at once,
    /// [Hong et al. 2024, equations 6 and 7](https://arxiv.org/abs/2403.07691).
    ///
    /// @param beta the paper's λ
    record Orpo(double beta) implements PreferenceLoss {
        public Orpo {
            Positive.require("beta", beta);
        }

        @Override
        public boolean hasReference() {
            return false;
        }

        @Override
        public Tensor of(AnswerScores policy, AnswerScores reference, AnswerScores.Lengths lengths) {
            AnswerScores means = policy.perToken(lengths);
            Tensor odds = means.difference().sub(logNot(means.chosen())).add(logNot(means.rejected()));
            return means.chosen().neg().sub(Functional.logSigmoid(odds).mul(beta));
        }

        /// `log(1 − e^x)` for `x < 0`.
        private static Tensor logNot(Tensor x) {
            return x.exp().neg().add(1).log();
        }
    }
}
