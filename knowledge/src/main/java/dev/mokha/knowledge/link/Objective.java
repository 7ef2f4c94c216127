package dev.mokha.knowledge.link;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// What is compared with what in training, and by which loss.
///
/// The second and third are over *questions*: pairs of subject and relation, inverses included, each with
/// all its answers, and scores of all entities at once (1-to-N).
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "objective")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Objective.Negatives.class, name = "negatives"),
    @JsonSubTypes.Type(value = Objective.OneVsAll.class, name = "one-vs-all"),
    @JsonSubTypes.Type(value = Objective.KvsAll.class, name = "k-vs-all")
})
public sealed interface Objective {
    /// Each fact against so many wrong ones made of it.
    record Negatives(Corruption corruption, int count, PairLoss loss) implements Objective {
        public Negatives {
            if (count < 1) {
                throw new IllegalArgumentException("a fact needs at least one wrong one beside it, not " + count);
            }
        }
    }

    /// Cross entropy of each fact's object among all entities ([Lacroix et al. 2018,
    /// §2](https://arxiv.org/abs/1806.07297)): the mean over facts of `log Σ_e e^f(s,r,e) − f(s,r,o)`.
    ///
    /// Facts that share a question share the first term, so it is computed once for all of them: equal
    /// gradients, and in FB15k-237 a quarter of the work.
    ///
    /// @param smoothing the share of the label that is spread over all entities, in `[0, 1)`
    record OneVsAll(double smoothing) implements Objective {
        public OneVsAll {
            PairLoss.requireShare(smoothing);
        }
    }

    /// Each question against all entities, its answers labelled 1 ([Dettmers et al. 2018,
    /// §3](https://arxiv.org/abs/1707.01476), 1-N scoring).
    ///
    /// @param targets how labels become a loss
    /// @param smoothing ε, in `[0, 1)`: of [Targets#BINARY] labels become `(1 − ε) y + 1/entities`, as in
    ///     ConvE's and TuckER's programs
    record KvsAll(Targets targets, double smoothing) implements Objective {
        public KvsAll {
            PairLoss.requireShare(smoothing);
            if (targets == Targets.SOFTMAX && smoothing > 0) {
                throw new IllegalArgumentException(
                        "labels of a softmax are not smoothed; give smoothing 0, not " + smoothing);
            }
        }
    }

    /// How labels of all entities become a loss.
    enum Targets {
        /// Binary cross entropy of each score, the mean over all.
        BINARY,
        /// Cross entropy with the labels divided by their number, the mean over questions.
        SOFTMAX
    }
}
