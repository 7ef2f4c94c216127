package dev.mokha.bench;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Probe;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// How far each family of decoders is from transformers in float32: the largest absolute differences on
/// `fixtures/decoders`, as a Markdown table. `DecoderParityTest` holds them below 1e-4.
///
///     java … dev.mokha.bench.DecoderParityBench fixtures/decoders
final class DecoderParityBench {
    private DecoderParityBench() {}

    /// Measures every folder below the first argument.
    public static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        out.println("| family | logits | hidden states | loss | gradients |");
        out.println("|---|---|---|---|---|");
        List<Path> families;
        try (var listed = Files.list(Path.of(args[0]))) {
            families = listed.filter(Files::isDirectory).sorted().toList();
        }
        for (Path family : families) {
            double[] far = measure(family);
            out.printf(
                    Locale.ROOT,
                    "| `%s` | %.1e | %.1e | %.1e | %.1e |%n",
                    family.getFileName(),
                    far[0],
                    far[1],
                    far[2],
                    far[3]);
        }
    }

    private static double[] measure(Path family) {
        try (var _ = Scope.open("family");
                var file = Safetensors.open(family.resolve("expected.safetensors"));
                var model = ModelFolder.open(family.resolve("model")).decoder(Loading.forTraining(Device.CPU))) {
            TokenBatch batch = TokenBatch.of(file.tensor("input_ids")).masked(file.tensor("attention_mask"));
            Tensor real = batch.attentionMask() == null
                    ? batch.ids().ge(0)
                    : batch.attentionMask().ne(0);
            Map<String, Tensor> seen = new LinkedHashMap<>();
            Tensor logits =
                    Probe.reading(name -> name.endsWith(".output"), seen::put).during(() -> model.forward(batch));
            Tensor loss = model.loss(batch, file.tensor("labels"));
            loss.backward();
            return new double[] {
                far(logits, file.tensor("logits"), real),
                states(model, seen, file, real),
                Math.abs(loss.item() - file.tensor("loss").item()),
                gradients(model, file)
            };
        }
    }

    private static double states(Decoder model, Map<String, Tensor> seen, Safetensors file, Tensor real) {
        double worst = far(at(seen, "model.embed_tokens.output"), file.tensor("hidden.embed"), real);
        for (int layer = 0; layer < model.config().numHiddenLayers(); layer++) {
            Tensor state = at(seen, "model.layers." + layer + ".output");
            worst = Math.max(worst, far(state, file.tensor("hidden.layer." + layer), real));
        }
        return Math.max(worst, far(at(seen, "model.norm.output"), file.tensor("hidden.norm"), real));
    }

    private static double gradients(Decoder model, Safetensors file) {
        double worst = 0;
        for (var entry : model.params().named().entrySet()) {
            Tensor gradient = Objects.requireNonNull(entry.getValue().grad(), entry.getKey());
            Tensor expected = file.tensor("grad." + entry.getKey());
            worst = Math.max(worst, gradient.sub(expected).abs().max().item());
        }
        return worst;
    }

    /// The largest absolute difference at real positions.
    private static double far(Tensor actual, Tensor expected, Tensor real) {
        return actual.detach()
                .sub(expected)
                .abs()
                .maskedFill(real.not().unsqueeze(-1), 0)
                .max()
                .item();
    }

    private static Tensor at(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }
}
