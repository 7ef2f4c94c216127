package dev.mokha.cli;

import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.pretrain.HeldOut;
import dev.mokha.language.pretrain.Pretrain;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Text named on the command line: `NAME=PATH`, `NAME=PATH@WEIGHT` or `NAME=PATH@WEIGHTxEPOCHS`. A path with
/// an `@` is fine as long as what follows it is no number.
///
/// @param name what logs and figures call it
/// @param path a file of JSON lines or text, gzipped or not, or a folder of such
/// @param weight its share in a mixture
/// @param epochs how often it may be seen
record DataArgument(String name, Path path, double weight, double epochs) {
    private static final Pattern FORM =
            Pattern.compile("([^=]+)=(.+?)(?:@(\\d+(?:\\.\\d+)?)(?:x(\\d+(?:\\.\\d+)?))?)?", Pattern.DOTALL);
    static final String LABEL = "NAME=PATH[@WEIGHT[xEPOCHS]]";

    static final class Converter implements ITypeConverter<DataArgument> {
        @Override
        public DataArgument convert(String text) {
            Matcher parts = FORM.matcher(text);
            if (!parts.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is not of the form " + LABEL + ", such as arabic=text/arabic.jsonl.gz@0.6x2");
            }
            double weight = number(parts.group(3), 1);
            double epochs = number(parts.group(4), Double.POSITIVE_INFINITY);
            if (weight == 0 || epochs == 0) {
                throw new TypeConversionException("'" + text + "': weight and epochs must be above 0");
            }
            return new DataArgument(parts.group(1), Path.of(parts.group(2)), weight, epochs);
        }

        private static double number(@Nullable String digits, double otherwise) {
            return digits == null ? otherwise : Double.parseDouble(digits);
        }
    }

    /// As it is written on the command line, which is how `run.json` records it.
    @Override
    public String toString() {
        return name + "=" + path + "@" + weight + (Double.isInfinite(epochs) ? "" : "x" + epochs);
    }

    /// @throws dev.mokha.language.corpus.CorpusException when there is no such text
    void requireThere() {
        TextSource.of(path).files();
    }

    /// {@return the text, put together by what `--format` says about its name}
    private TextSource text(List<FormatArgument> formats) {
        List<String> own = formats.stream()
                .filter(format -> format.name().equals(name))
                .map(FormatArgument::template)
                .toList();
        return own.isEmpty() ? TextSource.of(path) : new TextSource(path, own);
    }

    Pretrain.Source source(List<FormatArgument> formats) {
        return new Pretrain.Source(name, text(formats), weight, epochs);
    }

    HeldOut heldOut(List<FormatArgument> formats) {
        return new HeldOut(name, text(formats).all());
    }
}
