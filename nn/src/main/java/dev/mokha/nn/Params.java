package dev.mokha.nn;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Functional.Convolution;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A cursor over the named parameters of a model. A module's constructor takes one and asks it for its parts;
/// whether they are drawn from a seed or read from a checkpoint is decided by who made the cursor, so
/// constructing the model *is* loading it.
///
/// ```java
/// Params params = Params.fresh(42);
/// Projection query = params.at("encoder").at(3).linear("query", hidden, hidden, Bias.WITH);
/// params.finish();
/// ```
///
/// Fresh values depend on the seed and the parameter's full name only, not on the order of construction.
/// Parameters belong to the tree: they outlive every scope, and [#close] releases them.
public final class Params implements AutoCloseable {
    private final ParamTree tree;
    private final String path;
    private final Init init;

    private Params(ParamTree tree, String path, Init init) {
        this.tree = tree;
        this.path = path;
        this.init = init;
    }

    /// Trainable float32 parameters on the processor, drawn from a seed.
    public static Params fresh(long seed) {
        return fresh(seed, Device.CPU);
    }

    /// Trainable float32 parameters on a device, drawn from a seed: the same values on every device.
    public static Params fresh(long seed, Device device) {
        return fresh(Loading.forTraining(device).seed(seed));
    }

    /// Parameters drawn from `loading.seed()`, in its type and place; float32 when it names no type.
    public static Params fresh(Loading loading) {
        return new Params(
                new ParamTree(null, loading.dtype() == null ? loading.as(DType.FLOAT32) : loading),
                "",
                Init.normal(0.02));
    }

    /// Parameters of a file or folder, which from now on belongs to the tree: [#finish] closes it, or [#close].
    public static Params from(Safetensors file, Loading loading) {
        return from(Weights.of(file), loading);
    }

    /// Parameters of a checkpoint, which from now on belongs to the tree: [#finish] closes it, or [#close].
    public static Params from(Weights weights, Loading loading) {
        return new Params(new ParamTree(weights, loading), "", Init.normal(0.02));
    }

    // ---- where the cursor stands ----

    /// {@return the cursor one step down, as `cd` into a folder; the name may have several parts}
    public Params at(String child) {
        return new Params(tree, full(child), init);
    }

    /// {@return the cursor at a numbered child, such as a layer}
    public Params at(int index) {
        return at(Integer.toString(index));
    }

    /// {@return the cursor here, whose fresh weight matrices and tables begin with `init` instead of
    /// `normal(0.02)`}
    public Params with(Init init) {
        return new Params(tree, path, init);
    }

    /// {@return the path so far, such as `model.layers.3`; empty at the root}
    public String path() {
        return path;
    }

    private String full(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    // ---- parts ----

    /// A parameter. In a trainable tree it asks for gradients.
    ///
    /// @param init how it begins when it is not read
    public Tensor tensor(String name, Init init, long... shape) {
        return tree.make(full(name), init, shape, ParamTree.Kind.PARAMETER);
    }

    /// A tensor that is saved with the model but never trained, such as a running mean.
    public Tensor buffer(String name, Init init, long... shape) {
        return tree.make(full(name), init, shape, ParamTree.Kind.BUFFER);
    }

    /// An adapter's parameter: trainable though the rest is frozen, and drawn when the checkpoint lacks it.
    Tensor adapterTensor(String name, Init init, long... shape) {
        return tree.make(full(name), init, shape, ParamTree.Kind.ADAPTER);
    }

    /// A projection with parameters `name.weight` `[out, in]` and `name.bias` `[out]`.
    public Projection linear(String name, long in, long out, Bias bias) {
        Params here = at(name);
        var linear = new Linear(here.tensor("weight", init, out, in), here.bias(bias, out));
        return tree.adapted(linear, here);
    }

    /// A projection with or without bias.
    public Projection linear(String name, long in, long out, boolean bias) {
        return linear(name, in, out, Bias.when(bias));
    }

    /// A table with the parameter `name.weight` `[vocab, hidden]`.
    public Embedding embedding(String name, long vocab, long hidden) {
        return new Embedding(at(name).tensor("weight", init, vocab, hidden));
    }

    /// A layer normalisation with parameters `name.weight` and `name.bias`, both `[hidden]`.
    public LayerNorm layerNorm(String name, long hidden, double eps) {
        return layerNorm(name, hidden, eps, Bias.WITH);
    }

    /// A layer normalisation with or without `name.bias`.
    public LayerNorm layerNorm(String name, long hidden, double eps, Bias bias) {
        Params here = at(name);
        return new LayerNorm(here.tensor("weight", Init.ones(), hidden), here.bias(bias, hidden), eps);
    }

    /// A root mean square normalisation with the parameter `name.weight` `[hidden]`.
    public RmsNorm rmsNorm(String name, long hidden, double eps) {
        return new RmsNorm(at(name).tensor("weight", Init.ones(), hidden), eps);
    }

    /// A convolution over one dimension with parameters `name.weight` `[out, in / groups, kernel]` and
    /// `name.bias`.
    public Conv1d conv1d(String name, long in, long out, long kernel, Convolution shape, Bias bias) {
        Params here = at(name);
        return new Conv1d(here.tensor("weight", init, out, in / shape.groups(), kernel), here.bias(bias, out), shape);
    }

    /// A convolution over two dimensions with parameters `name.weight` `[out, in / groups, kernel, kernel]` and
    /// `name.bias`.
    public Conv2d conv2d(String name, long in, long out, long kernel, Convolution shape, Bias bias) {
        Params here = at(name);
        return new Conv2d(
                here.tensor("weight", init, out, in / shape.groups(), kernel, kernel), here.bias(bias, out), shape);
    }

    /// A group normalisation with parameters `name.weight` and `name.bias`, both `[channels]`.
    public GroupNorm groupNorm(String name, long channels, int groups, double eps) {
        Params here = at(name);
        return new GroupNorm(
                here.tensor("weight", Init.ones(), channels), here.tensor("bias", Init.zeros(), channels), groups, eps);
    }

    /// A batch normalisation with parameters `name.weight` and `name.bias`, and buffers `name.running_mean` and
    /// `name.running_var`, all `[channels]`.
    public BatchNorm batchNorm(String name, long channels, double eps) {
        return new BatchNorm(at(name), channels, eps);
    }

    /// Dropout that draws from this tree's stream while the tree is in training mode.
    public Dropout dropout(double p) {
        return new Dropout(p, this);
    }

    /// A named point below this path that a [Probe] can look at.
    public Tap tap(String name) {
        return new Tap(full(name));
    }

    private @Nullable Tensor bias(Bias bias, long size) {
        return bias == Bias.WITH ? tensor("bias", Init.zeros(), size) : null;
    }

    // ---- the whole tree ----

    /// {@return whether the checkpoint has this parameter; a fresh tree has none}
    public boolean has(String name) {
        return tree.has(full(name));
    }

    /// {@return all parameters and buffers made so far, in order of construction, by full name}
    public Map<String, Tensor> named() {
        return Collections.unmodifiableMap(tree.named());
    }

    /// {@return the parameter or buffer with this full name}
    /// @throws IllegalArgumentException when there is none; the message has the nearest name
    public Tensor get(String fullName) {
        return tree.get(fullName);
    }

    /// {@return those parameters that ask for gradients}
    public Map<String, Tensor> trainable() {
        return tree.trainable();
    }

    /// {@return the number of elements of all parameters and buffers}
    public long count() {
        return tree.named().values().stream().mapToLong(Tensor::count).sum()
                + tree.quantized().values().stream()
                        .mapToLong(p -> p.matrix().in() * p.matrix().out())
                        .sum();
    }

    /// Stops asking for gradients of the parameters whose full name contains a match of `regex`.
    ///
    /// @return how many parameters that are
    public int freeze(String regex) {
        return tree.setTrainable(regex, false);
    }

    /// Asks for gradients of the parameters whose full name contains a match of `regex`.
    ///
    /// @return how many parameters that are
    public int unfreeze(String regex) {
        return tree.setTrainable(regex, true);
    }

    /// Declares that checkpoint names which contain a match of `regex` may stay unused.
    /// @return this cursor
    public Params ignore(String regex) {
        tree.ignore(regex);
        return this;
    }

    /// Compares what was asked for with what the checkpoint holds, and closes the checkpoint. Call it when
    /// the model is constructed.
    ///
    /// @throws IllegalArgumentException when names are missing, unused, or of another shape: one
    ///     message about all
    /// @return this cursor
    public Params finish() {
        tree.finish();
        return this;
    }

    /// {@return whether the tree is being trained or used}
    public Mode mode() {
        return tree.mode();
    }

    /// Sets the mode of the whole tree.
    public void mode(Mode mode) {
        tree.mode(mode);
    }

    /// {@return the stream that dropout draws from; save its state to resume a run}
    public Rng rng() {
        return tree.rng();
    }

    /// {@return where the parameters are}
    public Device device() {
        return tree.loading().device();
    }

    /// Makes `policy` decide what projections are from here on; everything else is frozen.
    /// @return this cursor
    public Params adapt(Adapter policy) {
        tree.adapt(policy);
        return this;
    }

    /// {@return what the policy has adapted so far}
    public Adapters adapters() {
        return tree.adapters();
    }

    /// {@return the projections that are kept in 8-bit integers, by full path such as
    /// `bert.encoder.layer.0.output.dense`; their weights are not among [#named]}
    public Map<String, QuantizedLinear> quantized() {
        return Collections.unmodifiableMap(tree.quantized());
    }

    /// {@return the memory of all parameters and buffers, in whatever type they are kept}
    public long bytes() {
        return tree.named().values().stream()
                        .mapToLong(tensor -> tensor.count() * tensor.dtype().bytes())
                        .sum()
                + tree.quantized().values().stream()
                        .mapToLong(projection -> projection.matrix().bytes())
                        .sum();
    }

    /// {@return the adapter that decides what projections are, or null}
    @Nullable
    Adapter adapter() {
        return tree.adapter();
    }

    /// {@return all parameters and buffers of the plain model that this one computes: adapters folded into
    /// the weights they adapt. What has to be computed for it belongs to the innermost scope}
    ///
    /// @throws IllegalStateException when projections are quantised: what they were is gone
    public Map<String, Tensor> merged() {
        if (!tree.quantized().isEmpty()) {
            throw new IllegalStateException("a model with int8 projections, such as "
                    + tree.quantized().keySet().iterator().next()
                    + ", cannot be saved: their weights were rounded. Load it without int8, or copy its folder");
        }
        var plain = new LinkedHashMap<String, Tensor>();
        named().forEach((name, tensor) -> {
            plain.put(name, tensor);
        });
        adapters().byPath().forEach((at, projection) -> {
            projection.parts().forEach(part -> plain.remove(at + "." + part));
            plain.put(at + ".weight", projection.mergedWeight());
        });
        return plain;
    }

    /// Overwrites the parameters and buffers with those of `source`, converted where the types differ.
    ///
    /// @param source by full name; as many as this tree has
    /// @throws IllegalArgumentException when names or shapes differ: one message about all, and
    ///     nothing is changed
    public void copyFrom(Map<String, Tensor> source) {
        tree.copyFrom(source);
    }

    /// Releases every parameter, and the checkpoint.
    @Override
    public void close() {
        tree.close();
    }
}
