package dev.mokha.bench;

import dev.mokha.language.encoder.EncoderModel;
import dev.mokha.language.folder.EncoderCall;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.folder.EncoderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// How far each family of encoders is from transformers in float32, with each of its heads: the largest absolute
/// differences on `fixtures/encoders`, as a Markdown table. `EncoderParityTest` holds them below 1e-4.
///
///     java … dev.mokha.bench.EncoderParityBench fixtures/encoders [OUT]
///
/// With OUT, each model is written there as a folder with a tokenizer, beside what was computed with it:
/// `bench/peers/encoder_folder.py` opens them.
final class EncoderParityBench {
    private static final List<String> KINDS = List.of("states", "maps", "logits", "pooled", "loss", "gradients");
    private static final List<String> PIECES = List.of(
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat", "on", "mat", ".", ",", "مقهى",
            "في", "##ة", "a", "##a");

    private EncoderParityBench() {}

    /// Measures every folder below the first argument.
    public static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        out.println("| family and head | states | maps | logits | pooled | loss | gradients |");
        out.println("|---|---|---|---|---|---|---|");
        Path root = Path.of(args[0]);
        List<Path> cases;
        try (var listed = Files.walk(root, 3)) {
            cases = listed.filter(path -> path.endsWith("expected.safetensors"))
                    .map(Path::getParent)
                    .sorted()
                    .toList();
        }
        for (Path folder : cases) {
            Map<String, Double> far = measure(folder);
            var row = new ArrayList<String>();
            for (String kind : KINDS) {
                row.add(far.containsKey(kind) ? String.format(Locale.ROOT, "%.1e", far.get(kind)) : "");
            }
            out.println("| `" + root.relativize(folder) + "` | " + String.join(" | ", row) + " |");
            if (args.length > 1) {
                write(folder, Path.of(args[1]).resolve(root.relativize(folder).toString()));
            }
        }
    }

    private static Map<String, Double> measure(Path folder) {
        var far = new LinkedHashMap<String, Double>();
        try (var _ = Scope.open("case");
                var file = Safetensors.open(folder.resolve("expected.safetensors"));
                var model = EncoderFolder.open(folder).model(Loading.forTraining(Device.CPU))) {
            Map<String, Tensor> outputs = EncoderCall.of(inputs(file)).run(model, true);
            at(outputs, "loss").backward();
            Tensor real = file.tensor("attention_mask").ne(0).reshape(-1);
            outputs.forEach((name, value) -> {
                if (file.names().contains(name)) {
                    Tensor expected = file.tensor(name);
                    far.merge(kind(name), far(value.detach(), expected, real), Math::max);
                }
            });
            gradients(model, file, far);
        }
        return far;
    }

    private static void gradients(EncoderModel model, Safetensors file, Map<String, Double> far) {
        model.params().named().forEach((name, tensor) -> {
            if (tensor.grad() != null) {
                Tensor expected = file.tensor("grad." + name);
                double difference = Objects.requireNonNull(tensor.grad(), name)
                        .sub(expected)
                        .abs()
                        .max()
                        .item();
                far.merge("gradients", difference, Math::max);
            }
        });
    }

    private static String kind(String name) {
        return switch (name) {
            case "loss" -> "loss";
            case "pooler_output" -> "pooled";
            case String _ when name.startsWith("hidden") -> "states";
            case String _ when name.startsWith("attentions") -> "maps";
            default -> "logits";
        };
    }

    /// The largest absolute difference at real positions: rows of tokens that are padding do not count.
    private static double far(Tensor actual, Tensor expected, Tensor real) {
        Tensor difference = actual.reshape(-1).sub(expected.reshape(-1)).abs();
        long tokens = real.size(0);
        boolean perToken = expected.rank() > 1 && expected.size(0) * expected.size(1) == tokens;
        if (expected.rank() == 4) { // maps: [batch, heads, time, time]
            long heads = expected.size(1);
            Tensor queries = real.view(expected.size(0), 1, expected.size(2))
                    .expand(expected.size(0), heads, expected.size(2))
                    .reshape(-1);
            return difference
                    .view(queries.size(0), -1)
                    .maskedFill(queries.not().unsqueeze(1), 0)
                    .max()
                    .item();
        }
        return perToken
                ? difference
                        .view(tokens, -1)
                        .maskedFill(real.not().unsqueeze(1), 0)
                        .max()
                        .item()
                : difference.max().item();
    }

    private static void write(Path folder, Path target) throws IOException {
        EncoderFolder opened = EncoderFolder.open(folder);
        Path vocabulary = Files.createTempFile("vocab", ".txt");
        try (var _ = Scope.open("write");
                var file = Safetensors.open(folder.resolve("expected.safetensors"));
                var model = opened.model(Loading.forUse(Device.CPU))) {
            Files.write(vocabulary, PIECES);
            Tokenizer tokenizer = Tokenizer.load(vocabulary);
            Files.createDirectories(target.getParent());
            FolderWriter.write(target, model, EncoderParts.of(tokenizer), DType.FLOAT32);
            var tensors = new LinkedHashMap<>(inputs(file));
            EncoderCall.of(tensors).run(model, false).forEach((name, value) -> {
                if (!name.equals("pooler_output")) {
                    tensors.put("out." + name, value.rank() == 0 ? value.reshape(1) : value.contiguous());
                }
            });
            int[] ids = tokenizer.encodeIds("The cats sat, on a mat. مقهىة?", true);
            tensors.put("ids", dev.mokha.tensor.Tensors.of(ids, ids.length));
            Safetensors.write(target.resolveSibling(target.getFileName() + ".safetensors"), tensors, Map.of());
        } finally {
            Files.delete(vocabulary);
        }
    }

    private static Map<String, Tensor> inputs(Safetensors file) {
        var inputs = new LinkedHashMap<String, Tensor>();
        for (String key : List.of(
                "input_ids",
                "attention_mask",
                "token_type_ids",
                "labels",
                "next_sentence_label",
                "start_positions",
                "end_positions")) {
            if (file.names().contains(key)) {
                inputs.put(key, file.tensor(key));
            }
        }
        return inputs;
    }

    private static Tensor at(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }
}
