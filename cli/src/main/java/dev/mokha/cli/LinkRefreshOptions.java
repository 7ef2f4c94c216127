package dev.mokha.cli;

import dev.mokha.knowledge.learn.LinkRefresh;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a model that learned all facts at once learns a delta.
final class LinkRefreshOptions {
    /// Which facts are learned.
    enum Learned {
        NEAR,
        ALL
    }

    @Option(
            names = "--facts",
            description = "For a model that learned all at once: NEAR learns the facts around the delta and others to"
                    + " rehearse, ALL those that hold now. Default: NEAR.")
    private @Nullable Learned facts;

    @Option(
            names = "--rehearse",
            paramLabel = "RATIO",
            description = "Likewise: so many others for each fact that is near. Default: 3.")
    private @Nullable Double rehearsal;

    @Option(
            names = "--epochs",
            paramLabel = "COUNT",
            description = "Likewise: so many passes over them at most. Default: 10.")
    private @Nullable Integer epochs;

    @Option(
            names = "--pace",
            paramLabel = "RATIO",
            description = "Likewise: the recipe's learning rate times this. Default: 1.")
    private @Nullable Double pace;

    /// {@return whether anything is said}
    boolean isGiven() {
        return facts != null || rehearsal != null || epochs != null || pace != null;
    }

    /// {@return what is said here, and else what is usual}
    ///
    /// @param tests so many earlier test facts are asked
    LinkRefresh refresh(int tests) {
        LinkRefresh usual = LinkRefresh.USUAL;
        return new LinkRefresh(
                epochs == null ? usual.epochs() : epochs,
                pace == null ? usual.pace() : pace,
                facts == null ? usual.whole() : facts == Learned.ALL,
                rehearsal == null ? usual.rehearsal() : rehearsal,
                tests);
    }
}
