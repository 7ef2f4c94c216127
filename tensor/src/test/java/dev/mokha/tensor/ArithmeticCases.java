package dev.mokha.tensor;

import static dev.mokha.tensor.Case.b;
import static dev.mokha.tensor.Case.flags;
import static dev.mokha.tensor.Case.grid;
import static dev.mokha.tensor.Case.m;
import static dev.mokha.tensor.Case.row;
import static dev.mokha.tensor.Case.scalar;
import static dev.mokha.tensor.Case.shape;
import static dev.mokha.tensor.Case.t;

import java.util.stream.Stream;

/// Element by element, in place, comparisons and reductions, on numbers that a person can check.
final class ArithmeticCases {
    private static final double E = 2.718281828459045;

    private ArithmeticCases() {}

    private static Tensor x() {
        return t(1, -2, 4);
    }

    private static Tensor y() {
        return t(2, 0.5, -1);
    }

    static Stream<Case> cases() {
        return Stream.of(elementwise(), functions(), inPlace(), comparisons(), reductions())
                .flatMap(cases -> cases);
    }

    private static Stream<Case> elementwise() {
        return Stream.of(
                row("Tensor.add(Tensor)", () -> x().add(y()), 3, -1.5, 3),
                grid("Tensor.add(Tensor)", () -> m(1, 2, 3, 4).add(t(10, 20)), shape(2, 2), 11, 22, 13, 24),
                row("Tensor.add(double)", () -> x().add(0.5), 1.5, -1.5, 4.5),
                row("Tensor.sub(Tensor)", () -> x().sub(y()), -1, -2.5, 5),
                row("Tensor.sub(double)", () -> x().sub(1), 0, -3, 3),
                row("Tensor.mul(Tensor)", () -> x().mul(y()), 2, -1, -4),
                row("Tensor.mul(double)", () -> x().mul(3), 3, -6, 12),
                row("Tensor.div(Tensor)", () -> x().div(y()), 0.5, -4, -4),
                row("Tensor.div(double)", () -> x().div(2), 0.5, -1, 2),
                row("Tensor.addScaled(Tensor,double)", () -> x().addScaled(y(), 10), 21, 3, -6),
                row("Tensor.pow(double)", () -> x().pow(3), 1, -8, 64),
                row("Tensor.pow(double)", () -> t(4, 0.25).pow(-0.5), 0.5, 2),
                row("Tensor.maximum(Tensor)", () -> x().maximum(y()), 2, 0.5, 4),
                row("Tensor.minimum(Tensor)", () -> x().minimum(y()), 1, -2, -1),
                row("Tensor.clamp(double,double)", () -> x().clamp(-1, 1.5), 1, -1, 1.5),
                grid("Tensor.matmul(Tensor)", () -> m(1, 2, 3, 4).matmul(m(5, 6, 7, 8)), shape(2, 2), 19, 22, 43, 50),
                row("Tensor.matmul(Tensor)", () -> m(1, 2, 3, 4).matmul(t(5, 6)), 17, 39),
                grid(
                        "Tensor.matmul(Tensor)",
                        () -> t(1, 2, 3, 4).reshape(2, 1, 2).matmul(t(1, 1).reshape(2, 1)),
                        shape(2, 1, 1),
                        3,
                        7));
    }

    private static Stream<Case> functions() {
        return Stream.of(
                row("Tensor.neg()", () -> x().neg(), -1, 2, -4),
                row("Tensor.abs()", () -> x().abs(), 1, 2, 4),
                row("Tensor.exp()", () -> t(0, 1, -1).exp(), 1, E, 0.36787944117144233),
                row("Tensor.log()", () -> t(1, E, 2).log(), 0, 1, 0.6931471805599453),
                row("Tensor.sqrt()", () -> t(0, 4, 2.25).sqrt(), 0, 2, 1.5),
                row("Tensor.rsqrt()", () -> t(1, 4, 0.25).rsqrt(), 1, 0.5, 2),
                row("Tensor.square()", () -> x().square(), 1, 4, 16),
                row("Tensor.reciprocal()", () -> x().reciprocal(), 1, -0.5, 0.25),
                row("Tensor.sin()", () -> t(0, Math.PI / 6, Math.PI / 2).sin(), 0, 0.5, 1),
                row("Tensor.cos()", () -> t(0, Math.PI / 3, Math.PI).cos(), 1, 0.5, -1),
                row("Tensor.tanh()", () -> t(0, 0.6931471805599453).tanh(), 0, 0.6),
                row("Tensor.sigmoid()", () -> t(0, 1.0986122886681098).sigmoid(), 0.5, 0.75),
                row("Tensor.relu()", () -> x().relu(), 1, 0, 4),
                row("Tensor.erf()", () -> t(0, 1, -1).erf(), 0, 0.8427007929497149, -0.8427007929497149),
                row("Tensor.sign()", () -> t(-3, 0, 0.5).sign(), -1, 0, 1),
                row("Tensor.floor()", () -> t(1.5, -1.5, 2).floor(), 1, -2, 2),
                row("Tensor.round()", () -> t(0.5, 1.5, -2.5, 2.6).round(), 0, 2, -2, 3),
                flags(
                        "Tensor.isFinite()",
                        () -> t(1, 1.0 / 0, -1.0 / 0, Double.NaN).isFinite(),
                        1,
                        0,
                        0,
                        0));
    }

    private static Stream<Case> inPlace() {
        return Stream.of(
                row("Tensor.addInPlace(Tensor,double)", () -> x().addInPlace(y(), 2), 5, -1, 2),
                row("Tensor.mulInPlace(double)", () -> x().mulInPlace(3), 3, -6, 12),
                row("Tensor.mulInPlace(Tensor)", () -> x().mulInPlace(y()), 2, -1, -4),
                row(
                        "Tensor.addProductInPlace(Tensor,Tensor,double)",
                        () -> x().addProductInPlace(y(), t(1, 2, 3), 10),
                        21,
                        8,
                        -26),
                row(
                        "Tensor.addQuotientInPlace(Tensor,Tensor,double)",
                        () -> x().addQuotientInPlace(y(), t(1, 2, 4), 4),
                        9,
                        -1,
                        3),
                row("Tensor.lerpInPlace(Tensor,double)", () -> x().lerpInPlace(y(), 0.25), 1.25, -1.375, 2.75),
                row("Tensor.fillInPlace(double)", () -> x().fillInPlace(7), 7, 7, 7),
                row("Tensor.copyInPlace(Tensor)", () -> x().copyInPlace(Tensors.of(new int[] {9}, 1)), 9, 9, 9),
                row(
                        "Tensor.indexCopyInPlace(int,Tensor,Tensor)",
                        () -> x().indexCopyInPlace(0, Case.ids(2, 0), t(8, 9)),
                        9,
                        -2,
                        8));
    }

    private static Stream<Case> comparisons() {
        return Stream.of(
                flags("Tensor.eq(Tensor)", () -> x().eq(t(1, 2, 4)), 1, 0, 1),
                flags("Tensor.eq(double)", () -> x().eq(-2), 0, 1, 0),
                flags("Tensor.ne(Tensor)", () -> x().ne(t(1, 2, 4)), 0, 1, 0),
                flags("Tensor.ne(double)", () -> x().ne(-2), 1, 0, 1),
                flags("Tensor.lt(Tensor)", () -> x().lt(t(1, 2, 5)), 0, 1, 1),
                flags("Tensor.lt(double)", () -> x().lt(1), 0, 1, 0),
                flags("Tensor.le(Tensor)", () -> x().le(t(1, -3, 5)), 1, 0, 1),
                flags("Tensor.le(double)", () -> x().le(1), 1, 1, 0),
                flags("Tensor.gt(Tensor)", () -> x().gt(t(1, -3, 5)), 0, 1, 0),
                flags("Tensor.gt(double)", () -> x().gt(1), 0, 0, 1),
                flags("Tensor.ge(Tensor)", () -> x().ge(t(1, -3, 5)), 1, 1, 0),
                flags("Tensor.ge(double)", () -> x().ge(1), 1, 0, 1),
                flags("Tensor.not()", () -> b(true, false).not(), 0, 1),
                flags("Tensor.and(Tensor)", () -> b(true, true, false).and(b(true, false, false)), 1, 0, 0),
                flags("Tensor.or(Tensor)", () -> b(true, true, false).or(b(true, false, false)), 1, 1, 0),
                row("Tensor.maskedFill(Tensor,double)", () -> x().maskedFill(b(false, true, true), 9), 1, 9, 9),
                flags(
                        "Tensor.all()",
                        () -> b(b(true, true).all(), b(true, false).all()),
                        1,
                        0),
                flags(
                        "Tensor.any()",
                        () -> b(b(false, true).any(), b(false, false).any()),
                        1,
                        0));
    }

    private static Stream<Case> reductions() {
        double ln2 = 0.6931471805599453;
        return Stream.of(
                scalar("Tensor.sum()", () -> x().sum(), 3),
                row("Tensor.sum(int,boolean)", () -> m(1, 2, 3, 4, 5, 6).sum(0, false), 5, 7, 9),
                grid("Tensor.sum(int,boolean)", () -> m(1, 2, 3, 4, 5, 6).sum(-1, true), shape(2, 1), 6, 15),
                scalar("Tensor.mean()", () -> x().mean(), 1),
                row("Tensor.mean(int,boolean)", () -> m(1, 2, 3, 4, 5, 6).mean(1, false), 2, 5),
                grid("Tensor.mean(int,boolean)", () -> m(1, 2, 3, 4).mean(0, true), shape(1, 2), 2, 3),
                scalar("Tensor.max()", () -> x().max(), 4),
                row("Tensor.max(int,boolean)", () -> m(1, 5, 3, 4).max(0, false), 3, 5),
                grid("Tensor.max(int,boolean)", () -> m(1, 5, 3, 4).max(1, true), shape(2, 1), 5, 4),
                scalar("Tensor.min()", () -> x().min(), -2),
                row("Tensor.min(int,boolean)", () -> m(1, 5, 3, 4).min(0, false), 1, 4),
                row("Tensor.var(int,double,boolean)", () -> m(1, 3, 5, 2, 2, 2).var(1, 1, false), 4, 0),
                grid("Tensor.var(int,double,boolean)", () -> m(1, 3, 2, 6).var(1, 0, true), shape(2, 1), 1, 4),
                Case.typed(
                        DType.INT64, "Tensor.argmax(int)", () -> m(1, 5, 3, 4).argmax(1), shape(2), 1, 1),
                grid("Tensor.cumsum(int)", () -> m(1, 2, 3, 4, 5, 6).cumsum(1), shape(2, 3), 1, 3, 6, 4, 9, 15),
                row("Tensor.logSumExp(int,boolean)", () -> m(0, 0, 1000, 1000).logSumExp(1, false), ln2, 1000 + ln2),
                scalar("Tensor.norm()", () -> m(3, 0, 0, -4).norm(), 5),
                row("Tensor.top(long)", () -> t(1, 9, 4, 7).top(2).values(), 9, 7),
                Case.typed(
                        DType.INT64,
                        "Tensor.top(long)",
                        () -> t(1, 9, 4, 7).top(2).indices(),
                        shape(2),
                        1,
                        3),
                row("Tensor.sort(int,boolean)", () -> t(4, 9, 1).sort(0, false).values(), 1, 4, 9),
                Case.typed(
                        DType.INT64,
                        "Tensor.sort(int,boolean)",
                        () -> t(4, 9, 4, 9).sort(-1, true).indices(),
                        shape(4),
                        1,
                        3,
                        0,
                        2),
                row("Tensor.softmax(int)", () -> t(0, 1.0986122886681098).softmax(0), 0.25, 0.75),
                row("Tensor.logSoftmax(int)", () -> t(5, 5).logSoftmax(-1), -ln2, -ln2));
    }
}
