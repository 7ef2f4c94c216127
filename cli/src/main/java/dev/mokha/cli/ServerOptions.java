package dev.mokha.cli;

import dev.mokha.serve.schedule.CostModel;
import dev.mokha.serve.schedule.LinearCost;
import dev.mokha.serve.schedule.MemoryOptions;
import dev.mokha.serve.schedule.Pace;
import dev.mokha.serve.schedule.QueueLimits;
import dev.mokha.serve.schedule.Reservation;
import dev.mokha.serve.schedule.SchedulerOptions;
import dev.mokha.serve.schedule.StepLimits;
import dev.mokha.serve.schedule.Targets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a server schedules: memory, steps, queue and targets.
final class ServerOptions {
    private static final double MILLISECOND = 1e6;

    @Option(names = "--blocks", defaultValue = "4096", description = "Of 16 positions, in the cache.")
    private int blocks;

    @Option(names = "--host-slots", defaultValue = "0", description = "Blocks in the host's memory, to swap to.")
    private int hostSlots;

    @Option(
            names = "--reserve",
            defaultValue = "prompt",
            paramLabel = "WHAT",
            description = "What must fit before a request begins: chunk, prompt, predicted or worst.")
    private Reservation reservation;

    @Option(names = "--no-sharing", description = "Computes equal beginnings anew.")
    private boolean noSharing;

    @Option(names = "--step-tokens", defaultValue = "2048", description = "Positions in a step, at most.")
    private int stepTokens;

    @Option(names = "--sequences", defaultValue = "256", description = "That run at once, at most.")
    private int sequences;

    @Option(
            names = "--chunk",
            paramLabel = "TOKENS",
            description = "Of one prompt in a step, at most; else the whole step.")
    private @Nullable Integer chunk;

    @Option(
            names = "--fill",
            paramLabel = "TOKENS",
            description = "Positions in a step from which on no further prompt joins it; else all there are.")
    private @Nullable Integer fill;

    @Option(
            names = "--pace",
            paramLabel = "MS",
            description = "Time between two tokens that prompts may cause, in milliseconds; else any.")
    private @Nullable Double pace;

    @Option(names = "--max-queued", defaultValue = "1024", description = "Requests that wait, at most.")
    private int maxQueued;

    @Option(names = "--max-queued-tokens", defaultValue = "1048576", description = "Of prompts that wait, at most.")
    private long maxQueuedTokens;

    @Option(names = "--queue-timeout", paramLabel = "SECONDS", description = "After which who waits is given up.")
    private @Nullable Double queueTimeout;

    @Option(names = "--ttft", paramLabel = "MS", description = "Target for the first token, in milliseconds.")
    private @Nullable Double firstToken;

    @Option(names = "--tpot", paramLabel = "MS", description = "Target for each further token, on average.")
    private @Nullable Double perToken;

    /// {@return the scheduler's options}
    SchedulerOptions options(CostModel cost) {
        StepLimits steps = StepLimits.of(stepTokens, sequences);
        if (chunk != null) {
            steps = steps.withChunk(chunk);
        }
        if (fill != null) {
            steps = steps.withFill(fill);
        }
        if (pace != null) {
            steps = steps.withPace(new Pace(cost, nanos(pace), Math.min(16, stepTokens)));
        }
        MemoryOptions memory = MemoryOptions.of(blocks)
                .withHostSlots(hostSlots)
                .withReservation(reservation)
                .withSharing(!noSharing);
        long timeout = queueTimeout == null ? Long.MAX_VALUE : nanos(1000 * queueTimeout);
        return new SchedulerOptions(memory, steps, new QueueLimits(maxQueued, maxQueuedTokens, timeout));
    }

    /// {@return what every request is to have}
    Targets targets() {
        return new Targets(
                firstToken == null ? Long.MAX_VALUE : nanos(firstToken),
                perToken == null ? Long.MAX_VALUE : nanos(perToken));
    }

    private static long nanos(double milliseconds) {
        return Math.max(1, Math.round(milliseconds * MILLISECOND));
    }

    /// {@return what a step costs where no file says so}
    static LinearCost usualCost() {
        return LinearCost.twoCores();
    }
}
