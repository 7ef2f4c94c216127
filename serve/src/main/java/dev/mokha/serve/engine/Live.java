package dev.mokha.serve.engine;

import dev.mokha.serve.schedule.Sequence;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request that is being answered.
final class Live {
    final long id;
    final Request request;
    final Reader reader;
    final long arrival;
    private final Map<Integer, Writer> writers = new HashMap<>();
    int drafted;
    int accepted;

    Live(long id, Request request, Reader reader, long arrival) {
        this.id = id;
        this.request = request;
        this.reader = reader;
        this.arrival = arrival;
    }

    void write(int branch, Writer writer) {
        writers.put(branch, writer);
    }

    @Nullable
    Writer writer(Sequence sequence) {
        return writers.get(sequence.branch());
    }
}
