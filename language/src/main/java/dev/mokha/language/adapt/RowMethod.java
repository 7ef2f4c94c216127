package dev.mokha.language.adapt;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// The [NewRows] by the names that people type.
public enum RowMethod {
    /// [NewRows.Random]
    RANDOM,
    /// [NewRows.SubtokenMean]
    MEAN,
    /// [NewRows.NoisyMean]
    NOISY_MEAN,
    /// [NewRows.Focus], in a [PieceSpace] learned from the run's own text
    FOCUS,
    /// [NewRows.Aligned], from the run's own parallel text
    ALIGNED;

    /// {@return the method of a name such as `noisy-mean`, in any case}
    public static RowMethod named(String name) {
        for (RowMethod method : values()) {
            if (method.toString().equalsIgnoreCase(name)) {
                return method;
            }
        }
        throw new IllegalArgumentException("no way to make new rows is called '" + name + "'; there are "
                + Arrays.stream(values()).map(RowMethod::toString).collect(Collectors.joining(", ")));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
