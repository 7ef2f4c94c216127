package dev.mokha.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.TypeConversionException;

/// Enum constants as people write them: lower case, words joined by hyphens.
final class Choice {
    private Choice() {}

    /// {@return the constant of this name}
    static <E extends Enum<E>> E of(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (name(constant).equals(text.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                return constant;
            }
        }
        throw new TypeConversionException("'" + text + "' is none of "
                + Arrays.stream(type.getEnumConstants()).map(Choice::name).collect(Collectors.joining(", ")));
    }

    /// {@return the name that people write}
    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
