package dev.mokha.serve.engine;

import dev.mokha.language.gguf.Mix;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.schedule.FirstCome;
import dev.mokha.serve.schedule.Policy;
import dev.mokha.serve.schedule.QueueLimits;
import java.util.function.UnaryOperator;
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
    public record Compute(
            int threads, Arithmetic arithmetic, @Nullable Mix weights) {
        /// All processors; short cuts that change no text to speak of; weights as they are.
        public static final Compute DEFAULT = new Compute(0, Arithmetic.BALANCED, null);

        public Compute {
            atLeast("threads", threads, 0);
        }

        public Compute withThreads(int threads) {
            return new Compute(threads, arithmetic, weights);
        }

        public Compute withArithmetic(Arithmetic arithmetic) {
            return new Compute(threads, arithmetic, weights);
        }

        /// {@return the same with float weights rounded as `mokha quantize` rounds them}
        public Compute withWeights(Mix weights) {
            return new Compute(threads, arithmetic, weights);
        }

        /// {@return the threads, one a processor where none are named}
        int threadsOrAll() {
            return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        }
    }

    /// What keys and values are kept in.
    ///
    /// @param keyValues how they are kept
    /// @param keyValueBytes memory for them; 0 for as much as 8 sequences of the longest length take, or a
    ///     quarter of the machine's memory, whichever is less
    /// @param context the longest sequence; 0 for the model's own, 8,192 at most
    /// @param sharing whether equal beginnings of prompts are computed once
    /// @param hostBlocks blocks to which sequences that lose their memory are copied; 0 computes them anew
    public record Memory(KeyValueType keyValues, long keyValueBytes, int context, boolean sharing, int hostBlocks) {
        /// 16-bit floats, shared.
        public static final Memory DEFAULT = new Memory(KeyValueType.F16, 0, 0, true, 0);

        public Memory {
            atLeast("key-value bytes", keyValueBytes, 0);
            atLeast("the context", context, 0);
            atLeast("host blocks", hostBlocks, 0);
        }

        /// {@return the same with keys and values kept so, in so many bytes}
        public Memory withKeyValues(KeyValueType type, long bytes) {
            return new Memory(type, bytes, context, sharing, hostBlocks);
        }

        public Memory withContext(int context) {
            return new Memory(keyValues, keyValueBytes, context, sharing, hostBlocks);
        }

        public Memory withSharing(boolean sharing) {
            return new Memory(keyValues, keyValueBytes, context, sharing, hostBlocks);
        }

        public Memory withHostBlocks(int hostBlocks) {
            return new Memory(keyValues, keyValueBytes, context, sharing, hostBlocks);
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
    /// @param lookup drafts that are looked up in what stands already; 0 for none
    public record Speculation(int lookup) {
        /// One token after the other.
        public static final Speculation NONE = new Speculation(0);

        public Speculation {
            atLeast("looked-up drafts", lookup, 0);
        }

        public Speculation withLookup(int lookup) {
            return new Speculation(lookup);
        }
    }

    private static void atLeast(String what, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(what + " must be at least " + least + ", not " + value);
        }
    }
}
