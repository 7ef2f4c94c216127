package dev.mokha.cli;

import dev.mokha.nn.optim.Schedule;
import picocli.CommandLine.ITypeConverter;

/// The forms of the learning rate after its warm-up.
enum RateShape {
    COSINE,
    WSD,
    CONSTANT;

    /// @param floor the last rate as a share of the highest
    record Peak(double rate, double floor) {
        double last() {
            return rate * floor;
        }
    }

    /// {@return the rate of each step}
    ///
    /// @param rising steps from 0 to the peak
    /// @param falling the last steps, over which `WSD` falls
    /// @param steps all of them
    Schedule schedule(Peak peak, long rising, long falling, long steps) {
        return switch (this) {
            case COSINE -> new Schedule.WarmupCosine(peak.rate, peak.last(), rising, steps);
            case WSD ->
                new Schedule.WarmupStableDecay(
                        peak.rate, peak.last(), rising, falling, steps, Schedule.WarmupStableDecay.Fall.ONE_MINUS_SQRT);
            case CONSTANT ->
                new Schedule.WarmupStableDecay(
                        peak.rate, peak.rate, rising, 0, steps, Schedule.WarmupStableDecay.Fall.LINEAR);
        };
    }

    static final class Converter implements ITypeConverter<RateShape> {
        @Override
        public RateShape convert(String text) {
            return Choice.of(RateShape.class, text);
        }
    }
}
