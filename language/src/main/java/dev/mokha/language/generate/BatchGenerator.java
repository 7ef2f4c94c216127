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

/// Continues several prompts at once, each several times. What all prompts begin with alike is read once, the
/// rest of each once, and keys and values are copied to its continuations; then all of them take a token in one
/// pass. Those that have ended leave the batch as soon as a quarter of it has.
///
/// Each continuation has a [Sampler] of its own, so that it is what [Generator] gives alone with the same
/// seed, up to rounding.
public final class BatchGenerator {
    /// How many tokens prompts have to share before reading those by themselves pays.
    private static final int LEAST_SHARED = 16;

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

    /// Continues prompts until they end by themselves.
    ///
    /// @param times how often each
    /// @param sampling how continuation `p · times + i`, the i-th of prompt p, is drawn; stop texts are not
    ///     looked for
    /// @return the continuations, those of the first prompt first
    /// @throws IllegalArgumentException when a prompt with its longest continuation does not fit the context
    public List<Continuation> run(List<int[]> prompts, int times, IntFunction<Sampling> sampling) {
        return run(prompts, times, sampling, _ -> choice -> !ends.contains(choice.id()));
    }

    /// Continues prompts until takers say that they have ended.
    ///
    /// @param takers for each continuation who takes its tokens
    List<Continuation> run(
            List<int[]> prompts, int times, IntFunction<Sampling> sampling, IntFunction<Generator.Taker> takers) {
        var rows = new Rows(prompts, times, sampling, takers);
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
        try (var read = beginning(rows)) {
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

    /// {@return a cache with a row for each prompt, in which what they share stands}
    private KeyValueCache beginning(Rows rows) {
        if (rows.shared == 0) {
            return decoder.cache(rows.prompts.size(), rows.longestPrompt);
        }
        int[] shared = Arrays.copyOf(rows.prompts.getFirst(), rows.shared);
        try (var one = decoder.cache(1, rows.shared)) {
            next(() -> TokenBatch.of(shared), one);
            return one.copies(rows.prompts.size(), rows.longestPrompt);
        }
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
        private final Generator.Taker taker;
        private final int longest;
        private final int padding;
        private final List<Integer> ids = new ArrayList<>();
        private boolean ended;

        Row(Sampler sampler, Generator.Taker taker, int longest, int padding) {
            this.sampler = sampler;
            this.taker = taker;
            this.longest = longest;
            this.padding = padding;
        }

        void take(Sampler.Choice choice) {
            ids.add(choice.id());
            ended = !taker.take(choice);
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
        private final int shared;
        private List<Row> batch;

        Rows(List<int[]> prompts, int times, IntFunction<Sampling> sampling, IntFunction<Generator.Taker> takers) {
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
                all.add(new Row(
                        new Sampler(how, prompt, ends),
                        takers.apply(i),
                        how.maxNewTokens(),
                        longestPrompt - prompt.length));
            }
            this.longest = most;
            this.shared = shared(prompts);
            this.batch = all;
        }

        /// {@return how many tokens all prompts begin with alike; 0 where that is not worth a pass of its own}
        private static int shared(List<int[]> prompts) {
            int[] first = prompts.getFirst();
            int shared = prompts.size() == 1 ? 0 : first.length - 1; // each needs a token of its own to go on from
            for (int[] prompt : prompts) {
                int mismatch = Arrays.mismatch(first, prompt);
                shared = Math.min(shared, mismatch < 0 ? prompt.length - 1 : Math.min(mismatch, prompt.length - 1));
            }
            return shared < LEAST_SHARED ? 0 : shared;
        }

        /// {@return what the prompts do not share, filled up on the left}
        TokenBatch prompts() {
            int time = longestPrompt - shared;
            int[] ids = new int[prompts.size() * time];
            for (int i = 0; i < prompts.size(); i++) {
                int[] prompt = prompts.get(i);
                int own = prompt.length - shared;
                System.arraycopy(prompt, shared, ids, (i + 1) * time - own, own);
            }
            int[] padding = prompts.stream()
                    .mapToInt(prompt -> longestPrompt - prompt.length)
                    .toArray();
            return placed(TokenBatch.of(Tensors.of(ids, prompts.size(), time)), padding, shared);
        }

        /// {@return the last token of each row in the batch; of one that is done, which nobody reads, too}
        /// @param past how many positions are cached
        TokenBatch last(long past) {
            int[] ids = batch.stream().mapToInt(row -> row.ids.getLast()).toArray();
            int[] padding = batch.stream().mapToInt(row -> row.padding).toArray();
            return placed(TokenBatch.of(Tensors.of(ids, ids.length, 1)), padding, (int) past);
        }

        /// {@return tokens behind what is cached, with each row's padding, which stands behind what is shared,
        /// seen by none and counted by none}
        private TokenBatch placed(TokenBatch tokens, int[] padding, int past) {
            if (Arrays.stream(padding).allMatch(count -> count == 0)) {
                return tokens;
            }
            int time = (int) tokens.ids().size(1);
            int keys = past + time;
            boolean[] real = new boolean[padding.length * keys];
            int[] positions = new int[padding.length * time];
            Arrays.fill(real, true);
            for (int i = 0; i < padding.length; i++) {
                Arrays.fill(real, i * keys + shared, i * keys + shared + padding[i], false);
                for (int t = 0; t < time; t++) {
                    positions[i * time + t] = Math.max(0, past + t - padding[i]);
                }
            }
            return tokens.masked(Tensors.of(real, padding.length, keys))
                    .at(Tensors.of(positions, padding.length, time));
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
                    LogitRow own = LogitRow.of(logits, sources[i] * vocab, vocab);
                    boolean shared = i + 1 < sources.length && sources[i + 1] == sources[i];
                    row.take(row.sampler.choose(shared ? own.copy() : own, null));
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
