package dev.mokha.cli;

import dev.mokha.language.pretrain.MaskedPretrain;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Phases named on the command line: `128x32:0.9,512x8:0.1` is nine tenths of the steps on 32 sequences of 128 tokens,
/// and a tenth on 8 of 512.
///
/// @param shares the phases in order
record PhaseList(List<MaskedPretrain.Share> shares) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})x(\\d{1,6})(?::(\\d*\\.?\\d+))?");

    private static final Pattern COMMA = Pattern.compile(",");

    static final class Converter implements ITypeConverter<PhaseList> {
        @Override
        public PhaseList convert(String text) {
            var shares = COMMA.splitAsStream(text).map(Converter::share).toList();
            double sum =
                    shares.stream().mapToDouble(MaskedPretrain.Share::share).sum();
            if (Math.abs(sum - 1) > 1e-6) {
                throw new TypeConversionException("the shares in '" + text + "' sum to " + sum + ", not to 1");
            }
            return new PhaseList(shares);
        }

        private static MaskedPretrain.Share share(String part) {
            Matcher parts = FORM.matcher(part);
            if (!parts.matches()) {
                throw new TypeConversionException(
                        "'" + part + "' is not of the form LENGTHxBATCH:SHARE, such as 128x32:0.9");
            }
            return new MaskedPretrain.Share(
                    Integer.parseInt(parts.group(1)),
                    Integer.parseInt(parts.group(2)),
                    parts.group(3) == null ? 1 : Double.parseDouble(parts.group(3)));
        }
    }

    /// {@return the largest length}
    int longest() {
        return shares.stream().mapToInt(MaskedPretrain.Share::maxLength).max().orElseThrow();
    }

    /// As it is written on the command line, which is how `run.json` records it.
    @Override
    public String toString() {
        return String.join(
                ",",
                shares.stream()
                        .map(share -> share.maxLength() + "x" + share.batch() + ":" + share.share())
                        .toList());
    }
}
