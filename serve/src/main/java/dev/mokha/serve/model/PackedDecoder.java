package dev.mokha.serve.model;

import static dev.mokha.serve.model.RowWork.row;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.serve.adapter.Site;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.Activations;
import dev.mokha.serve.kernel.Activations.Product;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.PackedMatrix;
import dev.mokha.serve.kernel.SelfMeasure;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.kernel.WeightType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A decoder over packed weights: computes rows of many sequences in one pass, over paged keys and values.
///
/// The model is that of [dev.mokha.language.decoder.Decoder], which is its oracle. For one thread; its [Team]
/// works with it.
public final class PackedDecoder implements AutoCloseable {

    private final DecoderConfig config;
    private final Kernels kernels;
    private final Team team;
    private final int maxRows;
    private final MeteredArena arena = new MeteredArena();
    private final List<PackedLayer> layers = new ArrayList<>();
    private final PackedMatrix embedding;
    private final PackedMatrix head;
    private final MemorySegment finalNorm;
    private final RotaryAngles angles;
    private final PagedAttention paged;
    private final Activations activations;
    private final Footprint footprint;
    private final MemorySegment stream;
    private final MemorySegment normed;
    private final MemorySegment mixed;
    private final MemorySegment queryKeyValue;
    private final Window window;
    private final MemorySegment sinkQueries;
    private final RowWork work;
    private final GatedFeedForward gated;
    private final @Nullable ExpertFeedForward mixture;
    private final GrowingBuffer logits = new GrowingBuffer();
    private final AdapterProducts adapters;

    /// Packs a model that sees what it was made to see.
    ///
    /// @param source is read whole and can be closed afterwards
    /// @param maxRows the most rows of a pass
    /// @param maxPositions the longest sequence
    public PackedDecoder(
            WeightSource source, Kernels kernels, Team team, Arithmetic arithmetic, int maxRows, int maxPositions) {
        this(source, kernels, team, arithmetic, maxRows, maxPositions, Window.ALL);
    }

    /// Packs a model that sees less; see [Visible].
    ///
    /// @param asked what it sees, in every layer; [Window#ALL] for what it was made to see
    /// @param maxPositions the longest sequence; with sinks the most positions that a row sees
    public PackedDecoder(
            WeightSource source,
            Kernels kernels,
            Team team,
            Arithmetic arithmetic,
            int maxRows,
            int maxPositions,
            Window asked) {
        this.window = Visible.of(source.config(), asked, maxPositions);
        this.config = source.config();
        this.kernels = kernels;
        this.team = team;
        this.maxRows = maxRows;
        this.adapters = new AdapterProducts(kernels, team);
        if (maxPositions > config.maxPositionEmbeddings()) {
            throw new IllegalArgumentException("sequences of " + maxPositions
                    + " positions exceed the model's context of " + config.maxPositionEmbeddings());
        }
        try {
            var packer = new Packer(source, team, arena);
            for (int i = 0; i < config.numHiddenLayers(); i++) {
                layers.add(packer.layer(i));
            }
            this.embedding = packer.matrix("model.embed_tokens.weight", config.vocabSize(), config.hiddenSize());
            this.head = config.tieWordEmbeddings()
                    ? embedding
                    : packer.matrix("lm_head.weight", config.vocabSize(), config.hiddenSize());
            this.finalNorm = packer.vector("model.norm.weight", config.hiddenSize());
            this.angles = new RotaryAngles(config, maxPositions, arena);
            int queries = config.numAttentionHeads() * config.headDim();
            Experts experts = config.experts();
            int inner = inner(config);
            int widest = Math.max(inner, Math.max(config.hiddenSize(), queries));
            boolean floats = layers.getFirst().query().type() == WeightType.F32; // then nothing is rounded
            this.paged =
                    new PagedAttention(config, window, kernels, team, floats ? Arithmetic.EXACT : arithmetic, arena);
            this.activations = new Activations(kernels, team, arithmetic, maxRows, widest, arena);
            this.stream = floats(config.hiddenSize());
            this.normed = floats(config.hiddenSize());
            this.mixed = floats(queries);
            this.queryKeyValue = floats(attentionWidth());
            this.sinkQueries = window.sinks() == 0 ? MemorySegment.NULL : floats(attentionWidth());
            this.work = new RowWork(kernels, team, (float) config.rmsNormEps());
            this.gated = new GatedFeedForward(work, activations, maxRows, inner, arena);
            this.mixture = experts == null
                    ? null
                    : new ExpertFeedForward(
                            work, activations, gated, experts, arithmetic, config.hiddenSize(), maxRows, arena);
            var matrices = packer.matrixBytes();
            long weights = matrices.values().stream().mapToLong(Long::longValue).sum();
            this.footprint = new Footprint(matrices, arena.bytes() - weights);
        } catch (RuntimeException e) { // a tensor that is missing, or of another shape
            arena.close();
            throw e;
        }
    }

    /// {@return the widest block inside that every row passes; 0 where rows pass experts only}
    private static int inner(DecoderConfig config) {
        Experts experts = config.experts();
        if (experts == null) {
            return config.intermediateSize();
        }
        boolean dense = !IntStream.range(0, config.numHiddenLayers()).allMatch(experts::in);
        return Math.max(experts.sharedExpertIntermediateSize(), dense ? config.intermediateSize() : 0);
    }

    private MemorySegment floats(long width) {
        return arena.allocate(4L * maxRows * width, 64);
    }

    private int attentionWidth() {
        return (config.numAttentionHeads() + 2 * config.numKeyValueHeads()) * config.headDim();
    }

    /// {@return the model's shape}
    public DecoderConfig config() {
        return config;
    }

    /// {@return what its rows see, all layers taken together: the rest need not be kept}
    public Window window() {
        return window;
    }

    /// {@return the most rows of a pass}
    public int maxRows() {
        return maxRows;
    }

    /// Computes rows; their keys and values are stored where their tables say.
    ///
    /// @return the logits of the wanted rows, [#logitsStride] floats from one to the next, until the next pass
    public MemorySegment step(StepRows rows, KeyValueStore store) {
        return early(rows, store, layers.size());
    }

    /// The same with the first layers alone, as if there were no others; keys and values of those are stored.
    ///
    /// @param depth how many layers
    public MemorySegment early(StepRows rows, KeyValueStore store, int depth) {
        var pass = pass(rows, store);
        pass.embed();
        pass.layers(0, depth);
        return pass.logits(rows.wanted());
    }

    Pass pass(StepRows rows, KeyValueStore store) {
        var pass = new Pass(rows, store);
        if (pass.count == 0 || pass.count > maxRows) {
            throw new IllegalArgumentException("a pass has 1 to " + maxRows + " rows, not " + pass.count);
        }
        adapters.take(rows);
        return pass;
    }

    /// {@return a row of the numbers that go from layer to layer}
    MemorySegment stream(int row) {
        return row(stream, row, config.hiddenSize());
    }

    /// {@return the memory that it takes, but for logits}
    public Footprint footprint() {
        return footprint;
    }

    /// Measures the kernels on the output matrix, the largest of most models.
    public SelfMeasure measure(Arithmetic arithmetic) {
        return SelfMeasure.of(kernels, team, arithmetic, head);
    }

    /// {@return floats from a row of logits to the next}
    public long logitsStride() {
        return 16L * head.panels();
    }

    /// One pass.
    final class Pass {
        private final StepRows rows;
        private final KeyValueStore store;
        private final int count;
        private final int[] sliceOf;
        private final int[] position;
        private final int[] token;
        private final List<PagedAttention.Part> parts;
        private final RotaryAngles.Turns[] turns;
        private final int hidden = config.hiddenSize();

        Pass(StepRows rows, KeyValueStore store) {
            this.rows = rows;
            this.store = store;
            this.count = rows.count();
            this.sliceOf = new int[count];
            this.position = new int[count];
            this.token = new int[count];
            this.parts = paged.parts(rows);
            int row = 0;
            for (int s = 0; s < rows.slices().size(); s++) {
                var slice = rows.slices().get(s);
                int size = slice.tokens().length;
                for (int i = 0; i < size; i++) {
                    sliceOf[row + i] = s;
                    position[row + i] = slice.position() + i;
                    token[row + i] = slice.tokens()[i];
                }
                row += size;
            }
            this.turns = angles.at(position);
        }

        void embed() {
            work.each(count, (from, to) -> {
                for (int row = from; row < to; row++) {
                    embedding.row(token[row], row(stream, row, hidden));
                }
            });
        }

        /// Goes through layers `[from, to)`.
        void layers(int from, int to) {
            for (int i = from; i < to; i++) {
                attention(i, layers.get(i));
                feedForward(i, layers.get(i));
            }
        }

        /// Stores keys and values of rows that go through no layer from one on, as if they stayed what
        /// they are.
        ///
        /// @param frozen the rows
        void skip(int from, MemorySegment frozen) {
            int queries = config.numAttentionHeads() * config.headDim();
            int keys = config.numKeyValueHeads() * config.headDim();
            for (int i = from; i < layers.size(); i++) {
                int index = i;
                PackedLayer layer = layers.get(i);
                work.norm(frozen, layer.attentionNorm(), count, hidden, normed);
                activations.take(normed, hidden, count, rows.decoding(), hidden);
                activations.multiply(List.of(
                        new Product(layer.key(), queryKeyValue.asSlice(4L * queries), attentionWidth(), false),
                        new Product(
                                layer.value(), queryKeyValue.asSlice(4L * (queries + keys)), attentionWidth(), false)));
                work.each(count, (first, to) -> place(index, layer, first, to));
            }
        }

        private void attention(int index, PackedLayer layer) {
            int d = config.headDim();
            int queries = config.numAttentionHeads() * d;
            int keys = config.numKeyValueHeads() * d;
            int width = attentionWidth();
            norm(layer.attentionNorm());
            activations.take(normed, hidden, count, rows.decoding(), hidden);
            List<Product> in = List.of(
                    new Product(layer.query(), queryKeyValue, width, false),
                    new Product(layer.key(), queryKeyValue.asSlice(4L * queries), width, false),
                    new Product(layer.value(), queryKeyValue.asSlice(4L * (queries + keys)), width, false));
            activations.multiply(in);
            adapters.add(index, Site.ATTENTION_INPUT, normed, hidden, in);
            work.each(count, (from, to) -> place(index, layer, from, to));
            paged.attend(parts, index, store, queryKeyValue, sinkQueries, width, mixed);
            activations.take(mixed, queries, count, rows.decoding(), queries);
            var out = new Product(layer.output(), stream, hidden, true);
            activations.multiply(out);
            adapters.add(index, Site.ATTENTION_OUTPUT, mixed, queries, List.of(out));
            work.addBias(stream, hidden, layer.outputBias(), count, hidden);
        }

        /// Biases, norms and turns of queries and keys; stores keys and values.
        private void place(int index, PackedLayer layer, int from, int to) {
            int d = config.headDim();
            int heads = config.numAttentionHeads();
            int keyHeads = config.numKeyValueHeads();
            int width = attentionWidth();
            float eps = (float) config.rmsNormEps();
            for (int row = from; row < to; row++) {
                MemorySegment all = row(queryKeyValue, row, width);
                MemorySegment keys = all.asSlice(4L * heads * d);
                MemorySegment values = keys.asSlice(4L * keyHeads * d);
                if (layer.queryKeyValueBias() != null) {
                    kernels.addBias(all, width, layer.queryKeyValueBias(), 1, width);
                }
                if (layer.queryNorm() != null && layer.keyNorm() != null) {
                    kernels.rmsNorm(all, d, layer.queryNorm(), eps, heads, d, all, d);
                    kernels.rmsNorm(keys, d, layer.keyNorm(), eps, keyHeads, d, keys, d);
                }
                if (window.sinks() > 0) {
                    MemorySegment meeting = row(sinkQueries, row, width).asSlice(0, 4L * heads * d);
                    meeting.copyFrom(all.asSlice(0, meeting.byteSize()));
                    RotaryAngles.Turns near = angles.at(Visible.place(window, position[row]));
                    kernels.rotate(meeting, heads, d, near.cosines(), near.sines());
                }
                kernels.rotate(all, heads + keyHeads, d, turns[row].cosines(), turns[row].sines());
                store(index, row, rows.slices().get(sliceOf[row]).table(), keys, values);
                for (var branch : rows.branches()) {
                    var slice = rows.slices().get(branch.slice());
                    if (branch.slice() == sliceOf[row] && position[row] - slice.position() < branch.rows()) {
                        store(index, row, branch.table(), keys, values);
                    }
                }
            }
        }

        private void store(int index, int row, int[] table, MemorySegment keys, MemorySegment values) {
            int d = config.headDim();
            int block = table[position[row] / KeyValueType.PAGE];
            int slot = position[row] % KeyValueType.PAGE;
            for (int h = 0; h < config.numKeyValueHeads(); h++) {
                MemorySegment page = store.page(block, index, h);
                kernels.store(store.type(), keys.asSlice(4L * h * d), values.asSlice(4L * h * d), d, slot, page);
            }
        }

        private void feedForward(int index, PackedLayer layer) {
            norm(layer.mlpNorm());
            activations.take(normed, hidden, count, rows.decoding(), hidden);
            switch (layer.feedForward()) {
                case FeedForwardWeights.Gated block ->
                    gated.of(block, adapters.feedForward(index, normed), count, rows.decoding(), stream, true);
                case FeedForwardWeights.Mixture experts ->
                    Objects.requireNonNull(mixture)
                            .add(experts, adapters.mixture(index), normed, count, rows.decoding(), stream);
            }
        }

        MemorySegment logits(int[] wanted) {
            if (wanted.length == 0) {
                return MemorySegment.NULL;
            }
            for (int i = 0; i < wanted.length; i++) { // compact, in place: no row moves behind one still wanted
                if (wanted[i] != i) {
                    MemorySegment.copy(row(stream, wanted[i], hidden), 0, row(stream, i, hidden), 0, 4L * hidden);
                }
            }
            MemorySegment out = logits.atLeast(4L * wanted.length * logitsStride());
            logits(stream, wanted.length, out);
            return out;
        }

        /// Writes the logits of rows.
        void logits(MemorySegment x, int count, MemorySegment out) {
            kernels.rmsNorm(x, hidden, finalNorm, (float) config.rmsNormEps(), count, hidden, normed, hidden);
            activations.take(normed, hidden, count, count, hidden);
            activations.multiply(new Product(head, out, logitsStride(), false));
        }

        private void norm(MemorySegment weight) {
            work.norm(stream, weight, count, hidden, normed);
        }
    }

    /// Releases the weights.
    @Override
    public void close() {
        arena.close();
        logits.close();
        paged.close();
        adapters.close();
        angles.close();
    }
}
