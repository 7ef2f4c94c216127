package dev.mokha.serve.model;

import dev.mokha.serve.kernel.Team;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A decoder's passes with an [EarlyExit]. Rows with drafts behind them or an
/// adapter, and those of prompts, go all the way.
public final class ExitingDecoder implements AutoCloseable {
    private final PackedDecoder model;
    private final EarlyExit exit;
    private final Team team;
    private final GrowingBuffer frozen = new GrowingBuffer();
    private final GrowingBuffer early = new GrowingBuffer();
    private final GrowingBuffer merged = new GrowingBuffer();

    /// @param model stays its owner's
    public ExitingDecoder(PackedDecoder model, EarlyExit exit, Team team) {
        exit.check(model.config().numHiddenLayers());
        this.model = model;
        this.exit = exit;
        this.team = team;
    }

    /// As [PackedDecoder#step].
    public MemorySegment step(StepRows rows, KeyValueStore store) {
        var pass = model.pass(rows, store);
        pass.embed();
        pass.layers(0, exit.layers());
        List<Row> leaving = leaving(rows, pass);
        if (leaving.isEmpty()) {
            pass.layers(exit.layers(), model.config().numHiddenLayers());
            return pass.logits(rows.wanted());
        }
        return apart(rows, store, leaving);
    }

    /// A row that may leave.
    ///
    /// @param slice of which it is the only row
    /// @param row among all
    /// @param place among the early logits
    private record Row(int slice, int row, int place) {}

    private List<Row> leaving(StepRows rows, PackedDecoder.Pass pass) {
        List<Row> asked = asked(rows);
        if (asked.isEmpty()) {
            return asked;
        }
        MemorySegment hidden = frozen.atLeast(asked.size() * rowBytes());
        asked.forEach(one -> copy(model.stream(one.row), hidden, one.place, rowBytes()));
        MemorySegment logits = early.atLeast(asked.size() * logitBytes());
        pass.logits(hidden, asked.size(), logits);
        boolean[] sure = new boolean[asked.size()];
        team.run(
                asked.size(), (part, _) -> sure[part] = likeliest(logits.asSlice(part * logitBytes())) >= exit.above());
        return asked.stream().filter(one -> sure[one.place]).toList();
    }

    private static List<Row> asked(StepRows rows) {
        var asked = new ArrayList<Row>();
        int row = 0;
        for (int i = 0; i < rows.slices().size() && row < rows.decoding(); i++) {
            int count = rows.slices().get(i).tokens().length;
            int slice = i;
            boolean drafts = rows.branches().stream().anyMatch(branch -> branch.slice() == slice);
            if (count == 1 && !drafts && rows.slices().get(i).adapter() == null) {
                asked.add(new Row(i, row, asked.size()));
            }
            row += count;
        }
        return asked;
    }

    private long rowBytes() {
        return 4L * model.config().hiddenSize();
    }

    private long logitBytes() {
        return 4L * model.logitsStride();
    }

    private static void copy(MemorySegment from, MemorySegment to, int place, long bytes) {
        MemorySegment.copy(from, 0, to, place * bytes, bytes);
    }

    /// The probability of the likeliest token.
    private double likeliest(MemorySegment logits) {
        int vocab = model.config().vocabSize();
        float top = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < vocab; i++) {
            top = Math.max(top, logits.getAtIndex(ValueLayout.JAVA_FLOAT, i));
        }
        double total = 0;
        for (int i = 0; i < vocab; i++) {
            total += Math.exp(logits.getAtIndex(ValueLayout.JAVA_FLOAT, i) - top);
        }
        return 1 / total;
    }

    /// The rows that stay go on by themselves; those that leave are stored for the layers that they skip.
    private MemorySegment apart(StepRows rows, KeyValueStore store, List<Row> leaving) {
        int[] place = new int[rows.count()]; // among those that stay, or -1 - place among the early logits
        var slices = new ArrayList<>(rows.slices());
        for (Row one : leaving.reversed()) {
            slices.remove(one.slice);
            place[one.row] = -1 - one.place;
        }
        int staying = 0;
        for (int row = 0; row < place.length; row++) {
            if (place[row] >= 0) {
                MemorySegment.copy(model.stream(row), 0, model.stream(staying), 0, rowBytes());
                place[row] = staying++;
            }
        }
        MemorySegment late = MemorySegment.NULL;
        if (staying > 0) {
            int[] wanted = Arrays.stream(rows.wanted())
                    .map(row -> place[row])
                    .filter(row -> row >= 0)
                    .toArray();
            int decoding = rows.decoding() - leaving.size();
            var pass = model.pass(new StepRows(slices, decoding, wanted, branches(rows, leaving)), store);
            pass.layers(exit.layers(), model.config().numHiddenLayers());
            late = pass.logits(wanted);
        }
        skip(rows, store, leaving);
        MemorySegment out = merged.atLeast(rows.wanted().length * logitBytes());
        for (int i = 0, next = 0; i < rows.wanted().length; i++) {
            int at = place[rows.wanted()[i]];
            MemorySegment from =
                    at < 0 ? early.atLeast(0).asSlice((-1 - at) * logitBytes()) : late.asSlice(next++ * logitBytes());
            copy(from, out, i, logitBytes());
        }
        return out;
    }

    private static List<StepRows.Branch> branches(StepRows rows, List<Row> leaving) {
        return rows.branches().stream()
                .map(branch -> {
                    int before = (int) leaving.stream()
                            .filter(one -> one.slice < branch.slice())
                            .count();
                    return new StepRows.Branch(branch.slice() - before, branch.rows(), branch.table());
                })
                .toList();
    }

    private void skip(StepRows rows, KeyValueStore store, List<Row> leaving) {
        MemorySegment hidden = frozen.atLeast(0);
        for (int i = 0; i < leaving.size(); i++) { // compact, in place
            copy(hidden.asSlice(leaving.get(i).place * rowBytes()), hidden, i, rowBytes());
        }
        var slices = leaving.stream().map(one -> rows.slices().get(one.slice)).toList();
        model.pass(new StepRows(slices, slices.size(), new int[0]), store).skip(exit.layers(), hidden);
    }

    @Override
    public void close() {
        frozen.close();
        early.close();
        merged.close();
    }
}
