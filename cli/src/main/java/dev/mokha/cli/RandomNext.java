package dev.mokha.cli;

import dev.mokha.language.masking.SentencePairs;
import picocli.CommandLine.ITypeConverter;

/// Where text comes from that does not follow, in a pair for next-sentence prediction.
final class RandomNext implements ITypeConverter<SentencePairs.Elsewhere> {
    static final String DESCRIPTION = "Text that does not follow is drawn from all documents alike, as in the official"
            + " code, or from all sentences alike: better where long documents stand beside short ones.";

    @Override
    public SentencePairs.Elsewhere convert(String text) {
        return Choice.of(SentencePairs.Elsewhere.class, text);
    }
}
