package dev.mokha.serve.engine;

import dev.mokha.language.generate.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Writes down what a reader hears.
final class Heard implements Reader {
    private final List<List<Integer>> ids = new ArrayList<>();
    private final List<StringBuilder> texts = new ArrayList<>();
    private final List<@Nullable Finish> finishes = new ArrayList<>();
    private final CompletableFuture<Usage> over = new CompletableFuture<>();

    private double logProbs;

    private void room(int answer) {
        while (ids.size() <= answer) {
            ids.add(new ArrayList<>());
            texts.add(new StringBuilder());
            finishes.add(null);
        }
    }

    @Override
    public synchronized void token(int answer, String text, Sampler.Choice choice) {
        room(answer);
        ids.get(answer).add(choice.id());
        texts.get(answer).append(text);
        logProbs += choice.logProb();
    }

    @Override
    public synchronized void end(int answer, String text, Finish finish) {
        room(answer);
        texts.get(answer).append(text);
        finishes.set(answer, finish);
    }

    @Override
    public void done(Usage usage) {
        over.complete(usage);
    }

    @Override
    public void failed(RuntimeException cause) {
        over.completeExceptionally(cause);
    }

    Usage await() {
        try {
            return over.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e.getCause() == null ? e : e.getCause());
        }
    }

    synchronized int tokens() {
        return ids.stream().mapToInt(List::size).sum();
    }

    /// The sum over all tokens.
    synchronized double logProbs() {
        return logProbs;
    }

    synchronized List<List<Integer>> ids() {
        return ids.stream().map(List::copyOf).toList();
    }

    synchronized List<String> texts() {
        return texts.stream().map(StringBuilder::toString).toList();
    }

    synchronized List<@Nullable Finish> finishes() {
        return new ArrayList<>(finishes);
    }
}
