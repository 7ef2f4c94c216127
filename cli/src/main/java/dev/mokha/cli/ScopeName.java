package dev.mokha.cli;

import dev.mokha.text.merge.MergeScope;
import picocli.CommandLine.ITypeConverter;

/// Which text a vocabulary merge may change, by name.
enum ScopeName {
    ARABIC,
    NON_ASCII;

    static final class Converter implements ITypeConverter<ScopeName> {
        @Override
        public ScopeName convert(String text) {
            return Choice.of(ScopeName.class, text);
        }
    }

    MergeScope scope() {
        return switch (this) {
            case ARABIC -> MergeScope.arabic();
            case NON_ASCII -> MergeScope.nonAscii();
        };
    }
}
