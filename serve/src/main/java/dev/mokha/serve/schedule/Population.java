package dev.mokha.serve.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All jobs that live, and where their sequences stand.
final class Population {
    /// Who is served first when memory is scarce; the last is preempted first.
    static final Comparator<Sequence> SENIORITY = Comparator.comparing(
                    (Sequence sequence) -> sequence.job().priority(), Comparator.reverseOrder())
            .thenComparingLong(sequence -> sequence.job().arrival())
            .thenComparingLong(sequence -> sequence.job().id())
            .thenComparingInt(Sequence::branch);

    private final Map<Long, LiveJob> jobs = new LinkedHashMap<>();
    private final List<Sequence> running = new ArrayList<>();
    private final List<Sequence> waiting = new ArrayList<>();

    Map<Long, LiveJob> jobs() {
        return jobs;
    }

    List<Sequence> running() {
        return running;
    }

    List<Sequence> waiting() {
        return waiting;
    }

    void queue(LiveJob job, Sequence first) {
        jobs.put(job.job().id(), job);
        job.add(first);
        waiting.add(first);
    }

    void run(Sequence sequence) {
        waiting.remove(sequence);
        running.add(sequence);
        sequence.state(Sequence.State.RUNNING);
    }

    void fork(LiveJob job, Sequence child) {
        job.add(child);
        running.add(child);
    }

    void suspend(Sequence sequence) {
        running.remove(sequence);
        waiting.add(sequence);
        sequence.state(Sequence.State.WAITING);
    }

    /// Takes a sequence out; {@return whether its job has none left}
    boolean end(Sequence sequence) {
        (sequence.running() ? running : waiting).remove(sequence);
        sequence.state(Sequence.State.ENDED);
        LiveJob job = sequence.live();
        job.sequences().remove(sequence);
        if (job.sequences().isEmpty()) {
            jobs.remove(job.job().id());
            return true;
        }
        return false;
    }
}
