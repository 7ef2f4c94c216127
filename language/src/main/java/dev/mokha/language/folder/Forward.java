package dev.mokha.language.folder;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Probe;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One pass of a folder's model over ids given as JSON, every named output back as float32: the way to compare
/// a model with any other implementation.
///
/// The keys are those of the Hugging Face call: `input_ids`, and where wanted `attention_mask`,
/// `position_ids` and `labels`, each a list of rows or a single row. Outputs are named as there: `logits`,
/// `hidden_states.0` (the embedding) to `hidden_states.N` (after the last norm; between them the residual
/// stream after each layer but the last), and `loss` when there are labels. Everything is computed in
/// float32, whatever the folder's type.
///
/// An encoder takes `token_type_ids` too and, for its head, `next_sentence_label`, `start_positions` and
/// `end_positions`; with `output_attentions` it gives back its maps. Its outputs are those of the class that
/// the folder names: see [EncoderCall#run].
public final class Forward {
    private static final String INPUT = "the input";

    private Forward() {}

    /// Computes all outputs.
    ///
    /// @param json the input's text
    /// @throws IllegalArgumentException when the folder or the input cannot be used; the message
    ///     names what and why
    public static ForwardResult run(Path folder, String json) {
        JsonKeys keys = JsonKeys.parse(json, INPUT);
        if (EncoderFolder.isEncoder(folder)) {
            return EncoderForward.run(folder, keys);
        }
        ModelFolder opened = ModelFolder.open(folder);
        try (var _ = Scope.open("forward");
                var _ = Gradients.off();
                var model = opened.decoder(Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
            return run(model, keys);
        }
    }

    private static ForwardResult run(Decoder model, JsonKeys keys) {
        JsonRows ids = JsonRows.required(keys, "input_ids");
        ids.requireIds(model.config().vocabSize());
        @Nullable JsonRows types = JsonRows.optional(keys, "token_type_ids", ids);
        if (types != null && !types.isZero()) {
            throw new IllegalArgumentException(
                    INPUT + ": token_type_ids are not all 0, but this model has no types; leave the key out");
        }
        @Nullable JsonRows mask = JsonRows.optional(keys, "attention_mask", ids);
        @Nullable JsonRows positions = JsonRows.optional(keys, "position_ids", ids);
        if (positions != null) {
            positions.requireIds(Integer.MAX_VALUE);
        }
        @Nullable JsonRows labels = JsonRows.optional(keys, "labels", ids);
        if (labels != null) {
            labels.requireLabels(model.config().vocabSize());
        }
        var batch = new TokenBatch(
                ids.tensor(),
                mask == null ? null : mask.tensor(),
                positions == null ? null : positions.tensor(),
                null,
                null);
        Map<String, Tensor> states = new LinkedHashMap<>();
        Tensor logits = Probe.reading(Forward::isState, states::put).during(() -> model.forward(batch));
        var outputs = new LinkedHashMap<String, ForwardResult.Output>();
        outputs.put("logits", output(logits));
        List<Tensor> stream = List.copyOf(states.values()); // embedding, layers, norm
        int layers = model.config().numHiddenLayers();
        for (int i = 0; i <= layers; i++) {
            outputs.put("hidden_states." + i, output(stream.get(i < layers ? i : layers + 1)));
        }
        if (labels != null) {
            outputs.put("loss", output(loss(model, batch, labels.tensor())));
        }
        return new ForwardResult(outputs);
    }

    private static Tensor loss(Decoder model, TokenBatch batch, Tensor labels) {
        if (batch.ids().size(1) < 2) {
            return Tensors.scalar(Double.NaN, DType.FLOAT32); // nothing is predicted
        }
        return model.loss(batch, labels);
    }

    private static boolean isState(String name) {
        return name.matches("model\\.(embed_tokens|layers\\.\\d+|norm)\\.output");
    }

    private static ForwardResult.Output output(Tensor tensor) {
        return new ForwardResult.Output(tensor.shape(), tensor.toFloats());
    }
}
