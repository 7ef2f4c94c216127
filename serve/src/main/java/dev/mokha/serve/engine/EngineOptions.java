package dev.mokha.serve.engine;

import dev.mokha.language.gguf.Mix;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.device.DeviceOptions;
import dev.mokha.serve.draft.Draft;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.model.EarlyExit;
import dev.mokha.serve.schedule.FirstCome;
import dev.mokha.serve.schedule.Policy;
import dev.mokha.serve.schedule.QueueLimits;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How an engine runs: what computes, what memory it has, what load it takes, what it guesses ahead, who hears
/// how long its steps take, and how many adapters there is room for.
///
/// ```java
/// EngineOptions.DEFAULT
///         .withCompute(compute -> compute.withThreads(2).withArithmetic(Arithmetic.EXACT))
///         .withMemory(memory -> memory.withContext(2048));
/// ```
public record EngineOptions(
        Compute compute, Memory memory, Load load, Speculation speculation, StepWatch watch, AdapterLimits adapters) {
    /// What suits a machine of unknown size.
    public static final EngineOptions DEFAULT = new EngineOptions(
            Compute.DEFAULT, Memory.DEFAULT, Load.DEFAULT, Speculation.NONE, StepWatch.NONE, AdapterLimits.DEFAULT);

    /// {@return the same with what is made of its computing}
    public EngineOptions withCompute(UnaryOperator<Compute> change) {
        return new EngineOptions(change.apply(compute), memory, load, speculation, watch, adapters);
    }

    /// {@return the same with what is made of its memory}
    public EngineOptions withMemory(UnaryOperator<Memory> change) {
        return new EngineOptions(compute, change.apply(memory), load, speculation, watch, adapters);
    }

    /// {@return the same with what is made of its load}
    public EngineOptions withLoad(UnaryOperator<Load> change) {
        return new EngineOptions(compute, memory, change.apply(load), speculation, watch, adapters);
    }

    /// {@return the same with what is made of its speculation}
    public EngineOptions withSpeculation(UnaryOperator<Speculation> change) {
        return new EngineOptions(compute, memory, load, change.apply(speculation), watch, adapters);
    }

    /// {@return the same with room for so many adapters}
    public EngineOptions withAdapters(AdapterLimits adapters) {
        return new EngineOptions(compute, memory, load, speculation, watch, adapters);
    }

    /// {@return the same with somebody who hears how long steps take}
    public EngineOptions withWatch(StepWatch watch) {
        return new EngineOptions(compute, memory, load, speculation, watch, adapters);
    }

    /// What computes, and how.
    ///
    /// @param threads that compute; 0 for one a processor
    /// @param arithmetic how exactly products are computed
    /// @param weights the types that float weights are rounded to while they are read; null for their own
    /// @param exit where tokens leave that are sure before the last layer; null for nowhere
    /// @param device where libtorch computes; null for the processor's own kernels
    public record Compute(
            int threads,
            Arithmetic arithmetic,
            @Nullable Mix weights,
            @Nullable EarlyExit exit,
            @Nullable DeviceOptions device) {
        /// All processors; short cuts that change no text to speak of; weights as they are.
        public static final Compute DEFAULT = new Compute(0, Arithmetic.BALANCED, null, null, null);

        public Compute {
            atLeast("threads", threads, 0);
        }

        public Compute withThreads(int threads) {
            return new Compute(threads, arithmetic, weights, exit, device);
        }

        public Compute withArithmetic(Arithmetic arithmetic) {
            return new Compute(threads, arithmetic, weights, exit, device);
        }

        /// {@return the same with float weights rounded as `mokha quantize` rounds them}
        public Compute withWeights(Mix weights) {
            return new Compute(threads, arithmetic, weights, exit, device);
        }

        /// {@return the same with an exit before the last layer, which changes answers}
        public Compute withExit(@Nullable EarlyExit exit) {
            return new Compute(threads, arithmetic, weights, exit, device);
        }

        /// {@return the same with steps that libtorch computes; null for the processor's own kernels}
        public Compute withDevice(@Nullable DeviceOptions device) {
            return new Compute(threads, arithmetic, weights, exit, device);
        }

        /// {@return the threads, one a processor where none are named}
        int threadsOrAll() {
            return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        }
    }

    /// What keys and values are kept in.
    ///
    /// @param keyValues how they are kept; null for 16-bit floats, and on a device for what its
    ///     weights are kept in
    /// @param keyValueBytes memory for them; 0 for as much as 8 sequences of the longest length take, or a
    ///     quarter of the machine's memory, whichever is less
    /// @param context the longest sequence; 0 for the model's own, 8,192 at most. Of a window with sinks the
    ///     longest prompt: answers go on for as long as is asked for
    /// @param sharing whether equal beginnings of prompts are computed once
    /// @param hostBlocks blocks to which sequences that lose their memory are copied; 0 computes them anew
    /// @param window what a model of full attention sees; [Window#ALL] for what it was made to see
    public record Memory(
            @Nullable KeyValueType keyValues,
            long keyValueBytes,
            int context,
            boolean sharing,
            int hostBlocks,
            Window window) {
        /// 16-bit floats, shared.
        public static final Memory DEFAULT = new Memory(null, 0, 0, true, 0, Window.ALL);

        public Memory {
            atLeast("key-value bytes", keyValueBytes, 0);
            atLeast("the context", context, 0);
            atLeast("host blocks", hostBlocks, 0);
        }

        /// {@return the same with keys and values kept so, in so many bytes}
        public Memory withKeyValues(KeyValueType type, long bytes) {
            return new Memory(type, bytes, context, sharing, hostBlocks, window);
        }

        public Memory withContext(int context) {
            return new Memory(keyValues, keyValueBytes, context, sharing, hostBlocks, window);
        }

        public Memory withSharing(boolean sharing) {
            return new Memory(keyValues, keyValueBytes, context, sharing, hostBlocks, window);
        }

        public Memory withHostBlocks(int hostBlocks) {
            return new Memory(keyValues, keyValueBytes, context, sharing, hostBlocks, window);
        }

        /// {@return how keys and values are kept}
        ///
        /// @param usual where nobody says
        KeyValueType keyValuesOr(KeyValueType usual) {
            return keyValues == null ? usual : keyValues;
        }

        /// {@return the same, where rows see the first and the last positions only}
        public Memory withWindow(Window window) {
            return new Memory(keyValues, keyValueBytes, context, sharing, hostBlocks, window);
        }
    }

    /// How much is done at once, how much waits, and who is first.
    ///
    /// @param stepTokens positions that a step computes at most
    /// @param sequences that run at once at most
    /// @param queue how much waits
    /// @param policy who is first; null for who came first
    public record Load(
            int stepTokens,
            int sequences,
            QueueLimits queue,
            @Nullable Policy policy) {
        /// Steps of 512 positions, 256 sequences.
        public static final Load DEFAULT = new Load(512, 256, QueueLimits.DEFAULT, null);

        public Load {
            atLeast("step tokens", stepTokens, 1);
            atLeast("sequences", sequences, 1);
        }

        public Load withStepTokens(int stepTokens) {
            return new Load(stepTokens, sequences, queue, policy);
        }

        public Load withSequences(int sequences) {
            return new Load(stepTokens, sequences, queue, policy);
        }

        public Load withQueue(QueueLimits queue) {
            return new Load(stepTokens, sequences, queue, policy);
        }

        public Load withPolicy(Policy policy) {
            return new Load(stepTokens, sequences, queue, policy);
        }

        /// {@return the policy}
        Policy policyOrFirstCome() {
            return policy == null ? new FirstCome() : policy;
        }
    }

    /// Tokens that are guessed and checked together; the text stays the same.
    ///
    /// @param drafts where they come from; of several the first that has any, for each sequence and step
    /// @param tokens that follow each other, at most; fewer where more are not worth their time
    /// @param branches how many ways they may part; 1 for none
    /// @param adaptive whether less is drafted where it is not worth its time; always as much otherwise
    public record Speculation(List<Draft> drafts, int tokens, int branches, boolean adaptive) {
        /// One token after the other.
        public static final Speculation NONE = new Speculation(List.of(), 8, 1, true);

        public Speculation {
            drafts = List.copyOf(drafts);
            atLeast("drafted tokens", tokens, 1);
            atLeast("branches", branches, 1);
        }

        /// {@return the same with one more kind of drafts, behind those before it}
        public Speculation with(Draft draft) {
            return new Speculation(
                    Stream.concat(drafts.stream(), Stream.of(draft)).toList(), tokens, branches, adaptive);
        }

        public Speculation withTokens(int tokens) {
            return new Speculation(drafts, tokens, branches, adaptive);
        }

        public Speculation withAdaptive(boolean adaptive) {
            return new Speculation(drafts, tokens, branches, adaptive);
        }

        public Speculation withBranches(int branches) {
            return new Speculation(drafts, tokens, branches, adaptive);
        }
    }

    private static void atLeast(String what, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(what + " must be at least " + least + ", not " + value);
        }
    }
}
