package dev.mokha.serve.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// The kernels in C (`src/main/native/kernels.c`), for x86-64 with AVX-512, its VNNI and its BF16.
public final class NativeKernels implements Kernels {
    private final NativeBfloat bfloat;
    private final MethodHandle productQuantized;
    private final MethodHandle productFloat;
    private final MethodHandle quantize;
    private final MethodHandle tileFloat;
    private final MethodHandle rmsNorm;
    private final MethodHandle siluProduct;
    private final MethodHandle addBias;
    private final MethodHandle rotate;
    private final MethodHandle store;
    private final MethodHandle attend;
    private final MethodHandle sum;

    private NativeKernels(NativeLibrary c) {
        this.bfloat = new NativeBfloat(c);
        // i: int, l: int64_t, f: float, p: a pointer
        this.productQuantized = c.function("mokha_product_quantized", "iipllllpppppplip");
        this.productFloat = c.function("mokha_product_float", "ipllllppli");
        this.quantize = c.function("mokha_quantize", "plllllippppp");
        this.tileFloat = c.function("mokha_tile_float", "plllllp");
        this.rmsNorm = c.function("mokha_rms_norm", "plpfllpl");
        this.siluProduct = c.function("mokha_silu_product", "pplllpl");
        this.addBias = c.function("mokha_add_bias", "plpll");
        this.rotate = c.function("mokha_rotate", "pllpp");
        this.store = c.function("mokha_store", "ippllp");
        this.attend = c.function("mokha_attend", "ipllpplplllllllllpf");
        this.sum = c.longFunction("mokha_sum", "pl");
    }

    private static final class Loaded {
        static final @Nullable NativeKernels KERNELS = link();
    }

    /// {@return the kernels, or null where this machine, or this build, has none}
    public static @Nullable NativeKernels load() {
        return Loaded.KERNELS;
    }

    private static @Nullable NativeKernels link() {
        NativeLibrary library = NativeLibrary.load();
        return library == null || !library.runsHere() ? null : new NativeKernels(library);
    }

    @Override
    public String describe() {
        return "C with AVX-512 VNNI and BF16";
    }

    @Override
    public BfloatKernels bfloat() {
        return bfloat;
    }

    @Override
    public void productQuantized(
            PackedMatrix w,
            int from,
            int to,
            int rows,
            Quantized x,
            MemorySegment out,
            long stride,
            boolean add,
            MemorySegment scratch) {
        try {
            productQuantized.invokeExact(
                    w.type().number(),
                    x.passes(),
                    w.data(),
                    (long) w.inputs(),
                    (long) from,
                    (long) to,
                    (long) rows,
                    x.levels(),
                    x.scales(),
                    x.sums(),
                    x.corrections(),
                    x.halfCorrections(),
                    out,
                    stride,
                    add ? 1 : 0,
                    scratch);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public void productFloat(
            PackedMatrix w, int from, int to, int rows, MemorySegment x, MemorySegment out, long stride, boolean add) {
        try {
            productFloat.invokeExact(
                    w.type().number(),
                    w.data(),
                    (long) w.inputs(),
                    (long) from,
                    (long) to,
                    (long) rows,
                    x,
                    out,
                    stride,
                    add ? 1 : 0);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public void quantize(MemorySegment x, long stride, int rows, int inputs, int from, int to, Quantized out) {
        try {
            quantize.invokeExact(
                    x,
                    stride,
                    (long) rows,
                    (long) inputs,
                    (long) from,
                    (long) to,
                    out.passes(),
                    out.levels(),
                    out.scales(),
                    out.sums(),
                    out.corrections(),
                    out.halfCorrections());
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public void tileFloat(MemorySegment x, long stride, int rows, int inputs, int from, int to, MemorySegment out) {
        tile(tileFloat, x, stride, rows, inputs, from, to, out);
    }

    static void tile(
            MethodHandle tile,
            MemorySegment x,
            long stride,
            int rows,
            int inputs,
            int from,
            int to,
            MemorySegment out) {
        try {
            tile.invokeExact(x, stride, (long) rows, (long) inputs, (long) from, (long) to, out);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public void rmsNorm(
            MemorySegment x,
            long stride,
            MemorySegment w,
            float eps,
            int rows,
            int n,
            MemorySegment out,
            long outStride) {
        try {
            rmsNorm.invokeExact(x, stride, w, eps, (long) rows, (long) n, out, outStride);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public void siluProduct(
            MemorySegment gate, MemorySegment up, long stride, int rows, int n, MemorySegment out, long outStride) {
        try {
            siluProduct.invokeExact(gate, up, stride, (long) rows, (long) n, out, outStride);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public void addBias(MemorySegment x, long stride, MemorySegment bias, int rows, int n) {
        try {
            addBias.invokeExact(x, stride, bias, (long) rows, (long) n);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public void rotate(MemorySegment x, int heads, int headDim, MemorySegment cosines, MemorySegment sines) {
        try {
            rotate.invokeExact(x, (long) heads, (long) headDim, cosines, sines);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public void store(
            KeyValueType type, MemorySegment key, MemorySegment value, int headDim, int slot, MemorySegment page) {
        try {
            store.invokeExact(type.number(), key, value, (long) headDim, (long) slot, page);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public void attend(
            Attended keys,
            MemorySegment queries,
            long stride,
            MemorySegment out,
            long outStride,
            int rows,
            int from,
            int to) {
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
                    keys.sinks().queries(),
                    keys.scale());
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public long sum(MemorySegment memory) {
        try {
            return (long) sum.invokeExact(memory, memory.byteSize());
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }
}
