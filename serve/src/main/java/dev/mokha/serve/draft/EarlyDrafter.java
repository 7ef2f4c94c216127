package dev.mokha.serve.draft;

import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.StepModel;
import dev.mokha.serve.model.StepRows;
import dev.mokha.serve.schedule.Sequence;
import dev.mokha.serve.schedule.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Drafts with the model's own first layers, its last norm and its head. What those layers see of a sequence
/// are the model's own keys and values, and what they store for a draft is what the model will store there,
/// so there is nothing to keep in step.
///
/// [Elhoushi et al. 2024, LayerSkip](https://arxiv.org/abs/2404.16710), §4.3, also keep the drafts' hidden
/// rows. Where reading weights is what takes time that gains nothing: the first layers of the check read
/// theirs once for all rows, as long as one more draft would take, and with them comes the token behind the
/// last draft.
public final class EarlyDrafter implements Drafter {
    private final StepModel model;
    private final int layers;
    private final Rounds rounds;

    /// @param model stays its owner's
    /// @param layers fewer than the model has
    public EarlyDrafter(StepModel model, int layers, Team team) {
        this.model = model;
        this.layers = layers;
        this.rounds = new Rounds(new Pass(), team, model.config().vocabSize());
    }

    private final class Pass implements Rounds.Pass {
        @Override
        public StepRows.Slice first(Drafting one) {
            return new StepRows.Slice(new int[] {one.sequence.token(one.newest())}, one.newest(), one.table);
        }

        @Override
        public MemorySegment compute(StepRows rows) {
            return model.early(rows, layers);
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

    @Override
    public int offer(Sequence sequence, int most) {
        return most;
    }

    @Override
    public void move(BlockMove move) {
        // The memory is the model's, and moved with it.
    }

    @Override
    public void begin(StepPlan plan) {
        // Nothing is kept.
    }

    @Override
    public void draft(List<Drafting> all, Costs costs, int branches) {
        rounds.draft(all, costs, branches);
    }

    @Override
    public void settle(Drafting drafting, int kept) {
        // Nothing is kept.
    }
}
