package dev.mokha.serve.engine;

import dev.mokha.serve.schedule.Sequence;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request that is being answered.
final class Live {
    final long id;
    final Request request;
    final @Nullable AdapterLease adapter;
    final Reader reader;
    final long arrival;
    private final Map<Integer, Writer> writers = new HashMap<>();
    final @Nullable BeamAnswers beams;
    int drafts;
    int drafted;
    int accepted;

    /// @param adapter of the request; null for the base model
    /// @param beams that search for its answers; null where they are chosen token by token
    Live(
            long id,
            Request request,
            @Nullable AdapterLease adapter,
            @Nullable BeamAnswers beams,
            Reader reader,
            long arrival) {
        this.id = id;
        this.request = request;
        this.adapter = adapter;
        this.reader = reader;
        this.arrival = arrival;
        this.beams = beams;
    }

    /// Nothing is computed for it any more.
    void leave() {
        if (adapter != null) {
            adapter.close();
        }
    }

    void write(int branch, Writer writer) {
        writers.put(branch, writer);
    }

    @Nullable
    Writer writer(Sequence sequence) {
        return writers.get(sequence.branch());
    }
}
