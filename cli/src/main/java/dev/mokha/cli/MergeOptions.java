package dev.mokha.cli;

import dev.mokha.text.merge.MergeScope;
import picocli.CommandLine.Option;

/// How pieces are merged into a tokenizer, for every verb that does.
final class MergeOptions {
    @Option(
            names = "--scope",
            defaultValue = "arabic",
            converter = ScopeName.Converter.class,
            description = "Which text may be encoded anew: arabic, or non-ascii for all but ASCII.")
    private ScopeName scope;

    @Option(names = "--rows", defaultValue = "64", description = "Round embedding rows up to a multiple of this.")
    private int rowMultiple;

    MergeScope scope() {
        return scope.scope();
    }

    int rowMultiple() {
        return rowMultiple;
    }
}
