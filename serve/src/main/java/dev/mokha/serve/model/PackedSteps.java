package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.Team;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Steps over packed weights, on the processor.
public final class PackedSteps implements StepModel {
    private final PackedDecoder model;
    private final KeyValueStore store;
    private final HostBlocks host;
    private final Kernels kernels;
    private @Nullable ExitingDecoder exiting;

    /// @param model closed with this, as the store is
    /// @param hostBlocks to which blocks are moved out
    public PackedSteps(PackedDecoder model, KeyValueStore store, int hostBlocks, Kernels kernels) {
        this.model = model;
        this.store = store;
        this.host = new HostBlocks(hostBlocks, store.blockBytes());
        this.kernels = kernels;
    }

    /// From now on tokens that are sure leave before the last layer.
    public void leaveEarly(EarlyExit exit, Team team) {
        exiting = new ExitingDecoder(model, exit, team);
    }

    @Override
    public DecoderConfig config() {
        return model.config();
    }

    @Override
    public Window window() {
        return model.window();
    }

    @Override
    public int maxRows() {
        return model.maxRows();
    }

    @Override
    public MemorySegment step(StepRows rows) {
        return exiting == null ? model.step(rows, store) : exiting.step(rows, store);
    }

    @Override
    public MemorySegment early(StepRows rows, int layers) {
        return model.early(rows, store, layers);
    }

    @Override
    public long logitsStride() {
        return model.logitsStride();
    }

    @Override
    public void move(BlockMove move) {
        switch (move) {
            case BlockMove.Copy copy -> store.copy(copy.from(), copy.to());
            case BlockMove.SwapOut out -> host.slot(out.slot()).copyFrom(store.block(out.block()));
            case BlockMove.SwapIn in -> store.block(in.block()).copyFrom(host.slot(in.slot()));
        }
    }

    @Override
    public KeyValueType keyValues() {
        return store.type();
    }

    @Override
    public int blocks() {
        return store.blocks();
    }

    @Override
    public int spare() {
        return store.spare();
    }

    @Override
    public long blockBytes() {
        return store.blockBytes();
    }

    @Override
    public Footprint footprint() {
        return model.footprint();
    }

    @Override
    public boolean adaptsExperts() {
        return true;
    }

    @Override
    public String describe() {
        return kernels.describe();
    }

    @Override
    public void close() {
        if (exiting != null) {
            exiting.close();
        }
        host.close();
        store.close();
        model.close();
    }
}
