package dev.mokha.language.quantize;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.packed.PackedLayout;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a model as a folder whose projections are packed as GPTQ or AWQ have them, all else in float16.
public final class PackedOutput {
    private static final String WEIGHT = "weight";

    private PackedOutput() {}

    /// Writes a folder, every projection rounded to the nearest.
    ///
    /// @throws IllegalArgumentException where rows are no whole groups
    public static void write(ModelSource source, Path out, PackedLayout layout) {
        try (Decoder decoder = source.decoder(Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
            write(out, decoder, source.parts(), layout, Map.of());
        }
    }

    /// @param rounded projections that have their levels; the others are rounded to the nearest
    static void write(
            Path out, Decoder decoder, FolderParts parts, PackedLayout layout, Map<String, Levelled> rounded) {
        try (var _ = Scope.open("packed folder");
                var _ = Gradients.off()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            decoder.params().merged().forEach((name, tensor) -> {
                if (!isPacked(name)) {
                    tensors.put(name, tensor.to(DType.FLOAT16));
                    return;
                }
                requireWhole(name, tensor, layout);
                @Nullable Levelled done = rounded.get(name);
                Levelled matrix = done != null
                        ? done
                        : Levelled.nearest(
                                new Rounding.InGroups(layout), tensor.toFloats(), Math.toIntExact(tensor.size(1)));
                String module = name.substring(0, name.length() - WEIGHT.length());
                PackedTensors.of(layout, matrix).forEach((part, packed) -> tensors.put(module + part, packed));
            });
            FolderWriter.writePacked(out, decoder.config(), parts, layout, tensors);
        }
    }

    /// {@return whether a parameter is a projection of a layer}
    static boolean isPacked(String name) {
        return name.startsWith("model.layers.") && name.endsWith("_proj." + WEIGHT);
    }

    static void requireWhole(String name, Tensor tensor, PackedLayout layout) {
        long inputs = tensor.size(1);
        boolean whole = layout.groupSize() == PackedLayout.ALL || inputs % layout.groupSize() == 0;
        int together = 32 / layout.bits();
        if (!whole || inputs % together != 0 || tensor.size(0) % together != 0) {
            throw new IllegalArgumentException(name + " has " + inputs + " inputs and " + tensor.size(0)
                    + " outputs, which are no whole groups of " + layout.groupSize() + " and " + together
                    + "; choose another --group-size, such as 32");
        }
    }
}
