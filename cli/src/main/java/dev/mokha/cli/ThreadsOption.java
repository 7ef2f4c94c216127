package dev.mokha.cli;

import picocli.CommandLine.Option;

/// How many threads learn or rank.
final class ThreadsOption {
    @Option(
            names = "--threads",
            paramLabel = "COUNT",
            description = "So many threads; results do not depend on it. Default: the processors there are.")
    private int count = Integer.getInteger("mokha.threads", Runtime.getRuntime().availableProcessors());

    int count() {
        return count;
    }
}
