package dev.mokha.tensor;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.global.torch;

/// A compiled TorchScript program: the way to libtorch operations that the binding does not name.
///
/// Functions run with gradients as the thread has them; what they return belongs to the innermost scope.
final class Script {
    static {
        Engine.start();
    }

    private static final Script LISTS = new Script("""
            def list_of(first: Tensor) -> List[Tensor]:
                return [first]
            """);

    private final CompilationUnit unit;

    Script(String source) {
        try (var _ = new PointerScope()) {
            this.unit = torch.compile(source);
            unit.retainReference();
        }
    }

    /// A function to call often.
    Function function(String name) {
        try (var _ = new PointerScope()) {
            Function function = unit.find_function(new QualifiedName(name));
            if (function == null || function.isNull()) {
                throw new IllegalArgumentException("the script has no function '" + name + "'");
            }
            return function;
        }
    }

    /// A list of tensors that lives until the result is closed. (A list made empty in a script is a shared constant,
    /// hence the detour over its first element.)
    static IValue list(List<Tensor> tensors) {
        try (var _ = new PointerScope()) {
            IValue list = LISTS.function("list_of")
                    .apply(new IValueVector(new IValue(tensors.getFirst().handle())));
            var elements = list.toTensorList();
            for (Tensor tensor : tensors.subList(1, tensors.size())) {
                elements.push_back(tensor.handle());
            }
            list.retainReference();
            return list;
        }
    }
}
