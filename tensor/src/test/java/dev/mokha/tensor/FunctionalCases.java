package dev.mokha.tensor;

import static dev.mokha.tensor.Case.grid;
import static dev.mokha.tensor.Case.ids;
import static dev.mokha.tensor.Case.m;
import static dev.mokha.tensor.Case.row;
import static dev.mokha.tensor.Case.scalar;
import static dev.mokha.tensor.Case.shape;
import static dev.mokha.tensor.Case.t;

import dev.mokha.tensor.Functional.Convolution;
import java.util.stream.Stream;

/// The mathematics of layers and losses on small numbers; larger ones against loops are in
/// `FunctionalTest`.
final class FunctionalCases {
    private static final double LN_2 = 0.6931471805599453;
    private static final double LN_3 = 1.0986122886681098;

    private FunctionalCases() {}

    static Stream<Case> cases() {
        return Stream.of(layers(), losses(), convolutions()).flatMap(cases -> cases);
    }

    private static Stream<Case> layers() {
        return Stream.of(
                grid(
                        "Functional.linear(Tensor,Tensor,Tensor)",
                        () -> Functional.linear(m(1, 2, 3, 4), m(1, 1, 0, 2), t(10, 20)),
                        shape(2, 2),
                        13,
                        24,
                        17,
                        28),
                row(
                        "Functional.linear(Tensor,Tensor,Tensor)",
                        () -> Functional.linear(t(1, 2), m(1, 1, 0, 2), null),
                        3,
                        4),
                grid(
                        "Functional.embedding(Tensor,Tensor)",
                        () -> Functional.embedding(ids(1, 0, 1), m(1, 2, 3, 4)),
                        shape(3, 2),
                        3,
                        4,
                        1,
                        2,
                        3,
                        4),
                grid(
                        "Functional.layerNorm(Tensor,Tensor,Tensor,double)",
                        () -> Functional.layerNorm(m(1, 3, -2, 6), t(1, 2), t(0, 10), 0),
                        shape(2, 2),
                        -1,
                        12,
                        -1,
                        12),
                row(
                        "Functional.layerNorm(Tensor,Tensor,Tensor,double)",
                        () -> Functional.layerNorm(t(1, 3), t(1, 2), null, 3),
                        -0.5,
                        1),
                grid(
                        "Functional.rmsNorm(Tensor,Tensor,double)",
                        () -> Functional.rmsNorm(m(3, -3, 1, 1), t(1, 2), 3),
                        shape(2, 2),
                        0.8660254037844386,
                        -1.7320508075688772,
                        0.5,
                        1),
                grid(
                        "Functional.distances(Tensor,Tensor,int)",
                        () -> Functional.distances(m(0, 0, 1, 1), m(3, 4, 1, 0), 1),
                        shape(2, 2),
                        7,
                        1,
                        5,
                        1),
                grid(
                        "Functional.distances(Tensor,Tensor,int)",
                        () -> Functional.distances(m(0, 0, 1, 1), m(3, 4, 1, 0), 2),
                        shape(2, 2),
                        5,
                        1,
                        Math.sqrt(13),
                        1),
                row("Functional.silu(Tensor)", () -> Functional.silu(t(0, LN_3)), 0, 0.75 * LN_3),
                row(
                        "Functional.gelu(Tensor,boolean)",
                        () -> Functional.gelu(t(0, 1, -1), false),
                        0,
                        0.8413447460685429,
                        -0.15865525393145707),
                row(
                        "Functional.logSigmoid(Tensor)",
                        () -> Functional.logSigmoid(t(0, -200)),
                        -0.6931471805599453,
                        -200),
                row("Functional.gelu(Tensor,boolean)", () -> Functional.gelu(t(0, 1), true), 0, 0.841191990608276),
                grid(
                        "Functional.attention(Tensor,Tensor,Tensor,Tensor,boolean,double)",
                        () -> Functional.attention(heads(0, LN_3), heads(0, 1), heads(4, 8), null, false, 1),
                        shape(1, 1, 2, 1),
                        6,
                        7),
                grid(
                        "Functional.attention(Tensor,Tensor,Tensor,Tensor,boolean,double)",
                        () -> Functional.attention(heads(0, LN_3 / 2), heads(0, 1), heads(4, 8), null, true, 2),
                        shape(1, 1, 2, 1),
                        4,
                        7),
                grid(
                        "Functional.attention(Tensor,Tensor,Tensor,Tensor,boolean,double)",
                        () -> Functional.attention(
                                heads(0, LN_3),
                                heads(0, 1),
                                heads(4, 8),
                                Tensors.of(new boolean[] {false, true, true, false}, 2, 2),
                                false,
                                1),
                        shape(1, 1, 2, 1),
                        8,
                        4));
    }

    /// {@return one batch of one head with two positions of one number}
    private static Tensor heads(double first, double second) {
        return t(first, second).reshape(1, 1, 2, 1);
    }

    private static Stream<Case> losses() {
        return Stream.of(
                scalar(
                        "Functional.crossEntropy(Tensor,Tensor,double)",
                        () -> Functional.crossEntropy(m(0, LN_3, 7, 7), ids(0, -100), 0),
                        2 * LN_2),
                scalar(
                        "Functional.crossEntropy(Tensor,Tensor,double)",
                        () -> Functional.crossEntropy(m(0, LN_3, 7, 7), ids(1, 0), 0),
                        (3 * LN_2 - LN_3) / 2),
                scalar(
                        "Functional.crossEntropy(Tensor,Tensor,double)",
                        () -> Functional.crossEntropy(m(0, LN_3, 0, LN_3), ids(0, 0), 0.5),
                        0.75 * 2 * LN_2 + 0.25 * (2 * LN_2 - LN_3)),
                row(
                        "Functional.crossEntropyPerRow(Tensor,Tensor)",
                        () -> Functional.crossEntropyPerRow(m(0, LN_3, 7, 7), ids(0, -100)),
                        2 * LN_2,
                        0),
                scalar(
                        "Functional.linearLogSumExp(Tensor,Tensor,Tensor)",
                        () -> Functional.linearLogSumExp(Tensors.of(new double[] {1, 0}, 2, 1), m(0, LN_3), t(3, 0.5)),
                        6.5 * LN_2),
                scalar(
                        "Functional.linearCrossEntropy(Tensor,Tensor,Tensor)",
                        () -> Functional.linearCrossEntropy(
                                Tensors.of(new double[] {1, 2}, 2, 1), m(0, LN_3), ids(0, -100)),
                        2 * LN_2),
                scalar(
                        "Functional.linearCrossEntropy(Tensor,Tensor,Tensor,Tensor)",
                        () -> Functional.linearCrossEntropy(
                                Tensors.of(new double[] {1, 2}, 2, 1), m(0, LN_3), t(LN_3, 0), ids(0, -100)),
                        LN_2));
    }

    private static Stream<Case> convolutions() {
        return Stream.of(
                grid(
                        "Functional.conv1d(Tensor,Tensor,Tensor,Convolution)",
                        () -> Functional.conv1d(
                                t(1, 2, 3, 4).reshape(1, 1, 4), t(1, 10).reshape(1, 1, 2), t(100), Convolution.plain()),
                        shape(1, 1, 3),
                        121,
                        132,
                        143),
                grid(
                        "Functional.conv1d(Tensor,Tensor,Tensor,Convolution)",
                        () -> Functional.conv1d(
                                t(1, 2, 3, 4).reshape(1, 2, 2),
                                t(1, 10, 1, 10).reshape(2, 1, 2),
                                null,
                                new Convolution(2, 2, 2, 2)),
                        shape(1, 2, 2),
                        10,
                        1,
                        30,
                        3),
                grid(
                        "Functional.conv2d(Tensor,Tensor,Tensor,Convolution)",
                        () -> Functional.conv2d(
                                t(1, 2, 3, 4, 5, 6).reshape(1, 1, 2, 3),
                                t(1, 0, 0, 10).reshape(1, 1, 2, 2),
                                t(100),
                                Convolution.plain()),
                        shape(1, 1, 1, 2),
                        151,
                        162),
                grid(
                        "Functional.conv2d(Tensor,Tensor,Tensor,Convolution)",
                        () -> Functional.conv2d(
                                t(1, 2, 3, 4).reshape(1, 1, 2, 2),
                                t(1, 10, 100, 1000).reshape(1, 1, 2, 2),
                                null,
                                new Convolution(2, 1, 1, 1)),
                        shape(1, 1, 2, 2),
                        1000,
                        200,
                        30,
                        4));
    }
}
