package dev.mokha.tensor;

import static dev.mokha.tensor.Case.b;
import static dev.mokha.tensor.Case.grid;
import static dev.mokha.tensor.Case.ids;
import static dev.mokha.tensor.Case.m;
import static dev.mokha.tensor.Case.row;
import static dev.mokha.tensor.Case.scalar;
import static dev.mokha.tensor.Case.shape;
import static dev.mokha.tensor.Case.t;
import static dev.mokha.tensor.Case.typed;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Shapes, parts, types and copies, and the making of tensors.
final class ShapeCases {
    private ShapeCases() {}

    /// `[[1, 2, 3], [4, 5, 6]]`
    private static Tensor x() {
        return m(1, 2, 3, 4, 5, 6);
    }

    static Stream<Case> cases() {
        return Stream.of(shapes(), parts(), types(), making()).flatMap(cases -> cases);
    }

    private static Stream<Case> shapes() {
        return Stream.of(
                grid("Tensor.reshape(long[])", () -> x().transpose(0, 1).reshape(2, -1), shape(2, 3), 1, 4, 2, 5, 3, 6),
                grid("Tensor.view(long[])", () -> x().view(3, 2), shape(3, 2), 1, 2, 3, 4, 5, 6),
                grid("Tensor.expand(long[])", () -> t(1, 2).expand(2, -1), shape(2, 2), 1, 2, 1, 2),
                grid("Tensor.permute(long[])", () -> x().permute(1, 0), shape(3, 2), 1, 4, 2, 5, 3, 6),
                grid("Tensor.transpose(int,int)", () -> x().transpose(-1, -2), shape(3, 2), 1, 4, 2, 5, 3, 6),
                grid("Tensor.flatten(int)", () -> x().reshape(1, 2, 3).flatten(-2), shape(1, 6), 1, 2, 3, 4, 5, 6),
                grid(
                        "Tensor.flatten(int,int)",
                        () -> x().reshape(2, 1, 3).flatten(0, 1),
                        shape(2, 3),
                        1,
                        2,
                        3,
                        4,
                        5,
                        6),
                grid("Tensor.unflatten(int,long[])", () -> t(1, 2, 3, 4).unflatten(-1, 2, -1), shape(2, 2), 1, 2, 3, 4),
                grid("Tensor.unsqueeze(int)", () -> t(1, 2).unsqueeze(-1), shape(2, 1), 1, 2),
                row(
                        "Tensor.squeeze(int)",
                        () -> Tensors.of(new double[] {1, 2}, 1, 2).squeeze(0),
                        1,
                        2));
    }

    private static Stream<Case> parts() {
        return Stream.of(
                grid("Tensor.narrow(int,long,long)", () -> x().narrow(1, 1, 2), shape(2, 2), 2, 3, 5, 6),
                row("Tensor.select(int,long)", () -> x().select(1, -1), 3, 6),
                grid("Tensor.slice(int,long,long,long)", () -> x().slice(1, 0, 3, 2), shape(2, 2), 1, 3, 4, 6),
                grid("Tensor.split(long,int)", () -> x().split(2, 1)[0], shape(2, 2), 1, 2, 4, 5),
                grid("Tensor.split(long,int)", () -> x().split(2, 1)[1], shape(2, 1), 3, 6),
                grid("Tensor.split(long[],int)", () -> x().split(new long[] {1, 2}, 1)[0], shape(2, 1), 1, 4),
                grid("Tensor.split(long[],int)", () -> x().split(new long[] {1, 2}, 1)[1], shape(2, 2), 2, 3, 5, 6),
                grid(
                        "Tensor.indexSelect(int,Tensor)",
                        () -> x().indexSelect(1, ids(2, 0, 2)),
                        shape(2, 3),
                        3,
                        1,
                        3,
                        6,
                        4,
                        6),
                grid("Tensor.gather(int,Tensor)", () -> x().gather(1, ids(2, 0).reshape(2, 1)), shape(2, 1), 3, 4),
                row("Tensor.maskedSelect(Tensor)", () -> t(1, 2, 3).maskedSelect(b(true, false, true)), 1, 3),
                row(
                        "Tensor.indexAdd(int,Tensor,Tensor)",
                        () -> t(1, 2, 3).indexAdd(0, ids(0, 0, 2), t(10, 20, 30)),
                        31,
                        2,
                        33),
                row("Tensor.scatter(int,Tensor,Tensor)", () -> t(1, 2, 3).scatter(0, ids(2, 0), t(8, 9)), 9, 2, 8),
                grid("Tensor.triu(int)", () -> x().triu(1), shape(2, 3), 0, 2, 3, 0, 0, 6),
                grid("Tensor.tril(int)", () -> x().tril(0), shape(2, 3), 1, 0, 0, 4, 5, 0));
    }

    private static Stream<Case> types() {
        return Stream.of(
                typed(DType.INT64, "Tensor.to(DType)", () -> t(1.9, -1.9).to(DType.INT64), shape(2), 1, -1),
                typed(
                        DType.BFLOAT16,
                        "Tensor.to(DType)",
                        () -> t(1.00390625, 257).to(DType.BFLOAT16),
                        shape(2),
                        1,
                        256),
                row("Tensor.to(Device)", () -> t(1, 2).to(Device.CPU), 1, 2),
                row("Tensor.copy()", () -> t(1, 2).copy(), 1, 2),
                grid("Tensor.contiguous()", () -> x().transpose(0, 1).contiguous(), shape(3, 2), 1, 4, 2, 5, 3, 6),
                row("Tensor.detach()", () -> t(1, 2).requiresGrad(true).detach(), 1, 2));
    }

    private static Stream<Case> making() {
        return Stream.of(
                typed(
                        DType.FLOAT32,
                        "Tensors.of(float[],long[])",
                        () -> Tensors.of(new float[] {1, 2}, 2, 1),
                        shape(2, 1),
                        1,
                        2),
                grid("Tensors.of(double[],long[])", () -> Tensors.of(new double[] {0.1}, 1), shape(1), 0.1),
                row("Tensors.host(DType,Device,long[])", () -> Tensors.host(DType.FLOAT64, Device.CPU, 3), 0, 0, 0),
                grid("Tensors.of(double[],long[])", () -> Tensors.of(new double[0], 0, 3), shape(0, 3)),
                typed(
                        DType.INT64,
                        "Tensors.of(long[],long[])",
                        () -> Tensors.of(new long[] {1L << 40}, 1),
                        shape(1),
                        1L << 40),
                typed(DType.INT64, "Tensors.of(int[],long[])", () -> Tensors.of(new int[] {-7}, 1, 1), shape(1, 1), -7),
                typed(DType.BOOL, "Tensors.of(boolean[],long[])", () -> b(true, false), shape(2), 1, 0),
                typed(
                        DType.FLOAT16,
                        "Tensors.scalar(double,DType)",
                        () -> Tensors.scalar(1.5, DType.FLOAT16),
                        shape(),
                        1.5),
                typed(
                        DType.FLOAT32,
                        "Tensors.empty(DType,Device,long[])",
                        () -> Tensors.empty(DType.FLOAT32, Device.CPU, 2).fillInPlace(3),
                        shape(2),
                        3,
                        3),
                typed(
                        DType.INT32,
                        "Tensors.zeros(DType,Device,long[])",
                        () -> Tensors.zeros(DType.INT32, Device.CPU, 2),
                        shape(2),
                        0,
                        0),
                typed(DType.FLOAT32, "Tensors.zeros(long[])", () -> Tensors.zeros(1, 2), shape(1, 2), 0, 0),
                typed(DType.FLOAT32, "Tensors.ones(long[])", () -> Tensors.ones(2, 1), shape(2, 1), 1, 1),
                typed(
                        DType.UINT8,
                        "Tensors.full(double,DType,Device,long[])",
                        () -> Tensors.full(200, DType.UINT8, Device.CPU, 2),
                        shape(2),
                        200,
                        200),
                grid("Tensors.zerosLike(Tensor)", () -> Tensors.zerosLike(m(1, 2)), shape(2, 1), 0, 0),
                typed(
                        DType.INT64,
                        "Tensors.range(long,long,Device)",
                        () -> Tensors.range(-1, 2, Device.CPU),
                        shape(3),
                        -1,
                        0,
                        1),
                grid("Tensors.cat(List,int)", () -> Tensors.cat(List.of(m(1, 2), m(3, 4)), 1), shape(2, 2), 1, 3, 2, 4),
                grid(
                        "Tensors.stack(List,int)",
                        () -> Tensors.stack(List.of(t(1, 2), t(3, 4)), 1),
                        shape(2, 2),
                        1,
                        3,
                        2,
                        4),
                row("Tensors.where(Tensor,Tensor,Tensor)", () -> Tensors.where(b(true, false), t(1, 2), t(3, 4)), 1, 4),
                scalar("Tensor.grad()", () -> Objects.requireNonNull(squared(3).grad()), 6));
    }

    /// {@return x after the backward pass of x²}
    private static Tensor squared(double x) {
        Tensor leaf = Tensors.scalar(x, DType.FLOAT64).requiresGrad(true);
        leaf.square().backward();
        return leaf;
    }
}
