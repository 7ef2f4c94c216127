package dev.mokha.knowledge.link;

import dev.mokha.nn.Init;
import dev.mokha.nn.Params;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;

/// [Trouillon et al. 2016](https://arxiv.org/abs/1606.06357): the real part of `Σ s r ō` over complex
/// numbers.
///
/// A row is its real parts, then its imaginary ones. Begins as [Lacroix et al.
/// 2018](https://arxiv.org/abs/1806.07297) do: close to 0.
public final class ComplEx implements Scorer {
    /// @param rank complex numbers a vector has
    /// @param scale the standard deviation that both parts begin with
    public record Config(int rank, double scale) implements ScorerConfig {
        public Config {
            ScorerConfig.requirePositive("rank", rank);
        }

        /// So many complex numbers, which begin with standard deviation 0.001.
        public static Config of(int rank) {
            return new Config(rank, 1e-3);
        }

        @Override
        public int entityWidth() {
            return 2 * rank;
        }

        @Override
        public int relationWidth() {
            return 2 * rank;
        }

        @Override
        public Init entityInit(int entities) {
            return Init.normal(scale);
        }

        @Override
        public Init relationInit(int relations) {
            return Init.normal(scale);
        }

        @Override
        public Scorer scorer(Params params) {
            return new ComplEx();
        }

        @Override
        public String name() {
            return "ComplEx";
        }
    }

    /// Complex numbers in two tensors of one shape.
    record Complex(Tensor re, Tensor im) {
        /// Splits rows into their halves.
        static Complex of(Tensor rows) {
            long half = rows.size(-1) / 2;
            return new Complex(rows.narrow(-1, 0, half), rows.narrow(-1, half, half));
        }

        Complex times(Complex other) {
            return new Complex(
                    re.mul(other.re).sub(im.mul(other.im)), re.mul(other.im).add(im.mul(other.re)));
        }

        Complex conjugate() {
            return new Complex(re, im.neg());
        }

        Tensor joined() {
            return Tensors.cat(List.of(re, im), -1);
        }
    }

    @Override
    public Tensor ask(Tensor subjects, Tensor relations) {
        return Complex.of(subjects).times(Complex.of(relations)).joined();
    }

    @Override
    public Tensor fit(Tensor questions, Tensor candidates) {
        return Dots.fit(questions, candidates);
    }

    @Override
    public Tensor fitAll(Tensor questions, Tensor entities) {
        return Functional.linear(questions, entities, null);
    }

    /// Re(s r ō) is the dot product of r with the conjugate of s ō.
    @Override
    public Tensor fitRelations(Pairs pairs, Tensor relations) {
        Complex objects = Complex.of(pairs.objects());
        Complex form = Complex.of(pairs.subjects()).conjugate().times(objects);
        return Functional.linear(form.joined(), relations, null);
    }

    @Override
    public Tensor entitySizes(Tensor entities) {
        return Moduli.of(Complex.of(entities));
    }

    @Override
    public Tensor relationSizes(Tensor relations) {
        return Moduli.of(Complex.of(relations));
    }
}
