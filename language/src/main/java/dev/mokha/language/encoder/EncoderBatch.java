package dev.mokha.language.encoder;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What an [Encoder] reads in one pass: the tokens of all sequences, one behind the other.
///
/// Everything but attention works on single tokens, so a batch is `[tokens]` and not `[batch, time]`;
/// attention works on [Run]s of sequences of equal length. [#packed] holds no padding at all, the *unpadding*
/// of [Zeng et al. 2022](https://arxiv.org/abs/2208.08124) with sequences sorted by length in place of
/// kernels for ragged batches. [#padded] is the usual rectangle: one run with a mask. Both give equal
/// results.
///
/// Sequences keep the numbers they were given; where their tokens lie is the batch's own matter.
public final class EncoderBatch {
    private final Tensor ids;
    private final Tensor segments;
    private final Tensor positions;
    private final List<Run> runs;
    private final int[] starts;
    private final int[] lengths;

    /// Sequences of equal length, one behind the other.
    ///
    /// @param count how many sequences
    /// @param length tokens of each, padding included
    /// @param keep boolean `[count, 1, 1, length]`, false at padding; null when nothing is
    public record Run(int count, int length, @Nullable Tensor keep) {
        /// {@return how many tokens the run covers}
        public long tokens() {
            return (long) count * length;
        }
    }

    private EncoderBatch(Tensor ids, Tensor segments, Tensor positions, List<Run> runs, int[] starts, int[] lengths) {
        this.ids = ids;
        this.segments = segments;
        this.positions = positions;
        this.runs = List.copyOf(runs);
        this.starts = starts;
        this.lengths = lengths;
    }

    /// Sequences without padding.
    public static EncoderBatch packed(List<Sequence> sequences) {
        requireSome(sequences);
        int[] order = IntStream.range(0, sequences.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> sequences.get(i).length()))
                .mapToInt(Integer::intValue)
                .toArray();
        int tokens = sequences.stream().mapToInt(Sequence::length).sum();
        var rows = new Rows(tokens);
        int[] starts = new int[order.length];
        int[] lengths = new int[order.length];
        var runs = new ArrayList<Run>();
        int count = 0;
        for (int k = 0; k < order.length; k++) {
            Sequence sequence = sequences.get(order[k]);
            starts[order[k]] = rows.filled;
            lengths[order[k]] = sequence.length();
            rows.add(sequence, sequence.length(), 0);
            count++;
            boolean last = k + 1 == order.length || sequences.get(order[k + 1]).length() != sequence.length();
            if (last) {
                runs.add(new Run(count, sequence.length(), null));
                count = 0;
            }
        }
        return rows.batch(runs, starts, lengths);
    }

    /// Sequences filled up on the right to the length of the longest.
    ///
    /// @param pad the id that fills
    public static EncoderBatch padded(List<Sequence> sequences, int pad) {
        requireSome(sequences);
        int time = sequences.stream().mapToInt(Sequence::length).max().orElseThrow();
        var rows = new Rows(Math.multiplyExact(sequences.size(), time));
        int[] starts = new int[sequences.size()];
        int[] lengths = new int[sequences.size()];
        boolean[] keep = new boolean[sequences.size() * time];
        boolean full = true;
        for (int i = 0; i < starts.length; i++) {
            Sequence sequence = sequences.get(i);
            starts[i] = i * time;
            lengths[i] = sequence.length();
            rows.add(sequence, time, pad);
            Arrays.fill(keep, i * time, i * time + sequence.length(), true);
            full &= sequence.length() == time;
        }
        @Nullable Tensor mask = full ? null : Tensors.of(keep, sequences.size(), 1, 1, time);
        return rows.batch(List.of(new Run(sequences.size(), time, mask)), starts, lengths);
    }

    /// The arguments of the Hugging Face call. Padding may be on either side.
    ///
    /// @param ids 64-bit integers `[batch, time]`
    /// @param attentionMask `[batch, time]`: 0 at padding; null when nothing is padding
    /// @param tokenTypeIds 64-bit integers `[batch, time]`; null for segment 0 throughout
    public static EncoderBatch of(Tensor ids, @Nullable Tensor attentionMask, @Nullable Tensor tokenTypeIds) {
        if (ids.rank() != 2 || ids.dtype() != DType.INT64) {
            throw new IllegalArgumentException("ids must be 64-bit integers [batch, time], were " + ids);
        }
        requireLikeIds("attention_mask", attentionMask, ids);
        requireLikeIds("token_type_ids", tokenTypeIds, ids);
        int batch = (int) ids.size(0);
        int time = (int) ids.size(1);
        int[] starts = new int[batch];
        int[] lengths = new int[batch];
        Arrays.setAll(starts, i -> i * time);
        Arrays.fill(lengths, time);
        @Nullable Tensor keep = null;
        if (attentionMask != null) {
            Tensor kept = attentionMask.ne(0);
            keep = kept.all() ? null : kept.view(batch, 1, 1, time);
        }
        return new EncoderBatch(
                ids.reshape(-1),
                tokenTypeIds == null ? Tensors.zerosLike(ids).reshape(-1) : tokenTypeIds.reshape(-1),
                Tensors.range(0, time, ids.device())
                        .unsqueeze(0)
                        .expand(batch, time)
                        .reshape(-1),
                List.of(new Run(batch, time, keep)),
                starts,
                lengths);
    }

    /// {@return the same with other tokens in the same places}
    /// @param ids 64-bit integers `[tokens]`
    public EncoderBatch withIds(Tensor ids) {
        if (ids.count() != tokens() || ids.rank() != 1) {
            throw new IllegalArgumentException("ids must be [" + tokens() + "], were " + ids);
        }
        return new EncoderBatch(ids, segments, positions, runs, starts, lengths);
    }

    // ---- what the model reads ----

    /// {@return 64-bit integers `[tokens]`}
    public Tensor ids() {
        return ids;
    }

    /// {@return the segment of each token, 64-bit integers `[tokens]`}
    public Tensor segments() {
        return segments;
    }

    /// {@return where each token stands in its sequence, from 0, 64-bit integers `[tokens]`}
    public Tensor positions() {
        return positions;
    }

    /// {@return how the tokens fall into sequences}
    public List<Run> runs() {
        return runs;
    }

    /// {@return the same on another device}
    public EncoderBatch to(Device device) {
        if (ids.device().equals(device)) {
            return this;
        }
        var there = runs.stream()
                .map(run -> new Run(
                        run.count(),
                        run.length(),
                        run.keep() == null ? null : run.keep().to(device)))
                .toList();
        return new EncoderBatch(ids.to(device), segments.to(device), positions.to(device), there, starts, lengths);
    }

    // ---- from tokens to sequences and back ----

    /// {@return how many sequences there are}
    public int sequences() {
        return starts.length;
    }

    /// {@return how many tokens the model works on, padding included}
    public long tokens() {
        return ids.count();
    }

    /// {@return where the first token of a sequence lies among the tokens}
    public int start(int sequence) {
        return starts[sequence];
    }

    /// {@return how many tokens a sequence has, without padding that [#padded] added}
    public int length(int sequence) {
        return lengths[sequence];
    }

    /// {@return the first token of each sequence}
    /// @param x `[tokens, …]`
    /// @return `[sequences, …]`
    public Tensor firsts(Tensor x) {
        return x.indexSelect(0, Tensors.of(starts, starts.length).to(x.device()));
    }

    /// {@return the mean of each sequence's real tokens}
    /// @param x `[tokens, hidden]`
    /// @return `[sequences, hidden]`
    public Tensor means(Tensor x) {
        return reduced(x, (rows, keep) -> {
            if (keep == null) {
                return rows.mean(1, false);
            }
            Tensor real = keep.to(x.dtype());
            return rows.mul(real).sum(1, false).div(real.sum(1, false));
        });
    }

    /// {@return the largest value of each dimension among each sequence's real tokens}
    /// @param x `[tokens, hidden]`
    /// @return `[sequences, hidden]`
    public Tensor maxima(Tensor x) {
        return reduced(
                x,
                (rows, keep) ->
                        (keep == null ? rows : rows.maskedFill(keep.not(), Double.NEGATIVE_INFINITY)).max(1, false));
    }

    /// What makes one row of a sequence's rows.
    private interface Reduction {
        /// @param rows `[count, length, hidden]`
        /// @param keep `[count, length, 1]`, false at padding; null when nothing is
        /// @return `[count, hidden]`
        Tensor of(Tensor rows, @Nullable Tensor keep);
    }

    private Tensor reduced(Tensor x, Reduction reduction) {
        long[] sizes = runs.stream().mapToLong(Run::tokens).toArray();
        Tensor[] parts = x.split(sizes, 0);
        var reduced = new ArrayList<Tensor>();
        for (int i = 0; i < parts.length; i++) {
            Run run = runs.get(i);
            Tensor rows = parts[i].view(run.count(), run.length(), x.size(1));
            @Nullable Tensor keep = run.keep() == null ? null : run.keep().view(run.count(), run.length(), 1);
            reduced.add(reduction.of(rows, keep));
        }
        int[] order = IntStream.range(0, starts.length) // the runs' sequences, by where they lie
                .boxed()
                .sorted(Comparator.comparingInt(i -> starts[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] rank = new int[order.length];
        for (int k = 0; k < order.length; k++) {
            rank[order[k]] = k;
        }
        return Tensors.cat(reduced, 0)
                .indexSelect(0, Tensors.of(rank, rank.length).to(x.device()));
    }

    /// {@return the tokens of one sequence, without padding that [#padded] added}
    /// @param x `[tokens, …]`
    /// @return `[length, …]`
    public Tensor of(Tensor x, int sequence) {
        return x.narrow(0, starts[sequence], lengths[sequence]);
    }

    /// {@return values given a sequence at a time, laid out as this batch's tokens are}
    ///
    /// @param values for each sequence one value a token
    /// @param elsewhere the value at padding
    /// @return 64-bit integers `[tokens]`
    public Tensor pack(List<int[]> values, int elsewhere) {
        if (values.size() != starts.length) {
            throw new IllegalArgumentException(
                    "values of " + values.size() + " sequences for a batch of " + starts.length);
        }
        int[] flat = new int[Math.toIntExact(tokens())];
        Arrays.fill(flat, elsewhere);
        for (int i = 0; i < starts.length; i++) {
            int[] row = values.get(i);
            if (row.length != lengths[i]) {
                throw new IllegalArgumentException("sequence " + i + " has " + lengths[i] + " tokens, but " + row.length
                        + " values were given for it");
            }
            System.arraycopy(row, 0, flat, starts[i], row.length);
        }
        return Tensors.of(flat, flat.length);
    }

    /// {@return the number of its sequence for each token, −1 at padding that [#padded] added: 64-bit
    /// `[tokens]`}
    public Tensor owners() {
        int[] owners = new int[Math.toIntExact(tokens())];
        Arrays.fill(owners, -1);
        for (int i = 0; i < starts.length; i++) {
            Arrays.fill(owners, starts[i], starts[i] + lengths[i], i);
        }
        return Tensors.of(owners, owners.length);
    }

    private static void requireSome(List<Sequence> sequences) {
        if (sequences.isEmpty()) {
            throw new IllegalArgumentException("a batch has at least one sequence");
        }
    }

    private static void requireLikeIds(String name, @Nullable Tensor tensor, Tensor ids) {
        if (tensor != null && !Arrays.equals(tensor.shape(), ids.shape())) {
            throw new IllegalArgumentException(name + " must be shaped like ids " + ids + ", was " + tensor);
        }
    }

    /// The three rows of numbers while they are filled.
    private static final class Rows {
        private final int[] ids;
        private final int[] segments;
        private final int[] positions;
        private int filled;

        Rows(int tokens) {
            this.ids = new int[tokens];
            this.segments = new int[tokens];
            this.positions = new int[tokens];
        }

        void add(Sequence sequence, int time, int pad) {
            for (int i = 0; i < time; i++) {
                boolean real = i < sequence.length();
                ids[filled] = real ? sequence.id(i) : pad;
                segments[filled] = real ? sequence.segment(i) : 0;
                positions[filled] = i;
                filled++;
            }
        }

        EncoderBatch batch(List<Run> runs, int[] starts, int[] lengths) {
            return new EncoderBatch(
                    Tensors.of(ids, ids.length),
                    Tensors.of(segments, ids.length),
                    Tensors.of(positions, ids.length),
                    runs,
                    starts,
                    lengths);
        }
    }
}
