package dev.mokha.language.generate;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
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
import java.util.List;

/// A random model over bytes: it says nonsense, but always the same, and every byte sequence can come.
final class ByteModel {
    static final int EOS = 257;

    private ByteModel() {}

    /// Writes its folder, with a chat template.
    static void write(Path folder) {
        var pieces = new ArrayList<String>();
        for (int b = 0; b < 256; b++) {
            pieces.add(String.valueOf(Alphabet.of(b)));
        }
        Tokenizer tokenizer = Tokenizer.builder(new Bpe(Vocab.inOrder(pieces), List.of(), BpeOptions.byteLevel()))
                .preTokenizer(new PreTokenizer.ByteLevel(false, true, true))
                .decoder(new dev.mokha.text.tokenizer.Decoder.ByteLevel(true, true, true))
                .addedTokens(List.of(AddedToken.special("<s>"), AddedToken.special("</s>")))
                .build();
        var special = new SpecialIds(256, List.of(EOS), null);
        var config = DecoderConfig.tiny().withVocabSize(258).withSpecial(special);
        FolderParts parts = FolderParts.of(tokenizer, special)
                .withChatTemplate("{% for m in messages %}<s>{{ m['role'] }}: {{ m['content'] }}</s>{% endfor %}"
                        + "{% if add_generation_prompt %}<s>assistant: {% endif %}");
        try (var fresh = Decoder.fresh(config, 5)) {
            FolderWriter.write(folder, fresh, parts, DType.FLOAT32);
        }
    }
}
