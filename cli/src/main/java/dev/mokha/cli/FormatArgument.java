package dev.mokha.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// How JSON lines become text: `NAME=TEMPLATE`, such as `pairs={en}\n{ar}`.
///
/// @param name whose lines
/// @param template with a field's name in braces where its value goes
record FormatArgument(String name, String template) {
    static final String LABEL = "NAME=TEMPLATE";

    static final class Converter implements ITypeConverter<FormatArgument> {
        @Override
        public FormatArgument convert(String text) {
            int at = text.indexOf('=');
            if (at < 1 || !text.substring(at).contains("{")) {
                throw new TypeConversionException(
                        "'" + text + "' is not of the form " + LABEL + ", such as pairs={en}\\n{ar}");
            }
            String template = text.substring(at + 1).replace("\\n", "\n").replace("\\t", "\t"); // as shells pass them
            return new FormatArgument(text.substring(0, at), template);
        }
    }

    /// As it is written on the command line, which is how `run.json` records it.
    @Override
    public String toString() {
        return name + "=" + template;
    }
}
