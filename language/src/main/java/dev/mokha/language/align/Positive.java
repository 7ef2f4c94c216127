package dev.mokha.language.align;

/// Constants of losses that must be above 0.
final class Positive {
    private Positive() {}

    static void require(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be above 0, was " + value);
        }
    }
}
