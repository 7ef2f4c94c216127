package dev.mokha.serve.engine;

import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.schedule.FirstCome;
import dev.mokha.serve.schedule.Policy;
import dev.mokha.serve.schedule.QueueLimits;
import org.jspecify.annotations.Nullable;

/// How an engine runs.
///
/// @param threads that compute; 0 for one a processor
/// @param arithmetic how exactly products are computed
/// @param keyValues how keys and values are kept
/// @param keyValueBytes memory for keys and values; 0 for as much as 8 sequences of the longest length take,
///     or a quarter of the machine's memory, whichever is less
/// @param context the longest sequence; 0 for the model's own, 8,192 at most
/// @param stepTokens positions that a step computes at most
/// @param sequences that run at once at most
/// @param queue how much waits
/// @param policy who is first; null for who came first
/// @param sharing whether equal beginnings of prompts are computed once
/// @param hostBlocks blocks to which sequences that lose their memory are copied; 0 computes them anew
/// @param lookup drafts that are looked up in what stands already; 0 for none
public record EngineOptions(
        int threads,
        Arithmetic arithmetic,
        KeyValueType keyValues,
        long keyValueBytes,
        int context,
        int stepTokens,
        int sequences,
        QueueLimits queue,
        @Nullable Policy policy,
        boolean sharing,
        int hostBlocks,
        int lookup) {
    /// What suits a machine of unknown size.
    public static final EngineOptions DEFAULT = new EngineOptions(
            0, Arithmetic.BALANCED, KeyValueType.F16, 0, 0, 512, 256, QueueLimits.DEFAULT, null, true, 0, 0);

    public EngineOptions {
        atLeast("threads", threads, 0);
        atLeast("key-value bytes", keyValueBytes, 0);
        atLeast("the context", context, 0);
        atLeast("step tokens", stepTokens, 1);
        atLeast("sequences", sequences, 1);
        atLeast("host blocks", hostBlocks, 0);
        atLeast("looked-up drafts", lookup, 0);
    }

    private static void atLeast(String what, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(what + " must be at least " + least + ", not " + value);
        }
    }

    /// {@return the policy}
    Policy policyOrFirstCome() {
        return policy == null ? new FirstCome() : policy;
    }

    /// {@return the same with so many threads}
    public EngineOptions withThreads(int threads) {
        return with(threads, arithmetic, keyValues, keyValueBytes, context, stepTokens, sharing, lookup);
    }

    /// {@return the same with other arithmetic}
    public EngineOptions withArithmetic(Arithmetic arithmetic) {
        return with(threads, arithmetic, keyValues, keyValueBytes, context, stepTokens, sharing, lookup);
    }

    /// {@return the same with keys and values kept so, in so many bytes}
    public EngineOptions withKeyValues(KeyValueType type, long bytes) {
        return with(threads, arithmetic, type, bytes, context, stepTokens, sharing, lookup);
    }

    /// {@return the same with another longest sequence}
    public EngineOptions withContext(int context) {
        return with(threads, arithmetic, keyValues, keyValueBytes, context, stepTokens, sharing, lookup);
    }

    /// {@return the same with steps of at most so many positions}
    public EngineOptions withStepTokens(int stepTokens) {
        return with(threads, arithmetic, keyValues, keyValueBytes, context, stepTokens, sharing, lookup);
    }

    /// {@return the same, with or without sharing of equal beginnings}
    public EngineOptions withSharing(boolean sharing) {
        return with(threads, arithmetic, keyValues, keyValueBytes, context, stepTokens, sharing, lookup);
    }

    /// {@return the same with so many drafts looked up}
    public EngineOptions withLookup(int lookup) {
        return with(threads, arithmetic, keyValues, keyValueBytes, context, stepTokens, sharing, lookup);
    }

    /// {@return the same with so many sequences, this queue and policy, and so many host blocks}
    public EngineOptions withLoad(int sequences, QueueLimits queue, @Nullable Policy policy, int hostBlocks) {
        return new EngineOptions(
                threads,
                arithmetic,
                keyValues,
                keyValueBytes,
                context,
                stepTokens,
                sequences,
                queue,
                policy,
                sharing,
                hostBlocks,
                lookup);
    }

    private EngineOptions with(
            int threads,
            Arithmetic arithmetic,
            KeyValueType keyValues,
            long keyValueBytes,
            int context,
            int stepTokens,
            boolean sharing,
            int lookup) {
        return new EngineOptions(
                threads,
                arithmetic,
                keyValues,
                keyValueBytes,
                context,
                stepTokens,
                sequences,
                queue,
                policy,
                sharing,
                hostBlocks,
                lookup);
    }
}
