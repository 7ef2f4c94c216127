package dev.mokha.serve.schedule;

import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.cache.PrefixKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The making of one step: who writes first, then prompts, those that began and those that wait in one order.
final class Step {
    private static final Comparator<Sequence> IN_TURN =
            Comparator.comparingLong((Sequence sequence) -> sequence.lastStep()).thenComparing(Population.SENIORITY);

    private final Population population;
    private final KvMemory memory;
    private final Policy policy;
    private final StepLimits limits;
    private final Room room;
    private final Preemption preemption;
    private final long number;
    private final long now;

    private final List<Slice> slices = new ArrayList<>();
    private final List<BlockMove> moves = new ArrayList<>();
    private final List<LiveJob> started = new ArrayList<>();
    private final Set<PrefixKey> underWay = new HashSet<>();
    private StepShape shape = StepShape.EMPTY;
    private boolean displaced;

    Step(
            Population population,
            KvMemory memory,
            Policy policy,
            StepLimits limits,
            Listener listener,
            long number,
            long now) {
        this.population = population;
        this.memory = memory;
        this.policy = policy;
        this.limits = limits;
        this.room = new Room(memory, policy, limits);
        this.preemption = new Preemption(population, memory, moves, listener, number, now);
        this.number = number;
        this.now = now;
    }

    /// Fills the step.
    void plan() {
        displace();
        reunite();
        decodes();
        prompts();
        // Proposals hold for one step: what follows it makes them worthless.
        population.running().forEach(sequence -> sequence.drafts(0));
        population.waiting().forEach(sequence -> sequence.drafts(0));
    }

    StepPlan plan(List<Ended> ended) {
        return new StepPlan(number, slices, moves, preemption.preempted(), ended, shape);
    }

    /// Jobs that are in a step for the first time.
    List<LiveJob> started() {
        return started;
    }

    /// The first who waits takes what it needs of those that the policy lets it displace, if that is enough.
    private void displace() {
        @Nullable Sequence first = null;
        double best = Double.POSITIVE_INFINITY;
        for (Sequence sequence : population.waiting()) {
            double rank = policy.rank(sequence, now);
            if (first == null || rank < best || (rank == best && Population.SENIORITY.compare(sequence, first) < 0)) {
                first = sequence;
                best = rank;
            }
        }
        if (first == null) {
            return;
        }
        Job job = first.job();
        List<Sequence> victims = population.running().stream()
                .filter(victim -> policy.displaces(job, victim.job()))
                .sorted(Population.SENIORITY.reversed())
                .toList();
        if (victims.isEmpty()) {
            return;
        }
        // How many are enough, before anyone is disturbed.
        for (int count = 0; count <= victims.size(); count++) {
            List<Sequence> chosen = victims.subList(0, count);
            if (room.begins(first, population.running(), Set.copyOf(chosen))) {
                chosen.forEach(preemption::of);
                displaced = count > 0;
                return;
            }
        }
    }

    /// Branches that others wait for come back before anything else, from the memory of their juniors: two
    /// jobs, each with some of its branches in memory, would wait for ever for the rest.
    private void reunite() {
        List<Sequence> missing = population.jobs().values().stream()
                .filter(live -> live.isHeld() && live.isRunning())
                .flatMap(live -> live.sequences().stream())
                .filter(sequence -> !sequence.decodes() && !preemption.isOf(sequence))
                .sorted(Population.SENIORITY)
                .toList();
        for (Sequence sequence : missing) {
            if (left() > 0 && slices.size() < limits.sequences() && !preemption.isOf(sequence)) {
                if (sequence.running() || comesBack(sequence)) {
                    goOn(sequence);
                }
            }
        }
    }

    private boolean comesBack(Sequence sequence) {
        if (memory.isSwapped(sequence)) {
            if (!preemption.makeRoom(
                    sequence, () -> memory.resumes(sequence) <= memory.pool().free())) {
                return false;
            }
            memory.resume(sequence, moves);
        } else {
            memory.adopt(sequence, memory.match(sequence));
        }
        population.run(sequence);
        return true;
    }

    private void decodes() {
        List<Sequence> writing = new ArrayList<>(population.running().stream()
                .filter(sequence -> sequence.decodes() && sequence.lastStep() != number)
                .toList());
        int most = Math.min(left(), limits.sequences() - slices.size());
        // Where not all have room, in turn; who finds no memory leaves its turn to the next.
        writing.sort(writing.size() > most ? IN_TURN : Population.SENIORITY);
        int spare = left() - Math.min(most, writing.size());
        int last = slices.size() + most;
        for (Sequence sequence : writing) {
            if (slices.size() == last) {
                break;
            }
            if (!sequence.running()) {
                continue; // a senior has its memory now
            }
            int left = sequence.job().maxNewTokens() - sequence.generated() - 1;
            int drafts = Math.clamp(sequence.drafts(), 0, Math.max(0, Math.min(spare, left)));
            if (drafts > 0 && !memory.fits(sequence, 1 + drafts)) {
                drafts = 0;
            }
            if (preemption.makeRoom(sequence, 1 + drafts)) {
                spare -= drafts;
                compute(sequence, 1 + drafts, drafts);
            }
        }
    }

    private record Candidate(Sequence sequence, double rank) {}

    private void prompts() {
        var line = new PriorityQueue<Candidate>(
                Comparator.comparingDouble(Candidate::rank).thenComparing(Candidate::sequence, Population.SENIORITY));
        int begun = 0;
        for (Sequence sequence : population.running()) {
            if (!sequence.decodes() && sequence.lastStep() != number) {
                line.add(new Candidate(sequence, policy.rank(sequence, now)));
                begun++;
            }
        }
        // Whoever lost memory in this step waits for the next, and nobody begins while there is so little.
        boolean open = preemption.preempted().isEmpty() || displaced;
        if (open) {
            for (Sequence sequence : population.waiting()) {
                if (!preemption.isOf(sequence)) {
                    line.add(new Candidate(sequence, policy.rank(sequence, now)));
                }
            }
        }
        while (!line.isEmpty() && hasRoom() && (open || begun > 0)) {
            Candidate next = line.poll();
            Sequence sequence = next.sequence();
            double rank = policy.rank(sequence, now);
            if (rank > next.rank()) {
                line.add(new Candidate(sequence, rank)); // others of its tenant were charged meanwhile
            } else if (sequence.running()) {
                begun--;
                goOn(sequence);
            } else if (open && !preemption.isOf(sequence)) {
                open = begin(sequence); // nobody overtakes the first that does not fit
            }
        }
    }

    private boolean hasRoom() {
        return left() > 0 && slices.size() < limits.sequences() && shape.prefillTokens() < limits.fill();
    }

    private int left() {
        return limits.tokens() - shape.tokens();
    }

    private void goOn(Sequence sequence) {
        memory.adoptMore(sequence);
        if (isUnderWay(sequence, sequence.computed())) {
            return;
        }
        int count = chunk(sequence, sequence.computed());
        if (count == 0) {
            return;
        }
        int room = memory.room(sequence);
        if (room > 0) {
            compute(sequence, Math.min(count, room), 0);
        } else if (preemption.makeRoom(sequence, 1)) {
            compute(sequence, Math.min(count, memory.room(sequence)), 0);
        }
    }

    /// Lets a job begin or come back. {@return whether others behind it may}
    private boolean begin(Sequence sequence) {
        LiveJob live = sequence.live();
        if (!room.hasPlace(live, population.running())) {
            return false;
        }
        int[] match = memory.isSwapped(sequence) ? new int[0] : memory.match(sequence);
        int reached = memory.isSwapped(sequence)
                ? sequence.computed()
                : match.length * memory.pool().blockSize();
        if (isUnderWay(sequence, reached)) {
            return true;
        }
        if (chunk(sequence, reached) == 0) {
            return true;
        }
        if (room.need(sequence, match) + room.kept(population.running())
                > memory.pool().free()) {
            return false;
        }
        if (memory.isSwapped(sequence)) {
            memory.resume(sequence, moves);
        } else {
            memory.adopt(sequence, match);
        }
        population.run(sequence);
        if (live.isQueued()) {
            live.start(now, reached);
            started.add(live);
        }
        int count = Math.min(chunk(sequence, sequence.computed()), memory.room(sequence));
        if (count > 0) {
            compute(sequence, count, 0);
        }
        return true;
    }

    private int chunk(Sequence sequence, int from) {
        int most = Math.min(Math.min(sequence.length() - from, left()), limits.chunk());
        @Nullable Pace pace = limits.pace();
        return pace == null || shape.decodeTokens() == 0 ? most : pace.chunk(shape, from, most);
    }

    /// Whether what comes next is being computed by another in this very step, to be taken over in the next.
    private boolean isUnderWay(Sequence sequence, int from) {
        int size = memory.pool().blockSize();
        int next = from / size;
        return memory.shares(sequence)
                && from % size == 0
                && (next + 1L) * size < sequence.length()
                && underWay.contains(sequence.keys().key(next, sequence.tokens()));
    }

    private void compute(Sequence sequence, int count, int drafts) {
        int from = sequence.computed();
        boolean decode = sequence.decodes();
        boolean logits = from + count - drafts == sequence.length();
        memory.grow(sequence, count, moves);
        slices.add(new Slice(sequence, from, count, drafts, logits));
        sequence.lastStep(number);
        shape = decode ? shape.withDecode(from, count) : shape.withPrefill(from, count);
        int charged = sequence.live().charge(from + count);
        if (charged > 0) {
            policy.computed(sequence.job(), charged);
        }
        if (memory.shares(sequence)) {
            int size = memory.pool().blockSize();
            for (int index = from / size; index < (from + count - drafts) / size; index++) {
                underWay.add(sequence.keys().key(index, sequence.tokens()));
            }
        }
    }
}
