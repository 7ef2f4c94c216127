package dev.mokha.serve.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A weight matrix `[outputs, inputs]` in the order that the [Kernels] read it: panels of 16 outputs one after
/// another, in a panel block after block of inputs; see [Panels]. Outputs are filled up with zeros to
/// whole panels.
///
/// @param type how numbers are stored
/// @param outputs rows of the matrix
/// @param inputs columns: whole blocks of the type, of the float types a multiple of [#FLOAT_STEP]
/// @param data the panels
public record PackedMatrix(WeightType type, int outputs, int inputs, MemorySegment data) {
    /// What the inputs of a float matrix are a multiple of: as few as a low-rank product may have.
    public static final int FLOAT_STEP = 8;

    public PackedMatrix {
        int step = type.isQuantized() ? type.block() : FLOAT_STEP;
        if (inputs % step != 0) {
            throw new IllegalArgumentException("a matrix of " + inputs + " inputs cannot be packed as " + type
                    + ": they have to be a multiple of " + step);
        }
        long bytes = bytes(type, outputs, inputs);
        if (data.byteSize() != bytes) {
            throw new IllegalArgumentException(
                    "panels of " + outputs + " x " + inputs + " take " + bytes + " bytes, not " + data.byteSize());
        }
    }

    /// Room for a matrix, zeroed.
    public static PackedMatrix allocate(WeightType type, int outputs, int inputs, Arena arena) {
        return new PackedMatrix(type, outputs, inputs, arena.allocate(bytes(type, outputs, inputs), 4096));
    }

    /// {@return the bytes that a matrix takes}
    public static long bytes(WeightType type, int outputs, int inputs) {
        return panels(outputs) * type.panelBytes(inputs);
    }

    private static long panels(int outputs) {
        return (outputs + WeightType.PANEL - 1L) / WeightType.PANEL;
    }

    /// {@return the number of panels}
    public int panels() {
        return (int) panels(outputs);
    }

    /// {@return the bytes of a panel}
    public long panelBytes() {
        return type.panelBytes(inputs);
    }

    /// {@return one panel}
    public MemorySegment panel(int index) {
        return data.asSlice(index * panelBytes(), panelBytes());
    }

    /// Packs one output's weights.
    ///
    /// @param row their bytes in the order of the inputs; blocks as GGUF files have them
    public void fill(int output, MemorySegment row) {
        Panels.writeRow(type, row, inputs, panel(output / WeightType.PANEL), output % WeightType.PANEL);
    }

    /// Writes one output's weights as float32, as for an embedding.
    ///
    /// @param out `inputs` floats
    public void row(int output, MemorySegment out) {
        Panels.readRow(type, panel(output / WeightType.PANEL), inputs, output % WeightType.PANEL, out);
    }
}
