package dev.mokha.cli;

import dev.mokha.language.gguf.Mix;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.device.DeviceOptions;
import dev.mokha.serve.engine.AdapterLimits;
import dev.mokha.serve.engine.EngineOptions;
import dev.mokha.serve.engine.StepWatch;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.schedule.QueueLimits;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// How the serving engine runs.
final class EngineFlags {
    @Option(names = "--threads", defaultValue = "0", description = "That compute; 0 for one a processor.")
    private int threads;

    @Option(
            names = "--device",
            defaultValue = "cpu",
            paramLabel = "DEVICE",
            description = "What computes: cpu, kernels of our own; cuda or cuda:N, a GPU by libtorch; auto, a GPU where"
                    + " libtorch sees one, else cpu; libtorch, the processor by libtorch, to compare.")
    private String device;

    @Option(
            names = "--device-weights",
            converter = DeviceWeightsConverter.class,
            paramLabel = "TYPE",
            description = "What libtorch keeps weights in: f32, f16 or bf16; else their own type on a GPU, and bf16 for"
                    + " quantised ones; f32 on the processor.")
    private @Nullable DType deviceWeights;

    @Option(
            names = "--arithmetic",
            defaultValue = "balanced",
            converter = ArithmeticConverter.class,
            paramLabel = "HOW",
            description =
                    "exact: answers never depend on the batch; balanced: prompts in bfloat16, but for float32 weights;"
                            + " fast: 8-bit whole numbers with quantised weights.")
    private Arithmetic arithmetic;

    @Option(
            names = "--weights",
            converter = QuantizeCommand.MixConverter.class,
            paramLabel = "TYPE",
            description =
                    "Rounds float weights while they are read, as `mokha quantize --to TYPE` does: F32, F16, BF16,"
                            + " Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K_S, Q4_K_M, Q5_K_S, Q5_K_M or Q6_K; else they stay as"
                            + " they are.")
    private @Nullable Mix weights;

    @Option(
            names = "--kv-type",
            converter = KeyValueConverter.class,
            paramLabel = "TYPE",
            description = "How keys and values are kept: f32, f16, bf16, int8 or int4; else f16, and by libtorch what"
                    + " the weights are kept in.")
    private @Nullable KeyValueType keyValues;

    @Option(
            names = "--kv-memory",
            defaultValue = "0",
            converter = ByteCounts.class,
            paramLabel = "BYTES",
            description = "Of keys and values, such as 2GiB; 0 for 8 of the longest sequences, or a quarter of the"
                    + " machine's memory where that is less; on a GPU for what is free.")
    private long keyValueMemory;

    @Option(
            names = "--context",
            defaultValue = "0",
            description = "The longest prompt and answer together, in tokens; 0 for the model's own, 8192 at most.")
    private int context;

    @Option(
            names = "--window",
            paramLabel = "N",
            description = "Lets a model of full attention see the last N positions only, and the first --sinks: its"
                    + " answers then go on for as long as is asked for, in memory that does not grow.")
    private @Nullable Integer window;

    @Option(
            names = "--sinks",
            paramLabel = "N",
            description = "The first positions that are always seen, at most 16; 4 beside --window.")
    private @Nullable Integer sinks;

    @Option(names = "--step-tokens", defaultValue = "512", description = "Positions in a step, at most.")
    private int stepTokens;

    @Option(names = "--max-sequences", defaultValue = "256", description = "That run at once, at most.")
    private int sequences;

    @Option(names = "--queue", defaultValue = "1024", description = "Requests that wait, at most; more get 429.")
    private int queue;

    @Option(
            names = "--queue-tokens",
            defaultValue = "1048576",
            description = "Of the prompts that wait, at most; more get 429.")
    private long queueTokens;

    @Option(
            names = "--queue-timeout",
            converter = Durations.class,
            paramLabel = "TIME",
            description = "After which who still waits is given up, such as 30s; else never.")
    private @Nullable Duration queueTimeout;

    @Option(
            names = "--policy",
            defaultValue = "first-come",
            converter = PolicyChoice.Converter.class,
            paramLabel = "NAME",
            description = "Who comes first: first-come (or fcfs), priority, shortest, fair, deadline, deadline-drop.")
    private PolicyChoice policy;

    @Option(names = "--no-prefix-cache", description = "Computes equal beginnings of prompts anew.")
    private boolean noPrefixCache;

    @Option(
            names = "--swap-blocks",
            defaultValue = "0",
            description =
                    "Of 16 positions, to which sequences that lose their memory are copied; 0 computes them anew.")
    private int swapBlocks;

    @Mixin
    private SpeculationFlags speculation;

    static final class ArithmeticConverter implements ITypeConverter<Arithmetic> {
        @Override
        public Arithmetic convert(String text) {
            return Choice.of(Arithmetic.class, text);
        }
    }

    static final class KeyValueConverter implements ITypeConverter<KeyValueType> {
        @Override
        public KeyValueType convert(String text) {
            return Choice.of(KeyValueType.class, text);
        }
    }

    static final class DeviceWeightsConverter implements ITypeConverter<DType> {
        @Override
        public DType convert(String text) {
            return switch (text) {
                case "f32" -> DType.FLOAT32;
                case "f16" -> DType.FLOAT16;
                case "bf16" -> DType.BFLOAT16;
                default -> throw new TypeConversionException("'" + text + "' is none of f32, f16, bf16");
            };
        }
    }

    /// {@return where libtorch computes; null for kernels of our own}
    private @Nullable DeviceOptions device() {
        @Nullable Device where = where();
        if (where == null && deviceWeights != null && !device.equals("auto")) {
            throw new IllegalArgumentException("--device-weights is for libtorch, beside --device cuda or libtorch;"
                    + " without one --weights rounds");
        }
        return where == null ? null : new DeviceOptions(where, deviceWeights);
    }

    private @Nullable Device where() {
        return switch (device) {
            case "cpu" -> null;
            case "libtorch" -> Device.CPU;
            case "auto" -> Device.best().equals(Device.CPU) ? null : Device.best();
            default -> {
                if (!device.startsWith("cuda")) {
                    throw new IllegalArgumentException(
                            "unknown device '" + device + "'; one of cpu, cuda, cuda:N, auto, libtorch");
                }
                yield Device.parse(device);
            }
        };
    }

    /// {@return where encoders compute}
    Device encoderDevice() {
        @Nullable Device where = where();
        return where == null ? Device.CPU : where;
    }

    /// {@return what a GPU that was not found is told as; null where none was looked for, or there is one}
    @Nullable
    String noDevice() {
        return device.equals("auto") && where() == null
                ? "--device auto: libtorch sees no GPU; the processor's own kernels compute"
                : null;
    }

    /// {@return how much waits}
    QueueLimits queue() {
        return new QueueLimits(queue, queueTokens, queueTimeout == null ? Long.MAX_VALUE : queueTimeout.toNanos());
    }

    /// {@return how an engine runs; nobody watches its steps, and room for adapters is the usual}
    EngineOptions options() {
        return new EngineOptions(
                new EngineOptions.Compute(threads, arithmetic, weights, speculation.exit(), device()),
                new EngineOptions.Memory(keyValues, keyValueMemory, context, !noPrefixCache, swapBlocks, window()),
                new EngineOptions.Load(stepTokens, sequences, queue(), policy.create(null)),
                speculation.speculation(),
                StepWatch.NONE,
                AdapterLimits.DEFAULT);
    }

    private Window window() {
        if (window == null) {
            if (sinks != null) {
                throw new IllegalArgumentException("--sinks is said beside --window, which is missing");
            }
            return Window.ALL;
        }
        return new Window(window, sinks == null ? 4 : sinks);
    }
}
