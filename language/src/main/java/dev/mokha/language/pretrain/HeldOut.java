package dev.mokha.language.pretrain;

import dev.mokha.language.corpus.Document;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.nn.fit.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Text that a model is measured on and never trained on.
///
/// @param name what figures about it are called, such as `arabic`
/// @param documents the text
public record HeldOut(String name, List<Document> documents) {
    public HeldOut {
        documents = List.copyOf(documents);
    }

    /// {@return bits per byte for each text, in order}
    public static Map<String, Double> measure(
            List<HeldOut> texts,
            Decoder model,
            Function<String, int[]> encode,
            int endOfText,
            BitsPerByte.Window window) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (HeldOut text : texts) {
            figures.put(
                    text.name,
                    BitsPerByte.of(model, encode, endOfText, text.documents, window)
                            .value());
        }
        return figures;
    }

    /// {@return [#measure] as an evaluation whose score is the mean over the texts, or null when there is
    /// none}
    static Task.@Nullable Evaluation evaluation(Map<String, Double> figures) {
        if (figures.isEmpty()) {
            return null;
        }
        double mean = figures.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
        Map<String, Double> named = new LinkedHashMap<>();
        figures.forEach((name, bits) -> named.put(name + " bits/byte", bits));
        return new Task.Evaluation(mean, named);
    }
}
