package dev.mokha.testkit;

/// How far two numbers may lie apart: `|actual − expected| ≤ absolute + relative · |expected|`.
///
/// @param reason why so much, for the message
/// @param absolute the part that does not grow with the number
/// @param relative the part that does
public record Tolerance(String reason, double absolute, double relative) {
    /// Some thousand float32 roundings of numbers near 1.
    public static final Tolerance FLOAT32 = new Tolerance("float32 rounding", 1e-5, 1e-5);
    /// Some thousand float64 roundings of numbers near 1.
    public static final Tolerance FLOAT64 = new Tolerance("float64 rounding", 1e-12, 1e-12);
    /// bfloat16 keeps 8 bits: one rounding is 2^-9 = 0.2 %, a short sum a few of them.
    public static final Tolerance BFLOAT16 = new Tolerance("bfloat16 rounding", 1e-2, 1e-2);
    /// Central differences in float64 with a step of 1e-5: an error of its square, and rounding divided by it.
    public static final Tolerance FINITE_DIFFERENCES = new Tolerance("finite differences", 1e-7, 1e-6);

    public Tolerance {
        if (!(absolute >= 0 && relative >= 0)) {
            throw new IllegalArgumentException("a tolerance is not negative: " + absolute + ", " + relative);
        }
    }

    /// {@return an absolute tolerance}
    public static Tolerance absolute(String reason, double absolute) {
        return new Tolerance(reason, absolute, 0);
    }

    /// {@return whether `actual` is near enough; NaN is near NaN, and an infinity near itself}
    public boolean allows(double actual, double expected) {
        if (!Double.isFinite(expected) || !Double.isFinite(actual)) {
            return Double.compare(actual, expected) == 0;
        }
        return Math.abs(actual - expected) <= absolute + relative * Math.abs(expected);
    }
}
