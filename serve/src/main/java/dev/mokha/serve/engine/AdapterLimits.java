package dev.mokha.serve.engine;

/// How many adapters an engine has room for.
///
/// @param most loaded at once
/// @param bytes of all of them in memory, those that were unloaded and are still used included
public record AdapterLimits(int most, long bytes) {
    /// 16 adapters in 4 GiB.
    public static final AdapterLimits DEFAULT = new AdapterLimits(16, 4L << 30);

    public AdapterLimits {
        if (most < 0 || bytes < 0) {
            throw new IllegalArgumentException(
                    "room for adapters cannot be less than 0: " + most + " adapters, " + bytes + " bytes");
        }
    }
}
