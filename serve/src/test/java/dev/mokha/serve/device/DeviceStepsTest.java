package dev.mokha.serve.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.source.ModelSource;
import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.device.DeviceSteps.Room;
import dev.mokha.serve.engine.Toy;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.kernel.VectorKernels;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.StepModel;
import dev.mokha.serve.model.StepRows;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.serve.model.WeightSource;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Steps by libtorch against steps of the packed weights.
final class DeviceStepsTest {
    private static final int BLOCKS = 40;

    /// Sums in another order; logits are of some tens here.
    private static final float CLOSE = 2e-3f;

    @TempDir
    static Path folder;

    @BeforeAll
    static void write() {
        Toy.write(folder, 0.3);
    }

    private static PackedDecoder packed(ModelSource source, Team team) {
        try (WeightSource weights = WeightSource.of(source)) {
            return new PackedDecoder(weights, new VectorKernels(), team, Arithmetic.EXACT, 128, 256);
        }
    }

    private static DeviceSteps steps(ModelSource source, KeyValueType type, int blocks, int spare, int slots) {
        var room = new Room(type, blocks, spare, slots, 128, 256);
        return new DeviceSteps(source, Device.CPU, DType.FLOAT32, Window.ALL, room);
    }

    private static List<float[]> rows(MemorySegment logits, long stride, StepRows rows, int vocab) {
        return IntStream.range(0, rows.wanted().length)
                .mapToObj(row -> logits.asSlice(4L * row * stride, 4L * vocab).toArray(ValueLayout.JAVA_FLOAT))
                .toList();
    }

    private static List<float[]> logits(StepModel model, StepRows rows) {
        return rows(model.step(rows), model.logitsStride(), rows, model.config().vocabSize());
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void stepsOfManyTextsAreThoseOfPackedWeights(KeyValueType type) {
        try (var source = ModelSource.open(folder);
                var team = new Team(1);
                var packed = packed(source, team);
                var store = new KeyValueStore(source.config(), type, BLOCKS);
                var device = steps(source, type, BLOCKS, 0, 4)) {
            var random = new Random(3);
            int[] lengths = new int[4];
            for (int step = 0; step < 12; step++) {
                var slices = new ArrayList<StepRows.Slice>();
                var wanted = new ArrayList<Integer>();
                int rows = 0;
                for (int text = 0; text < lengths.length; text++) {
                    int count = step == 0 || random.nextInt(3) == 0 ? 1 + random.nextInt(20) : random.nextInt(2);
                    count = Math.min(count, 160 - lengths[text]);
                    if (count > 0) {
                        int first = text * 10;
                        slices.add(new StepRows.Slice(
                                random.ints(count, 1, 257).toArray(),
                                lengths[text],
                                IntStream.range(first, first + 10).toArray()));
                        lengths[text] += count;
                        rows += count;
                        wanted.add(rows - 1);
                    }
                }
                if (rows > 0) {
                    int[] last = wanted.stream().mapToInt(Integer::intValue).toArray();
                    var all = new StepRows(slices, 0, last);
                    List<float[]> expected = rows(
                            packed.step(all, store),
                            packed.logitsStride(),
                            all,
                            source.config().vocabSize());
                    List<float[]> found = logits(device, all);
                    for (int i = 0; i < expected.size(); i++) {
                        assertThat(found.get(i))
                                .containsExactly(expected.get(i), within(type == KeyValueType.F32 ? CLOSE : 0.5f));
                    }
                }
            }
        }
    }

    private static StepRows go(int[] tokens, int position, int... table) {
        return new StepRows(List.of(new StepRows.Slice(tokens, position, table)), 0, new int[] {tokens.length - 1});
    }

    @Test
    void blocksAreCopiedAndMovedOutAndIn() {
        try (var source = ModelSource.open(folder);
                var device = steps(source, KeyValueType.F32, BLOCKS, 0, 2)) {
            int[] text = new Random(1).ints(16, 1, 257).toArray();
            int[] more = {5, 6, 7};
            device.step(go(text, 0, 3));
            float[] expected = logits(device, go(more, 16, 3, 4)).getFirst();
            device.move(new BlockMove.Copy(3, 8));
            device.move(new BlockMove.SwapOut(3, 1));
            device.step(go(new int[16], 0, 3)); // another's, over it
            assertThat(logits(device, go(more, 16, 8, 9)).getFirst()).containsExactly(expected, within(1e-4f));
            assertThat(logits(device, go(more, 16, 3, 4)).getFirst()).isNotEqualTo(expected);
            device.move(new BlockMove.SwapIn(1, 12));
            assertThat(logits(device, go(more, 16, 12, 13)).getFirst()).containsExactly(expected, within(1e-4f));
        }
    }

    @Test
    void rowsAreStoredTwiceWhereATreeBranches() {
        try (var source = ModelSource.open(folder);
                var device = steps(source, KeyValueType.F32, BLOCKS, 0, 0)) {
            int[] begin = {9, 8, 7};
            device.step(go(begin, 0, 1));
            float[] plain = logits(device, go(new int[] {5}, 3, 1)).getFirst();
            var first = new StepRows.Slice(begin, 0, new int[] {2});
            var branched =
                    new StepRows(List.of(first), 0, new int[] {2}, List.of(new StepRows.Branch(0, 3, new int[] {6})));
            device.step(branched);
            assertThat(logits(device, go(new int[] {5}, 3, 6)).getFirst()).containsExactly(plain, within(1e-4f));
        }
    }

    @Test
    void whatItIsIsSaidAndWhatItCannotIsRefused() {
        try (var source = ModelSource.open(folder);
                var device = steps(source, KeyValueType.F32, BLOCKS, 0, 0)) {
            assertThat(device.blocks()).isEqualTo(BLOCKS);
            assertThat(device.blockBytes()).isEqualTo(2L * 2 * 2 * 16 * 16 * 4);
            assertThat(device.footprint().weights()).isPositive();
            assertThatThrownBy(() -> steps(source, KeyValueType.INT8, 1, 0, 0))
                    .isInstanceOf(UnfitOptionException.class)
                    .hasMessageContaining("INT8");
        }
    }

    @Test
    void stepsLeaveNoMemoryBehind() {
        try (var source = ModelSource.open(folder);
                var device = steps(source, KeyValueType.F32, BLOCKS, 0, 2)) {
            var random = new Random(5);
            long begin = 0;
            for (int step = 0; step < 120; step++) {
                int[] text = random.ints(1 + random.nextInt(30), 1, 257).toArray();
                device.step(go(text, 0, 1, 2));
                device.early(go(new int[] {7}, text.length, 1, 2), 1);
                device.move(new BlockMove.Copy(1, 8));
                device.move(new BlockMove.SwapOut(8, 1));
                if (step == 20) {
                    begin = Engine.liveHandles();
                }
            }
            assertThat(Engine.liveHandles()).isEqualTo(begin).isPositive();
        }
    }
}
