package dev.mokha.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.Family;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.nn.PeftFolder;
import dev.mokha.serve.adapter.Adapter;
import dev.mokha.serve.adapter.AdapterFolder;
import dev.mokha.serve.adapter.AdapterToy;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.Team;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The packed decoder with adapters against libtorch's with the same.
class AdaptedDecoderTest {
    private static final int LENGTH = 40;

    @TempDir
    Path folder;

    private Path model(Family family) {
        try (var model = Decoder.fresh(PackedDecoderTest.config(family), 3)) {
            var parts = FolderParts.none(model.config().special());
            FolderWriter.write(folder.resolve("model"), model, parts, DType.FLOAT32);
        }
        return folder.resolve("model");
    }

    /// `[position][vocab]` of libtorch.
    private static float[][] expected(Path model, Path adapter) {
        PeftFolder peft = PeftFolder.open(adapter);
        LoRA told = peft.lora();
        var lora = new LoRA(told.targets(), told.rank(), told.alpha(), 0, told.form(), told.scale()); // no dropout
        try (var decoder = ModelFolder.open(model).decoder(Loading.forTraining(Device.CPU), lora);
                var _ = Scope.open("test");
                var _ = Gradients.off()) {
            peft.into(decoder.params());
            float[] flat =
                    decoder.forward(TokenBatch.of(PackedDecoderTest.tokens())).toFloats();
            float[][] rows = new float[LENGTH][];
            Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * 100, (i + 1) * 100));
            return rows;
        }
    }

    private static Adapter open(Path adapter, PackedDecoder model) {
        try (var opened = AdapterFolder.open(adapter, model.config())) {
            return opened.pack();
        }
    }

    private interface Use {
        void of(PackedDecoder model, KeyValueStore store);
    }

    private static void packed(Path folder, Kernels kernels, Use use) {
        try (var team = new Team(2);
                var weights = new FolderWeights(folder);
                var model = new PackedDecoder(weights, kernels, team, Arithmetic.EXACT, 256, 128);
                var store = new KeyValueStore(model.config(), KeyValueType.F32, 64)) {
            use.of(model, store);
        }
    }

    private static Stream<Arguments> familiesAndAdapters() {
        var policies = List.of(
                AdapterToy.lora(8),
                AdapterToy.lora(3).withRankStabilized(),
                LoRA.on("q_proj|v_proj", 16, 8, 0.1),
                LoRA.on("layers\\.1\\.mlp\\.down_proj|o_proj|up_proj", 20, 16, 0));
        var dense = Stream.of(Family.LLAMA, Family.MISTRAL, Family.QWEN2, Family.QWEN3)
                .flatMap(family -> policies.stream().map(lora -> Arguments.of(family, lora)));
        var attention = LoRA.on("self_attn\\.(q|k|v|o)_proj", 8, 16, 0);
        var mixtures = Stream.of(
                Arguments.of(Family.MIXTRAL, attention),
                Arguments.of(Family.QWEN2_MOE, LoRA.on("layers\\.0\\.mlp\\.(gate|up|down)_proj|q_proj", 8, 16, 0)),
                Arguments.of(Family.QWEN3_MOE, attention),
                Arguments.of(Family.MIXTRAL, AdapterToy.lora(8)),
                Arguments.of(Family.MIXTRAL, LoRA.on("layers\\.1\\..*\\.w2|experts\\.[02]\\.w1", 20, 16, 0)),
                Arguments.of(Family.QWEN2_MOE, AdapterToy.lora(4)),
                Arguments.of(Family.QWEN2_MOE, LoRA.on("shared_expert\\.(gate|up|down)_proj", 8, 16, 0)),
                Arguments.of(Family.QWEN3_MOE, AdapterToy.lora(3)));
        return Stream.concat(dense, mixtures);
    }

    @ParameterizedTest
    @MethodSource("familiesAndAdapters")
    void everyPositionHasTheLogitsOfLibtorch(Family family, LoRA lora) {
        Path model = model(family);
        Path adapter = AdapterToy.write(model, folder.resolve("adapter"), lora, 7);
        float[][] expected = expected(model, adapter);
        for (Kernels kernels : PackedDecoderTest.kernels()) {
            packed(model, kernels, (decoder, store) -> {
                try (var packed = open(adapter, decoder)) {
                    var slice = new StepRows.Slice(PackedDecoderTest.tokens(), 0, new int[] {4, 2, 9}, packed);
                    int[] all = IntStream.range(0, LENGTH).toArray();
                    MemorySegment logits = decoder.step(new StepRows(List.of(slice), 0, all), store);
                    for (int i = 0; i < LENGTH; i++) {
                        assertThat(PackedDecoderTest.logits(decoder, logits, i))
                                .containsExactly(expected[i], within(3e-4f));
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("storedTypes")
    void adaptersOf16BitsAreReadAsTheyAre(DType stored) {
        Path model = model(Family.LLAMA);
        Path adapter = AdapterToy.write(model, folder.resolve("adapter"), AdapterToy.lora(4), 7);
        AdapterToy.store(adapter, stored);
        float[][] expected = expected(model, adapter);
        for (Kernels kernels : PackedDecoderTest.kernels()) {
            packed(model, kernels, (decoder, store) -> {
                try (var packed = open(adapter, decoder)) {
                    var slice = new StepRows.Slice(PackedDecoderTest.tokens(), 0, new int[] {4, 2, 9}, packed);
                    var rows = new StepRows(List.of(slice), 0, new int[] {LENGTH - 1});
                    assertThat(PackedDecoderTest.logits(decoder, decoder.step(rows, store), 0))
                            .containsExactly(expected[LENGTH - 1], within(3e-4f));
                }
            });
        }
    }

    private static Stream<DType> storedTypes() {
        return Stream.of(DType.FLOAT16, DType.BFLOAT16);
    }

    /// Sequences of several adapters and of the base model, cut and ordered at random.
    @ParameterizedTest
    @EnumSource(
            value = Family.class,
            names = {"QWEN3", "QWEN2_MOE"})
    void whoElseIsInAPassChangesNoBit(Family family) {
        Path path = model(family);
        var policies = List.of(AdapterToy.lora(8), AdapterToy.lora(20), LoRA.on("v_proj|down_proj", 2, 4, 0));
        var folders = new ArrayList<Path>();
        for (int i = 0; i < policies.size(); i++) {
            folders.add(AdapterToy.write(path, folder.resolve("adapter" + i), policies.get(i), i));
        }
        for (Kernels kernels : PackedDecoderTest.kernels()) {
            packed(path, kernels, (model, store) -> {
                var adapters = new ArrayList<@Nullable Adapter>();
                folders.forEach(one -> adapters.add(open(one, model)));
                adapters.add(null);
                Map<Integer, float[]> alone = new HashMap<>();
                for (int who = 0; who < 8; who++) {
                    alone.put(who, last(model, store, who, adapters));
                }
                assertThat(alone.get(0)).isNotEqualTo(alone.get(1)).isNotEqualTo(alone.get(3));
                for (int seed = 0; seed < 4; seed++) {
                    together(model, store, adapters, alone, new Random(seed));
                }
                adapters.stream().filter(one -> one != null).forEach(Adapter::close);
            });
        }
    }

    /// Each user's own tokens; users 0 and 4 have the same adapter.
    private static int[] tokens(int who) {
        return new Random(50 + who).ints(LENGTH, 0, 100).toArray();
    }

    private static StepRows.Slice slice(int who, int from, int to, List<@Nullable Adapter> adapters) {
        int[] table = {3 * who, 3 * who + 1, 3 * who + 2};
        return new StepRows.Slice(
                Arrays.copyOfRange(tokens(who), from, to), from, table, adapters.get(who % adapters.size()));
    }

    private static float[] last(PackedDecoder model, KeyValueStore store, int who, List<@Nullable Adapter> adapters) {
        var rows = new StepRows(List.of(slice(who, 0, LENGTH, adapters)), 0, new int[] {LENGTH - 1});
        return PackedDecoderTest.logits(model, model.step(rows, store), 0);
    }

    private static void together(
            PackedDecoder model,
            KeyValueStore store,
            List<@Nullable Adapter> adapters,
            Map<Integer, float[]> alone,
            Random random) {
        int[] at = new int[8];
        Map<Integer, float[]> found = new HashMap<>();
        while (found.size() < 8) {
            var slices = new ArrayList<StepRows.Slice>();
            var ends = new LinkedHashMap<Integer, Integer>(); // who, row; ascending
            int row = 0;
            for (int i : random.ints(30, 0, 8).distinct().toArray()) {
                int count = Math.min(LENGTH - at[i], 1 + random.nextInt(random.nextBoolean() ? 3 : 30));
                if (count > 0) {
                    slices.add(slice(i, at[i], at[i] + count, adapters));
                    at[i] += count;
                    row += count;
                    if (at[i] == LENGTH) {
                        ends.put(i, row - 1);
                    }
                }
            }
            if (slices.isEmpty()) {
                continue;
            }
            List<Integer> who = List.copyOf(ends.keySet());
            int[] wanted = ends.values().stream().mapToInt(Integer::intValue).toArray();
            MemorySegment logits = model.step(new StepRows(slices, 0, wanted), store);
            for (int i = 0; i < wanted.length; i++) {
                found.put(who.get(i), PackedDecoderTest.logits(model, logits, i));
            }
        }
        for (int i = 0; i < 8; i++) {
            assertThat(found.get(i)).as("user " + i).isEqualTo(alone.get(i));
        }
    }
}
