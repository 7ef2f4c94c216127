package dev.mokha.language.gguf;

import dev.mokha.nn.Weights;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Set;

/// A file's parameters as tensors of one type, copied some rows at a time.
record GgufWeights(GgufModel model, DType dtype) implements Weights {
    private static final long AT_ONCE = 1 << 22;

    @Override
    public String origin() {
        return model.file().path().toString();
    }

    @Override
    public Set<String> names() {
        return model.weights().keySet();
    }

    @Override
    public long[] shape(String name) {
        return model.weight(name).sizes();
    }

    @Override
    public Tensor tensor(String name) {
        GgufWeight weight = model.weight(name);
        long rows = weight.rows();
        long columns = weight.columns();
        Tensor all = Tensors.empty(dtype, Device.CPU, rows, columns);
        long step = Math.max(1, AT_ONCE / columns);
        for (long from = 0; from < rows; from += step) {
            int count = Math.toIntExact(Math.min(step, rows - from));
            try (Tensor some = Tensors.of(weight.floats(from, count), count, columns);
                    Tensor place = all.narrow(0, from, count)) {
                place.copyInPlace(some);
            }
        }
        return all.view(weight.sizes());
    }

    /// The file belongs to its model.
    @Override
    public void close() {}
}
