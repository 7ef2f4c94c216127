package dev.mokha.language.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What transformers computed with a tiny encoder: `fixtures/encoders`, whose README tells the keys.
///
/// @param name family and head, such as `bert/token`
record GoldenEncoder(String name) {
    static final List<String> CASES = List.of(
            "bert/pretraining",
            "bert/mlm",
            "bert/nsp",
            "bert/single-label",
            "bert/multi-label",
            "bert/regression",
            "bert/token",
            "bert/choice",
            "bert/span",
            "bert-tanh/pretraining",
            "roberta/mlm",
            "roberta/single-label",
            "roberta/token",
            "roberta/choice",
            "roberta/span",
            "distilbert/mlm",
            "distilbert/single-label",
            "distilbert/token",
            "distilbert/choice",
            "distilbert/span",
            "electra/discriminator",
            "electra/mlm",
            "electra/single-label",
            "electra/token",
            "electra/choice",
            "electra/span",
            "modernbert/mlm",
            "modernbert/single-label-cls",
            "modernbert/regression-mean",
            "modernbert/token",
            "modernbert/choice-mean",
            "modernbert/span",
            "modernbert-bias/mlm");

    /// transformers' own float32 is up to 2.1e-5 from its float64 on these (`meta.json`).
    static final double TOLERANCE = 1e-4;

    static Path root() {
        return Path.of(System.getProperty("mokha.root", ".."), "fixtures", "encoders");
    }

    Path path() {
        return root().resolve(name);
    }

    EncoderFolder folder() {
        return EncoderFolder.open(path());
    }

    /// All tensors of the fixture, owned by the innermost scope.
    Map<String, Tensor> expected() {
        var tensors = new LinkedHashMap<String, Tensor>();
        try (var file = Safetensors.open(path().resolve("expected.safetensors"))) {
            for (String key : file.names()) {
                tensors.put(key, file.tensor(key));
            }
        }
        return tensors;
    }

    static boolean isOutput(String key) {
        return key.matches("loss|pooler_output|(?!sparse).*logits|(hidden_states|attentions)\\.\\d+");
    }

    /// Compares elements where `counts` (broadcast over trailing dimensions) is not 0; null compares all.
    static void assertClose(String what, Tensor actual, Tensor expected, long @Nullable [] counts) {
        double[] a = actual.toDoubles();
        double[] e = expected.toDoubles();
        assertThat(a.length).as("%s %s beside %s", what, actual, expected).isEqualTo(e.length);
        int width = counts == null ? 1 : a.length / counts.length;
        double worst = 0;
        int where = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = counts != null && counts[i / width] == 0 ? 0 : Math.abs(a[i] - e[i]);
            if (!(difference <= worst)) {
                worst = difference;
                where = i;
            }
        }
        assertThat(worst)
                .as(
                        "%s: largest difference at flat index %d of %s: %s, expected %s",
                        what, where, Arrays.toString(expected.shape()), a[where], e[where])
                .isLessThanOrEqualTo(TOLERANCE);
    }
}
