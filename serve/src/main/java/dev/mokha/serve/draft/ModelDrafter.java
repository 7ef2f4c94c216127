package dev.mokha.serve.draft;

import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.StepModel;
import dev.mokha.serve.model.StepRows;
import dev.mokha.serve.schedule.Sequence;
import dev.mokha.serve.schedule.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Drafts with a smaller model of the same vocabulary, for all sequences in one pass.
///
/// Leviathan et al. 2023, [speculative decoding](https://arxiv.org/abs/2211.17192).
public final class ModelDrafter implements Drafter {
    private final StepModel model;
    private final int context;
    private final DraftMemory memory;
    private final Rounds rounds;
    private final Set<Sequence> behind = new LinkedHashSet<>();

    /// @param model stays its owner's; its blocks are as many as those of the model for which is drafted
    /// @param context the longest sequence that the draft can read
    /// @param vocab tokens of the model for which is drafted
    public ModelDrafter(StepModel model, int context, Team team, int vocab) {
        this.model = model;
        this.context = context;
        this.memory = new DraftMemory(model);
        this.rounds = new Rounds(new Pass(), team, vocab);
    }

    private final class Pass implements Rounds.Pass {
        @Override
        public StepRows.Slice first(Drafting one) {
            int from = memory.missing(one.table, one.newest());
            return slice(one.sequence, one.table, from, one.newest() + 1);
        }

        @Override
        public MemorySegment compute(StepRows rows) {
            return model.step(rows);
        }

        @Override
        public long stride() {
            return model.logitsStride();
        }

        @Override
        public int vocab() {
            return model.config().vocabSize();
        }
    }

    private static StepRows.Slice slice(Sequence sequence, int[] table, int from, int to) {
        int[] tokens = new int[to - from];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = sequence.token(from + i);
        }
        return new StepRows.Slice(tokens, from, table);
    }

    @Override
    public int offer(Sequence sequence, int most) {
        int newest = sequence.length() - 1;
        int room = Math.min(most, context - sequence.length());
        if (room > 0 && newest - memory.missing(sequence.table().toArray(), newest) > model.maxRows()) {
            behind.add(sequence); // more than a step may wait for
            return 0;
        }
        return Math.max(room, 0);
    }

    @Override
    public void move(BlockMove move) {
        memory.move(move);
    }

    @Override
    public void begin(StepPlan plan) {
        memory.begin(plan);
    }

    @Override
    public void draft(List<Drafting> all, Costs costs, int branches) {
        for (Sequence sequence : behind) {
            if (sequence.running()) {
                read(sequence, sequence.table().toArray(), model.maxRows());
            }
        }
        behind.clear();
        int rows = 0;
        for (Drafting one : all) {
            int missing = one.newest() - memory.missing(one.table, one.newest());
            if (rows + missing + 1 > Math.max(model.maxRows() / 2, 2 * all.size())) {
                read(one.sequence, one.table, missing);
                missing = 0;
            }
            rows += missing + 1;
        }
        rounds.draft(all, costs, branches);
    }

    /// Catches up.
    private void read(Sequence sequence, int[] table, int most) {
        int from = memory.missing(table, sequence.computed());
        int to = Math.min(sequence.computed(), from + most);
        if (to > from) {
            var rows = new StepRows(List.of(slice(sequence, table, from, to)), 0, new int[0]);
            model.step(rows);
            memory.fill(table, from, to);
        }
    }

    @Override
    public void settle(Drafting one, int kept) {
        if (one.passes > 0) {
            int from = memory.missing(one.table, one.newest());
            memory.fill(one.table, from, one.newest() + Math.min(kept + 1, one.passes));
        }
    }
}
