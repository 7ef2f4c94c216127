package dev.mokha.language.packed;

import dev.mokha.nn.Weights;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// The weights of a folder with packed projections, under the names that they have unpacked: `X.weight` in
/// float32 where `X.qweight` lies. All else is as in the folder.
public final class PackedWeights implements Weights {
    private static final int AT_ONCE = 1 << 22;
    private static final String WEIGHT = ".weight";

    private final Weights plain;
    private final Arena arena = Arena.ofShared();
    private final Map<String, PackedLinear> packed = new LinkedHashMap<>();
    private final Set<String> names = new LinkedHashSet<>();

    /// @param file is closed with this
    /// @throws IllegalArgumentException when projections are not as the layout says
    public PackedWeights(PackedLayout layout, Safetensors file) {
        this.plain = Weights.of(file);
        try {
            for (String name : file.names()) {
                if (name.endsWith(PackedLinear.LEVELS)) {
                    String module = name.substring(0, name.length() - PackedLinear.LEVELS.length());
                    packed.put(module + WEIGHT, PackedLinear.of(layout, file, module, arena));
                    names.add(module + WEIGHT);
                } else if (!isPart(file, name)) {
                    names.add(name);
                }
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static boolean isPart(Safetensors file, String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0
                && Set.of(PackedLinear.ZEROS, PackedLinear.SCALES, PackedLinear.GROUPS)
                        .contains(name.substring(dot))
                && file.names().contains(name.substring(0, dot) + PackedLinear.LEVELS);
    }

    @Override
    public String origin() {
        return plain.origin();
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(names);
    }

    @Override
    public long[] shape(String name) {
        PackedLinear linear = packed.get(name);
        return linear == null ? plain.shape(name) : new long[] {linear.outputs(), linear.inputs()};
    }

    @Override
    public Tensor tensor(String name) {
        PackedLinear linear = packed.get(name);
        if (linear == null) {
            return plain.tensor(name);
        }
        int inputs = linear.inputs();
        Tensor all = Tensors.empty(DType.FLOAT32, Device.CPU, linear.outputs(), inputs);
        int step = Math.max(1, AT_ONCE / inputs);
        for (int from = 0; from < linear.outputs(); from += step) {
            int first = from;
            int count = Math.min(step, linear.outputs() - from);
            float[] rows = new float[count * inputs];
            IntStream.range(0, count).parallel().forEach(i -> {
                float[] row = new float[inputs];
                linear.row(first + i, row);
                System.arraycopy(row, 0, rows, i * inputs, inputs);
            });
            try (Tensor some = Tensors.of(rows, count, inputs);
                    Tensor place = all.narrow(0, from, count)) {
                place.copyInPlace(some);
            }
        }
        return all;
    }

    @Override
    public void close() {
        arena.close();
        plain.close();
    }
}
