package dev.mokha.serve.engine;

import dev.mokha.serve.adapter.Adapter;
import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.draft.Acceptance;
import dev.mokha.serve.draft.Costs;
import dev.mokha.serve.draft.Draft;
import dev.mokha.serve.draft.DraftTree;
import dev.mokha.serve.draft.Drafter;
import dev.mokha.serve.draft.Drafting;
import dev.mokha.serve.draft.EarlyDrafter;
import dev.mokha.serve.draft.ModelDrafter;
import dev.mokha.serve.draft.PromptLookup;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.StepModel;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.serve.schedule.Scheduler;
import dev.mokha.serve.schedule.Sequence;
import dev.mokha.serve.schedule.Slice;
import dev.mokha.serve.schedule.StepPlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What is drafted for whom, in every step: what a constraint forces, or else what the first of the options'
/// kinds has. How much follows from how often drafts were right for this sequence, and from what they cost.
final class Speculator {
    /// With more rows than this a pass is no longer bound by memory, and drafts cost time.
    private static final int FREE_ROWS = 16;

    /// After how many steps without drafts one is tried again, for a sequence that they were not worth.
    private static final int PATIENCE = 24;

    private final EngineOptions.Speculation options;
    private final StepModel model;
    private final List<Kind> kinds = new ArrayList<>();
    private final Costs costs;
    private final Map<Sequence, State> states = new HashMap<>();
    private final Map<Sequence, DraftTree> trees = new HashMap<>();

    /// One kind of drafts.
    ///
    /// @param drafter null for what is looked up
    private record Kind(@Nullable Drafter drafter) {}

    /// What is known of a sequence.
    private static final class State {
        final Acceptance[][] acceptance;
        final int[][] resting;
        int kind;
        int matched;

        @Nullable
        Writer writer;

        @Nullable
        Drafting drafting;

        State(int kinds) {
            acceptance = new Acceptance[kinds][PromptLookup.LONGEST + 1];
            for (Acceptance[] each : acceptance) {
                for (int i = 0; i < each.length; i++) {
                    each[i] = new Acceptance();
                }
            }
            resting = new int[kinds][PromptLookup.LONGEST + 1];
        }
    }

    Speculator(EngineOptions options, Computing computing, Team team) {
        this.options = options.speculation();
        this.model = computing.model();
        this.costs = new Costs(this.options.adaptive());
        int layers = model.config().numHiddenLayers();
        for (Draft one : this.options.drafts()) {
            if (one instanceof Draft.EarlyLayers(int first) && first >= layers) {
                throw new UnfitOptionException(
                        "drafts come from fewer layers than the model's " + layers + ", not from " + first);
            }
        }
        for (Draft one : this.options.drafts()) {
            kinds.add(
                    switch (one) {
                        case Draft.Lookup() -> new Kind(null);
                        case Draft.Model _ -> {
                            var draft = Objects.requireNonNull(computing.draft());
                            int vocab = model.config().vocabSize();
                            yield new Kind(new ModelDrafter(draft.model(), draft.context(), team, vocab));
                        }
                        case Draft.EarlyLayers(int first) -> new Kind(new EarlyDrafter(model, first, team));
                    });
        }
    }

    /// {@return rows that branches of trees may take in a pass}
    static int moreRows(EngineOptions.Speculation options) {
        return options.branches() > 1 ? 2 * FREE_ROWS : 0;
    }

    /// {@return blocks in which branches of trees are computed}
    static int spareBlocks(EngineOptions.Speculation options) {
        int each = (options.tokens() + KeyValueType.PAGE - 1) / KeyValueType.PAGE + 1;
        return moreRows(options) * each;
    }

    /// Says how many drafts each sequence may have.
    void propose(Collection<Sequence> writing, Function<Sequence, @Nullable Writer> writers, Scheduler scheduler) {
        trees.clear();
        int share = writing.isEmpty() ? 0 : FREE_ROWS / writing.size() - 1;
        for (Sequence sequence : writing) {
            @Nullable Writer writer = writers.apply(sequence);
            if (writer == null || !sequence.running() || sequence.computed() != sequence.length() - 1) {
                continue;
            }
            State state = states.computeIfAbsent(sequence, _ -> new State(kinds.size()));
            state.writer = writer;
            state.kind = -1;
            state.drafting = null;
            scheduler.propose(sequence, share < 1 ? 0 : offer(sequence, writer, state, share));
        }
    }

    private int offer(Sequence sequence, Writer writer, State state, int share) {
        int[] forced = writer.forced();
        if (forced.length > 0) {
            trees.put(sequence, DraftTree.chain(forced));
            return Math.min(forced.length, share);
        }
        int most = Math.min(share, options.tokens());
        for (int kind = 0; kind < kinds.size(); kind++) {
            @Nullable Drafter drafter = kinds.get(kind).drafter;
            int offered =
                    drafter == null ? lookUp(sequence, state, kind, most) : model(drafter, sequence, state, kind, most);
            if (offered > 0) {
                state.kind = kind;
                return offered;
            }
        }
        return 0;
    }

    private int lookUp(Sequence sequence, State state, int kind, int most) {
        var found = PromptLookup.find(sequence, most, options.branches());
        if (found.matched() == 0 || rests(state.resting[kind], found.matched())) {
            return 0;
        }
        double chance = state.acceptance[kind][found.matched()].chance();
        int worth = Math.max(1, costs.worth(chance, costs.row(), most)); // one, to see whether it is better now
        state.matched = found.matched();
        trees.put(sequence, found.tree());
        return Math.min(worth, found.tree().depth());
    }

    private int model(Drafter drafter, Sequence sequence, State state, int kind, int most) {
        if (rests(state.resting[kind], 0)) {
            return 0;
        }
        return drafter.offer(sequence, isWorth(state.acceptance[kind][0], drafter) ? most : 1);
    }

    private static boolean rests(int[] resting, int place) {
        return resting[place] > 0 && resting[place]-- > 0;
    }

    /// Whether a single draft is worth its time.
    private boolean isWorth(Acceptance acceptance, @Nullable Drafter drafter) {
        double cost = costs.row() + (drafter == null ? 0 : costs.pass());
        return costs.isWorth(acceptance.chance(), 1, 1, cost);
    }

    /// Makes a move of the model's memory in the drafts' too.
    void move(BlockMove move) {
        for (Kind kind : kinds) {
            if (kind.drafter != null) {
                kind.drafter.move(move);
            }
        }
    }

    /// Drafts what the plan has room for.
    Batch batch(StepPlan plan, Function<Sequence, @Nullable Adapter> adapters) {
        int writing =
                (int) plan.slices().stream().filter(slice -> slice.drafts() > 0).count();
        for (int i = 0; i < kinds.size(); i++) {
            @Nullable Drafter drafter = kinds.get(i).drafter;
            if (drafter != null) {
                drafter.begin(plan);
                draft(drafter, i, plan, FREE_ROWS / Math.max(writing, 1));
            }
        }
        var spare = new Batch.Spare(model.blocks(), model.spare(), moreRows(options));
        return new Batch(plan, trees, spare, adapters);
    }

    private void draft(Drafter drafter, int kind, StepPlan plan, int rows) {
        var all = new ArrayList<Drafting>();
        for (Slice slice : plan.slices()) {
            @Nullable State state = states.get(slice.sequence());
            if (slice.drafts() > 0 && state != null && state.kind == kind && state.writer != null) {
                int[] table = slice.sequence().table().toArray();
                double chance = state.acceptance[kind][0].chance();
                var one = new Drafting(
                        slice.sequence(), table, slice.drafts(), Math.max(rows, slice.drafts()), chance, state.writer);
                state.drafting = one;
                trees.put(slice.sequence(), one.tree());
                all.add(one);
            }
        }
        drafter.draft(all, costs, options.branches());
    }

    /// Learns how long the model took.
    ///
    /// @param rows that it computed
    void took(StepPlan plan, int rows, long nanos) {
        if (!kinds.isEmpty() && plan.shape().prefillTokens() == 0) {
            costs.step(rows, nanos);
        }
    }

    /// Learns what was right.
    void checked(StepPlan plan, List<List<Batch.Found>> found) {
        for (int i = 0; i < found.size(); i++) {
            @Nullable State state = states.get(plan.slices().get(i).sequence());
            for (Batch.Found answer : found.get(i)) {
                if (state != null && state.kind >= 0) {
                    checked(state, answer);
                }
            }
        }
    }

    private void checked(State state, Batch.Found answer) {
        DraftTree tree = answer.drafted().tree();
        @Nullable Drafter drafter = kinds.get(state.kind).drafter;
        int reached = tree.depth(answer.reached());
        int place = drafter == null ? state.matched : 0;
        var acceptance = state.acceptance[state.kind][place];
        acceptance.learn(tree.depth(), reached);
        if (!isWorth(acceptance, drafter)) {
            state.resting[state.kind][place] = PATIENCE;
        }
        if (drafter != null && state.drafting != null) {
            drafter.settle(state.drafting, answer.drafted().onTrunk(answer.reached()));
        }
    }

    /// Forgets who is done.
    void forget() {
        states.keySet().removeIf(Sequence::ended);
    }
}
