package dev.mokha.language.generate;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.KeyValueCache;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Continues several prompts at once, each several times. A prompt is read once and its keys and values copied
/// to its continuations; then all of them take a token in one pass. Those that have ended leave the batch as
/// soon as a quarter of it has.
///
/// Each continuation has a [Sampler] of its own, so that it is what [Generator] gives alone with the same
/// seed, up to rounding.
public final class BatchGenerator {
    private final Decoder decoder;
    private final List<Integer> ends;

    /// @param decoder stays the caller's
    /// @param ends the ids that end a text
    public BatchGenerator(Decoder decoder, List<Integer> ends) {
        this.decoder = decoder;
        this.ends = List.copyOf(ends);
    }

    /// A continuation.
    ///
    /// @param ids its tokens, the one that ended it included
    /// @param ended whether it ended by itself, not at the longest length
    public record Continuation(List<Integer> ids, boolean ended) {
        public Continuation {
            ids = List.copyOf(ids);
        }
    }

    /// Continues prompts.
    ///
    /// @param times how often each
    /// @param sampling how continuation `p · times + i`, the i-th of prompt p, is drawn; stop texts are not
    ///     looked for
    /// @return the continuations, those of the first prompt first
    /// @throws IllegalArgumentException when a prompt with its longest continuation does not fit the context
    public List<Continuation> run(List<int[]> prompts, int times, IntFunction<Sampling> sampling) {
        var rows = new Rows(prompts, times, sampling);
        int context = decoder.config().maxPositionEmbeddings();
        if (rows.longestPrompt + rows.longest > context) {
            throw new IllegalArgumentException("a prompt of " + rows.longestPrompt + " tokens and an answer of up to "
                    + rows.longest + " do not fit the model's context of " + context);
        }
        int[] sources = IntStream.range(0, prompts.size() * times)
                .map(row -> row / times)
                .toArray();
        KeyValueCache cache;
        float[] logits;
        try (var read = decoder.cache(prompts.size(), rows.longestPrompt)) {
            logits = next(rows::prompts, read);
            cache = read.rows(sources, rows.longestPrompt + rows.longest);
        }
        try {
            int[] kept = rows.take(logits, sources);
            while (kept.length > 0) {
                if (4 * kept.length <= 3 * cache.batch()) {
                    var fewer = cache.rows(kept, rows.longestPrompt + rows.longest);
                    cache.close();
                    cache = fewer;
                    rows.keep(kept);
                }
                long past = cache.length();
                logits = next(() -> rows.last(past), cache);
                kept = rows.take(logits, IntStream.range(0, cache.batch()).toArray());
            }
        } finally {
            cache.close();
        }
        return rows.continuations();
    }

    private float[] next(Supplier<TokenBatch> batch, KeyValueCache cache) {
        try (var _ = Scope.open("decode step");
                var _ = Gradients.off()) {
            return decoder.next(batch.get(), cache).toFloats();
        }
    }

    /// One continuation while it grows.
    private static final class Row {
        private final Sampler sampler;
        private final int longest;
        private final int padding;
        private final List<Integer> ids = new ArrayList<>();
        private boolean ended;

        Row(Sampler sampler, int longest, int padding) {
            this.sampler = sampler;
            this.longest = longest;
            this.padding = padding;
        }

        boolean done() {
            return ended || ids.size() == longest;
        }
    }

    /// All continuations, and which of them are in the batch.
    private final class Rows {
        private final List<int[]> prompts;
        private final List<Row> all = new ArrayList<>();
        private final int longestPrompt;
        private final int longest;
        private List<Row> batch;

        Rows(List<int[]> prompts, int times, IntFunction<Sampling> sampling) {
            if (prompts.isEmpty() || times < 1 || prompts.stream().anyMatch(prompt -> prompt.length == 0)) {
                throw new IllegalArgumentException(
                        "a batch needs prompts of at least one token each, to be continued at least once; got "
                                + prompts.size() + " prompts, " + times + " times");
            }
            this.prompts = prompts;
            this.longestPrompt =
                    prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
            int most = 0;
            for (int i = 0; i < prompts.size() * times; i++) {
                int[] prompt = prompts.get(i / times);
                Sampling how = sampling.apply(i);
                most = Math.max(most, how.maxNewTokens());
                all.add(new Row(new Sampler(how, prompt, ends), how.maxNewTokens(), longestPrompt - prompt.length));
            }
            this.longest = most;
            this.batch = all;
        }

        /// {@return the prompts, filled up on the left}
        TokenBatch prompts() {
            int[] ids = new int[prompts.size() * longestPrompt];
            for (int i = 0; i < prompts.size(); i++) {
                int[] prompt = prompts.get(i);
                System.arraycopy(prompt, 0, ids, (i + 1) * longestPrompt - prompt.length, prompt.length);
            }
            int[] padding = prompts.stream()
                    .mapToInt(prompt -> longestPrompt - prompt.length)
                    .toArray();
            return masked(TokenBatch.of(Tensors.of(ids, prompts.size(), longestPrompt)), padding, longestPrompt);
        }

        /// {@return the last token of each row in the batch; of one that is done, which nobody reads, too}
        /// @param past how many positions are cached
        TokenBatch last(long past) {
            int[] ids = batch.stream().mapToInt(row -> row.ids.getLast()).toArray();
            int[] padding = batch.stream().mapToInt(row -> row.padding).toArray();
            return masked(TokenBatch.of(Tensors.of(ids, ids.length, 1)), padding, (int) past + 1);
        }

        private static TokenBatch masked(TokenBatch tokens, int[] padding, int keys) {
            if (Arrays.stream(padding).allMatch(count -> count == 0)) {
                return tokens;
            }
            boolean[] real = new boolean[padding.length * keys];
            for (int i = 0; i < padding.length; i++) {
                Arrays.fill(real, i * keys + padding[i], (i + 1) * keys, true);
            }
            return tokens.masked(Tensors.of(real, padding.length, keys));
        }

        /// Chooses a token for each row of the batch that is not done.
        ///
        /// @param logits `[…, vocab]`
        /// @param sources which row of the logits each row of the batch reads
        /// @return the rows of the batch that go on
        int[] take(float[] logits, int[] sources) {
            int vocab = decoder.config().vocabSize();
            for (int i = 0; i < batch.size(); i++) {
                Row row = batch.get(i);
                if (!row.done()) {
                    int from = sources[i] * vocab;
                    int id = row.sampler
                            .choose(Arrays.copyOfRange(logits, from, from + vocab))
                            .id();
                    row.ids.add(id);
                    row.ended = ends.contains(id);
                }
            }
            return IntStream.range(0, batch.size())
                    .filter(i -> !batch.get(i).done())
                    .toArray();
        }

        /// The others leave the batch.
        void keep(int[] kept) {
            batch = Arrays.stream(kept).mapToObj(batch::get).toList();
        }

        List<Continuation> continuations() {
            return all.stream().map(row -> new Continuation(row.ids, row.ended)).toList();
        }
    }
}
