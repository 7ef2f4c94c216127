package dev.mokha.tensor;

import static dev.mokha.tensor.Case.b;
import static dev.mokha.tensor.Case.ids;

import dev.mokha.tensor.Functional.Convolution;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A differentiable operation and the shapes of the float64 inputs that its gradient is checked for.
///
/// @param method class, name and parameter types
/// @param function from the inputs to the result
/// @param inputs the shape of each input
@SuppressWarnings("ArrayRecordComponent") // cases are neither compared nor hashed
record GradientCase(String method, Function<Tensor[], Tensor> function, long[]... inputs) {
    private static final long[] GRID = {2, 3};

    Tensor apply(Tensor[] leaves) {
        return function.apply(leaves);
    }

    /// {@return numbers from 0.4 to 1.9, no two nearer than a tenth of their spacing: away from kinks and
    /// ties}
    double[] point(int input, Random random) {
        int count = 1;
        for (long size : inputs[input]) {
            count *= (int) size;
        }
        double[] point = new double[count];
        for (int i = 0; i < count; i++) {
            point[i] = 0.4 + 1.5 * ((i * 7 + input * 3) % count + 0.9 * random.nextDouble()) / count;
        }
        return point;
    }

    static Stream<GradientCase> all() {
        return Stream.of(unary(), arithmetic(), shapes(), parts(), reductions(), layers(), losses(), convolutions())
                .flatMap(cases -> cases);
    }

    private static GradientCase one(String method, UnaryOperator<Tensor> function) {
        return new GradientCase("Tensor." + method, in -> function.apply(in[0]), GRID);
    }

    private static GradientCase two(String method, Function<Tensor[], Tensor> function) {
        return new GradientCase("Tensor." + method, function, GRID, GRID);
    }

    private static long[] shape(long... sizes) {
        return sizes;
    }

    private static Stream<GradientCase> unary() {
        return Stream.of(
                one("neg()", Tensor::neg),
                one("abs()", x -> x.sub(1.1).abs()),
                one("exp()", Tensor::exp),
                one("log()", Tensor::log),
                one("sqrt()", Tensor::sqrt),
                one("rsqrt()", Tensor::rsqrt),
                one("square()", Tensor::square),
                one("reciprocal()", Tensor::reciprocal),
                one("sin()", Tensor::sin),
                one("cos()", Tensor::cos),
                one("tanh()", Tensor::tanh),
                one("sigmoid()", Tensor::sigmoid),
                one("relu()", x -> x.sub(1.1).relu()),
                one("erf()", Tensor::erf),
                one("clamp(double,double)", x -> x.clamp(0.8, 1.5)),
                one("softmax(int)", x -> x.softmax(1)),
                one("logSoftmax(int)", x -> x.logSoftmax(0)),
                one("cumsum(int)", x -> x.cumsum(1)),
                one("add(double)", x -> x.add(2)),
                one("sub(double)", x -> x.sub(2)),
                one("mul(double)", x -> x.mul(3)),
                one("div(double)", x -> x.div(3)),
                one("pow(double)", x -> x.pow(2.5)));
    }

    private static Stream<GradientCase> arithmetic() {
        return Stream.of(
                two("add(Tensor)", in -> in[0].add(in[1])),
                new GradientCase("Tensor.add(Tensor)", in -> in[0].add(in[1]), GRID, shape(3)),
                two("sub(Tensor)", in -> in[0].sub(in[1])),
                two("mul(Tensor)", in -> in[0].mul(in[1])),
                new GradientCase("Tensor.mul(Tensor)", in -> in[0].mul(in[1]), GRID, shape(2, 1)),
                two("div(Tensor)", in -> in[0].div(in[1])),
                two("addScaled(Tensor,double)", in -> in[0].addScaled(in[1], 3)),
                two("maximum(Tensor)", in -> in[0].maximum(in[1])),
                two("minimum(Tensor)", in -> in[0].minimum(in[1])),
                new GradientCase("Tensor.matmul(Tensor)", in -> in[0].matmul(in[1]), GRID, shape(3, 2)),
                new GradientCase("Tensor.matmul(Tensor)", in -> in[0].matmul(in[1]), shape(2, 2, 3), shape(3, 2)),
                one("maskedFill(Tensor,double)", x -> x.maskedFill(b(true, false, false), 5)),
                new GradientCase(
                        "Tensors.where(Tensor,Tensor,Tensor)",
                        in -> Tensors.where(b(true, false, false), in[0], in[1]),
                        GRID,
                        GRID));
    }

    private static Stream<GradientCase> shapes() {
        return Stream.of(
                one("to(DType)", x -> x.to(DType.FLOAT64)),
                one("to(Device)", x -> x.to(Device.CPU)),
                one("copy()", Tensor::copy),
                one("contiguous()", x -> x.transpose(0, 1).contiguous()),
                one("reshape(long[])", x -> x.transpose(0, 1).reshape(6)),
                one("view(long[])", x -> x.view(3, 2)),
                new GradientCase("Tensor.expand(long[])", in -> in[0].expand(4, -1), shape(3)),
                one("permute(long[])", x -> x.permute(1, 0)),
                one("transpose(int,int)", x -> x.transpose(0, 1)),
                one("flatten(int)", x -> x.flatten(0)),
                one("flatten(int,int)", x -> x.flatten(0, 1)),
                one("unflatten(int,long[])", x -> x.unflatten(1, 3, 1)),
                one("unsqueeze(int)", x -> x.unsqueeze(0)),
                new GradientCase("Tensor.squeeze(int)", in -> in[0].squeeze(0), shape(1, 3)),
                one("triu(int)", x -> x.triu(0)),
                one("tril(int)", x -> x.tril(0)),
                new GradientCase("Tensors.cat(List,int)", in -> Tensors.cat(List.of(in), 0), GRID, GRID),
                new GradientCase("Tensors.stack(List,int)", in -> Tensors.stack(List.of(in), 1), GRID, GRID));
    }

    private static Stream<GradientCase> parts() {
        return Stream.of(
                one("narrow(int,long,long)", x -> x.narrow(1, 1, 2)),
                one("select(int,long)", x -> x.select(0, 1)),
                one("slice(int,long,long,long)", x -> x.slice(1, 0, 3, 2)),
                one("split(long,int)", x -> x.split(2, 1)[1]),
                one("split(long[],int)", x -> x.split(new long[] {1, 2}, 1)[1]),
                one("indexSelect(int,Tensor)", x -> x.indexSelect(1, ids(2, 0, 2))),
                one("gather(int,Tensor)", x -> x.gather(1, ids(2, 2, 0, 1).reshape(2, 2))),
                one("maskedSelect(Tensor)", x -> x.maskedSelect(b(true, false, true))),
                new GradientCase(
                        "Tensor.indexAdd(int,Tensor,Tensor)",
                        in -> in[0].indexAdd(1, ids(2, 2), in[1]),
                        GRID,
                        shape(2, 2)),
                new GradientCase(
                        "Tensor.scatter(int,Tensor,Tensor)",
                        in -> in[0].scatter(1, ids(2, 1).reshape(2, 1), in[1]),
                        GRID,
                        shape(2, 1)));
    }

    private static Stream<GradientCase> reductions() {
        return Stream.of(
                one("sum()", Tensor::sum),
                one("sum(int,boolean)", x -> x.sum(0, false)),
                one("mean()", Tensor::mean),
                one("mean(int,boolean)", x -> x.mean(1, true)),
                one("max()", Tensor::max),
                one("max(int,boolean)", x -> x.max(1, false)),
                one("min()", Tensor::min),
                one("min(int,boolean)", x -> x.min(0, true)),
                one("var(int,double,boolean)", x -> x.var(1, 1, false)),
                one("logSumExp(int,boolean)", x -> x.logSumExp(1, false)),
                one("norm()", Tensor::norm),
                one("top(long)", x -> x.top(2).values()),
                one("sort(int,boolean)", x -> x.sort(1, true).values()));
    }

    private static Stream<GradientCase> layers() {
        return Stream.of(
                new GradientCase(
                        "Functional.linear(Tensor,Tensor,Tensor)",
                        in -> Functional.linear(in[0], in[1], in[2]),
                        GRID,
                        shape(4, 3),
                        shape(4)),
                new GradientCase(
                        "Functional.embedding(Tensor,Tensor)",
                        in -> Functional.embedding(ids(3, 1, 3), in[0]),
                        shape(4, 2)),
                new GradientCase(
                        "Functional.layerNorm(Tensor,Tensor,Tensor,double)",
                        in -> Functional.layerNorm(in[0], in[1], in[2], 1e-2),
                        GRID,
                        shape(3),
                        shape(3)),
                new GradientCase(
                        "Functional.rmsNorm(Tensor,Tensor,double)",
                        in -> Functional.rmsNorm(in[0], in[1], 1e-2),
                        GRID,
                        shape(3)),
                new GradientCase("Functional.silu(Tensor)", in -> Functional.silu(in[0]), GRID),
                new GradientCase("Functional.logSigmoid(Tensor)", in -> Functional.logSigmoid(in[0]), GRID),
                new GradientCase("Functional.gelu(Tensor,boolean)", in -> Functional.gelu(in[0], false), GRID),
                new GradientCase("Functional.gelu(Tensor,boolean)", in -> Functional.gelu(in[0], true), GRID),
                attention(true),
                attention(false));
    }

    /// Two query heads on one key and value head.
    private static GradientCase attention(boolean causal) {
        return new GradientCase(
                "Functional.attention(Tensor,Tensor,Tensor,Tensor,boolean,double)",
                in -> Functional.attention(
                        in[0], in[1], in[2], causal ? null : Tensors.of(new double[] {0, -1, 2}, 1, 3), causal, 0.7),
                shape(1, 2, 3, 2),
                shape(1, 1, 3, 2),
                shape(1, 1, 3, 2));
    }

    private static Stream<GradientCase> losses() {
        return Stream.of(
                new GradientCase(
                        "Functional.crossEntropy(Tensor,Tensor,double)",
                        in -> Functional.crossEntropy(in[0], ids(2, -100, 0), 0.1),
                        shape(3, 4)),
                new GradientCase(
                        "Functional.crossEntropyPerRow(Tensor,Tensor)",
                        in -> Functional.crossEntropyPerRow(in[0], ids(2, -100, 0)),
                        shape(3, 4)),
                new GradientCase(
                        "Functional.linearLogSumExp(Tensor,Tensor,Tensor)",
                        in -> Functional.linearLogSumExp(in[0], in[1], Case.t(2, 0, 0.5)),
                        shape(3, 2),
                        shape(4, 2)),
                new GradientCase(
                        "Functional.distances(Tensor,Tensor,int)",
                        in -> Functional.distances(in[0], in[1], 1),
                        shape(3, 2),
                        shape(4, 2)),
                new GradientCase(
                        "Functional.distances(Tensor,Tensor,int)",
                        in -> Functional.distances(in[0], in[1], 2),
                        shape(3, 2),
                        shape(4, 2)),
                new GradientCase(
                        "Functional.linearCrossEntropy(Tensor,Tensor,Tensor)",
                        in -> Functional.linearCrossEntropy(in[0], in[1], ids(2, -100, 0)),
                        shape(3, 2),
                        shape(4, 2)),
                new GradientCase(
                        "Functional.linearCrossEntropy(Tensor,Tensor,Tensor,Tensor)",
                        in -> Functional.linearCrossEntropy(in[0], in[1], in[2], ids(2, -100, 0)),
                        shape(3, 2),
                        shape(4, 2),
                        shape(4)));
    }

    private static Stream<GradientCase> convolutions() {
        return Stream.of(
                new GradientCase(
                        "Functional.conv1d(Tensor,Tensor,Tensor,Convolution)",
                        in -> Functional.conv1d(in[0], in[1], in[2], new Convolution(2, 1, 1, 2)),
                        shape(1, 2, 5),
                        shape(2, 1, 3),
                        shape(2)),
                new GradientCase(
                        "Functional.conv2d(Tensor,Tensor,Tensor,Convolution)",
                        in -> Functional.conv2d(in[0], in[1], in[2], new Convolution(1, 1, 2, 1)),
                        shape(1, 2, 3, 4),
                        shape(2, 2, 2, 2),
                        shape(2)));
    }

    @Override
    public String toString() {
        return method;
    }
}
