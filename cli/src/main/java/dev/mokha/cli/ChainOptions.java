package dev.mokha.cli;

import dev.mokha.language.generate.Chain;
import dev.mokha.language.generate.Stage;
import dev.mokha.language.generate.Stage.Mirostat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The way from logits to the draw.
final class ChainOptions {
    @Option(names = "--temperature", description = "0 takes the likeliest token; else as the folder says, or 0.")
    private @Nullable Double temperature;

    @Option(names = "--top-k", description = "Draw among this many of the likeliest tokens; 0 for all.")
    private @Nullable Integer topK;

    @Option(names = "--top-p", description = "Draw among the likeliest tokens that reach this probability.")
    private @Nullable Double topP;

    @Option(names = "--min-p", description = "Draw among tokens with this share of the likeliest one's probability.")
    private @Nullable Double minP;

    @Option(names = "--typical", description = "Draw among the most typical tokens that reach this probability.")
    private @Nullable Double typical;

    @Option(
            names = "--top-n-sigma",
            description = "Draw among tokens whose logit is at most this many standard deviations below the largest.")
    private @Nullable Double topNSigma;

    @Option(
            names = "--xtc-probability",
            description = "With this chance, cut off all but the last of the tokens above --xtc-threshold.")
    private @Nullable Double xtcProbability;

    @Option(names = "--xtc-threshold", defaultValue = "0.1", description = "The probability of a top choice.")
    private double xtcThreshold;

    @Option(
            names = "--mirostat",
            paramLabel = "VERSION",
            converter = VersionConverter.class,
            description = "1 or 2, in place of all cuts: holds the surprise at a target.")
    private Mirostat.@Nullable Version mirostat;

    @Option(names = "--mirostat-target", defaultValue = "5", description = "Its target, in bits a token.")
    private double mirostatTarget;

    @Option(names = "--mirostat-rate", defaultValue = "0.1", description = "How fast it learns.")
    private double mirostatRate;

    @Option(
            names = "--order",
            split = ",",
            paramLabel = "STAGE",
            converter = KindConverter.class,
            description = "The order of temperature, top-n-sigma, top-k, top-p, min-p, typical and xtc.")
    private List<Stage.Kind> order = List.of();

    Chain on(Chain folder) {
        boolean cuts =
                Stream.of(topK, topP, minP, typical, topNSigma, xtcProbability).anyMatch(Objects::nonNull);
        if (mirostat != null && cuts) {
            throw new IllegalArgumentException("--mirostat stands in place of all cuts; leave them out, or it");
        }
        Chain chain = temperature == null ? folder : folder.with(new Stage.Temperature(temperature));
        chain = topK == null ? chain : chain.with(new Stage.TopK(topK));
        chain = topP == null ? chain : chain.with(new Stage.TopP(topP));
        chain = minP == null ? chain : chain.with(new Stage.MinP(minP));
        chain = typical == null ? chain : chain.with(new Stage.Typical(typical));
        chain = topNSigma == null ? chain : chain.with(new Stage.TopNSigma(topNSigma));
        chain = xtcProbability == null ? chain : chain.with(new Stage.Xtc(xtcProbability, xtcThreshold));
        if (mirostat != null) {
            chain = chain.with(new Mirostat(mirostat, mirostatTarget, mirostatRate));
        }
        return order.isEmpty() ? chain : chain.inOrder(order);
    }

    static final class VersionConverter implements ITypeConverter<Mirostat.Version> {
        @Override
        public Mirostat.Version convert(String text) {
            return switch (text) {
                case "1" -> Mirostat.Version.ONE;
                case "2" -> Mirostat.Version.TWO;
                default -> throw new TypeConversionException("mirostat has the versions 1 and 2, not '" + text + "'");
            };
        }
    }

    static final class KindConverter implements ITypeConverter<Stage.Kind> {
        @Override
        public Stage.Kind convert(String text) {
            return Choice.of(Stage.Kind.class, text);
        }
    }
}
