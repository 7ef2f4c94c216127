package dev.mokha.serve.engine;

import dev.mokha.language.generate.Sampler;
import dev.mokha.serve.adapter.Adapter;
import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.draft.DraftTree;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.StepRows;
import dev.mokha.serve.schedule.Outcome;
import dev.mokha.serve.schedule.Sequence;
import dev.mokha.serve.schedule.Slice;
import dev.mokha.serve.schedule.StepPlan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A step's plan as rows for the model, and what its logits make of it.
final class Batch {
    private final StepPlan plan;
    private final Map<Sequence, DraftTree> drafts;
    private final Spare spare;
    private final List<@Nullable Adapter> adapters = new ArrayList<>();
    private final List<Integer> order;
    private final StepRows rows;
    private final List<Choosing> choosings = new ArrayList<>();
    private final List<BlockMove.Copy> before = new ArrayList<>();

    /// What there is for the branches of trees.
    ///
    /// @param firstBlock the first of the blocks that no sequence owns
    /// @param blocks how many
    /// @param rows that a pass has room for beside those of the plan
    record Spare(int firstBlock, int blocks, int rows) {}

    /// @param drafts what was proposed, at least as much as the plan has room for
    /// @param adapters which one a sequence has
    Batch(StepPlan plan, Map<Sequence, DraftTree> drafts, Spare spare, Function<Sequence, @Nullable Adapter> adapters) {
        this.plan = plan;
        this.drafts = drafts;
        this.spare = spare;
        this.order = new ArrayList<>(plan.slices().size());
        for (int i = 0; i < plan.slices().size(); i++) {
            order.add(i);
            this.adapters.add(adapters.apply(plan.slices().get(i).sequence()));
        }
        // Who writes is first; who has the same adapter stands together.
        order.sort(Comparator.comparing((Integer i) -> !decodes(plan.slices().get(i)))
                .thenComparingInt(i -> this.adapters.indexOf(this.adapters.get(i))));
        this.rows = rows();
    }

    private static boolean decodes(Slice slice) {
        return slice.logits()
                && slice.count() - slice.drafts() == 1
                && slice.sequence().generated() > 0;
    }

    private StepRows rows() {
        var slices = new ArrayList<StepRows.Slice>();
        var branches = new ArrayList<StepRows.Branch>();
        var wanted = new ArrayList<Integer>();
        int decoding = 0;
        int row = 0;
        int block = spare.firstBlock;
        int more = spare.rows;
        for (int index : order) {
            Slice slice = plan.slices().get(index);
            DraftTree tree = tree(slice, spare.firstBlock + spare.blocks - block, more);
            int[] table = slice.sequence().table().toArray();
            var drafted = new DraftedRows(slice, tree, table, adapters.get(index), row, slices.size(), block);
            slices.addAll(drafted.slices());
            branches.addAll(drafted.branches());
            before.addAll(drafted.before());
            int count = slice.count() - slice.drafts() + tree.drafted();
            decoding += decodes(slice) ? count : 0;
            if (slice.logits()) {
                choosings.add(new Choosing(index, wanted.size() - drafted.row(DraftTree.ROOT), drafted));
                for (int i = slice.count() - slice.drafts() - 1; i < count; i++) {
                    wanted.add(row + i);
                }
            }
            row += count;
            block += DraftedRows.spare(tree);
            more -= tree.drafted() - tree.depth();
        }
        return new StepRows(
                slices, decoding, wanted.stream().mapToInt(Integer::intValue).toArray(), branches);
    }

    /// What was drafted for a slice, as far as there is room for it.
    private DraftTree tree(Slice slice, int blocks, int more) {
        DraftTree tree = drafts.getOrDefault(slice.sequence(), new DraftTree()).within(slice.drafts());
        boolean fits = DraftedRows.spare(tree) <= blocks && tree.drafted() - tree.depth() <= more;
        return fits ? tree : tree.trunk();
    }

    /// {@return the rows to compute}
    StepRows toCompute() {
        return rows;
    }

    /// {@return what is copied before}
    List<BlockMove.Copy> before() {
        return before;
    }

    /// A token and its text.
    record Written(Sampler.Choice choice, String text) {}

    /// What one answer got.
    ///
    /// @param drafted the rows of its drafts
    /// @param reached the last draft that was right
    /// @param failure why nothing more can be chosen; null where all is well
    record Found(
            Writer writer,
            List<Written> written,
            DraftedRows drafted,
            int reached,
            @Nullable RuntimeException failure) {
        int[] ids() {
            return written.stream().mapToInt(one -> one.choice.id()).toArray();
        }

        Outcome outcome() {
            boolean over = failure != null || writer.finish() != null;
            return over ? Outcome.ended(ids()) : Outcome.tokens(ids());
        }

        /// {@return how many tokens were drafted, branches counted}
        int draftedTokens() {
            return drafted.tree().drafted();
        }

        /// {@return what is copied before the scheduler hears of it}
        List<BlockMove.Copy> after() {
            return drafted.after(reached);
        }
    }

    /// One slice whose logits are wanted.
    ///
    /// @param slice its index in the plan
    /// @param offset from a row to its place in the logits
    private record Choosing(int slice, int offset, DraftedRows drafted) {}

    /// Who writes a slice's answers; several where they part.
    interface Writers {
        List<Writer> of(Slice slice);

        /// Looks at the logits behind a slice that nobody writes; they are another's after the call.
        void look(Slice slice, float[] logits);
    }

    /// Chooses tokens.
    ///
    /// @param stride floats from a row of the logits to the next
    /// @param buffers a row of logits for each thread, made where there is none yet: one for all steps, as a
    ///     new one for each token is half a megabyte to clear and to collect
    /// @return for each slice of the plan what its answers got; empty where nothing was wanted
    List<List<Found>> choose(
            MemorySegment logits, long stride, int vocab, Writers writers, Team team, float[][] buffers) {
        List<List<Found>> found = new ArrayList<>();
        for (int i = 0; i < plan.slices().size(); i++) {
            found.add(List.of());
        }
        team.run(choosings.size(), (part, thread) -> {
            Choosing choosing = choosings.get(part);
            if (buffers[thread] == null) {
                buffers[thread] = new float[vocab];
            }
            List<Found> answers = new ArrayList<>();
            List<Writer> own = writers.of(plan.slices().get(choosing.slice));
            if (own.isEmpty()) {
                copy(logits, (choosing.offset + choosing.drafted.row(DraftTree.ROOT)) * stride, buffers[thread]);
                writers.look(plan.slices().get(choosing.slice), buffers[thread]);
            }
            for (Writer writer : own) {
                answers.add(write(writer, choosing, logits, stride, buffers[thread]));
            }
            found.set(choosing.slice, answers); // each part its own place
        });
        return found;
    }

    private static void copy(MemorySegment logits, long from, float[] row) {
        MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT, 4 * from, row, 0, row.length);
    }

    private static Found write(Writer writer, Choosing choosing, MemorySegment logits, long stride, float[] row) {
        var written = new ArrayList<Written>();
        DraftedRows drafted = choosing.drafted;
        int node = DraftTree.ROOT;
        try {
            while (true) {
                copy(logits, (choosing.offset + drafted.row(node)) * stride, row);
                Sampler.Choice choice = writer.choose(row, row.length);
                written.add(new Written(choice, writer.write(choice)));
                int next = drafted.tree().child(node, choice.id());
                if (writer.finish() != null || next < 0) {
                    return new Found(writer, written, drafted, node, null);
                }
                node = next;
            }
        } catch (RuntimeException e) { // such as no token left by rules and mask
            return new Found(writer, written, drafted, node, e);
        }
    }
}
