package dev.mokha.serve.engine;

import dev.mokha.serve.schedule.Outcome;
import dev.mokha.serve.schedule.Sequence;
import dev.mokha.serve.schedule.Slice;
import dev.mokha.serve.schedule.StepPlan;
import dev.mokha.serve.schedule.StepReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What steps mean for the requests that search by beams. For the engine's thread.
final class Searches {
    private final LiveRequests requests;

    Searches(LiveRequests requests) {
        this.requests = requests;
    }

    /// {@return a step's outcomes: those of beams in place of none}
    List<Outcome> outcomes(StepPlan plan, List<Outcome> ofWriters) {
        Map<Sequence, Outcome> ofBeams = new HashMap<>();
        for (Live live : in(plan)) {
            if (live.beams != null) {
                ofBeams.putAll(live.beams.outcomes());
            }
        }
        List<Outcome> all = new ArrayList<>(ofWriters);
        for (int i = 0; i < all.size(); i++) {
            @Nullable Outcome ofBeam = ofBeams.get(plan.slices().get(i).sequence());
            if (ofBeam != null) {
                all.set(i, ofBeam);
            }
        }
        return all;
    }

    /// Behind a step beams are other sequences, or their answers are known.
    void advanced(StepPlan plan, StepReport report) {
        for (Live live : in(plan)) {
            if (live.beams != null) {
                live.beams.advanced(report.forks());
                requests.tell(live, live.beams);
            }
        }
    }

    /// {@return whether a sequence is one of the beams of a search}
    boolean isBeam(Sequence sequence) {
        @Nullable Live live = requests.find(sequence);
        return live != null && live.beams != null;
    }

    private Set<Live> in(StepPlan plan) {
        Set<Live> all = new LinkedHashSet<>();
        for (Slice slice : plan.slices()) {
            @Nullable Live live = requests.find(slice.sequence());
            if (slice.logits() && live != null && live.beams != null) {
                all.add(live);
            }
        }
        return all;
    }
}
