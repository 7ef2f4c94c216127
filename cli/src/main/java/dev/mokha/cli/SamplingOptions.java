package dev.mokha.cli;

import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a model's next token is chosen; what is not given is as the model's folder says.
final class SamplingOptions {
    @Option(names = "--max-new-tokens", defaultValue = "256", description = "Stop after this many tokens.")
    private int maxNewTokens;

    @Option(names = "--temperature", description = "0 takes the likeliest token; else as the folder says, or 0.")
    private @Nullable Double temperature;

    @Option(names = "--top-k", description = "Draw among this many of the likeliest tokens; 0 for all.")
    private @Nullable Integer topK;

    @Option(names = "--top-p", description = "Draw among the likeliest tokens that reach this probability.")
    private @Nullable Double topP;

    @Option(names = "--min-p", description = "Draw among tokens with this share of the likeliest one's probability.")
    private @Nullable Double minP;

    @Option(names = "--repetition-penalty", description = "Above 1 makes what was said less likely.")
    private @Nullable Double repetitionPenalty;

    @Option(names = "--stop", paramLabel = "TEXT", description = "Ends the answer. Repeat for several.")
    private List<String> stop = List.of();

    @Option(names = "--seed", defaultValue = "0", description = "Equal seeds give equal text.")
    private long seed;

    /// {@return the folder's way, with what was asked for}
    Sampling sampling(LanguageModel model) {
        Sampling sampling = model.defaults(maxNewTokens)
                .withMaxNewTokens(maxNewTokens)
                .withStop(stop)
                .withSeed(seed);
        sampling = temperature == null ? sampling : sampling.withTemperature(temperature);
        sampling = topK == null ? sampling : sampling.withTopK(topK);
        sampling = topP == null ? sampling : sampling.withTopP(topP);
        sampling = minP == null ? sampling : sampling.withMinP(minP);
        return repetitionPenalty == null ? sampling : sampling.withRepetitionPenalty(repetitionPenalty);
    }
}
