package dev.mokha.cli;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.EncoderConfig;
import dev.mokha.language.encoder.ModernBertConfig;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The shape of a fresh encoder as it is named on the command line: `base`, `large`, `4x256` or `modernbert:4x256`.
///
/// @param modern whether it has ModernBERT's layers rather than BERT's
record EncoderShape(boolean modern, int layers, int hidden) {
    private static final Pattern FORM = Pattern.compile("(modernbert:)?(\\d{1,4})x(\\d{1,6})");

    /// @throws IllegalArgumentException when it is nothing of that kind; the message lists what there is
    static EncoderShape parse(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        Matcher parts = FORM.matcher(
                switch (lower) {
                    case "base" -> "12x768";
                    case "large" -> "24x1024";
                    default -> lower;
                });
        if (!parts.matches()) {
            throw new IllegalArgumentException("base, large, LAYERSxWIDTH such as 4x256, or modernbert:LAYERSxWIDTH");
        }
        return new EncoderShape(
                parts.group(1) != null, Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)));
    }

    /// @param initializerRange standard deviation of fresh weights
    /// @param everyLayerGlobal whether a ModernBERT has no local layers
    EncoderConfig config(int vocab, double initializerRange, boolean everyLayerGlobal) {
        if (!modern) {
            return BertConfig.bert(vocab, layers, hidden).withInitializerRange(initializerRange);
        }
        var config = ModernBertConfig.of(vocab, layers, hidden, hidden / 2 * 3).withInitializerRange(initializerRange);
        return everyLayerGlobal ? config.withoutLocalLayers() : config;
    }
}
