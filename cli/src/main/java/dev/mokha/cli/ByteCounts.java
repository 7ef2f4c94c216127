package dev.mokha.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Amounts of memory as people write them: `2GiB`, `512M`, `1.5g`, or bytes. Each unit is 1,024 of the one
/// before.
final class ByteCounts implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?|\\d{1,18}) ?([kmgt]?)(?:i?b)?");

    @Override
    public Long convert(String text) {
        Matcher parts = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw new TypeConversionException("'" + text + "' is no amount of memory such as 2GiB or 512MiB");
        }
        String number = parts.group(1);
        String unit = parts.group(2);
        int shift = unit.isEmpty() ? 0 : 10 * (1 + "kmgt".indexOf(unit));
        return number.contains(".") || shift > 0
                ? (long) (Double.parseDouble(number) * (1L << shift))
                : Long.parseLong(number);
    }
}
