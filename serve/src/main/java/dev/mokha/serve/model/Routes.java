package dev.mokha.serve.model;

import dev.mokha.language.decoder.Experts;
import dev.mokha.serve.kernel.Activations.Group;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which rows of a step pass which experts: the `numExpertsPerTok` of the highest probability under the softmax
/// of the router's scores, in float32; of equal ones the first. A place is a row at one of its experts; places
/// lie expert by expert, in the order of their rows.
final class Routes {
    private final Experts shape;
    private final int[] chosen;
    private final float[] weights;
    private final int[] places;
    private final int[] rows;
    private final int[] begins;
    private int count;

    /// @param maxRows the most rows of a step
    Routes(Experts shape, int maxRows) {
        this.shape = shape;
        this.chosen = new int[maxRows * shape.numExpertsPerTok()];
        this.weights = new float[chosen.length];
        this.places = new int[chosen.length];
        this.rows = new int[chosen.length];
        this.begins = new int[shape.numExperts() + 1];
    }

    /// {@return how many places there are}
    int places() {
        return count * shape.numExpertsPerTok();
    }

    /// {@return how many experts there are}
    int experts() {
        return shape.numExperts();
    }

    /// {@return the row at a place}
    int row(int place) {
        return rows[place];
    }

    /// {@return the place of a row at the `rank`-th of its experts, in the order of their numbers}
    int place(int row, int rank) {
        return places[row * shape.numExpertsPerTok() + rank];
    }

    /// {@return the weight of a row's `rank`-th expert}
    float weight(int row, int rank) {
        return weights[row * shape.numExpertsPerTok() + rank];
    }

    /// {@return an expert's first place; of the number behind the last expert the end of all}
    int begin(int expert) {
        return begins[expert];
    }

    /// {@return the experts' rows, one group each}
    ///
    /// @param decoding how many of the step's rows, the first, continue answers
    List<Group> groups(int decoding) {
        var groups = new ArrayList<Group>(shape.numExperts());
        for (int expert = 0; expert < shape.numExperts(); expert++) {
            int exact = 0;
            for (int place = begins[expert]; place < begins[expert + 1]; place++) {
                exact += rows[place] < decoding ? 1 : 0;
            }
            groups.add(new Group(begins[expert + 1] - begins[expert], exact));
        }
        return groups;
    }

    /// Chooses one row's experts.
    ///
    /// @param scores the row's, one for each expert
    void choose(int row, MemorySegment scores) {
        int experts = shape.numExperts();
        int most = shape.numExpertsPerTok();
        float[] probs = new float[experts];
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < experts; i++) {
            probs[i] = scores.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            highest = Math.max(highest, probs[i]);
        }
        float sum = 0;
        for (int i = 0; i < experts; i++) {
            probs[i] = (float) Math.exp(probs[i] - highest);
            sum += probs[i];
        }
        var taken = new boolean[experts];
        float total = 0;
        for (int rank = 0; rank < most; rank++) {
            int best = -1;
            for (int i = 0; i < experts; i++) {
                if (!taken[i] && (best < 0 || probs[i] > probs[best])) {
                    best = i;
                }
            }
            taken[best] = true;
            total += probs[best];
        }
        float divisor = shape.normTopkProb() ? total : sum;
        int at = row * most;
        for (int i = 0; i < experts; i++) {
            if (taken[i]) {
                chosen[at] = i;
                weights[at++] = probs[i] / divisor;
            }
        }
    }

    /// Gives places to the first rows, whose experts are chosen.
    void place(int count) {
        this.count = count;
        Arrays.fill(begins, 0);
        for (int i = 0; i < places(); i++) {
            begins[chosen[i] + 1]++;
        }
        for (int expert = 0; expert < shape.numExperts(); expert++) {
            begins[expert + 1] += begins[expert];
        }
        int[] next = begins.clone();
        for (int i = 0; i < places(); i++) {
            int place = next[chosen[i]]++;
            places[i] = place;
            rows[place] = i / shape.numExpertsPerTok();
        }
    }
}
