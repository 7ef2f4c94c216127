package dev.mokha.serve.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.cache.BlockPool;
import dev.mokha.serve.cache.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// A model without weights. What it writes into a position of the cache is a number that stands for the whole
/// text up to there, and before it computes a position it looks whether all that the position sees is what it
/// must be: so blocks that are lost, mixed up, overwritten or not copied show at once. The next token is a
/// function of that number, so the text of a job is the same however it was scheduled. Jobs of [#BEAMS] samples
/// write as beams do: all branches together, some dropped and others doubled.
final class FakeEngine {
    static final int BEAMS = 3;

    private final int blockSize;
    private final Window window;
    private final long[][] device;
    private final long[][] host;
    private final SplittableRandom chance;
    private final Map<Sequence, int[]> proposed = new HashMap<>();

    /// Texts of jobs that are over, by id and branch.
    final Map<String, List<Integer>> texts = new HashMap<>();

    /// How many positions were computed.
    long computed;

    FakeEngine(MemoryOptions memory, long seed) {
        this.blockSize = memory.blockSize();
        this.window = memory.window();
        this.device = new long[memory.blocks()][memory.blockSize()];
        this.host = new long[memory.hostSlots()][memory.blockSize()];
        this.chance = new SplittableRandom(seed);
    }

    /// The number that stands for a text that goes on with a token.
    private static long next(long before, int token) {
        long mixed = (before ^ (token + 0x9E3779B97F4A7C15L)) * 0xBF58476D1CE4E5B9L;
        return mixed ^ (mixed >>> 29);
    }

    private static long root(Prompt prompt) {
        return next(prompt.adapter().hashCode(), prompt.salt().hashCode());
    }

    /// The model's next token; 0 ends a text.
    static int token(long content, int branch) {
        return (int) Math.floorMod((content >>> 7) + branch * 31L, 23L);
    }

    /// A job's text by a plain loop, for one sample.
    static List<Integer> plain(Job job) {
        long content = root(job.prompt());
        for (int position = 0; position < job.prompt().length(); position++) {
            content = next(content, job.prompt().id(position));
        }
        var text = new ArrayList<Integer>();
        while (text.size() < job.maxNewTokens()) {
            int token = token(content, 0);
            text.add(token);
            if (token == 0) {
                break;
            }
            content = next(content, token);
        }
        return text;
    }

    /// Proposes drafts for some sequences, some of them right.
    void propose(Scheduler scheduler, List<Sequence> running) {
        for (Sequence sequence : running) {
            if (sequence.generated() > 0 && sequence.job().samples() == 1 && chance.nextInt(3) == 0) {
                int[] drafts = new int[1 + chance.nextInt(4)];
                long content = root(sequence.job().prompt());
                for (int position = 0; position < sequence.length(); position++) {
                    content = next(content, sequence.token(position));
                }
                for (int draft = 0; draft < drafts.length; draft++) {
                    int right = token(content, 0);
                    drafts[draft] = chance.nextInt(4) == 0 ? right + 1 : right;
                    content = next(content, drafts[draft]);
                }
                proposed.put(sequence, drafts);
                scheduler.propose(sequence, drafts.length);
            }
        }
    }

    List<Outcome> run(StepPlan plan) {
        move(plan);
        noBlockIsWrittenToByTwo(plan);
        var outcomes = new ArrayList<Outcome>();
        for (Slice slice : plan.slices()) {
            outcomes.add(compute(slice));
        }
        for (int index = 0; index < outcomes.size(); index++) {
            Slice slice = plan.slices().get(index);
            if (slice.logits() && isSearch(slice.sequence()) && slice.sequence().generated() > 0) {
                outcomes.set(index, together(plan, slice, outcomes.get(index)));
            }
        }
        proposed.clear();
        return outcomes;
    }

    private static boolean isSearch(Sequence sequence) {
        return sequence.job().samples() == BEAMS && sequence.job().maxNewTokens() > 0;
    }

    /// One of the branches that step together: none goes on without the others.
    private static Outcome together(StepPlan plan, Slice slice, Outcome own) {
        List<Sequence> all = slice.sequence().live().sequences();
        List<Sequence> there = plan.slices().stream()
                .filter(other -> other.logits() && all.contains(other.sequence()))
                .map(Slice::sequence)
                .toList();
        if (there.size() < all.size()) {
            return Outcome.held();
        }
        int length = slice.sequence().length();
        Sequence first = there.getFirst();
        if (all.size() > 1 && length % 3 == 0 && slice.sequence() == there.getLast()) {
            return Outcome.ended();
        }
        boolean doubled = slice.sequence() == first && !own.last() && (length % 3 == 0 || all.size() < BEAMS);
        return doubled ? Outcome.branches(List.of(own, Outcome.tokens(1 + own.token(0)))) : own;
    }

    void move(StepPlan plan) {
        for (BlockMove move : plan.moves()) {
            switch (move) {
                case BlockMove.Copy(int from, int to) -> device[to] = device[from].clone();
                case BlockMove.SwapOut(int block, int slot) -> host[slot] = device[block].clone();
                case BlockMove.SwapIn(int slot, int block) -> device[block] = host[slot].clone();
            }
        }
    }

    private void noBlockIsWrittenToByTwo(StepPlan plan) {
        Map<Integer, Sequence> written = new HashMap<>();
        for (Slice slice : plan.slices()) {
            Set<Integer> own = new HashSet<>();
            for (int position = slice.from(); position < slice.from() + slice.count(); position++) {
                own.add(slice.sequence().table().block(position / blockSize));
            }
            for (int block : own) {
                assertThat(block).as("%s writes to memory", slice).isNotEqualTo(BlockPool.NONE);
                assertThat(written.put(block, slice.sequence()))
                        .as("who else writes to block " + block)
                        .isNull();
            }
        }
    }

    private Outcome compute(Slice slice) {
        Sequence sequence = slice.sequence();
        int[] drafts = proposed.getOrDefault(sequence, new int[0]);
        assertThat(slice.from()).isEqualTo(sequence.computed());
        assertThat(slice.drafts()).isLessThanOrEqualTo(drafts.length);
        assertThat(slice.count()).isGreaterThan(slice.drafts());
        assertThat(sequence.table().length()).isEqualTo(slice.from() + slice.count());
        long content = root(sequence.job().prompt());
        int certain = slice.from() + slice.count() - slice.drafts();
        long[] before = new long[slice.from() + slice.count()];
        for (int position = 0; position < before.length; position++) {
            int token = position < certain ? sequence.token(position) : drafts[position - certain];
            content = next(content, token);
            before[position] = content;
        }
        // What each position sees is what it must be.
        int first = slice.from();
        for (int position = 0; position < first; position++) {
            boolean seen = position > first - window.positions() || position < window.sinks();
            if (seen) {
                int block = sequence.table().block(position / blockSize);
                assertThat(block).as("%s sees position %s", slice, position).isNotEqualTo(BlockPool.NONE);
                assertThat(device[block][position % blockSize])
                        .as("%s, position %s in block %s", slice, position, block)
                        .isEqualTo(before[position]);
            }
        }
        for (int position = first; position < before.length; position++) {
            device[sequence.table().block(position / blockSize)][position % blockSize] = before[position];
        }
        computed += slice.count();
        assertThat(slice.logits()).isEqualTo(certain == sequence.length());
        return slice.logits() ? outcome(slice, before, certain, drafts) : Outcome.none();
    }

    private Outcome outcome(Slice slice, long[] content, int certain, int[] drafts) {
        Job job = slice.sequence().job();
        if (job.maxNewTokens() == 0) {
            return Outcome.ended();
        }
        if (slice.sequence().generated() == 0 && job.samples() > 1) {
            var branches = new ArrayList<Outcome>();
            for (int branch = 0; branch < job.samples(); branch++) {
                branches.add(of(List.of(token(content[certain - 1], branch))));
            }
            return Outcome.branches(branches);
        }
        var found = new ArrayList<Integer>();
        int token = token(content[certain - 1], 0);
        found.add(token);
        for (int draft = 0; draft < slice.drafts() && drafts[draft] == token && token != 0; draft++) {
            token = token(content[certain + draft], 0);
            found.add(token);
        }
        return of(found);
    }

    private static Outcome of(List<Integer> tokens) {
        int[] ids = tokens.stream().mapToInt(Integer::intValue).toArray();
        return ids[ids.length - 1] == 0 ? Outcome.ended(ids) : Outcome.tokens(ids);
    }

    /// Keeps the texts of sequences that just ended.
    void keep(StepPlan plan) {
        for (Slice slice : plan.slices()) {
            keep(slice.sequence());
        }
    }

    void keep(Sequence sequence) {
        if (sequence.ended()) {
            var text = new ArrayList<Integer>();
            for (int position = sequence.job().prompt().length(); position < sequence.length(); position++) {
                text.add(sequence.token(position));
            }
            texts.put(sequence.job().id() + "." + sequence.branch(), text);
        }
    }
}
