package dev.mokha.language.packed;

/// How the projections of a folder are packed, as `quantization_config` in its `config.json` says.
///
/// A weight is `(level − zero) · scale`, with a zero and a scale for each output and each group of inputs. A
/// projection `X` is in the tensors `X.qweight`, `X.qzeros`, `X.scales` and, in GPTQ's layouts, `X.g_idx`.
///
/// @param kind which bits lie where
/// @param bits of a level: 4, in GPTQ's layouts also 8
/// @param groupSize inputs that share a zero and a scale; -1 for all
/// @param symmetric whether all zeros are the level in the middle
/// @param byInput whether inputs were rounded in the order of their size (`desc_act`), so that a group's need
///     not be neighbours; `X.g_idx` says to which each belongs
public record PackedLayout(Kind kind, int bits, int groupSize, boolean symmetric, boolean byInput) {
    /// The whole of a row.
    public static final int ALL = -1;

    public PackedLayout {
        boolean known = kind == Kind.AWQ ? bits == 4 : bits == 4 || bits == 8;
        if (!known) {
            throw new IllegalArgumentException("weights of " + bits + " bits are not read from folders of "
                    + kind.label() + "; 4 are" + (kind == Kind.AWQ ? "" : ", and 8"));
        }
        if (groupSize != ALL && groupSize < 1) {
            throw new IllegalArgumentException("groups have an input at least, or -1 for all, not " + groupSize);
        }
    }

    /// Where the bits lie, after the code of
    /// [AutoGPTQ](https://github.com/AutoGPTQ/AutoGPTQ/blob/main/auto_gptq/nn_modules/qlinear/qlinear_cuda.py)
    /// and [AutoAWQ](https://github.com/casper-hansen/AutoAWQ/blob/main/awq/modules/linear/gemm.py).
    public enum Kind {
        /// `qweight` `[inputs · bits / 32, outputs]`: inputs one after another, the first in the lowest bits;
        /// `qzeros` `[groups, outputs · bits / 32]` likewise along outputs, each less 1; `scales`
        /// `[groups, outputs]`.
        GPTQ("gptq"),
        /// As [#GPTQ], zeros as they are (`checkpoint_format` `gptq_v2`).
        GPTQ_V2("gptq_v2"),
        /// `qweight` `[inputs, outputs / 8]` and `qzeros` `[groups, outputs / 8]`: of eight outputs, those
        /// with the numbers 0, 2, 4, 6, 1, 3, 5, 7, from the lowest bits up; `scales` `[groups, outputs]`
        /// (`version` `gemm`).
        AWQ("awq");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /// {@return what folders call it}
        public String label() {
            return label;
        }
    }

    /// {@return the groups of so many inputs}
    public int groups(int inputs) {
        return groupSize == ALL ? 1 : (inputs + groupSize - 1) / groupSize;
    }

    /// {@return levels in 32 bits}
    int perWord() {
        return 32 / bits;
    }

    /// {@return the highest level}
    public int most() {
        return (1 << bits) - 1;
    }
}
