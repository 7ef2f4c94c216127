package dev.mokha.knowledge.link;

import dev.mokha.knowledge.link.ComplEx.Complex;
import dev.mokha.nn.Init;
import dev.mokha.nn.Params;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/// [Sun et al. 2019](https://arxiv.org/abs/1902.10197): `−Σ |s r − o|` over complex numbers, where the
/// numbers of a relation have modulus 1, so that it only turns.
///
/// An entity is its real parts, then its imaginary ones. A relation has its angles, in units of the range
/// that everything begins in, `(margin + 2) / rank`, divided by π: as in the authors' program, whose margin
/// is part of the loss and not of the score here.
public final class RotatE implements Scorer {
    /// Numbers of one block of differences.
    private static final long BLOCK = 1L << 22;

    private final double unit;

    private RotatE(double unit) {
        this.unit = unit;
    }

    /// @param rank complex numbers a vector has
    /// @param margin γ of the loss it is trained with: how far from 0 vectors begin follows from it
    public record Config(int rank, double margin) implements ScorerConfig {
        public Config {
            ScorerConfig.requirePositive("rank", rank);
            if (!(margin > 0)) {
                throw new IllegalArgumentException("RotatE needs a margin above 0, not " + margin);
            }
        }

        double range() {
            return (margin + 2) / rank;
        }

        @Override
        public int entityWidth() {
            return 2 * rank;
        }

        @Override
        public int relationWidth() {
            return rank;
        }

        @Override
        public Init entityInit(int entities) {
            return new Init.Uniform(range());
        }

        @Override
        public Init relationInit(int relations) {
            return new Init.Uniform(range());
        }

        @Override
        public Scorer scorer(Params params) {
            return new RotatE(range() / Math.PI);
        }

        @Override
        public String name() {
            return "RotatE";
        }
    }

    @Override
    public Tensor ask(Tensor subjects, Tensor relations) {
        return Complex.of(subjects).times(turns(relations)).joined();
    }

    private Complex turns(Tensor relations) {
        Tensor angles = relations.div(unit);
        return new Complex(angles.cos(), angles.sin());
    }

    @Override
    public Tensor fit(Tensor questions, Tensor candidates) {
        return sum(questions.unsqueeze(1).sub(candidates));
    }

    /// `[…, 2 rank]` to `[…]`
    private static Tensor sum(Tensor gaps) {
        return Moduli.of(Complex.of(gaps)).sum(-1, false).neg();
    }

    @Override
    public Tensor fitAll(Tensor questions, Tensor entities) {
        long step = Math.max(1, BLOCK / Math.max(1, questions.count()));
        List<Tensor> blocks = new ArrayList<>();
        for (Tensor block : entities.split(step, 0)) {
            blocks.add(sum(questions.unsqueeze(1).sub(block.unsqueeze(0))));
        }
        return Tensors.cat(blocks, 1);
    }

    @Override
    public Tensor fitRelations(Pairs pairs, Tensor relations) {
        Complex turns = turns(relations);
        Complex subjects = Complex.of(pairs.subjects().unsqueeze(1));
        List<Tensor> blocks = new ArrayList<>();
        long step = Math.max(1, BLOCK / Math.max(1, pairs.subjects().count()));
        Tensor[] re = turns.re().split(step, 0);
        Tensor[] im = turns.im().split(step, 0);
        for (int i = 0; i < re.length; i++) {
            Complex some = new Complex(re[i].unsqueeze(0), im[i].unsqueeze(0)); // [1, some, rank]
            blocks.add(sum(subjects.times(some).joined().sub(pairs.objects().unsqueeze(1)))); // [pairs, some]
        }
        return Tensors.cat(blocks, 1);
    }

    @Override
    public boolean isProduct() {
        return false;
    }

    @Override
    public Tensor entitySizes(Tensor entities) {
        return Moduli.of(Complex.of(entities));
    }

    /// Angles have no size.
    @Override
    public Tensor relationSizes(Tensor relations) {
        return relations.narrow(-1, 0, 0);
    }
}
