package dev.mokha.serve.schedule;

/// First come, first served.
public final class FirstCome implements Policy {
    @Override
    public double rank(Sequence sequence, long now) {
        return sequence.job().arrival();
    }
}
