package dev.mokha.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.LayerType;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.kernel.VectorKernels;
import dev.mokha.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sinks and a window over a model of full attention, against the definition in plain loops.
class StreamingTest {
    private static final int LENGTH = 150;
    private static final Window WINDOW = new Window(21, 4);

    @TempDir
    Path folder;

    private static DecoderConfig config() {
        return DecoderConfig.llama(100, 64, 96, 2, 4, 2).withMaxPositionEmbeddings(128);
    }

    private static int[] tokens() {
        return new Random(8).ints(LENGTH, 0, 100).toArray();
    }

    @BeforeEach
    void write() {
        try (var model = Decoder.fresh(config(), 3)) {
            FolderWriter.write(folder, model, FolderParts.none(config().special()), DType.FLOAT32);
        }
    }

    /// `[position][vocab]`, far beyond the 32 positions that the model is served for; blocks that nobody sees
    /// are not there.
    private float[][] streamed(Kernels kernels, Random cuts) {
        float[][] logits = new float[LENGTH][];
        try (var team = new Team(2);
                var weights = new FolderWeights(folder);
                var model = new PackedDecoder(weights, kernels, team, Arithmetic.EXACT, 64, 32, WINDOW);
                var store = new KeyValueStore(model.config(), KeyValueType.F32, 16)) {
            assertThat(model.window()).isEqualTo(WINDOW);
            for (int at = 0; at < LENGTH; ) {
                int count = Math.min(LENGTH - at, 1 + cuts.nextInt(30));
                int[] table = new int[(at + count + 15) / 16];
                for (int i = 0; i < table.length; i++) {
                    table[i] = WINDOW.sees(i, 16, at) ? i : -1;
                }
                var slice = new StepRows.Slice(Arrays.copyOfRange(tokens(), at, at + count), at, table);
                MemorySegment out = model.step(
                        new StepRows(
                                List.of(slice), 0, IntStream.range(0, count).toArray()),
                        store);
                for (int i = 0; i < count; i++) {
                    logits[at + i] =
                            out.asSlice(4L * i * model.logitsStride(), 400).toArray(ValueLayout.JAVA_FLOAT);
                }
                at += count;
            }
        }
        return logits;
    }

    @Test
    void everyPositionSeesTheSinksAndTheWindowAtTheirPlacesInTheCache() {
        double[][] expected;
        try (var weights = new FolderWeights(folder)) {
            expected = new StreamingOracle(weights, WINDOW).logits(tokens());
        }
        for (Kernels kernels : PackedDecoderTest.kernels()) {
            float[][] found = streamed(kernels, new Random(1));
            for (int p = 0; p < LENGTH; p++) {
                double[] wide = new double[100];
                for (int i = 0; i < wide.length; i++) {
                    wide[i] = found[p][i];
                }
                assertThat(wide).as("position %d", p).containsExactly(expected[p], within(2e-4));
            }
            for (int seed = 2; seed < 5; seed++) {
                assertThat(streamed(kernels, new Random(seed))).isDeepEqualTo(found);
            }
        }
    }

    @Test
    void windowsThatTheModelCannotHaveAreRefused() {
        try (var team = new Team(1);
                var weights = new FolderWeights(folder)) {
            assertThatThrownBy(() -> new PackedDecoder(
                            weights, new VectorKernels(), team, Arithmetic.EXACT, 8, 32, new Window(30, 4)))
                    .isInstanceOf(UnfitOptionException.class)
                    .hasMessageContaining("30")
                    .hasMessageContaining("32");
            assertThatThrownBy(() -> new PackedDecoder(
                            weights, new VectorKernels(), team, Arithmetic.EXACT, 8, 32, new Window(8, 17)))
                    .isInstanceOf(UnfitOptionException.class)
                    .hasMessageContaining("17");
        }
    }

    @Test
    void aModelThatSlidesByItselfHasItsOwnWindow() {
        var mistral = sliding(2);
        assertThat(Visible.of(mistral, Window.ALL, 128)).isEqualTo(new Window(24, 0));
        assertThat(Visible.of(sliding(1), Window.ALL, 128)).isEqualTo(Window.ALL); // one layer sees all
        assertThatThrownBy(() -> Visible.of(mistral, WINDOW, 128))
                .isInstanceOf(UnfitOptionException.class)
                .hasMessageContaining("24");
    }

    /// @param layers that slide, the first
    private static DecoderConfig sliding(int layers) {
        var plain = config();
        var types = new ArrayList<>(Collections.nCopies(2, LayerType.FULL_ATTENTION));
        Collections.fill(types.subList(0, layers), LayerType.SLIDING_ATTENTION);
        return new DecoderConfig(
                plain.modelType(),
                plain.vocabSize(),
                plain.hiddenSize(),
                plain.intermediateSize(),
                plain.numHiddenLayers(),
                plain.numAttentionHeads(),
                plain.numKeyValueHeads(),
                plain.headDim(),
                plain.maxPositionEmbeddings(),
                plain.rmsNormEps(),
                plain.initializerRange(),
                plain.ropeParameters(),
                false,
                false,
                false,
                0,
                24,
                types,
                plain.special(),
                plain.other());
    }
}
