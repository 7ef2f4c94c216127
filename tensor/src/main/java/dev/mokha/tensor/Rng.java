package dev.mokha.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.global.torch;

/// A stream of random numbers with its own state: equal seeds give equal draws on one machine and thread
/// count. Randomness is always an argument, never global. Its state can be saved and restored, so that a
/// resumed run draws what the undisturbed run would have drawn.
public final class Rng implements AutoCloseable {
    static {
        Engine.start();
    }

    private final Generator generator;

    /// A stream that begins at a seed.
    public Rng(long seed) {
        try (var _ = new org.bytedeco.javacpp.PointerScope()) {
            this.generator = torch.make_generator_cpu(mix(seed));
            generator.retainReference();
        }
    }

    /// {@return an independent stream for a numbered purpose: equal `seed` and `purpose` give equal streams}
    public static Rng of(long seed, long purpose) {
        return new Rng(mix(seed) ^ mix(purpose + 0x632BE59BD9B4E019L));
    }

    /// {@return float32 draws from the normal distribution}
    public Tensor normal(double mean, double std, long... shape) {
        Tensor tensor = Tensors.empty(DType.FLOAT32, Device.CPU, shape);
        tensor.handle().normal_(mean, std, new GeneratorOptional(generator));
        return tensor;
    }

    /// {@return float32 draws, uniform in `[low, high)`}
    public Tensor uniform(double low, double high, long... shape) {
        Tensor tensor = Tensors.empty(DType.FLOAT32, Device.CPU, shape);
        tensor.handle().uniform_(low, high, new GeneratorOptional(generator));
        return tensor;
    }

    /// {@return float32 zeros and ones; one with the given probability}
    public Tensor bernoulli(double probability, long... shape) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability lies in [0, 1], not " + probability);
        }
        Tensor tensor = Tensors.empty(DType.FLOAT32, Device.CPU, shape);
        tensor.handle().bernoulli_(probability, new GeneratorOptional(generator));
        return tensor;
    }

    /// {@return 64-bit integers, uniform in `[low, high)`}
    public Tensor integers(long low, long high, long... shape) {
        Tensor tensor = Tensors.empty(DType.INT64, Device.CPU, shape);
        tensor.handle().random_(low, new org.bytedeco.pytorch.LongOptional(high), new GeneratorOptional(generator));
        return tensor;
    }

    /// {@return a random order of `0 .. n − 1`}
    public Tensor permutation(long n) {
        return uniform(0, 1, n).sort(0, false).indices();
    }

    /// {@return for each row of weights `[rows, classes]` one class, drawn in proportion: `[rows]`}
    public Tensor multinomial(Tensor weights) {
        return Tensor.wrap(torch.multinomial(weights.handle(), 1, false, new GeneratorOptional(generator)))
                .squeeze(-1);
    }

    /// {@return the state as bytes, for [#restore]}
    public byte[] state() {
        try (var _ = Scope.open("rng state")) {
            return Tensor.wrap(generator.get_state()).contiguous().bytes().toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /// Continues where the stream stood when [#state] was read.
    ///
    /// @throws IllegalArgumentException when these bytes are no state
    public void restore(byte[] state) {
        try (var _ = Scope.open("rng state")) {
            Tensor bytes = Tensors.empty(DType.UINT8, Device.CPU, state.length);
            if (state.length > 0) {
                bytes.bytes().copyFrom(MemorySegment.ofArray(state));
            }
            generator.set_state(bytes.handle());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("these " + state.length + " bytes are no state of a random stream", e);
        }
    }

    /// Frees the generator. Closing twice does nothing.
    @Override
    public void close() {
        if (!generator.isNull()) {
            generator.deallocate();
            generator.setNull();
        }
    }

    /// SplitMix64's finaliser: neighbouring seeds become unrelated ones.
    private static long mix(long seed) {
        long z = seed + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
