package dev.mokha.cli;

import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.language.pretrain.EndOfText;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;

/// A decoder on held-out texts, in float32.
final class TextMeasure {
    private TextMeasure() {}

    /// Measures a model on texts, one after the other.
    ///
    /// @param model a folder, or a GGUF file
    /// @param found called with each text's name and figure
    static void of(
            Path model, List<DataArgument> data, BitsPerByte.Window window, BiConsumer<String, BitsPerByte> found) {
        try (var source = ModelSource.open(model);
                var decoder = source.decoder(Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
            var tokenizer = source.tokenizer();
            int endOfText = EndOfText.of(source.generation().special(), tokenizer);
            for (DataArgument text : data) {
                var figure = BitsPerByte.of(
                        decoder,
                        line -> tokenizer.encodeIds(line, false),
                        endOfText,
                        TextSource.of(text.path()).all(),
                        window);
                found.accept(text.name(), figure);
            }
        }
    }
}
