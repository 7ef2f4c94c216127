package dev.mokha.language.quantize;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.gguf.GgufExport;
import dev.mokha.language.gguf.GgufType;
import dev.mokha.language.gguf.Mix;
import dev.mokha.language.gguf.WeightRows;
import dev.mokha.language.packed.PackedLayout;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// A model that a [Method] has prepared for its types, layer by layer: each layer sees what the ones before it
/// have become. It is in memory whole, in float32.
public final class CalibratedModel implements AutoCloseable {
    private final Decoder decoder;
    private final FolderParts parts;
    private final GgufExport export;
    private final Target target;
    private final Map<String, Levelled> rounded = new HashMap<>();

    private CalibratedModel(ModelSource source, Decoder decoder, Target target) {
        this.decoder = decoder;
        this.parts = source.parts();
        this.export = ModelOutput.export(source);
        this.target = target;
    }

    /// What it will be stored in.
    public sealed interface Target {
        /// A GGUF file, or a folder of plain weights that is made one later.
        ///
        /// @param mix the types, as of [ModelOutput#gguf]
        /// @param pure whether every matrix has the mix's type
        record Types(Mix mix, boolean pure) implements Target {}

        /// A folder with packed projections.
        record Packed(PackedLayout layout) implements Target {}
    }

    /// Prepares a model.
    ///
    /// @param mix the types that it will be stored in, as of [ModelOutput#gguf]
    /// @param layerDone called with the number of layers that are ready
    /// @throws IllegalArgumentException for a mixture of experts, or where the calibration text does not do
    public static CalibratedModel of(
            ModelSource source, Method method, Calibration calibration, Mix mix, boolean pure, IntConsumer layerDone) {
        return of(source, method, calibration, new Target.Types(mix, pure), layerDone);
    }

    /// Prepares a model; as the other.
    ///
    /// @throws IllegalArgumentException also where rows are no whole groups of the target
    public static CalibratedModel of(
            ModelSource source, Method method, Calibration calibration, Target target, IntConsumer layerDone) {
        DecoderConfig config = source.config();
        if (config.experts() != null) {
            throw new IllegalArgumentException("mixtures of experts are not calibrated here; round them: --method rtn");
        }
        Decoder decoder = source.decoder(Loading.forUse(Device.CPU).as(DType.FLOAT32));
        try {
            var model = new CalibratedModel(source, decoder, target);
            if (target instanceof Target.Packed(PackedLayout layout)) {
                decoder.params().named().forEach((name, tensor) -> {
                    if (PackedOutput.isPacked(name)) {
                        PackedOutput.requireWhole(name, tensor, layout);
                    }
                });
            }
            for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
                try (var inputs = LayerInputs.of(decoder, layer, calibration)) {
                    method.layer(new LayerWork(decoder.params(), layer, inputs, model::rounding, model.rounded::put));
                }
                layerDone.accept(layer + 1);
            }
            return model;
        } catch (RuntimeException e) {
            decoder.close();
            throw e;
        }
    }

    private Rounding rounding(String name) {
        return switch (target) {
            case Target.Types(Mix mix, boolean pure) ->
                new Rounding.InBlocks(mix.type(name, decoder.params().get(name).size(1), decoder.config(), pure));
            case Target.Packed(PackedLayout layout) -> new Rounding.InGroups(layout);
        };
    }

    /// {@return the prepared model; what a method has rounded is rounded in it}
    public Decoder decoder() {
        return decoder;
    }

    /// Writes it as a GGUF file, rounding what is not rounded yet.
    ///
    /// @throws IllegalStateException when it was prepared for a packed folder
    public GgufExport.Written gguf(Path out) {
        if (!(target instanceof Target.Types(Mix mix, boolean pure))) {
            throw new IllegalStateException("the model was prepared for a packed folder, not for a GGUF file");
        }
        WeightRows plain = WeightRows.of(Weights.of(decoder.params().named(), "the calibrated model"));
        return export.write(out, new Prepared(plain), mix, pure);
    }

    /// Writes it as a folder with packed projections, rounding what is not rounded yet.
    ///
    /// @throws IllegalStateException when it was prepared for other types
    public void packed(Path out) {
        if (!(target instanceof Target.Packed(PackedLayout layout))) {
            throw new IllegalStateException("the model was not prepared for a packed folder");
        }
        PackedOutput.write(out, decoder, parts, layout, rounded);
    }

    /// Writes it as a folder of plain weights.
    ///
    /// @param dtype float32, bfloat16 or float16
    public void folder(Path out, DType dtype) {
        FolderWriter.write(out, decoder, parts, dtype);
    }

    /// Releases the model.
    @Override
    public void close() {
        decoder.close();
    }

    /// The weights, and those that are rounded already.
    private final class Prepared implements WeightRows {
        private final WeightRows plain;

        Prepared(WeightRows plain) {
            this.plain = plain;
        }

        @Override
        public Set<String> names() {
            return plain.names();
        }

        @Override
        public long[] shape(String name) {
            return plain.shape(name);
        }

        @Override
        public float[] read(String name, long from, int count) {
            return plain.read(name, from, count);
        }

        @Override
        public @Nullable MemorySegment rounded(String name, GgufType type) {
            @Nullable Levelled done = rounded.get(name);
            return done == null ? null : done.blocks(type);
        }
    }
}
