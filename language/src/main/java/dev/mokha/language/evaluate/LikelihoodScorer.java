package dev.mokha.language.evaluate;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.KeyValueCache;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.nn.Mode;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Scores continuations of texts, reading nothing twice: what several questions begin with alike (description
/// and examples) is read once into a cache; a question that several answers continue is read once, its
/// answers being branches that do not see each other; and the head is applied to the positions alone before
/// which a token is asked for. Each likelihood is what a pass over its own text gives, up to rounding.
final class LikelihoodScorer {
    /// Tokens in a pass, padding included.
    private static final int PASS = 1024;

    /// Rows in a pass behind a shared beginning, each of which has a copy of its keys and values.
    private static final int MOST_COPIES = 16;

    /// How many tokens questions have to share before reading those by themselves pays.
    private static final int LEAST_SHARED = 16;

    private final Decoder model;

    LikelihoodScorer(Decoder model) {
        this.model = model;
    }

    /// A context with what is to follow it, by their numbers in the caller's list.
    private static final class Question {
        private final int[] context;
        private final Map<Integer, int[]> continuations = new LinkedHashMap<>();

        Question(int[] context) {
            this.context = context;
        }

        /// {@return how many tokens a pass reads for it}
        int tokens() {
            int count = context.length;
            for (int[] tokens : continuations.values()) {
                count += tokens.length - 1;
            }
            return count;
        }

        /// {@return the same in parts: no more continuations than fit a pass, or one in each}
        List<Question> parts(boolean single) {
            List<Question> parts = new ArrayList<>();
            for (Map.Entry<Integer, int[]> entry : continuations.entrySet()) {
                boolean fits =
                        !single && !parts.isEmpty() && parts.getLast().tokens() + entry.getValue().length - 1 <= PASS;
                if (!fits) {
                    parts.add(new Question(context));
                }
                parts.getLast().continuations.put(entry.getKey(), entry.getValue());
            }
            return parts;
        }
    }

    /// Scores continuations.
    ///
    /// @param progress hears how many more are done
    /// @return the scores in the order of the list
    List<Continuation.Score> scores(List<Continuation> continuations, IntConsumer progress) {
        Continuation.Score[] scores = new Continuation.Score[continuations.size()];
        Mode before = model.params().mode();
        model.params().mode(Mode.EVAL);
        try {
            for (List<Question> group : groups(questions(continuations))) {
                score(group, scores, progress);
            }
        } finally {
            model.params().mode(before);
        }
        return List.of(scores);
    }

    private List<Question> questions(List<Continuation> continuations) {
        Map<List<Integer>, Question> byContext = new LinkedHashMap<>();
        for (int i = 0; i < continuations.size(); i++) {
            Continuation fitting = continuations.get(i).within(model.config().maxPositionEmbeddings());
            List<Integer> key = Arrays.stream(fitting.context()).boxed().toList();
            byContext
                    .computeIfAbsent(key, _ -> new Question(fitting.context()))
                    .continuations
                    .put(i, fitting.tokens());
        }
        // A window counts distance along the row, where a branch is further from its context than in its own text.
        boolean single = model.config().slidingWindow() != null;
        return byContext.values().stream()
                .flatMap(question -> question.parts(single).stream())
                .sorted((a, b) -> Arrays.compare(a.context, b.context))
                .toList();
    }

    /// Neighbours in the order of their tokens that begin alike. A group ends where its common beginning
    /// would shrink to less than half, and before a question that shares twice as much with the next: there
    /// another subject's examples begin.
    private static List<List<Question>> groups(List<Question> questions) {
        List<List<Question>> groups = new ArrayList<>();
        int first = 0;
        while (first < questions.size()) {
            int last = first + 1;
            int shared = Integer.MAX_VALUE;
            while (last < questions.size()) {
                int next = shared(questions.get(last - 1).context, questions.get(last).context);
                if (last - first > 1 && Math.max(shared, next) >= LEAST_SHARED) {
                    if (next < shared / 2) {
                        break;
                    }
                    if (shared < next / 2) {
                        last--;
                        break;
                    }
                }
                shared = Math.min(shared, next);
                last++;
            }
            groups.add(questions.subList(first, last));
            first = last;
        }
        return groups;
    }

    /// {@return how many tokens two contexts begin with alike}
    private static int shared(int[] a, int[] b) {
        int mismatch = Arrays.mismatch(a, b);
        return mismatch < 0 ? a.length : mismatch;
    }

    private void score(List<Question> group, Continuation.Score[] scores, IntConsumer progress) {
        int[] first = group.getFirst().context;
        int[] last = group.getLast().context;
        int shortest = group.stream().mapToInt(q -> q.context.length).min().orElseThrow();
        // Sorted, so all share what the first and the last do; one token of each is left to predict from.
        int prefix = group.size() == 1 ? 0 : Math.min(shared(first, last), shortest - 1);
        if (prefix < LEAST_SHARED) {
            passes(group, 0, null, PASS, scores, progress);
            return;
        }
        int longest = group.stream().mapToInt(Question::tokens).max().orElseThrow() - prefix;
        int rows = Math.clamp(PASS / longest, 1, Math.min(MOST_COPIES, group.size()));
        try (var one = model.cache(1, prefix)) {
            try (var _ = Scope.open("shared beginning");
                    var _ = Gradients.off()) {
                model.next(TokenBatch.of(Arrays.copyOf(first, prefix)), one);
            }
            try (var cache = one.copies(rows, prefix + longest)) {
                passes(group, prefix, cache, rows, scores, progress);
            }
        }
    }

    /// Passes over the longest questions first, so that those of a pass are of about one length.
    private void passes(
            List<Question> group,
            int prefix,
            @Nullable KeyValueCache cache,
            int mostRows,
            Continuation.Score[] scores,
            IntConsumer progress) {
        List<Question> bySize = new ArrayList<>(group);
        bySize.sort(Comparator.comparingInt(Question::tokens).reversed());
        for (int from = 0; from < bySize.size(); ) {
            int rows = Math.clamp(PASS / (bySize.get(from).tokens() - prefix), 1, mostRows);
            List<Question> batch = bySize.subList(from, Math.min(bySize.size(), from + rows));
            pass(batch, prefix, cache, scores);
            if (cache != null) {
                cache.truncate(prefix);
            }
            progress.accept(batch.stream()
                    .mapToInt(question -> question.continuations.size())
                    .sum());
            from += batch.size();
        }
    }

    /// A row for each question, its answers being branches.
    private void pass(List<Question> batch, int prefix, @Nullable KeyValueCache cache, Continuation.Score[] scores) {
        int time = batch.getFirst().tokens() - prefix;
        int count = cache == null ? batch.size() : cache.batch(); // rows that are left over stay empty
        var rows = new Rows(count, time);
        var asked = new Asked();
        for (int row = 0; row < batch.size(); row++) {
            Question question = batch.get(row);
            int[] context = question.context;
            for (int t = prefix; t < context.length; t++) {
                rows.add(row, context[t], t, 0);
            }
            int stem = asked.position(rows.last(row));
            int branch = question.continuations.size() == 1 ? 0 : 1; // one answer is no branch
            for (Map.Entry<Integer, int[]> entry : question.continuations.entrySet()) {
                int[] tokens = entry.getValue();
                asked.target(tokens[0], stem);
                for (int t = 0; t + 1 < tokens.length; t++) {
                    rows.add(row, tokens[t], context.length + t, branch);
                    asked.target(tokens[t + 1], asked.position(rows.last(row)));
                }
                asked.ends(entry.getKey());
                branch++;
            }
        }
        try (var _ = Scope.open("likelihoods");
                var _ = Gradients.off()) {
            var found =
                    model.likelihoods(rows.batch(), cache, ints(asked.positions), ints(asked.targets), ints(asked.at));
            asked.read(found.logLikelihoods().toFloats(), found.likeliest().toLongs(), scores);
        }
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    /// Which tokens are asked for, and behind which positions.
    private static final class Asked {
        private final List<Integer> positions = new ArrayList<>();
        private final List<Integer> targets = new ArrayList<>();
        private final List<Integer> at = new ArrayList<>();
        private final List<Integer> numbers = new ArrayList<>();
        private final List<Integer> ends = new ArrayList<>();

        /// {@return the place among the positions of this one of the batch}
        int position(int ofBatch) {
            positions.add(ofBatch);
            return positions.size() - 1;
        }

        void target(int token, int place) {
            targets.add(token);
            at.add(place);
        }

        /// The targets of the continuation of this number end here.
        void ends(int number) {
            numbers.add(number);
            ends.add(targets.size());
        }

        void read(float[] logs, long[] likeliest, Continuation.Score[] scores) {
            int target = 0;
            for (int i = 0; i < numbers.size(); i++) {
                double sum = 0;
                boolean greedy = true;
                for (; target < ends.get(i); target++) {
                    sum += logs[target];
                    greedy &= likeliest[at.get(target)] == targets.get(target);
                }
                scores[numbers.get(i)] = new Continuation.Score(sum, greedy);
            }
        }
    }

    /// The rows of a pass while they are filled; what is not filled is padding behind all that is asked for.
    private static final class Rows {
        private final int count;
        private final int time;
        private final int[] ids;
        private final int[] positions;
        private final int[] branches;
        private final int[] filled;
        private boolean branched;

        Rows(int count, int time) {
            this.count = count;
            this.time = time;
            this.ids = new int[count * time];
            this.positions = new int[count * time];
            this.branches = new int[count * time];
            this.filled = new int[count];
        }

        void add(int row, int id, int position, int branch) {
            int at = row * time + filled[row]++;
            ids[at] = id;
            positions[at] = position;
            branches[at] = branch;
            branched |= branch > 0;
        }

        /// {@return where in the batch the last token of a row lies}
        int last(int row) {
            return row * time + filled[row] - 1;
        }

        TokenBatch batch() {
            TokenBatch plain = TokenBatch.of(Tensors.of(ids, count, time));
            return branched
                    ? plain.at(Tensors.of(positions, count, time)).branched(Tensors.of(branches, count, time))
                    : plain; // positions count on by themselves, and a causal mask is all
        }
    }
}
