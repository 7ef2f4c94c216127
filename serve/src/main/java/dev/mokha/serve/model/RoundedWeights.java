package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.gguf.BlockWriter;
import dev.mokha.language.gguf.Blocks;
import dev.mokha.language.gguf.GgufType;
import dev.mokha.language.gguf.Mix;
import dev.mokha.serve.kernel.WeightType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A decoder's float weights, each matrix rounded as it is read to the type that a [Mix] gives it: the bytes
/// that [dev.mokha.language.quantize.ModelOutput#gguf] writes. Vectors and routers of experts stay as they are.
public final class RoundedWeights implements WeightSource {
    /// What chooses among experts: small, and a wrong choice costs more than a rounded weight.
    private static final String ROUTER = ".gate.weight";

    private final WeightSource source;
    private final Mix mix;

    /// @param source is closed with this
    public RoundedWeights(WeightSource source, Mix mix) {
        this.source = source;
        this.mix = mix;
    }

    @Override
    public DecoderConfig config() {
        return source.config();
    }

    /// @throws UnfitOptionException when the matrix is quantised already: rounded twice it would lose twice
    @Override
    public @Nullable Rows find(String name) {
        @Nullable Rows rows = source.find(name);
        if (rows == null || rows.count() == 1 || name.endsWith(ROUTER)) {
            return rows;
        }
        if (rows.type().isQuantized()) {
            throw new UnfitOptionException("tensor '" + name + "' is quantised already, as " + rows.type()
                    + "; it is served as it is, or rounded to " + mix + " from the float model it was made of");
        }
        return new Rounded(rows, mix.type(name, rows.width(), config(), false), name);
    }

    private record Rounded(Rows rows, GgufType to, String name) implements Rows {
        @Override
        public WeightType type() {
            return WeightType.of(to);
        }

        @Override
        public int count() {
            return rows.count();
        }

        @Override
        public int width() {
            return rows.width();
        }

        @Override
        public MemorySegment row(int index) {
            if (type() == rows.type()) {
                return rows.row(index);
            }
            float[] numbers = new float[rows.width()];
            Blocks.read(rows.type().file(), rows.row(index), 0, numbers);
            try {
                return BlockWriter.rows(to, numbers, numbers.length);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
            }
        }

        @Override
        public void release(int from, int to) {
            rows.release(from, to);
        }
    }

    @Override
    public @Nullable String loss() {
        return source.loss();
    }

    @Override
    public void close() {
        source.close();
    }
}
