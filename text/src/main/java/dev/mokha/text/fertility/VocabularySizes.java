package dev.mokha.text.fertility;

import dev.mokha.text.fertility.FertilityReport.Parallel;
import dev.mokha.text.fertility.FertilityReport.Row;
import dev.mokha.text.merge.MergeScope;
import dev.mokha.text.merge.MergedTokenizer;
import dev.mokha.text.merge.VocabularyMerge;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.BpeVocabulary;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordCounting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A base vocabulary with more and more pieces of a language, measured on the same texts: how many are worth
/// adding. All are cut from one learning, since a shorter vocabulary is the beginning of a longer one.
///
/// @param base the tokenizer without additions
/// @param points the sizes, rising
public record VocabularySizes(Row base, List<Point> points) {
    private static final double LN2 = Math.log(2);

    public VocabularySizes {
        points = List.copyOf(points);
    }

    /// One size.
    ///
    /// @param asked how many pieces were to be added
    /// @param added how many were: fewer where the text has no more
    /// @param embeddingRows ids, rounded up
    public record Point(int asked, int added, int embeddingRows, Row measured) {
        double tokensPerWord() {
            return measured.texts().getFirst().tokensPerWord();
        }
    }

    /// What to try.
    ///
    /// @param sizes pieces to add, rising
    /// @param rowMultiple embedding rows are rounded up to a multiple of this
    /// @param scope which text may be encoded anew
    public record Plan(List<Integer> sizes, int rowMultiple, MergeScope scope) {
        public Plan {
            sizes = List.copyOf(sizes);
            if (sizes.isEmpty() || sizes.getFirst() < 1) {
                throw new IllegalArgumentException("sizes are numbers of pieces, from 1 on, not " + sizes);
            }
            for (int i = 1; i < sizes.size(); i++) {
                if (sizes.get(i) <= sizes.get(i - 1)) {
                    throw new IllegalArgumentException("sizes rise; " + sizes.get(i) + " follows " + sizes.get(i - 1));
                }
            }
        }
    }

    /// Learns once, merges every size and measures it.
    ///
    /// @param documents of the language that is added
    /// @param heldOut texts to measure on, by name; the first is of that language and decides
    /// @param parallel the same sentences in two languages, or null
    public static VocabularySizes of(
            Tokenizer base,
            Iterable<String> documents,
            Plan plan,
            Map<String, List<String>> heldOut,
            @Nullable Parallel parallel,
            TrainingProgress progress) {
        if (heldOut.isEmpty()) {
            throw new IllegalArgumentException("sizes are measured on held-out text, and none was given");
        }
        var largest = new VocabularyMerge(plan.sizes().getLast(), plan.rowMultiple(), plan.scope());
        BpeVocabulary learned = largest.learn(base, documents, WordCounting.standard(), progress);
        List<Point> points = new ArrayList<>();
        for (int size : plan.sizes()) {
            MergedTokenizer merged = new VocabularyMerge(size, plan.rowMultiple(), plan.scope()).merge(base, learned);
            String name = String.format(Locale.ROOT, "+ %,d", size);
            points.add(new Point(
                    size, merged.added().size(), merged.rows(), Row.of(name, merged.tokenizer(), heldOut, parallel)));
        }
        return new VocabularySizes(Row.of("base", base, heldOut, parallel), points);
    }

    /// {@return which share of the tokens a word a doubling of the added pieces takes away, from the size
    /// before to this one: 1 − (f₁ / f₀)^(1 / log₂(n₁ / n₀))}
    ///
    /// @param at from 1
    public double gainOfDoubling(int at) {
        Point before = points.get(at - 1);
        Point now = points.get(at);
        double doublings = Math.log((double) now.added() / before.added()) / LN2;
        return doublings == 0 ? 0 : 1 - Math.pow(now.tokensPerWord() / before.tokensPerWord(), 1 / doublings);
    }

    /// What to choose, and why.
    public record Recommendation(int pieces, String reason) {}

    /// {@return the smallest size from which another doubling takes less than this share of the tokens away;
    /// the largest where each takes more}
    ///
    /// @param leastGain a share, such as 0.1
    public Recommendation recommendation(double leastGain) {
        if (!(leastGain > 0 && leastGain < 1)) {
            throw new IllegalArgumentException("the least gain is a share above 0 and below 1, not " + leastGain);
        }
        for (int i = 1; i < points.size(); i++) {
            double gain = gainOfDoubling(i);
            Point here = points.get(i - 1);
            if (points.get(i).added() == here.added()) {
                return new Recommendation(
                        here.added(),
                        String.format(Locale.ROOT, "the text gives no more than %,d pieces", here.added()));
            }
            if (gain < leastGain) {
                return new Recommendation(
                        here.asked(),
                        String.format(
                                Locale.ROOT,
                                "doubling them, on the way to %,d, takes %.1f %% of the tokens away, less than %.1f %%",
                                points.get(i).asked(),
                                100 * gain,
                                100 * leastGain));
            }
        }
        Point last = points.getLast();
        return new Recommendation(
                last.asked(),
                points.size() == 1
                        ? "no other size was tried"
                        : String.format(
                                Locale.ROOT,
                                "the last doubling still took %.1f %% of the tokens away; a larger size may be worth a try",
                                100 * gainOfDoubling(points.size() - 1)));
    }

    /// {@return the names of the texts behind the first whose tokens are as many at every size as with
    /// the base}
    public List<String> unchanged() {
        List<String> names = new ArrayList<>();
        for (int text = 1; text < base.texts().size(); text++) {
            int at = text;
            long before = base.texts().get(at).tokens();
            if (points.stream()
                    .allMatch(point -> point.measured().texts().get(at).tokens() == before)) {
                names.add(base.texts().get(at).text());
            }
        }
        return names;
    }

    /// {@return base and sizes as a table}
    public FertilityReport report() {
        List<Row> rows = new ArrayList<>();
        rows.add(base);
        points.forEach(point -> rows.add(point.measured()));
        return new FertilityReport(rows);
    }

    /// {@return everything by name, for JSON}
    ///
    /// @param leastGain as of [#recommendation]
    public Map<String, Object> toMap(double leastGain) {
        List<Map<String, Object>> sizes = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            Map<String, Object> size = new LinkedHashMap<>();
            size.put("pieces", point.asked());
            size.put("added", point.added());
            size.put("embedding_rows", point.embeddingRows());
            size.putAll(point.measured().toMap());
            if (i > 0) {
                size.put("gain_of_doubling", gainOfDoubling(i));
            }
            sizes.add(size);
        }
        Recommendation best = recommendation(leastGain);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("base", base.toMap());
        map.put("sizes", sizes);
        map.put("unchanged", unchanged());
        map.put("recommendation", Map.of("pieces", best.pieces(), "reason", best.reason()));
        return map;
    }
}
