package dev.mokha.cli;

import dev.mokha.serve.draft.Draft;
import dev.mokha.serve.engine.EngineOptions;
import dev.mokha.serve.model.EarlyExit;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a server's drafts come from, and where answers leave off early.
final class SpeculationFlags {
    @Option(
            names = "--lookup",
            description =
                    "Drafts what followed the last tokens where they stood before. Drafts are checked all at once;"
                            + " answers stay the same.")
    private boolean lookup;

    @Option(
            names = "--draft",
            paramLabel = "MODEL",
            description = "Drafts with a smaller model of the same vocabulary, a folder or a GGUF file.")
    private @Nullable Path draft;

    @Option(names = "--early-layers", paramLabel = "N", description = "Drafts with the model's own first layers.")
    private @Nullable Integer earlyLayers;

    @Option(
            names = "--draft-tokens",
            defaultValue = "8",
            paramLabel = "N",
            description = "That follow each other, at most; fewer where more are not worth their time.")
    private int tokens;

    @Option(
            names = "--tree",
            defaultValue = "1",
            paramLabel = "N",
            description = "Ways in which drafts may part, which are checked together; 1 for none.")
    private int branches;

    @Option(
            names = "--exit-above",
            paramLabel = "P",
            description = "Lets a token leave the model behind --exit-layers where its probability is at least this."
                    + " Answers change.")
    private @Nullable Double exitAbove;

    @Option(
            names = "--exit-layers",
            defaultValue = "0",
            paramLabel = "N",
            description = "Behind which tokens may leave, with --exit-above.")
    private int exitLayers;

    /// {@return where tokens leave before the last layer; null for nowhere}
    @Nullable
    EarlyExit exit() {
        return exitAbove == null ? null : new EarlyExit(exitLayers, exitAbove);
    }

    EngineOptions.Speculation speculation() {
        var speculation = EngineOptions.Speculation.NONE.withTokens(tokens).withBranches(branches);
        if (lookup) {
            speculation = speculation.with(new Draft.Lookup());
        }
        if (draft != null) {
            speculation = speculation.with(new Draft.Model(draft));
        }
        return earlyLayers == null ? speculation : speculation.with(new Draft.EarlyLayers(earlyLayers));
    }
}
