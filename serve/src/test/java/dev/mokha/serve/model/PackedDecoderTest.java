package dev.mokha.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import dev.mokha.language.decoder.LayerType;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.rotary.Rope;
import dev.mokha.nn.Loading;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.NativeKernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.kernel.VectorKernels;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The packed decoder against the one of libtorch, in float32, for every family.
class PackedDecoderTest {
    private static final int LENGTH = 40;

    @TempDir
    Path folder;

    static DecoderConfig config(Family family) {
        var tiny = DecoderConfig.llama(100, 64, 96, 2, 4, 2);
        boolean slides = family == Family.MISTRAL;
        return new DecoderConfig(
                family,
                tiny.vocabSize(),
                tiny.hiddenSize(),
                tiny.intermediateSize(),
                tiny.numHiddenLayers(),
                tiny.numAttentionHeads(),
                tiny.numKeyValueHeads(),
                family == Family.QWEN3 || family == Family.QWEN3_MOE ? 32 : 16,
                128,
                1e-5,
                0.2,
                family == Family.LLAMA ? new Rope(500, new Rope.Scaling.Llama3(8, 1, 4, 16)) : Rope.plain(1000),
                family == Family.QWEN2,
                family == Family.LLAMA,
                family == Family.LLAMA,
                0,
                slides ? 12 : null,
                Collections.nCopies(2, slides ? LayerType.SLIDING_ATTENTION : LayerType.FULL_ATTENTION),
                tiny.special(),
                tiny.other(),
                experts(family));
    }

    /// As the published ones differ: experts everywhere; a dense layer, then a shared expert and weights that
    /// do not sum to 1; experts in every second layer.
    private static @Nullable Experts experts(Family family) {
        return switch (family) {
            case MIXTRAL -> Experts.of(4, 2, 96);
            case QWEN2_MOE -> new Experts(6, 3, 32, 64, false, 0, false, 1, List.of(0));
            case QWEN3_MOE -> new Experts(5, 2, 64, 0, true, 0, false, 2, List.of());
            default -> null;
        };
    }

    static int[] tokens() {
        return new Random(5).ints(LENGTH, 0, 100).toArray();
    }

    /// `[position][vocab]` of libtorch; the folder gets the model.
    private float[][] expected(Family family, DType stored) {
        try (var model = Decoder.fresh(config(family), 3)) {
            FolderWriter.write(folder, model, FolderParts.none(config(family).special()), stored);
        }
        try (var model = ModelFolder.open(folder).decoder(Loading.forTraining(Device.CPU));
                var _ = Scope.open("test");
                var _ = Gradients.off()) {
            float[] flat = model.forward(TokenBatch.of(tokens())).toFloats();
            float[][] rows = new float[LENGTH][];
            Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * 100, (i + 1) * 100));
            return rows;
        }
    }

    private interface Use {
        void of(PackedDecoder model, KeyValueStore store);
    }

    private void packed(Kernels kernels, Use use) {
        try (var team = new Team(2);
                var weights = new FolderWeights(folder);
                var model = new PackedDecoder(weights, kernels, team, Arithmetic.EXACT, 64, 128);
                var store = new KeyValueStore(model.config(), KeyValueType.F32, 16)) {
            use.of(model, store);
        }
    }

    static float[] logits(PackedDecoder model, MemorySegment rows, int row) {
        long at = 4L * row * model.logitsStride();
        return rows.asSlice(at, 400).toArray(ValueLayout.JAVA_FLOAT);
    }

    static List<Kernels> kernels() {
        var all = new ArrayList<Kernels>(List.of(new VectorKernels()));
        @Nullable Kernels c = NativeKernels.load();
        if (c != null) {
            all.add(c);
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void everyPositionHasTheLogitsOfLibtorch(Family family) {
        float[][] expected = expected(family, DType.FLOAT32);
        for (Kernels kernels : kernels()) {
            packed(kernels, (model, store) -> {
                var slice = new StepRows.Slice(tokens(), 0, new int[] {4, 2, 9});
                var rows = new StepRows(
                        List.of(slice), 0, IntStream.range(0, LENGTH).toArray());
                MemorySegment logits = model.step(rows, store);
                for (int i = 0; i < LENGTH; i++) {
                    assertThat(logits(model, logits, i)).containsExactly(expected[i], within(2e-4f));
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"BFLOAT16", "FLOAT16"})
    void weightsOf16BitsAreReadAsTheyAre(DType stored) {
        weightsOf16Bits(Family.LLAMA, stored);
    }

    @Test
    void soAreThoseOfExpertsAndTheirRouter() {
        weightsOf16Bits(Family.QWEN2_MOE, DType.BFLOAT16);
    }

    private void weightsOf16Bits(Family family, DType stored) {
        float[][] expected = expected(family, stored);
        for (Kernels kernels : kernels()) {
            packed(kernels, (model, store) -> {
                var slice = new StepRows.Slice(tokens(), 0, new int[] {4, 2, 9});
                MemorySegment logits = model.step(new StepRows(List.of(slice), 0, new int[] {LENGTH - 1}), store);
                assertThat(logits(model, logits, 0)).containsExactly(expected[LENGTH - 1], within(2e-4f));
            });
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Family.class,
            names = {"LLAMA", "MIXTRAL", "QWEN2_MOE"})
    void howTokensAreCutIntoPassesChangesNoBit(Family family) {
        expected(family, DType.FLOAT32);
        for (Kernels kernels : kernels()) {
            packed(kernels, (model, store) -> {
                var whole = new StepRows.Slice(tokens(), 0, new int[] {4, 2, 9});
                float[] together =
                        logits(model, model.step(new StepRows(List.of(whole), 0, new int[] {LENGTH - 1}), store), 0);
                var random = new Random(9);
                for (int round = 0; round < 5; round++) {
                    int at = 0;
                    float[] last = {};
                    while (at < LENGTH) {
                        int count = Math.min(LENGTH - at, 1 + random.nextInt(17));
                        var own = new StepRows.Slice(
                                Arrays.copyOfRange(tokens(), at, at + count), at, new int[] {1, 3, 5});
                        var other = new StepRows.Slice(new int[] {round, at}, 0, new int[] {7});
                        boolean first = random.nextBoolean();
                        var rows = new StepRows(first ? List.of(own, other) : List.of(other, own), 1, new int[] {
                            first ? count - 1 : count + 1
                        });
                        last = logits(model, model.step(rows, store), 0);
                        at += count;
                    }
                    assertThat(last).isEqualTo(together);
                }
            });
        }
    }

    @Test
    void aModelWithoutATensorIsRefusedByItsName() {
        expected(Family.LLAMA, DType.FLOAT32);
        try (var team = new Team(1);
                var weights = new FolderWeights(folder)) {
            var renamed = new WeightSource() {
                @Override
                public DecoderConfig config() {
                    return weights.config();
                }

                @Override
                public @Nullable Rows find(String name) {
                    return name.contains("layers.1.mlp.up") ? null : weights.find(name);
                }

                @Override
                public void close() {}
            };
            var kernels = new VectorKernels();
            assertThatThrownBy(() -> new PackedDecoder(renamed, kernels, team, Arithmetic.EXACT, 8, 128))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("model.layers.1.mlp.up_proj.weight");
            assertThatThrownBy(() -> new PackedDecoder(weights, kernels, team, Arithmetic.EXACT, 8, 129))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("129")
                    .hasMessageContaining("128");
        }
    }

    @Test
    void headsWiderThanTheKernelsAreRefused() {
        var llama = config(Family.LLAMA);
        var wide = new DecoderConfig(
                llama.modelType(),
                llama.vocabSize(),
                llama.hiddenSize(),
                llama.intermediateSize(),
                llama.numHiddenLayers(),
                llama.numAttentionHeads(),
                llama.numKeyValueHeads(),
                272,
                llama.maxPositionEmbeddings(),
                llama.rmsNormEps(),
                llama.initializerRange(),
                llama.ropeParameters(),
                llama.tieWordEmbeddings(),
                llama.attentionBias(),
                llama.mlpBias(),
                0,
                null,
                llama.layerTypes(),
                llama.special(),
                llama.other());
        assertThatThrownBy(() -> new KeyValueStore(wide, KeyValueType.F16, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("272")
                .hasMessageContaining("256");
    }
}
