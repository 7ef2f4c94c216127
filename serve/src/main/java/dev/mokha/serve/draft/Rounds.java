package dev.mokha.serve.draft;

import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.StepRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Drafting token by token: each pass guesses one token for every sequence that still drafts.
///
/// A sequence stops where one more draft is not worth its cost: the chance that all guesses so far are right,
/// by the draft's own probabilities, against the time of a pass. With branches, what a place's second guesses
/// are become leaves, where their chance is worth a row.
final class Rounds {
    /// Beyond this, eˣ is nothing in a sum that begins with 1.
    private static final float FAR = -20;

    private final Pass pass;
    private final Team team;
    private final int vocab;
    private final float[][] buffers;

    /// A draft's model.
    interface Pass {
        /// {@return the tokens and the position of the first that a sequence's first pass computes: those that
        /// the draft has not seen, and the newest}
        StepRows.Slice first(Drafting drafting);

        /// {@return the logits of the wanted rows}
        MemorySegment compute(StepRows rows);

        /// {@return floats from a row of logits to the next}
        long stride();

        /// {@return how many tokens it knows}
        int vocab();
    }

    /// @param vocab tokens of the model for which is drafted
    Rounds(Pass pass, Team team, int vocab) {
        this.pass = pass;
        this.team = team;
        this.vocab = vocab;
        this.buffers = new float[team.threads()][];
    }

    void draft(List<Drafting> all, Costs costs, int branches) {
        List<Drafting> active = all;
        while (!active.isEmpty()) {
            round(active, costs, branches);
            active = active.stream().filter(one -> !one.over).toList();
        }
        all.forEach(one -> one.guesser.forget());
    }

    private void round(List<Drafting> active, Costs costs, int branches) {
        var slices = new ArrayList<StepRows.Slice>();
        int[] wanted = new int[active.size()];
        int rows = 0;
        for (int i = 0; i < wanted.length; i++) {
            var slice = slice(active.get(i));
            slices.add(slice);
            rows += slice.tokens().length;
            wanted[i] = rows - 1;
        }
        long begin = System.nanoTime();
        MemorySegment logits = pass.compute(new StepRows(slices, rows, wanted));
        double passCost = costs.pass();
        double rowCost = costs.row();
        team.run(wanted.length, (part, thread) -> {
            if (buffers[thread] == null) {
                buffers[thread] = new float[vocab];
            }
            guess(
                    active.get(part),
                    logits,
                    part,
                    buffers[thread],
                    new Price(costs, passCost + rowCost, rowCost, branches));
        });
        if (rows == wanted.length) {
            costs.pass(System.nanoTime() - begin);
        }
    }

    private StepRows.Slice slice(Drafting one) {
        return one.passes == 0
                ? pass.first(one)
                : new StepRows.Slice(
                        new int[] {one.tree.token(one.tip)}, one.newest() + one.tree.depth(one.tip), one.table);
    }

    /// What drafts cost in this round.
    ///
    /// @param next another token behind this
    /// @param row another token beside this
    private record Price(Costs costs, double next, double row, int branches) {}

    private void guess(Drafting one, MemorySegment logits, int row, float[] buffer, Price price) {
        int known = Math.min(vocab, pass.vocab());
        long at = 4L * row * pass.stride();
        MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT, at, buffer, 0, known);
        Arrays.fill(buffer, known, vocab, Float.NEGATIVE_INFINITY);
        int[] ranked = largest(buffer, known, price.branches);
        float top = buffer[ranked[0]];
        double total = total(buffer, known, top);
        one.passes++;
        int place = one.tip;
        int guess = one.guesser.guess(buffer);
        if (guess < 0) {
            one.over = true;
            return;
        }
        one.tip = one.tree.add(place, guess);
        double sure = one.chance; // random answers: how often the same number draws the same token
        if (one.guesser.isGreedy()) {
            sure = guess < known ? chance(logits, at, guess, top, total) : 0;
        }
        for (int other : ranked) {
            double worth = one.certainty * chance(logits, at, other, top, total);
            if (price.branches > 1
                    && one.tree.drafted() < one.rows
                    && price.costs.isWorth(worth, one.expected, one.spent, price.row)) {
                one.tree.add(place, other);
            }
        }
        one.certainty *= sure;
        one.expected += one.certainty;
        one.spent += price.next;
        one.over = one.tree.depth(one.tip) >= one.most
                || one.tree.drafted() >= one.rows
                || !price.costs.isWorth(one.certainty * one.chance, one.expected, one.spent, price.next);
    }

    private static double chance(MemorySegment logits, long row, int id, float top, double total) {
        return Math.exp(logits.get(ValueLayout.JAVA_FLOAT, row + 4L * id) - top) / total;
    }

    /// The ids of the largest logits, at most a few.
    private static int[] largest(float[] row, int count, int most) {
        int[] ids = new int[Math.min(Math.max(most, 1), count)];
        int found = 0;
        for (int id = 0; id < count; id++) {
            if (found == ids.length && row[id] <= row[ids[found - 1]]) {
                continue;
            }
            int place = found < ids.length ? found++ : found - 1;
            for (; place > 0 && row[ids[place - 1]] < row[id]; place--) {
                ids[place] = ids[place - 1];
            }
            ids[place] = id;
        }
        return ids;
    }

    /// About `Σ e^(logit − top)`, within 4 %: a power of two from the bits of a float, after
    /// [Schraudolph 1999](https://doi.org/10.1162/089976699300016467). It decides how much is drafted,
    /// nothing else.
    private static double total(float[] row, int count, float top) {
        float sum = 0;
        for (int i = 0; i < count; i++) {
            float x = Math.max(row[i] - top, FAR);
            sum += Float.intBitsToFloat((int) (x * 12102203f) + 1064866805);
        }
        return Math.max(sum, 1);
    }
}
