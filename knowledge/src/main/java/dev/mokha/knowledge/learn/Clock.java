package dev.mokha.knowledge.learn;

/// Seconds, without those for which it stands still.
final class Clock {
    private long began = System.nanoTime();
    private long sum;

    void stop() {
        sum += System.nanoTime() - began;
    }

    void start() {
        began = System.nanoTime();
    }

    double seconds() {
        return sum / 1e9;
    }
}
