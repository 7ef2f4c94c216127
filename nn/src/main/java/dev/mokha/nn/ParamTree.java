package dev.mokha.nn;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What all cursors of one model share: its parameters by full name, where they come from, and what went wrong.
final class ParamTree {
    /// Why a tensor is in the tree.
    enum Kind {
        PARAMETER,
        BUFFER,
        ADAPTER
    }

    private final @Nullable Weights weights;
    private final Loading loading;
    private final Pattern mayBeFresh;
    private final Map<String, Tensor> named = new LinkedHashMap<>();
    private final Set<String> buffers = new LinkedHashSet<>();
    private final Set<String> used = new LinkedHashSet<>();
    private final Mismatch mismatch = new Mismatch();
    private final List<Pattern> ignored = new ArrayList<>();
    private final Adapters adapters = new Adapters();
    private final Map<String, QuantizedLinear> quantized = new LinkedHashMap<>();
    private final Set<String> projections = new LinkedHashSet<>();
    private final Rng rng;
    private @Nullable Adapter adapter;
    private Mode mode;
    private boolean finished;

    ParamTree(@Nullable Weights weights, Loading loading) {
        this.weights = weights;
        this.loading = loading;
        this.mayBeFresh = Pattern.compile(loading.fresh());
        this.rng = Rng.of(loading.seed(), hash("dropout"));
        this.adapter = loading.int8();
        this.mode = loading.trainable() ? Mode.TRAIN : Mode.EVAL;
    }

    Tensor make(String name, Init init, long[] shape, Kind kind) {
        if (finished) {
            throw new IllegalStateException(
                    "parameter '" + name + "' was asked for after finish(), which closed the checkpoint");
        }
        if (named.containsKey(name)) {
            throw new IllegalStateException("parameter '" + name + "' was asked for twice");
        }
        Tensor made;
        try (var _ = Scope.open("parameter " + name)) {
            made = value(name, init, shape, kind).retain();
        }
        boolean trainable = switch (kind) {
            case PARAMETER -> loading.trainable() && adapter == null;
            case BUFFER -> false;
            case ADAPTER -> true;
        };
        made.requiresGrad(trainable);
        named.put(name, made);
        if (kind == Kind.BUFFER) {
            buffers.add(name);
        }
        return made;
    }

    /// A tensor of the wanted shape, owned by the innermost scope. When the checkpoint has none, a stand-in,
    /// so that construction goes on and [#finish] can tell of everything at once.
    private Tensor value(String name, Init init, long[] shape, Kind kind) {
        if (weights == null) {
            return drawn(name, init, shape, kind);
        }
        String stored = loading.renames().apply(name);
        if (!weights.names().contains(stored)) {
            if (kind != Kind.ADAPTER && !mayBeFresh.matcher(name).find()) {
                mismatch.missing(stored);
            }
            return drawn(name, init, shape, kind);
        }
        used.add(stored);
        long[] found = weights.shape(stored);
        if (!Arrays.equals(found, shape)) {
            mismatch.misshaped(stored, shape, found, weights.file(stored));
            return drawn(name, Init.zeros(), shape, kind);
        }
        Tensor source = weights.tensor(stored);
        Tensor placed = placed(source, kind);
        boolean written = kind == Kind.BUFFER || (loading.trainable() && adapter == null);
        boolean converted = placed.dtype() != source.dtype() || !placed.device().equals(source.device());
        return written && !converted ? placed.copy() : placed;
    }

    private Tensor drawn(String name, Init init, long[] shape, Kind kind) {
        try (var local = Rng.of(loading.seed(), hash(name))) {
            return placed(init.draw(local, shape), kind);
        }
    }

    private Tensor placed(Tensor tensor, Kind kind) {
        DType dtype = loading.dtype();
        Tensor there = tensor.detach().to(loading.device());
        if (kind == Kind.ADAPTER) {
            return there.to(dtype == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32);
        }
        return dtype == null || !tensor.dtype().isFloating() ? there : there.to(dtype);
    }

    Projection adapted(Linear linear, Params at) {
        projections.add(at.path());
        if (adapter == null || !adapter.covers(at.path())) {
            return linear;
        }
        return switch (adapter) {
            case LoRA lora -> {
                LoraLinear projection = lora.adapt(linear, at);
                adapters.add(at.path(), projection);
                yield projection;
            }
            case Int8 int8 -> {
                QuantizedLinear projection = int8.adapt(linear, at);
                quantized.put(at.path(), projection);
                named.remove(at.path() + ".weight");
                linear.weight().close();
                yield projection;
            }
        };
    }

    void adapt(Adapter policy) {
        if (!named.isEmpty()) {
            throw new IllegalStateException("an adapter has to be set before the model is constructed; " + named.size()
                    + " parameters exist already");
        }
        if (adapter != null) {
            throw new IllegalStateException("projections are adapted by " + adapter + " already; a second policy, "
                    + policy + ", cannot follow");
        }
        if (policy instanceof Int8 && loading.trainable()) {
            throw new IllegalStateException("int8 projections have no gradients, so they cannot be trained; make the"
                    + " parameters with Loading.forUse(device)");
        }
        adapter = policy;
    }

    @Nullable
    Adapter adapter() {
        return adapter;
    }

    void copyFrom(Map<String, Tensor> source) {
        var differences = new Mismatch();
        var unused = new ArrayList<>(source.keySet());
        named.forEach((name, tensor) -> {
            Tensor other = source.get(name);
            unused.remove(name);
            if (other == null) {
                differences.missing(name);
            } else if (!Arrays.equals(other.shape(), tensor.shape())) {
                differences.misshaped(name, tensor.shape(), other.shape(), "the source");
            }
        });
        differences.check(Weights.of(source, "in memory"), named.size(), unused);
        source.forEach((name, tensor) -> get(name).copyInPlace(tensor));
    }

    Adapters adapters() {
        return adapters;
    }

    Map<String, QuantizedLinear> quantized() {
        return quantized;
    }

    boolean has(String name) {
        return weights != null && weights.names().contains(loading.renames().apply(name));
    }

    void ignore(String regex) {
        ignored.add(Pattern.compile(regex));
    }

    void finish() {
        requireAdapted();
        if (weights == null || finished) {
            return;
        }
        var unused = new ArrayList<String>();
        for (String name : weights.names()) {
            if (!used.contains(name)
                    && ignored.stream()
                            .noneMatch(pattern -> pattern.matcher(name).find())) {
                unused.add(name);
            }
        }
        mismatch.check(weights, named.size(), unused);
        weights.close();
        finished = true;
    }

    private void requireAdapted() {
        if (adapter instanceof LoRA lora && adapters.byPath().isEmpty()) {
            var names = new LinkedHashSet<String>();
            projections.forEach(path -> names.add(path.substring(path.lastIndexOf('.') + 1)));
            throw new IllegalArgumentException(
                    "LoRA's targets '" + lora.targets() + "' match no projection; there are " + String.join(", ", names)
                            + ", as in " + projections.stream().findFirst().orElse("no place"));
        }
    }

    Map<String, Tensor> named() {
        return named;
    }

    Tensor get(String name) {
        Tensor tensor = named.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no parameter '" + name + "' among " + named.size() + "; nearest: '"
                    + Mismatch.nearest(name, named.keySet()) + "'");
        }
        return tensor;
    }

    Map<String, Tensor> trainable() {
        var wanted = new LinkedHashMap<String, Tensor>();
        named.forEach((name, tensor) -> {
            if (tensor.requiresGrad()) {
                wanted.put(name, tensor);
            }
        });
        return wanted;
    }

    int setTrainable(String regex, boolean trainable) {
        Pattern pattern = Pattern.compile(regex);
        int count = 0;
        for (var entry : named.entrySet()) {
            if (!buffers.contains(entry.getKey())
                    && pattern.matcher(entry.getKey()).find()) {
                entry.getValue().requiresGrad(trainable);
                count++;
            }
        }
        return count;
    }

    Mode mode() {
        return mode;
    }

    void mode(Mode mode) {
        this.mode = mode;
    }

    Rng rng() {
        return rng;
    }

    Loading loading() {
        return loading;
    }

    void close() {
        adapters.unmerge();
        named.values().forEach(Tensor::close);
        quantized.values().forEach(projection -> projection.matrix().close());
        rng.close();
        if (weights != null && !finished) {
            weights.close();
        }
    }

    /// FNV-1a over the name's characters: a number that no run, machine or order of construction changes.
    private static long hash(String name) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
        }
        return hash;
    }
}
