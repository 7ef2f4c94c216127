package dev.mokha.cli;

import dev.mokha.serve.schedule.ByPriority;
import dev.mokha.serve.schedule.CostModel;
import dev.mokha.serve.schedule.EarliestDeadline;
import dev.mokha.serve.schedule.FairShare;
import dev.mokha.serve.schedule.FirstCome;
import dev.mokha.serve.schedule.Policy;
import dev.mokha.serve.schedule.ShortestFirst;
import dev.mokha.serve.schedule.TenantHistory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;

/// Policies by name, with the settings that a server begins with.
enum PolicyChoice {
    FIRST_COME,
    PRIORITY,
    SHORTEST,
    FAIR,
    DEADLINE,
    DEADLINE_DROP;

    /// A level of priority is gained in ten minutes: in less, a crowded server would know no priorities.
    private static final long AGING = 600_000_000_000L;

    /// A new token costs about as much as four of a prompt; a second of waiting makes up for 100 of them.
    private static final double DECODE_COST = 4;

    private static final double TOKENS_PER_SECOND = 100;
    private static final double NEWEST = 0.1;

    /// {@return a policy that has served nobody yet}
    ///
    /// @param cost by which deadlines are foreseen; null where it is not known
    Policy create(@Nullable CostModel cost) {
        return switch (this) {
            case FIRST_COME -> new FirstCome();
            case PRIORITY -> new ByPriority(AGING, true);
            case SHORTEST -> new ShortestFirst(new TenantHistory(NEWEST), DECODE_COST, TOKENS_PER_SECOND);
            case FAIR -> new FairShare();
            case DEADLINE -> new EarliestDeadline(cost, false);
            case DEADLINE_DROP -> new EarliestDeadline(cost, true);
        };
    }

    @Override
    public String toString() {
        return Choice.name(this);
    }

    /// For picocli.
    static final class Converter implements ITypeConverter<PolicyChoice> {
        @Override
        public PolicyChoice convert(String text) {
            return text.equalsIgnoreCase("fcfs") ? FIRST_COME : Choice.of(PolicyChoice.class, text);
        }
    }
}
