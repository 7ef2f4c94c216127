package dev.mokha.serve.device;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Mode;
import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.WeightType;
import dev.mokha.serve.model.Footprint;
import dev.mokha.serve.model.StepModel;
import dev.mokha.serve.model.StepRows;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/// Steps by libtorch: weights, keys and values in a device's memory; the wanted rows' logits come back in one
/// copy a step.
public final class DeviceSteps implements StepModel {
    private final Decoder decoder;
    private final Device device;
    private final Room room;
    private final DeviceBlocks blocks;

    /// Which keys and values there is room for.
    ///
    /// @param type f32, f16 or bf16
    /// @param spare blocks behind them
    /// @param hostBlocks to which blocks are moved out
    public record Room(KeyValueType type, int blocks, int spare, int hostBlocks) {}

    /// @param source is read whole and can be closed afterwards
    public DeviceSteps(ModelSource source, Device device, Room room) {
        this.device = device;
        this.room = room;
        this.blocks = new DeviceBlocks(source.config(), room.type, device, room.blocks + room.spare, room.hostBlocks);
        try {
            this.decoder = source.decoder(Loading.forUse(device));
        } catch (RuntimeException e) {
            blocks.close();
            throw e;
        }
        decoder.params().mode(Mode.EVAL);
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
    public MemorySegment step(StepRows rows) {
        int count = rows.count();
        int[] tokens = new int[count];
        int[] positions = new int[count];
        int row = 0;
        for (StepRows.Slice slice : rows.slices()) {
            if (slice.adapter() != null) {
                throw new IllegalStateException("adapters are computed by the processor's kernels only");
            }
            for (int i = 0; i < slice.tokens().length; i++, row++) {
                tokens[row] = slice.tokens()[i];
                positions[row] = slice.position() + i;
            }
        }
        int[] wanted = rows.wanted().length == 0 ? new int[1] : rows.wanted(); // the layers compute in any case
        try (var _ = Scope.open("step");
                var _ = Gradients.off()) {
            var batch = TokenBatch.of(Tensors.of(tokens, 1, count)).at(Tensors.of(positions, 1, count));
            var attention = new PagedAttention(config(), blocks, rows, device);
            Tensor logits = decoder.step(batch, Tensors.of(wanted, wanted.length), attention);
            return MemorySegment.ofArray(
                    logits.to(DType.FLOAT32).to(Device.CPU).contiguous().toFloats());
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
    public String describe() {
        return "libtorch on " + device;
    }

    @Override
    public long blockBytes() {
        return blockBytes(config(), room.type);
    }

    @Override
    public Footprint footprint() {
        DType dtype = decoder.params().get("model.norm.weight").dtype();
        WeightType weights =
                dtype == DType.FLOAT16 ? WeightType.F16 : dtype == DType.BFLOAT16 ? WeightType.BF16 : WeightType.F32;
        return new Footprint(Map.of(weights, decoder.params().bytes()), 0);
    }

    @Override
    public void close() {
        blocks.close();
        decoder.close();
    }
}
