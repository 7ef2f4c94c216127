package dev.mokha.bench;

import dev.mokha.language.source.ModelSource;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.device.DeviceSteps;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.NativeKernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.PackedSteps;
import dev.mokha.serve.model.StepModel;
import dev.mokha.serve.model.StepRows;
import dev.mokha.serve.model.WeightSource;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/// Steps of a server on a device: a prompt, and one token for each of many users, behind a warm-up; medians.
///
///     java … dev.mokha.bench.DeviceBench MODEL DEVICE WEIGHTS TURNS
///
/// DEVICE is `cuda`, `cuda:1`, `libtorch` (the processor through libtorch), or `cpu`, the kernels of our own in
/// balanced arithmetic; WEIGHTS is `f32`, `f16` or `bf16`, and says nothing of `cpu`.
public final class DeviceBench {
    private static final int PROMPT = 512;
    private static final int BEHIND = 512;
    private static final int TOKENS = 24;
    private static final int BLOCKS_EACH = (BEHIND + TOKENS) / KeyValueType.PAGE + 1;
    private static final int[] USERS = {1, 8, 16, 64, 256};

    private final StepModel model;
    private final int[] tokens;

    private DeviceBench(StepModel model) {
        this.model = model;
        this.tokens = new Random(1).ints(PROMPT, 0, model.config().vocabSize()).toArray();
    }

    /// @param arguments as above
    public static void main(String[] arguments) {
        PrintStream out = System.out;
        int turns = Integer.parseInt(arguments[3]);
        try (var source = ModelSource.open(Path.of(arguments[0]));
                var team = new Team(Runtime.getRuntime().availableProcessors());
                StepModel model = open(source, team, arguments[1], arguments[2])) {
            var bench = new DeviceBench(model);
            out.println(model.describe());
            out.println("| | tokens a second |");
            out.println("|---|---|");
            out.printf(Locale.ROOT, "| prompt of %d | %.1f |%n", PROMPT, bench.prompt(turns));
            for (int users : USERS) {
                out.printf(Locale.ROOT, "| %d users behind %d | %.1f |%n", users, BEHIND, bench.decode(users, turns));
            }
        }
    }

    private static StepModel open(ModelSource source, Team team, String device, String weights) {
        int blocks = USERS[USERS.length - 1] * BLOCKS_EACH;
        if (device.equals("cpu")) {
            var kernels = Objects.requireNonNull(NativeKernels.load(), "this machine has no kernels in C");
            try (WeightSource stored = WeightSource.of(source)) {
                var packed = new PackedDecoder(stored, kernels, team, Arithmetic.BALANCED, PROMPT, 2048);
                var store = new KeyValueStore(packed.config(), KeyValueType.F16, blocks);
                return new PackedSteps(packed, store, 0, kernels);
            }
        }
        Device where = device.equals("libtorch") ? Device.CPU : Device.parse(device);
        DType dtype = switch (weights) {
            case "f32" -> DType.FLOAT32;
            case "f16" -> DType.FLOAT16;
            case "bf16" -> DType.BFLOAT16;
            default -> throw new IllegalArgumentException("'" + weights + "' is none of f32, f16, bf16");
        };
        KeyValueType kept = KeyValueType.valueOf(weights.toUpperCase(Locale.ROOT));
        return new DeviceSteps(
                source, where, dtype, Window.ALL, new DeviceSteps.Room(kept, blocks, 0, 0, PROMPT, 2048));
    }

    private double prompt(int turns) {
        return PROMPT / median(turns, () -> step(List.of(slice(tokens, 0, 0)), PROMPT - 1));
    }

    private double decode(int users, int turns) {
        return users
                * TOKENS
                / median(turns, () -> {
                    for (int i = 0; i < TOKENS; i++) {
                        var slices = new ArrayList<StepRows.Slice>();
                        for (int user = 0; user < users; user++) {
                            int[] one = {tokens[(7 * user + i) % PROMPT]};
                            slices.add(slice(one, BEHIND + i, user * BLOCKS_EACH));
                        }
                        step(slices, IntStream.range(0, users).toArray());
                    }
                });
    }

    /// A text whose blocks begin at one of all.
    private static StepRows.Slice slice(int[] tokens, int position, int block) {
        int blocks = (position + tokens.length + KeyValueType.PAGE - 1) / KeyValueType.PAGE;
        return new StepRows.Slice(
                tokens, position, IntStream.range(block, block + blocks).toArray());
    }

    private void step(List<StepRows.Slice> slices, int... wanted) {
        int decoding = slices.getFirst().tokens().length == 1 ? slices.size() : 0;
        model.step(new StepRows(slices, decoding, wanted));
    }

    private static double median(int turns, Runnable work) {
        work.run(); // warm-up
        double[] seconds = new double[turns];
        for (int turn = 0; turn < turns; turn++) {
            long begin = System.nanoTime();
            work.run();
            seconds[turn] = (System.nanoTime() - begin) / 1e9;
        }
        Arrays.sort(seconds);
        return seconds[turns / 2];
    }
}
