package dev.mokha.bench;

import dev.mokha.language.source.ModelSource;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.NativeKernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.StepRows;
import dev.mokha.serve.model.WeightSource;
import java.io.PrintStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The server's steps against what somebody else computed in float64 from the same folder, token after token:
/// the largest difference of a log-probability among the reference's likeliest, and how many greedy tokens
/// are the same.
///
///     java … dev.mokha.bench.ReferenceBench REFERENCE.json MODEL
///
/// The file has a `prompt` of tokens, `generated` ones, and for each of those a step with the `top` tokens
/// and their log-probabilities:
/// `{"prompt": [...], "generated": [...], "steps": [{"top": [[id, logprob], ...]}, ...]}`.
public final class ReferenceBench {
    private ReferenceBench() {}

    /// @param arguments as above
    public static void main(String[] arguments) {
        PrintStream out = System.out;
        JsonNode reference =
                JsonMapper.builder().build().readTree(Path.of(arguments[0]).toFile());
        out.println("| arithmetic | keys and values | largest difference | greedy tokens the same |");
        out.println("|---|---|---|---|");
        for (Arithmetic arithmetic : Arithmetic.values()) {
            for (var type : List.of(KeyValueType.F32, KeyValueType.F16)) {
                try (var source = ModelSource.open(Path.of(arguments[1]));
                        var weights = WeightSource.of(source)) {
                    out.println(compared(reference, weights, arithmetic, type));
                }
            }
        }
    }

    private static String compared(JsonNode reference, WeightSource weights, Arithmetic arithmetic, KeyValueType type) {
        int[] prompt = numbers(reference.required("prompt"));
        int[] generated = numbers(reference.required("generated"));
        var kernels = Objects.requireNonNull(NativeKernels.load(), "this machine has no kernels in C");
        int length = prompt.length + generated.length;
        int blocks = length / KeyValueType.PAGE + 1;
        int[] table = IntStream.range(0, blocks).toArray();
        double largest = 0;
        int same = 0;
        try (var team = new Team(Runtime.getRuntime().availableProcessors());
                var decoder = new PackedDecoder(weights, kernels, team, arithmetic, prompt.length, blocks * 16);
                var store = new KeyValueStore(decoder.config(), type, blocks)) {
            int[] tokens = prompt;
            int position = 0;
            for (int step = 0; step < generated.length; step++) {
                var slice = new StepRows.Slice(tokens, position, table);
                var rows = new StepRows(List.of(slice), step == 0 ? 0 : 1, new int[] {tokens.length - 1});
                float[] logits = decoder.step(rows, store)
                        .asSlice(0, 4L * decoder.config().vocabSize())
                        .toArray(ValueLayout.JAVA_FLOAT);
                double[] ours = LogitsBench.logProbs(logits);
                for (JsonNode one : reference.at("/steps/" + step + "/top")) {
                    double theirs = one.get(1).asDouble();
                    largest = Math.max(largest, Math.abs(ours[one.get(0).asInt()] - theirs));
                }
                same += argmax(ours) == generated[step] ? 1 : 0;
                position += tokens.length;
                tokens = new int[] {generated[step]};
            }
        }
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.6f | %d of %d |",
                arithmetic.name().toLowerCase(Locale.ROOT),
                type,
                largest,
                same,
                generated.length);
    }

    private static int argmax(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    private static int[] numbers(JsonNode list) {
        List<Integer> numbers = new ArrayList<>();
        list.forEach(one -> numbers.add(one.asInt()));
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}
