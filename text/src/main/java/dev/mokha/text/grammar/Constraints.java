package dev.mokha.text.grammar;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/// The constraints of one vocabulary that were used last, by what they were made from: a server's requests
/// repeat their schemas. Each is compiled once, also when many ask at the same time; one that fails is not
/// kept.
public final class Constraints {
    private final TokenVocabulary vocabulary;
    private final int most;
    private final long memoryEach;
    private final Map<Object, FutureTask<Constraint>> kept = new LinkedHashMap<>(16, 0.75f, true); // under its own lock

    /// @param most how many are kept
    /// @param memoryEach the bytes that each may take, about, as in {@link Constraint}
    public Constraints(TokenVocabulary vocabulary, int most, long memoryEach) {
        if (most < 1) {
            throw new IllegalArgumentException("at least one constraint is kept, not " + most);
        }
        this.vocabulary = vocabulary;
        this.most = most;
        this.memoryEach = memoryEach;
    }

    /// The constraint of a grammar, compiled when it is not kept.
    ///
    /// @param key what the grammar is made from: equal keys, equal grammars
    /// @throws GrammarException as `compile` does
    public Constraint get(Object key, Supplier<Grammar> compile) {
        FutureTask<Constraint> task;
        synchronized (kept) {
            task = kept.computeIfAbsent(
                    key, _ -> new FutureTask<>(() -> new Constraint(compile.get(), vocabulary, memoryEach)));
            if (kept.size() > most) {
                kept.remove(kept.keySet().iterator().next()); // the one that was used longest ago
            }
        }
        task.run(); // nothing, when another thread has begun
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException _) {
                    interrupted = true; // compiling is bounded: the wait ends
                } catch (ExecutionException e) {
                    synchronized (kept) {
                        kept.remove(key, task);
                    }
                    throw e.getCause() instanceof RuntimeException cause
                            ? cause
                            : new IllegalStateException("compiling the grammar failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
