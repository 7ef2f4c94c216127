package dev.mokha.knowledge.link;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;

/// What scores of right facts and of wrong ones made of them cost. With f the score of a right fact and fᵢ
/// those of its k wrong ones, the mean over the right facts of:
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "loss")
@JsonSubTypes({
    @JsonSubTypes.Type(value = PairLoss.Margin.class, name = "margin"),
    @JsonSubTypes.Type(value = PairLoss.Logistic.class, name = "logistic"),
    @JsonSubTypes.Type(value = PairLoss.BinaryCrossEntropy.class, name = "binary-cross-entropy"),
    @JsonSubTypes.Type(value = PairLoss.CrossEntropy.class, name = "cross-entropy"),
    @JsonSubTypes.Type(value = PairLoss.SelfAdversarial.class, name = "self-adversarial")
})
public sealed interface PairLoss {
    /// @param right `[facts]`
    /// @param wrong `[facts, k]`
    /// @return a scalar
    Tensor of(Tensor right, Tensor wrong);

    /// `(1/k) Σ max(0, margin − f + fᵢ)`, [Bordes et al. 2013, eq.
    /// 1](https://papers.nips.cc/paper/5071-translating-embeddings-for-modeling-multi-relational-data).
    record Margin(double margin) implements PairLoss {
        @Override
        public Tensor of(Tensor right, Tensor wrong) {
            return wrong.sub(right.unsqueeze(1)).add(margin).relu().mean();
        }
    }

    /// `(log(1 + e^−f) + Σ log(1 + e^fᵢ)) / (1 + k)`, [Trouillon et al. 2016, eq.
    /// 9](https://arxiv.org/abs/1606.06357).
    record Logistic() implements PairLoss {
        @Override
        public Tensor of(Tensor right, Tensor wrong) {
            return new BinaryCrossEntropy(0).of(right, wrong);
        }
    }

    /// Each score for itself: binary cross entropy of `σ(f)` with label `1 − ε/2` and of `σ(fᵢ)` with
    /// `ε/2`, the mean over the 1 + k.
    ///
    /// @param smoothing ε, in `[0, 1)`
    record BinaryCrossEntropy(double smoothing) implements PairLoss {
        public BinaryCrossEntropy {
            requireShare(smoothing);
        }

        @Override
        public Tensor of(Tensor right, Tensor wrong) {
            double share = 1.0 / (right.count() + wrong.count());
            // −y log σ(x) − (1 − y) log σ(−x) = softplus(x) − y x
            Tensor pull = right.sum().mul(1 - smoothing / 2).addScaled(wrong.sum(), smoothing / 2);
            return softplus(right).sum().add(softplus(wrong).sum()).sub(pull).mul(share);
        }
    }

    /// `−log(e^f / (e^f + Σ e^fᵢ))`, with ε of the label spread over the 1 + k.
    ///
    /// @param smoothing ε, in `[0, 1)`
    record CrossEntropy(double smoothing) implements PairLoss {
        public CrossEntropy {
            requireShare(smoothing);
        }

        @Override
        public Tensor of(Tensor right, Tensor wrong) {
            Tensor scores = Tensors.cat(List.of(right.unsqueeze(1), wrong), 1); // [facts, 1 + k]
            Tensor first = Tensors.zeros(dev.mokha.tensor.DType.INT64, right.device(), right.size(0));
            return Functional.crossEntropy(scores, first, smoothing);
        }
    }

    /// `−½ (log σ(γ + f) + Σ pᵢ log σ(−γ − fᵢ))`, where `p = softmax(temperature · fᵢ)` is a constant: the
    /// wrong facts that score high count most, [Sun et al. 2019, §3.2](https://arxiv.org/abs/1902.10197).
    /// Scores are distances with a minus there.
    ///
    /// @param margin γ
    /// @param temperature of the weights; 0 weighs all alike
    record SelfAdversarial(double margin, double temperature) implements PairLoss {
        @Override
        public Tensor of(Tensor right, Tensor wrong) {
            Tensor weights = wrong.detach().mul(temperature).softmax(-1); // [facts, k]
            Tensor ofWrong = softplus(wrong.add(margin)).mul(weights).sum(-1, false); // [facts]
            return softplus(right.add(margin).neg()).add(ofWrong).mean().mul(0.5);
        }
    }

    /// log(1 + e^x)
    static Tensor softplus(Tensor x) {
        return Functional.logSigmoid(x.neg()).neg();
    }

    /// Throws unless a share of probability lies in `[0, 1)`.
    static void requireShare(double smoothing) {
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("label smoothing lies in [0, 1), not " + smoothing);
        }
    }
}
