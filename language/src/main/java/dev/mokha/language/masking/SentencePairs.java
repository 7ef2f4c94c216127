package dev.mokha.language.masking;

import dev.mokha.language.corpus.SplitMix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Pairs of text for next-sentence prediction, as the [official
/// builder](https://github.com/google-research/bert) makes them from each document:
///
/// 1. The target is the budget `maxLength − 3`, or in a share `shortRate` of documents uniform in 2 to the
///    budget.
/// 2. A chunk takes sentences until it holds the target or the document ends. The first `1 … n − 1` of its
///    `n` sentences, uniform, are A; the only one when `n = 1`.
/// 3. When `n = 1`, or by a coin: B is text of another document (10 tries to find another), from a random
///    sentence on until the target, and the chunk's other sentences are put back. Else B is those other
///    sentences. Which document that is, [Elsewhere] says.
/// 4. While too long, the longer side, B when equal, loses its first or last token, by a coin.
///
/// So more than half of all pairs are random: chunks of one sentence always are. The pairs of document `d`
/// in pass `p` are a function of the seed, `p` and `d`.
public final class SentencePairs implements Sequences {
    private static final int BLOCK = 64;

    private final SentenceStore store;
    private final Pieces pieces;
    private final Recipe recipe;
    private final int threads;

    /// What the document of a random B is drawn from.
    public enum Elsewhere {
        /// All documents alike, as in the official builder. Right where they are of one kind: of books beside
        /// articles, nearly every random B is an article, so that one look at the kind tells what is random,
        /// and nothing is learned that helps on either kind alone.
        DOCUMENTS,
        /// All sentences alike, so that a document is drawn as often as it is long.
        SENTENCES
    }

    /// How pairs are cut.
    ///
    /// @param maxLength tokens of a sequence at most, the three special ones included
    /// @param shortRate the share of documents cut shorter: 0.1
    /// @param elsewhere where random text comes from
    public record Recipe(int maxLength, double shortRate, Elsewhere elsewhere, long seed) {
        public Recipe {
            if (maxLength < 5) {
                throw new IllegalArgumentException(
                        "a pair needs at least 5 tokens, 3 of them special; the maximal length is " + maxLength);
            }
            if (!(shortRate >= 0 && shortRate <= 1)) {
                throw new IllegalArgumentException(
                        "a share is between 0 and 1; that of short sequences is " + shortRate);
            }
        }

        /// The paper's, with a tenth of documents cut shorter.
        public static Recipe of(int maxLength, long seed) {
            return new Recipe(maxLength, 0.1, Elsewhere.DOCUMENTS, seed);
        }

        /// {@return the same with random text from elsewhere}
        public Recipe from(Elsewhere elsewhere) {
            return new Recipe(maxLength, shortRate, elsewhere, seed);
        }

        int budget() {
            return maxLength - 3;
        }
    }

    private SentencePairs(SentenceStore store, Pieces pieces, Recipe recipe, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least 1 thread, not " + threads);
        }
        this.store = store;
        this.pieces = pieces;
        this.recipe = recipe;
        this.threads = threads;
    }

    /// Pairs of a corpus, planned on all cores.
    public SentencePairs(SentenceStore store, Pieces pieces, Recipe recipe) {
        this(store, pieces, recipe, Runtime.getRuntime().availableProcessors());
    }

    /// The same, planned on so many threads.
    public SentencePairs onThreads(int count) {
        return new SentencePairs(store, pieces, recipe, count);
    }

    @Override
    public Plan plan(long pass) {
        int blocks = Math.ceilDiv(store.documents(), BLOCK);
        if (threads == 1 || blocks == 1) {
            var rows = new Rows();
            for (int document = 0; document < store.documents(); document++) {
                pairs(document, pass, rows);
            }
            return new Pairs(List.of(rows));
        }
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<Future<Rows>> parts = new ArrayList<>();
            for (int block = 0; block < blocks; block++) {
                int from = block * BLOCK;
                parts.add(workers.submit(() -> block(from, pass)));
            }
            List<Rows> rows = new ArrayList<>();
            for (Future<Rows> part : parts) {
                rows.add(part.get());
            }
            return new Pairs(rows);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while planning a pass", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a pass could not be planned: " + e.getCause(), e);
        }
    }

    private Rows block(int from, long pass) {
        var rows = new Rows();
        for (int document = from; document < Math.min(from + BLOCK, store.documents()); document++) {
            pairs(document, pass, rows);
        }
        return rows;
    }

    private void pairs(int document, long pass, Rows rows) {
        SplitMix random = Draws.of(recipe.seed, pass, document);
        int budget = recipe.budget();
        int target = random.unit() < recipe.shortRate ? 2 + random.below(budget - 1) : budget;
        long end = store.firstSentence(document + 1);
        long start = store.firstSentence(document);
        while (start < end) {
            long from = store.firstToken(start);
            long stop = start + 1;
            while (stop < end && store.firstToken(stop) - from < target) {
                stop++;
            }
            int sentences = (int) (stop - start);
            long split = start + (sentences == 1 ? 1 : 1 + random.below(sentences - 1));
            long middle = store.firstToken(split);
            var pair = new Pair(from, middle);
            if (sentences == 1 || random.unit() < 0.5) {
                elsewhere(document, target - (middle - from), random, pair);
                start = split;
            } else {
                pair.second(middle, store.firstToken(stop));
                start = stop;
            }
            pair.shorten(budget, random);
            rows.add(pair);
        }
    }

    /// Text of another document, from a random sentence on.
    private void elsewhere(int document, long target, SplitMix random, Pair pair) {
        long start = switch (recipe.elsewhere) {
            case DOCUMENTS -> sentenceOfADocument(document, random);
            case SENTENCES -> sentence(document, random);
        };
        long end = store.firstSentence(store.document(start) + 1);
        long from = store.firstToken(start);
        long stop = start + 1;
        while (stop < end && store.firstToken(stop) - from < target) {
            stop++;
        }
        pair.second(from, store.firstToken(stop));
        pair.random = true;
    }

    private long sentenceOfADocument(int document, SplitMix random) {
        int other = document;
        for (int i = 0; i < 10 && other == document; i++) {
            other = random.below(store.documents());
        }
        long first = store.firstSentence(other);
        return first + random.below(Math.toIntExact(store.firstSentence(other + 1) - first));
    }

    private long sentence(int document, SplitMix random) {
        long first = store.firstSentence(document);
        long end = store.firstSentence(document + 1);
        long sentence = first;
        for (int i = 0; i < 10 && sentence >= first && sentence < end; i++) {
            sentence = random.below(Math.toIntExact(store.sentences()));
        }
        return sentence;
    }

    /// Two stretches of the corpus.
    private static final class Pair {
        private long a;
        private long aEnd;
        private long b;
        private long bEnd;
        private boolean random;

        Pair(long a, long aEnd) {
            this.a = a;
            this.aEnd = aEnd;
        }

        void second(long from, long to) {
            b = from;
            bEnd = to;
        }

        void shorten(int budget, SplitMix coins) {
            while (aEnd - a + bEnd - b > budget) {
                boolean front = coins.unit() < 0.5;
                if (aEnd - a > bEnd - b) {
                    a += front ? 1 : 0;
                    aEnd -= front ? 0 : 1;
                } else {
                    b += front ? 1 : 0;
                    bEnd -= front ? 0 : 1;
                }
            }
        }
    }

    /// Pairs as numbers, three a pair: where A begins; where B begins; their lengths and whether B is
    /// random.
    private static final class Rows {
        private long[] numbers = new long[96];
        private int size;

        void add(Pair pair) {
            if (size + 3 > numbers.length) {
                numbers = Arrays.copyOf(numbers, Math.addExact(numbers.length, numbers.length / 2));
            }
            numbers[size++] = pair.a;
            numbers[size++] = pair.b;
            numbers[size++] = (pair.aEnd - pair.a) << 32 | (pair.bEnd - pair.b) << 1 | (pair.random ? 1 : 0);
        }
    }

    private final class Pairs implements Plan {
        private final long[] rows;

        Pairs(List<Rows> parts) {
            int total = 0;
            for (Rows part : parts) {
                total = Math.addExact(total, part.size);
            }
            rows = new long[total];
            int at = 0;
            for (Rows part : parts) {
                System.arraycopy(part.numbers, 0, rows, at, part.size);
                at += part.size;
            }
        }

        @Override
        public int size() {
            return rows.length / 3;
        }

        @Override
        public Sequence sequence(int number) {
            long lengths = rows[3 * number + 2];
            int a = (int) (lengths >>> 32);
            int b = (int) lengths >>> 1;
            int[] ids = new int[a + b + 3];
            ids[0] = pieces.special().cls();
            store.copy(rows[3 * number], ids, 1, a);
            ids[a + 1] = pieces.special().sep();
            store.copy(rows[3 * number + 1], ids, a + 2, b);
            ids[a + b + 2] = pieces.special().sep();
            return Sequence.pair(ids, a + 2, (lengths & 1) == 1);
        }
    }
}
