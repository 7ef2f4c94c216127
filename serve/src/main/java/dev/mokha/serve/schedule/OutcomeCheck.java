package dev.mokha.serve.schedule;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Whether outcomes can be those of a step, before any of them changes anything.
final class OutcomeCheck {
    private OutcomeCheck() {}

    static void require(List<Slice> slices, List<Outcome> outcomes) {
        if (outcomes.size() != slices.size()) {
            throw new IllegalArgumentException(
                    "a step of " + slices.size() + " slices has as many outcomes, not " + outcomes.size());
        }
        for (int index = 0; index < slices.size(); index++) {
            requireFitting(slices.get(index), outcomes.get(index));
        }
        requireSamples(slices, outcomes);
    }

    private static void requireFitting(Slice slice, Outcome outcome) {
        int count = outcome.count();
        if (slice.sequence().live().isCancelled()) {
            return;
        }
        boolean branches = !outcome.others().isEmpty();
        boolean wrong = slice.logits()
                ? count > 1 + slice.drafts() || (count == 0 && !outcome.last() && !outcome.isHeld())
                : count > 0 || outcome.last() || branches;
        if (wrong || (branches && slice.drafts() > 0)) {
            throw new IllegalArgumentException(
                    slice + " cannot have " + count + " new tokens" + (branches ? " and branches" : ""));
        }
    }

    /// A step may end branches and begin others; what counts is how many there are behind it.
    private static void requireSamples(List<Slice> slices, List<Outcome> outcomes) {
        Map<LiveJob, Integer> branches = new LinkedHashMap<>();
        for (int index = 0; index < slices.size(); index++) {
            Outcome outcome = outcomes.get(index);
            int more = (int)
                    outcome.others().stream().filter(branch -> !branch.last()).count();
            branches.merge(slices.get(index).sequence().live(), outcome.last() ? more - 1 : more, Integer::sum);
        }
        branches.forEach((live, more) -> {
            int count = live.sequences().size() + more;
            if (more > 0 && count > live.job().samples()) {
                throw new IllegalArgumentException(
                        "job " + live.job().id() + " has " + live.job().samples() + " samples, not " + count);
            }
        });
    }
}
