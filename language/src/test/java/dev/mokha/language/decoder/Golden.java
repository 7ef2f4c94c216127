package dev.mokha.language.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.language.folder.ConfigJson;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What transformers computed with a tiny decoder: `fixtures/decoders`, whose README tells the keys.
///
/// @param name the family
record Golden(String name) {
    static final List<String> NAMES = List.of(
            "llama1",
            "llama2-gqa",
            "llama3",
            "llama-bias",
            "mistral",
            "qwen2",
            "qwen2.5",
            "qwen2-window",
            "qwen3",
            "mixtral",
            "qwen2-moe",
            "qwen3-moe");

    /// Those with experts.
    static final List<String> MIXTURES = List.of("mixtral", "qwen2-moe", "qwen3-moe");

    /// transformers' own float32 is up to 1.7e-5 from its float64 on these (`meta.json`).
    static final double TOLERANCE = 1e-4;

    Path folder() {
        return Path.of(System.getProperty("mokha.root", ".."), "fixtures", "decoders", name, "model");
    }

    String text(String file) {
        try {
            return Files.readString(folder().resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Decoder decoder(String configFile, Loading loading) {
        var tensors = new LinkedHashMap<String, Tensor>();
        try (var file = Safetensors.open(folder())) {
            for (String key : file.names()) {
                tensors.put(key, file.tensor(key));
            }
        }
        return Decoder.from(ConfigJson.read(text(configFile)), Weights.of(tensors, name), loading);
    }

    Decoder forUse() {
        return decoder("config.json", Loading.forUse(Device.CPU));
    }

    /// All expected tensors, owned by the innermost scope.
    Map<String, Tensor> expected() {
        var tensors = new LinkedHashMap<String, Tensor>();
        try (var file = Safetensors.open(folder().resolveSibling("expected.safetensors"))) {
            for (String key : file.names()) {
                tensors.put(key, file.tensor(key));
            }
        }
        return tensors;
    }

    /// Compares elements where `counts` (broadcast over trailing dimensions) is not 0; null compares all.
    ///
    /// @return the largest absolute difference
    static double assertClose(
            String what, Tensor actual, Tensor expected, long @org.jspecify.annotations.Nullable [] counts) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        double[] a = actual.toDoubles();
        double[] e = expected.toDoubles();
        int width = counts == null ? 1 : a.length / counts.length;
        double worst = 0;
        int where = 0;
        for (int i = 0; i < a.length; i++) {
            if (counts != null && counts[i / width] == 0) {
                continue;
            }
            double difference = Math.abs(a[i] - e[i]);
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
        return worst;
    }
}
