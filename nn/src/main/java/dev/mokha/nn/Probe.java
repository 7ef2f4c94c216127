package dev.mokha.nn;

import dev.mokha.tensor.Tensor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Looks at the named points of a model while it runs, and may put other values there.
///
/// ```java
/// var maps = new LinkedHashMap<String, Tensor>();
/// Tensor logits = Probe.reading(name -> name.endsWith(".probs"), maps::put)
///         .during(() -> model.forward(tokens));
/// ```
///
/// Nothing is registered with the model and nothing has to be removed: the probe is bound for the duration of one
/// call, on this thread. Probes nest; the inner one comes first, so an outer one sees what the model goes on with.
public interface Probe {
    /// {@return whether this probe wants the value at the named point; only then is it formed, where that costs}
    boolean wants(String name);

    /// Called with the value at a point that this probe [wants][#wants].
    ///
    /// @param value as the model computed it, with its gradient history
    /// @return what the model goes on with: `value` to only read
    Tensor see(String name, Tensor value);

    /// Runs `work` with this probe bound.
    ///
    /// @return what `work` returns
    default <T> T during(Supplier<T> work) {
        Probe bound = Tap.PROBE.isBound() ? new Both(this, Tap.PROBE.get()) : this;
        return ScopedValue.where(Tap.PROBE, bound).call(work::get);
    }

    /// {@return a probe that hands the wanted values to `reader` and changes nothing}
    static Probe reading(Predicate<String> wanted, BiConsumer<String, Tensor> reader) {
        return replacing(wanted, (name, value) -> {
            reader.accept(name, value);
            return value;
        });
    }

    /// {@return a probe that puts `change`'s result in place of the wanted values}
    static Probe replacing(Predicate<String> wanted, BiFunction<String, Tensor, Tensor> change) {
        return new Probe() {
            @Override
            public boolean wants(String name) {
                return wanted.test(name);
            }

            @Override
            public Tensor see(String name, Tensor value) {
                return change.apply(name, value);
            }
        };
    }

    /// Two probes, one inside the other.
    ///
    /// @param inner sees the model's value
    /// @param outer sees what `inner` made of it
    record Both(Probe inner, Probe outer) implements Probe {
        @Override
        public boolean wants(String name) {
            return inner.wants(name) || outer.wants(name);
        }

        @Override
        public Tensor see(String name, Tensor value) {
            Tensor seen = inner.wants(name) ? inner.see(name, value) : value;
            return outer.wants(name) ? outer.see(name, seen) : seen;
        }
    }
}
