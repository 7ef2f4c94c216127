package dev.mokha.language.generate;

import dev.mokha.language.corpus.SplitMix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Chooses tokens from logits for one answer. Plain Java on an array; it knows neither model nor text. For
/// one thread at a time; samplers share nothing.
///
/// The order is that of [Sampling]: penalties, DRY, bias, masks, the chain's stages, draw. Equal logits rank
/// by id, the smaller first. Nothing of the vocabulary's size is allocated for a token, and nothing of it is
/// sorted.
///
/// **Randomness has a place.** The number for an answer's `i`-th token is a function of the seed and of `i`,
/// so it does not matter how one got there. Therefore speculation is lossless for any sampling: a draft's
/// positions are chosen from by this sampler in order, each from the target model's logits there, and the
/// draft is accepted while the chosen token equals the drafted one; the first that differs is the answer's
/// token, and what was drafted behind it is dropped. Each token is then the one that plain decoding would
/// have chosen, from the same logits with the same number. Should more than the accepted ones have been
/// chosen (a tree, positions sampled at once), [#rollBack] returns to any length. Tokens that a grammar
/// forces need no logits: [#accept] takes them.
public final class Sampler {
    /// Parts the numbers for XTC from those for the draw.
    private static final long CHANCES = 0xD1B54A32D192ED03L;

    private final Sampling sampling;
    private final History history;
    private final Repetitions repetitions;
    private final Constraints constraints;
    private final TokenDraw draw;
    private final Softmax softmax = new Softmax();
    private final Largest largest = new Largest();
    private final Edits edits = new Edits();
    private final Stage.@Nullable Mirostat mirostat;
    private final Collection<Integer> ends;

    /// Mirostat's limit before each token of the answer.
    private double[] limits;

    /// @param prompt the prompt's ids, which penalties and banned sequences look at
    /// @param ends the ids that end a text; not chosen before the shortest length
    public Sampler(Sampling sampling, int[] prompt, Collection<Integer> ends) {
        this(sampling, new History(prompt, sampling.penalties()), ends, new double[16]);
        if (mirostat != null) {
            limits[0] = 2 * mirostat.target();
        }
    }

    private Sampler(Sampling sampling, History history, Collection<Integer> ends, double[] limits) {
        this.sampling = sampling;
        this.history = history;
        this.ends = List.copyOf(ends);
        this.limits = limits;
        this.repetitions = new Repetitions(sampling.dry());
        this.draw = new TokenDraw(sampling.chain());
        this.mirostat = sampling.chain().find(Stage.Mirostat.class).orElse(null);
        Set<Integer> held = new HashSet<>(ends);
        held.addAll(sampling.ending().ids());
        this.constraints = new Constraints(sampling.rules(), held);
    }

    /// {@return one that goes on from here by itself, as for a branch}
    public Sampler copy() {
        return new Sampler(sampling, history.copy(), ends, limits.clone());
    }

    /// A chosen token.
    ///
    /// @param id the token
    /// @param logProb its log probability, by the measure that [Report] asks for; not a number for none
    /// @param top the likeliest tokens by the same measure, as many as asked for
    public record Choice(int id, double logProb, List<Ranked> top) {}

    /// A token and its log probability.
    public record Ranked(int id, double logProb) {}

    /// A token that a search may go on with.
    ///
    /// @param choice the token, as [Report] asks for it; nothing is drawn here, so that every measure
    ///     is the model's
    /// @param score its log probability by the model, as penalties, DRY and bias have changed it
    public record Candidate(Choice choice, double score) {}

    /// Chooses the next token and remembers it.
    ///
    /// @param logits of every token; changed by this call
    public Choice choose(float[] logits) {
        return choose(LogitRow.of(logits), null);
    }

    /// Chooses the next token among some and remembers it.
    ///
    /// @param logits of every token; changed by this call
    /// @param mask the tokens that may come, as a grammar allows: token `i` is bit `i mod 64` of word
    ///     `i / 64`, and those beyond it may not; null for all
    public Choice choose(float[] logits, long @Nullable [] mask) {
        return choose(LogitRow.of(logits), mask);
    }

    /// Chooses the next token among some and remembers it.
    ///
    /// @param row changed by this call
    /// @param mask as in [#choose(float[], long[])]
    /// @throws NoTokenLeftException when rules and mask leave none
    /// @throws IllegalArgumentException when a logit is no number, or a rule names a token that does not exist
    public Choice choose(LogitRow row, long @Nullable [] mask) {
        var model = sampling.report().of() == Report.Of.MODEL ? new ModelLogProbs(row) : null;
        edit(row, mask);
        int id = draw.draw(row, likeliest(row), luck());
        Choice choice = switch (sampling.report().of()) {
            case NOTHING -> new Choice(id, Double.NaN, List.of());
            case MODEL -> model(id, model);
            case DRAW ->
                new Choice(id, draw.logProb(id), draw.top(sampling.report().top()));
        };
        remember(id, draw.surprise());
        return choice;
    }

    private void edit(LogitRow row, long @Nullable [] mask) {
        edits.begin(row);
        if (sampling.penalties().ofAll() || sampling.penalties().ofAnswer()) {
            history.penalise(edits);
        }
        if (!sampling.dry().idle()) {
            repetitions.penalise(history, edits);
        }
        constraints.apply(history, edits, row, mask);
    }

    /// Finds the likeliest tokens that may come next, for a search, and remembers none; [#accept] does. As in
    /// transformers' `generate`, penalties, bias and mask change log probabilities here, and what a mask
    /// leaves is not scaled up to 1; the chain's stages have no part in it.
    ///
    /// @param row changed by this call
    /// @param mask as in [#choose(float[], long[])]
    /// @param count how many, where there are as many
    /// @return the likeliest first, of equal ones the smaller id
    /// @throws NoTokenLeftException when rules and mask leave none
    public List<Candidate> candidates(LogitRow row, long @Nullable [] mask, int count) {
        var model = new ModelLogProbs(row);
        for (int id = 0; id < row.size(); id++) {
            row.set(id, (float) model.of(row.at(id)));
        }
        edit(row, mask);
        likeliest(row); // holds ends back, and is there
        int found = largest.find(row, Math.min(count, row.size()));
        boolean silent = sampling.report().of() == Report.Of.NOTHING;
        List<Candidate> all = new ArrayList<>();
        for (int i = 0; i < found; i++) {
            int id = largest.index(i);
            double logProb = silent ? Double.NaN : edits.original(id);
            all.add(new Candidate(new Choice(id, logProb, model.ranked), row.at(id)));
        }
        return all;
    }

    /// Takes a token that was not chosen here, such as one that a grammar forces, as if a mask had left
    /// it alone.
    public void accept(int id) {
        remember(id, 0);
    }

    /// {@return how many tokens the answer has}
    public int length() {
        return history.answer();
    }

    /// Forgets the answer's last tokens: the sampler is again what it was when the answer was that long.
    ///
    /// @param length how many tokens the answer then has
    public void rollBack(int length) {
        if (length < 0 || length > length()) {
            throw new IllegalArgumentException(
                    "an answer of " + length() + " tokens cannot be taken back to " + length);
        }
        while (length() > length) {
            history.remove();
        }
    }

    /// The likeliest token that may come. An end that is held back comes nevertheless when nothing else may, as
    /// where a grammar is complete.
    private int likeliest(LogitRow row) {
        boolean held = sampling.ending().pastEndOfText()
                || length() < sampling.ending().minNewTokens();
        int before = edits.count();
        if (held) {
            constraints.holdEnds(edits);
        }
        int likeliest = row.likeliest();
        if (likeliest < 0 && held) {
            edits.undoTo(before);
            likeliest = row.likeliest();
        }
        if (likeliest < 0) {
            throw new NoTokenLeftException(length());
        }
        return likeliest;
    }

    private TokenDraw.Luck luck() {
        int place = length();
        return new TokenDraw.Luck(
                SplitMix.unitAt(sampling.seed(), place),
                SplitMix.unitAt(sampling.seed() ^ CHANCES, place),
                mirostat == null ? 0 : limits[place]);
    }

    private void remember(int id, double surprise) {
        int place = length();
        history.add(id);
        if (mirostat != null) {
            limits = place + 1 == limits.length ? Arrays.copyOf(limits, 2 * limits.length) : limits;
            limits[place + 1] = limits[place] - mirostat.rate() * (surprise - mirostat.target());
        }
    }

    private Choice model(int id, @Nullable ModelLogProbs model) {
        return model == null
                ? new Choice(id, Double.NaN, List.of())
                : new Choice(id, model.of(edits.original(id)), model.ranked);
    }

    /// The log probabilities of the logits as they came.
    private final class ModelLogProbs {
        private final double log;
        private final List<Ranked> ranked = new ArrayList<>();

        ModelLogProbs(LogitRow row) {
            int likeliest = row.likeliest();
            double top = likeliest < 0 ? 0 : row.at(likeliest);
            log = top + Math.log(softmax.total(row, top, 1));
            if (sampling.report().top() > 0) {
                int found = largest.find(row, Math.min(sampling.report().top(), row.size()));
                for (int i = 0; i < found; i++) {
                    ranked.add(new Ranked(largest.index(i), of(row.at(largest.index(i)))));
                }
            }
        }

        double of(float logit) {
            return logit - log;
        }
    }
}
