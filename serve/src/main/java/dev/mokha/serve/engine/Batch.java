package dev.mokha.serve.engine;

import dev.mokha.language.generate.Sampler;
import dev.mokha.serve.adapter.Adapter;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.StepRows;
import dev.mokha.serve.schedule.Outcome;
import dev.mokha.serve.schedule.Sequence;
import dev.mokha.serve.schedule.Slice;
import dev.mokha.serve.schedule.StepPlan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A step's plan as rows for the model, and what its logits make of it.
final class Batch {
    private final StepPlan plan;
    private final Map<Sequence, int[]> drafts;
    private final List<@Nullable Adapter> adapters = new ArrayList<>();
    private final List<Integer> order;
    private final StepRows rows;
    private final List<Choosing> choosings = new ArrayList<>();

    /// @param drafts what was proposed, at least as much as the plan has room for
    /// @param adapters which one a sequence has
    Batch(StepPlan plan, Map<Sequence, int[]> drafts, Function<Sequence, @Nullable Adapter> adapters) {
        this.plan = plan;
        this.drafts = drafts;
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
        var wanted = new ArrayList<Integer>();
        int decoding = 0;
        int row = 0;
        for (int index : order) {
            Slice slice = plan.slices().get(index);
            slices.add(new StepRows.Slice(
                    tokens(slice), slice.from(), slice.sequence().table().toArray(), adapters.get(index)));
            decoding += decodes(slice) ? slice.count() : 0;
            if (slice.logits()) {
                choosings.add(new Choosing(index, wanted.size(), drafted(slice)));
                for (int i = slice.count() - slice.drafts() - 1; i < slice.count(); i++) {
                    wanted.add(row + i);
                }
            }
            row += slice.count();
        }
        return new StepRows(
                slices, decoding, wanted.stream().mapToInt(Integer::intValue).toArray());
    }

    private int[] drafted(Slice slice) {
        int[] proposed = drafts.getOrDefault(slice.sequence(), new int[0]);
        return Arrays.copyOf(proposed, slice.drafts());
    }

    private int[] tokens(Slice slice) {
        int[] tokens = new int[slice.count()];
        int certain = slice.count() - slice.drafts();
        for (int i = 0; i < certain; i++) {
            tokens[i] = slice.sequence().token(slice.from() + i);
        }
        System.arraycopy(drafted(slice), 0, tokens, certain, slice.drafts());
        return tokens;
    }

    /// {@return the rows to compute}
    StepRows toCompute() {
        return rows;
    }

    /// A token and its text.
    record Written(Sampler.Choice choice, String text) {}

    /// What one answer got.
    ///
    /// @param failure why nothing more can be chosen; null where all is well
    record Found(
            Writer writer,
            List<Written> written,
            int drafted,
            @Nullable RuntimeException failure) {
        int[] ids() {
            return written.stream().mapToInt(one -> one.choice.id()).toArray();
        }

        Outcome outcome() {
            boolean over = failure != null || writer.finish() != null;
            return over ? Outcome.ended(ids()) : Outcome.tokens(ids());
        }
    }

    /// One slice whose logits are wanted.
    ///
    /// @param slice its index in the plan
    /// @param row of the logits behind its last certain token
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Choosing(int slice, int row, int[] drafts) {}

    /// Who writes a slice's answers; several where they part.
    interface Writers {
        List<Writer> of(Slice slice);
    }

    /// Chooses tokens.
    ///
    /// @param stride floats from a row of the logits to the next
    /// @return for each slice of the plan what its answers got; empty where nothing was wanted
    List<List<Found>> choose(MemorySegment logits, long stride, int vocab, Writers writers, Team team) {
        List<List<Found>> found = new ArrayList<>();
        for (int i = 0; i < plan.slices().size(); i++) {
            found.add(List.of());
        }
        float[][] buffers = new float[team.threads()][];
        team.run(choosings.size(), (part, thread) -> {
            Choosing choosing = choosings.get(part);
            if (buffers[thread] == null) {
                buffers[thread] = new float[vocab];
            }
            List<Found> answers = new ArrayList<>();
            for (Writer writer : writers.of(plan.slices().get(choosing.slice))) {
                answers.add(write(writer, choosing, logits, stride, buffers[thread]));
            }
            found.set(choosing.slice, answers); // each part its own place
        });
        return found;
    }

    private static Found write(Writer writer, Choosing choosing, MemorySegment logits, long stride, float[] row) {
        var written = new ArrayList<Written>();
        try {
            for (int i = 0; i <= choosing.drafts.length; i++) {
                MemorySegment.copy(
                        logits, ValueLayout.JAVA_FLOAT, 4L * (choosing.row + i) * stride, row, 0, row.length);
                Sampler.Choice choice = writer.choose(row, row.length);
                written.add(new Written(choice, writer.write(choice)));
                boolean right = i < choosing.drafts.length && choosing.drafts[i] == choice.id();
                if (writer.finish() != null || !right) {
                    break;
                }
            }
            return new Found(writer, written, choosing.drafts.length, null);
        } catch (RuntimeException e) { // such as no token left by rules and mask
            return new Found(writer, written, choosing.drafts.length, e);
        }
    }
}
