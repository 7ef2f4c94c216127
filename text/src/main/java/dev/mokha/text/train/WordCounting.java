package dev.mokha.text.train;

import dev.mokha.text.train.TrainingProgress.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the words of a stream of documents on several threads. The counts don't depend on their number.
///
/// Memory holds a batch of some 8 million chars and the table of distinct words. When that table passes
/// `maxWords` after a batch, the words seen once are forgotten, then those seen twice, and so on, until half of
/// `maxWords` are left: lossy for rare words only, and the same on every run.
///
/// @param threads platform threads that split and count
/// @param maxWords distinct words to remember at most, between batches
public record WordCounting(int threads, int maxWords) {
    private static final int BATCH_CHARS = 8 << 20;

    public WordCounting {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + "; at least 1 has to count");
        }
        if (maxWords < 2) {
            throw new IllegalArgumentException("maxWords is " + maxWords + "; nothing can be learned from so few");
        }
    }

    /// All processors, ten million distinct words: about 1 GB at worst.
    public static WordCounting standard() {
        return new WordCounting(Runtime.getRuntime().availableProcessors(), 10_000_000);
    }

    public WordCounts count(Iterable<String> documents, WordSplitter splitter, TrainingProgress progress) {
        return count(documents, splitter, progress, BATCH_CHARS);
    }

    WordCounts count(Iterable<String> documents, WordSplitter splitter, TrainingProgress progress, int batchChars) {
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            var total = new WordTable();
            var batch = new ArrayList<String>();
            long chars = 0;
            long done = 0;
            for (String document : documents) {
                batch.add(document);
                chars += document.length();
                if (chars >= batchChars) {
                    total = bounded(countBatch(batch, splitter, workers, total));
                    done += batch.size();
                    progress.at(Stage.COUNTING_WORDS, done, -1);
                    batch.clear();
                    chars = 0;
                }
            }
            total = countBatch(batch, splitter, workers, total);
            progress.at(Stage.COUNTING_WORDS, done + batch.size(), -1);
            return WordCounts.of(total);
        }
    }

    /// Each thread takes the next document until none is left, into a table of its own.
    private WordTable countBatch(List<String> batch, WordSplitter splitter, ExecutorService workers, WordTable total) {
        var next = new AtomicInteger();
        var counting = new ArrayList<Future<WordTable>>();
        for (int t = 0; t < Math.min(threads, batch.size()); t++) {
            counting.add(workers.submit(() -> {
                var table = new WordTable();
                for (int i = next.getAndIncrement(); i < batch.size(); i = next.getAndIncrement()) {
                    splitter.split(batch.get(i), (text, start, end) -> table.add(text, start, end, 1));
                }
                return table;
            }));
        }
        for (Future<WordTable> table : counting) {
            total.addAll(join(table));
        }
        return total;
    }

    private WordTable bounded(WordTable table) {
        var kept = table;
        for (long threshold = 1; kept.size() > maxWords / 2 && table.size() > maxWords; threshold++) {
            kept = kept.above(threshold);
        }
        return kept;
    }

    private static WordTable join(Future<WordTable> table) {
        try {
            return table.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while counting words", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("counting words failed: " + e.getCause(), e);
        }
    }
}
