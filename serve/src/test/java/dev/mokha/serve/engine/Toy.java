package dev.mokha.serve.engine;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Family;
import dev.mokha.language.decoder.LayerType;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.tensor.DType;
import dev.mokha.text.tokenizer.AddedToken;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Alphabet;
import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.BpeOptions;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A random model over bytes.
public final class Toy {
    /// Roles, colons, lines; `{% if shout %}` for a variable of its own.
    private static final String TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}"
            + "{% if shout %}!{% endif %}{{ '\\n' }}{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}";

    private Toy() {}

    private static Tokenizer bytes(String end) {
        var pieces = new ArrayList<>(List.of(end));
        IntStream.range(0, 256).forEach(b -> pieces.add(String.valueOf(Alphabet.of(b))));
        return Tokenizer.builder(new Bpe(Vocab.inOrder(pieces), List.of(), BpeOptions.byteLevel()))
                .preTokenizer(new PreTokenizer.ByteLevel(false, true, true))
                .decoder(new dev.mokha.text.tokenizer.Decoder.ByteLevel(true, true, true))
                .addedTokens(List.of(AddedToken.special(end)))
                .build();
    }

    /// Writes the model: two layers, heads of 16 numbers.
    ///
    /// @param deviation of its weights: the greater, the more sure of itself it is
    public static Path write(Path folder, double deviation) {
        return write(folder, config(2, 2, deviation), "<|end|>");
    }

    /// Writes a model.
    ///
    /// @param end the token that ends texts
    static Path write(Path folder, DecoderConfig config, String end) {
        try (var model = Decoder.fresh(config, 11)) {
            var parts = FolderParts.of(bytes(end), config.special()).withChatTemplate(TEMPLATE);
            FolderWriter.write(folder, model, parts, DType.FLOAT32);
        }
        return folder;
    }

    /// Writes the model, with a sliding window in every layer.
    static Path write(Path folder, double deviation, int window) {
        return write(folder, config(2, 2, deviation, window), "<|end|>");
    }

    /// {@return the shape of a model}
    ///
    /// @param keyHeads each with two query heads, all together 64 wide
    /// @param deviation of its weights
    static DecoderConfig config(int layers, int keyHeads, double deviation) {
        return config(layers, keyHeads, deviation, null);
    }

    static DecoderConfig config(int layers, int keyHeads, double deviation, @Nullable Integer window) {
        var llama = DecoderConfig.llama(257, 64, 96, layers, 2 * keyHeads, keyHeads);
        return new DecoderConfig(
                window == null ? Family.LLAMA : Family.MISTRAL,
                llama.vocabSize(),
                llama.hiddenSize(),
                llama.intermediateSize(),
                llama.numHiddenLayers(),
                llama.numAttentionHeads(),
                llama.numKeyValueHeads(),
                llama.headDim(),
                256,
                1e-5,
                deviation,
                llama.ropeParameters(),
                false,
                false,
                false,
                0,
                window,
                Collections.nCopies(layers, window == null ? LayerType.FULL_ATTENTION : LayerType.SLIDING_ATTENTION),
                new SpecialIds(0, List.of(0), 0),
                llama.other());
    }
}
