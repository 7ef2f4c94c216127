package dev.mokha.serve.device;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.StepBatch;
import dev.mokha.language.decoder.StepChanges;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Mode;
import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.WeightType;
import dev.mokha.serve.model.Footprint;
import dev.mokha.serve.model.StepModel;
import dev.mokha.serve.model.StepRows;
import dev.mokha.serve.model.Visible;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.HostFloats;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Steps by libtorch: weights, keys and values stay in a device's memory. A step's numbers, tokens and
/// tables, go up in one copy, and the wanted rows' logits come down in one, which is where the processor
/// waits; a mixture of experts waits once a layer besides.
public final class DeviceSteps implements StepModel {
    private final Decoder decoder;
    private final Device device;
    private final Room room;
    private final Window window;
    private final DType weights;
    private final DeviceBlocks blocks;
    private final StepTurns turns;
    private final DeviceAdapters adapters;
    private final HostFloats logits;

    /// What there is room for.
    ///
    /// @param type of keys and values: f32, f16 or bf16
    /// @param blocks of keys and values
    /// @param spare blocks behind them
    /// @param hostBlocks to which blocks are moved out
    /// @param rows of a step, at most
    /// @param positions the longest sequence; with sinks the most positions that a row sees
    public record Room(KeyValueType type, int blocks, int spare, int hostBlocks, int rows, int positions) {}

    /// @param source is read whole and can be closed afterwards
    /// @param weights what they are kept in
    /// @param asked what rows see; [Window#ALL] for what the model was made to see
    public DeviceSteps(ModelSource source, Device device, DType weights, Window asked, Room room) {
        var config = source.config();
        this.device = device;
        this.weights = weights;
        this.room = room;
        this.window = Visible.of(config, asked, room.positions);
        var open = new ArrayDeque<AutoCloseable>();
        try {
            this.decoder = source.decoder(Loading.forUse(device).as(weights));
            open.push(decoder);
            decoder.params().mode(Mode.EVAL);
            this.blocks = new DeviceBlocks(config, room.type, device, room.blocks + room.spare, room.hostBlocks);
            open.push(blocks);
            this.turns = new StepTurns(config, device);
            this.adapters = new DeviceAdapters(device, weights, config.numHiddenLayers());
            this.logits = new HostFloats(device);
        } catch (RuntimeException e) {
            open.forEach(DeviceSteps::close);
            throw e;
        }
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// {@return the bytes of a block}
    ///
    /// @throws dev.mokha.serve.model.UnfitOptionException for a type that libtorch does not keep them in
    public static long blockBytes(DecoderConfig config, KeyValueType type) {
        return DeviceBlocks.blockBytes(config, type);
    }

    @Override
    public DecoderConfig config() {
        return decoder.config();
    }

    @Override
    public Window window() {
        return window;
    }

    @Override
    public int maxRows() {
        return room.rows;
    }

    @Override
    public MemorySegment step(StepRows rows) {
        return early(rows, config().numHiddenLayers());
    }

    @Override
    public MemorySegment early(StepRows rows, int layers) {
        int count = rows.count();
        if (count == 0 || count > room.rows) {
            throw new IllegalArgumentException("a step has 1 to " + room.rows + " rows, not " + count);
        }
        int[] tokens = new int[count];
        int[] positions = new int[count];
        int row = 0;
        for (StepRows.Slice slice : rows.slices()) {
            for (int i = 0; i < slice.tokens().length; i++, row++) {
                tokens[row] = slice.tokens()[i];
                positions[row] = slice.position() + i;
            }
        }
        var numbers = new StepNumbers();
        var ids = numbers.add(tokens);
        var places = numbers.add(positions);
        var wanted = numbers.add(rows.wanted());
        try (var _ = Scope.open("step");
                var _ = Gradients.off()) {
            @Nullable StepChanges changes = adapters.of(rows, numbers);
            var attention = new PagedAttention(config(), window, blocks, rows, numbers);
            numbers.send(device);
            if (window.sinks() > 0) {
                attention.meetSinks(turns.toSinks(positions, window));
            }
            var batch = new StepBatch(ids.there(), turns.at(positions, places), wanted.there(), layers, changes);
            Tensor found = decoder.step(batch, attention); // [wanted, vocab]
            return logits.take(found);
        }
    }

    @Override
    public long logitsStride() {
        return config().vocabSize();
    }

    @Override
    public void move(BlockMove move) {
        blocks.move(move);
    }

    @Override
    public KeyValueType keyValues() {
        return room.type;
    }

    @Override
    public int blocks() {
        return room.blocks;
    }

    @Override
    public int spare() {
        return room.spare;
    }

    @Override
    public boolean adaptsExperts() {
        return false;
    }

    @Override
    public String describe() {
        return "libtorch on " + device + ", " + weights.label().toLowerCase(Locale.ROOT) + " weights";
    }

    @Override
    public long blockBytes() {
        return blockBytes(config(), room.type);
    }

    @Override
    public Footprint footprint() {
        WeightType type = switch (weights) {
            case FLOAT16 -> WeightType.F16;
            case BFLOAT16 -> WeightType.BF16;
            default -> WeightType.F32;
        };
        return new Footprint(Map.of(type, decoder.params().bytes()), 0);
    }

    @Override
    public void close() {
        logits.close();
        adapters.close();
        turns.close();
        blocks.close();
        decoder.close();
    }
}
