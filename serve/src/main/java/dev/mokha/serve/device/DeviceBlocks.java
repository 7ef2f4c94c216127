package dev.mokha.serve.device;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;

/// Keys and values of all sequences in a device's memory, in blocks of 16 positions.
final class DeviceBlocks implements AutoCloseable {
    private final DecoderConfig config;
    private final Tensor all; // [layers, 2, blocks, 16, kvHeads, headDim]
    private final Tensor host; // [layers, 2, slots, 16, kvHeads, headDim], in the processor's memory

    /// @param slots to which blocks are moved out
    DeviceBlocks(DecoderConfig config, KeyValueType type, Device device, int blocks, int slots) {
        this.config = config;
        DType dtype = dtype(type);
        try (var _ = Scope.open("blocks")) { // zeros: what is hidden is multiplied by 0, and may not be NaN
            this.all = Tensors.zeros(dtype, device, shape(blocks)).retain();
            this.host = Tensors.host(dtype, device, shape(slots)).retain();
        }
    }

    private long[] shape(int count) {
        return new long[] {
            config.numHiddenLayers(), 2, count, KeyValueType.PAGE, config.numKeyValueHeads(), config.headDim()
        };
    }

    private static DType dtype(KeyValueType type) {
        return switch (type) {
            case F32 -> DType.FLOAT32;
            case F16 -> DType.FLOAT16;
            case BF16 -> DType.BFLOAT16;
            case INT8, INT4 ->
                throw new UnfitOptionException("libtorch keeps keys and values as f32, f16 or bf16, not as " + type
                        + "; say --kv-type bf16, or --device cpu");
        };
    }

    /// {@return the bytes of one block}
    static long blockBytes(DecoderConfig config, KeyValueType type) {
        return 2L
                * config.numHiddenLayers()
                * KeyValueType.PAGE
                * config.numKeyValueHeads()
                * config.headDim()
                * dtype(type).bytes();
    }

    /// {@return a layer's keys, `[positions, kvHeads, headDim]`, the blocks' one after the other}
    Tensor keys(int layer) {
        return part(layer, 0);
    }

    /// {@return a layer's values, shaped as its keys}
    Tensor values(int layer) {
        return part(layer, 1);
    }

    private Tensor part(int layer, int which) {
        return all.select(0, layer).select(0, which).flatten(0, 1);
    }

    /// `[positions, kvHeads, headDim]` to `[blocks, 16, kvHeads, headDim]`
    static Tensor blockwise(Tensor part) {
        return part.unflatten(0, part.size(0) / KeyValueType.PAGE, KeyValueType.PAGE);
    }

    void move(BlockMove move) {
        try (var _ = Scope.open("blocks");
                var _ = Gradients.off()) {
            switch (move) {
                case BlockMove.Copy copy -> block(all, copy.to()).copyInPlace(block(all, copy.from()));
                case BlockMove.SwapOut out -> block(host, out.slot()).copyInPlace(block(all, out.block()));
                case BlockMove.SwapIn in -> block(all, in.block()).copyInPlace(block(host, in.slot()));
            }
        }
    }

    private static Tensor block(Tensor of, int index) {
        return of.narrow(2, index, 1);
    }

    @Override
    public void close() {
        all.close();
        host.close();
    }
}
