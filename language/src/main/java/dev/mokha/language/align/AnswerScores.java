package dev.mokha.language.align;

import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;

/// How likely a model finds both answers of each pair: sums over an answer's tokens of
/// `log p(token | what stands before)`, the end of its turn included.
///
/// @param chosen of the better answers, `[pairs]`
/// @param rejected of the worse ones, `[pairs]`
public record AnswerScores(Tensor chosen, Tensor rejected) {
    /// {@return scores that were computed before}
    static AnswerScores of(double[] chosen, double[] rejected) {
        return new AnswerScores(Tensors.of(chosen, chosen.length), Tensors.of(rejected, rejected.length));
    }

    /// {@return log p of the answers of one model minus that of another, as scores}
    AnswerScores minus(AnswerScores other) {
        return new AnswerScores(chosen.sub(other.chosen), rejected.sub(other.rejected));
    }

    /// {@return the means over an answer's tokens}
    AnswerScores perToken(Lengths lengths) {
        return new AnswerScores(chosen.div(lengths.chosen), rejected.div(lengths.rejected));
    }

    /// {@return chosen minus rejected, `[pairs]`}
    Tensor difference() {
        return chosen.sub(rejected);
    }

    /// How many tokens the answers have.
    ///
    /// @param chosen `[pairs]`
    /// @param rejected `[pairs]`
    public record Lengths(Tensor chosen, Tensor rejected) {
        /// {@return these counts}
        public static Lengths of(List<Integer> chosen, List<Integer> rejected) {
            return new Lengths(tensor(chosen), tensor(rejected));
        }

        private static Tensor tensor(List<Integer> counts) {
            return Tensors.of(counts.stream().mapToDouble(Integer::doubleValue).toArray(), counts.size());
        }
    }
}
