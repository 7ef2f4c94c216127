package dev.mokha.tensor;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.OperatorHandleOptional;
import org.bytedeco.pytorch.OperatorName;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// Products of 8-bit integers by oneDNN, summed in 32 bits. The binding does not name these operations, so they are
/// called through libtorch's dispatcher.
final class Int8Product {
    static {
        Engine.start();
    }

    /// What `post_op_args` is when nothing follows the product. A list made empty in a script is one shared constant,
    /// which is what is wanted here.
    private static final IValue NO_ARGUMENTS = noArguments();

    private static final @Nullable OperatorHandle PACK = find("onednn::qlinear_prepack");
    private static final @Nullable OperatorHandle LINEAR = find("onednn::qlinear_pointwise");

    /// Whether this build of libtorch has the operations: on x86-64 it does.
    static final boolean HERE = PACK != null && LINEAR != null;

    /// The largest magnitude of a quantised activation. Processors without VNNI add two products in 16 bits, where
    /// `2 · 255 · 127` saturates; there activations get 7 bits, as in PyTorch's `reduce_range`. Tried, not guessed.
    static final int LEVELS = HERE && !sumsInFull() ? 63 : 127;

    private Int8Product() {}

    /// {@return the weight in the order that the product reads it in}
    /// @param weight int8 `[out, in]`
    static Tensor pack(Tensor weight) {
        return call(required(PACK), new IValue(weight), new IValue());
    }

    /// {@return `(x − zero) Wᵀ`, each output channel times its scale, float32 `[rows, out]`}
    ///
    /// @param x unsigned 8-bit `[rows, in]`
    /// @param zero what stands for 0 in `x`
    /// @param packed of [#pack]
    /// @param scales float32 `[out]`
    /// @param zeros 64-bit zeros `[out]`
    static Tensor linear(Tensor x, long zero, Tensor packed, Tensor scales, Tensor zeros) {
        return call(
                required(LINEAR),
                new IValue(x),
                new IValue(1.0), // the scale of x: applied per row by the caller
                new IValue(zero),
                new IValue(packed),
                new IValue(scales),
                new IValue(zeros),
                new IValue(), // no bias
                new IValue(1.0), // the scale of the output, which is not quantised
                new IValue(0L),
                new IValue((long) ScalarType.Float.value),
                new IValue("none"), // no activation after
                NO_ARGUMENTS,
                new IValue(""));
    }

    /// The arguments belong to the innermost scope.
    private static Tensor call(OperatorHandle operator, IValue... arguments) {
        try (var stack = new IValueVector(arguments)) {
            operator.callBoxed(stack);
            return new Tensor(stack.get(0).toTensor()); // another reference than the stack's, which closes
        }
    }

    private static OperatorHandle required(@Nullable OperatorHandle operator) {
        if (operator == null) {
            throw new IllegalStateException("this build of libtorch has no int8 products by oneDNN");
        }
        return operator;
    }

    private static @Nullable OperatorHandle find(String name) {
        try (var _ = new PointerScope()) {
            OperatorHandleOptional found = Dispatcher.singleton().findSchema(new OperatorName(name, ""));
            if (!found.has_value() || !torch.hasMKLDNN()) {
                return null;
            }
            return (OperatorHandle) new OperatorHandle(found.get()).retainReference();
        }
    }

    private static IValue noArguments() {
        try (var _ = new PointerScope()) {
            return (IValue) new Script("""
                            def nothing() -> List[Optional[number]]:
                                x: List[Optional[number]] = []
                                return x
                            """)
                    .function("nothing")
                    .apply(new IValueVector())
                    .retainReference();
        }
    }

    private static boolean sumsInFull() {
        try (var _ = new PointerScope()) {
            long in = 64;
            Tensor x = torch.full(new long[] {16, in}, new Scalar(255.0)).to(ScalarType.Byte);
            Tensor w = torch.full(new long[] {16, in}, new Scalar(127.0)).to(ScalarType.Char);
            Tensor ones = torch.ones(new long[] {16});
            Tensor product = linear(x, 0, pack(w), ones, ones.sub(ones).to(ScalarType.Long));
            return product.min().item_double() == 255.0 * 127 * in;
        }
    }
}
