package dev.mokha.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/// The element types of a tensor. [#label] is the name a safetensors header gives the type.
public enum DType {
    FLOAT64("F64", 8, ScalarType.Double),
    FLOAT32("F32", 4, ScalarType.Float),
    FLOAT16("F16", 2, ScalarType.Half),
    BFLOAT16("BF16", 2, ScalarType.BFloat16),
    FLOAT8_E4M3("F8_E4M3", 1, ScalarType.Float8_e4m3fn),
    FLOAT8_E5M2("F8_E5M2", 1, ScalarType.Float8_e5m2),
    INT64("I64", 8, ScalarType.Long),
    INT32("I32", 4, ScalarType.Int),
    INT16("I16", 2, ScalarType.Short),
    INT8("I8", 1, ScalarType.Char),
    UINT64("U64", 8, ScalarType.UInt64),
    UINT32("U32", 4, ScalarType.UInt32),
    UINT16("U16", 2, ScalarType.UInt16),
    UINT8("U8", 1, ScalarType.Byte),
    BOOL("BOOL", 1, ScalarType.Bool);

    private final String label;
    private final int bytes;
    private final ScalarType torch;

    DType(String label, int bytes, ScalarType torch) {
        this.label = label;
        this.bytes = bytes;
        this.torch = torch;
    }

    /// {@return the name of the type in a safetensors header, such as `BF16`}
    public String label() {
        return label;
    }

    /// {@return the size of one element in bytes}
    public int bytes() {
        return bytes;
    }

    /// {@return whether the type has a fraction, and so can carry gradients}
    public boolean isFloating() {
        return switch (this) {
            case FLOAT64, FLOAT32, FLOAT16, BFLOAT16, FLOAT8_E4M3, FLOAT8_E5M2 -> true;
            case INT64, INT32, INT16, INT8, UINT64, UINT32, UINT16, UINT8, BOOL -> false;
        };
    }

    ScalarType torch() {
        return torch;
    }

    static DType of(ScalarType type) {
        for (DType dtype : values()) {
            if (dtype.torch.value == type.value) {
                return dtype;
            }
        }
        throw new IllegalArgumentException("libtorch's element type " + type + " has no counterpart in DType");
    }
}
