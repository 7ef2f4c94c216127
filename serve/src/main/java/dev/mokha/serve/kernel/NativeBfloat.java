package dev.mokha.serve.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The kernels in C that compute in bfloat16.
final class NativeBfloat implements BfloatKernels {
    private final MethodHandle product;
    private final MethodHandle attend;
    private final MethodHandle tile;

    NativeBfloat(NativeLibrary c) {
        // i: int, l: int64_t, f: float, p: a pointer
        this.product = c.function("mokha_product_bfloat", "ipllllpplip");
        this.attend = c.function("mokha_attend_bfloat", "ipllpplplllllllllfp");
        this.tile = c.function("mokha_tile_bfloat", "plllllp");
    }

    @Override
    public void productBfloat(
            PackedMatrix w,
            int from,
            int to,
            int rows,
            MemorySegment x,
            MemorySegment out,
            long stride,
            boolean add,
            MemorySegment scratch) {
        try {
            product.invokeExact(
                    w.type().number(),
                    w.data(),
                    (long) w.inputs(),
                    (long) from,
                    (long) to,
                    (long) rows,
                    x,
                    out,
                    stride,
                    add ? 1 : 0,
                    scratch);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public void attendBfloat(
            Kernels.Attended keys,
            MemorySegment queries,
            long stride,
            MemorySegment out,
            long outStride,
            int rows,
            int from,
            int to,
            MemorySegment scratch) {
        try {
            attend.invokeExact(
                    keys.type().number(),
                    keys.pool(),
                    keys.blockBytes(),
                    keys.headBytes(),
                    keys.table(),
                    queries,
                    stride,
                    out,
                    outStride,
                    (long) rows,
                    keys.position(),
                    (long) keys.headDim(),
                    (long) keys.group(),
                    (long) from,
                    (long) to,
                    (long) keys.window(),
                    (long) keys.sinks().count(),
                    keys.scale(),
                    scratch);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public void tileBfloat(MemorySegment x, long stride, int rows, int inputs, int from, int to, MemorySegment out) {
        NativeKernels.tile(tile, x, stride, rows, inputs, from, to, out);
    }
}
