package dev.mokha.serve.draft;

import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.schedule.Sequence;
import dev.mokha.serve.schedule.StepPlan;
import java.util.List;

/// Drafts with a model, pass by pass, once the step's memory is given out.
public sealed interface Drafter permits ModelDrafter, EarlyDrafter {
    /// {@return how many tokens could be drafted for a sequence in the next step}
    ///
    /// @param sequence that is about to be continued
    int offer(Sequence sequence, int most);

    /// Makes a step's move of the model's memory, where this has memory beside it.
    void move(BlockMove move);

    /// A step begins, whose moves were made.
    void begin(StepPlan plan);

    /// Fills the trees.
    void draft(List<Drafting> all, Costs costs, int branches);

    /// What was drafted was checked.
    ///
    /// @param kept tokens of the longest path that were right
    void settle(Drafting drafting, int kept);
}
