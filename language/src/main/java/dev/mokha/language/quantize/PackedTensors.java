package dev.mokha.language.quantize;

import dev.mokha.language.packed.PackedLayout;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;

/// A matrix's tensors in a packed folder; see [PackedLayout].
final class PackedTensors {
    /// Which output's level lies where in 32 bits.
    private static final int[] AWQ_ORDER = {0, 2, 4, 6, 1, 3, 5, 7};

    private PackedTensors() {}

    /// {@return `qweight`, `qzeros`, `scales` and, in GPTQ's layouts, `g_idx`, in the innermost scope}
    ///
    /// @param matrix `[outputs, inputs]` with grids of [GroupGrid]
    /// @throws IllegalArgumentException when its sizes are no whole groups and words
    static Map<String, Tensor> of(PackedLayout layout, Levelled matrix) {
        int outputs = matrix.levels().length;
        int inputs = matrix.columns();
        int groups = inputs / matrix.group();
        int perWord = 32 / layout.bits();
        boolean awq = layout.kind() == PackedLayout.Kind.AWQ;
        int[] levels = new int[outputs * inputs / perWord];
        int[] zeros = new int[groups * outputs / perWord];
        float[] scales = new float[groups * outputs];
        for (int output = 0; output < outputs; output++) {
            int shift = layout.bits() * (awq ? place(output % perWord) : output % perWord);
            for (int group = 0; group < groups; group++) {
                var grid = (GroupGrid) matrix.grids()[output][group];
                int zero = layout.kind() == PackedLayout.Kind.GPTQ ? grid.zero() - 1 : grid.zero();
                scales[group * outputs + output] = grid.scale();
                zeros[group * (outputs / perWord) + output / perWord] |= (zero & layout.most()) << shift;
            }
            for (int input = 0; input < inputs; input++) {
                int level = matrix.levels()[output][input];
                if (awq) {
                    levels[input * (outputs / perWord) + output / perWord] |= level << shift;
                } else {
                    levels[input / perWord * outputs + output] |= level << (layout.bits() * (input % perWord));
                }
            }
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("qweight", awq ? ints(levels, inputs, outputs / perWord) : ints(levels, inputs / perWord, outputs));
        tensors.put("qzeros", ints(zeros, groups, outputs / perWord));
        tensors.put("scales", Tensors.of(scales, groups, outputs).to(DType.FLOAT16));
        if (!awq) {
            int[] index = new int[inputs];
            for (int i = 0; i < inputs; i++) {
                index[i] = i / matrix.group();
            }
            tensors.put("g_idx", ints(index, inputs));
        }
        return tensors;
    }

    private static Tensor ints(int[] values, long... shape) {
        return Tensors.of(values, shape).to(DType.INT32);
    }

    private static int place(int output) {
        for (int place = 0; place < AWQ_ORDER.length; place++) {
            if (AWQ_ORDER[place] == output) {
                return place;
            }
        }
        throw new IllegalArgumentException("of eight outputs none has the number " + output);
    }
}
