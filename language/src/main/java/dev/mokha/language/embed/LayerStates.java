package dev.mokha.language.embed;

import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.Featurizer;
import dev.mokha.nn.Probe;
import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What each layer of an encoder gives, the last one behind the final norm where there is one.
///
/// @param states `[tokens, hidden]` each, without the embeddings
record LayerStates(List<Tensor> states) {
    private static final Pattern OUTPUT = Pattern.compile("layers?\\.\\d+\\.output$");

    static LayerStates of(Featurizer model, EncoderBatch batch) {
        var states = new ArrayList<Tensor>();
        Tensor last = Probe.reading(name -> OUTPUT.matcher(name).find(), (_, value) -> states.add(value))
                .during(() -> model.forward(batch));
        states.set(states.size() - 1, last);
        return new LayerStates(states);
    }

    /// {@return the layer of an index: 0 is the first, -1 the last}
    Tensor at(int index) {
        int count = states.size();
        if (index < -count || index >= count) {
            throw new IllegalArgumentException("there is no layer " + index + "; the model has layers 0 to "
                    + (count - 1) + ", or -" + count + " to -1 from the end");
        }
        return states.get(index < 0 ? index + count : index);
    }

    /// {@return the last four, the last one first}
    List<Tensor> lastFour() {
        if (states.size() < 4) {
            throw new IllegalArgumentException(
                    "the model has " + states.size() + " layers, not four; choose another pooling, such as mean");
        }
        return List.of(at(-1), at(-2), at(-3), at(-4));
    }
}
