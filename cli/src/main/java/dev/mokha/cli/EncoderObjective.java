package dev.mokha.cli;

import picocli.CommandLine.ITypeConverter;

/// What an encoder learns from text.
enum EncoderObjective {
    /// Masked tokens, and whether the second text follows the first.
    NEXT_SENTENCE,
    /// Masked tokens.
    MASKED,
    /// Which tokens a generator replaced.
    REPLACED;

    static final class Converter implements ITypeConverter<EncoderObjective> {
        @Override
        public EncoderObjective convert(String text) {
            return Choice.of(EncoderObjective.class, text);
        }
    }
}
