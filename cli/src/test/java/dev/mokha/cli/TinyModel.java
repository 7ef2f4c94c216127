package dev.mokha.cli;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.tensor.DType;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.ByteLevelBpeTraining;
import dev.mokha.text.train.TrainingProgress;
import java.nio.file.Path;
import java.util.List;

/// A decoder of random weights with a byte-level tokenizer: it babbles, but it is a whole Hugging Face folder.
final class TinyModel {
    private static final int PIECES = 300;

    private TinyModel() {}

    static Path write(Path folder) {
        return write(folder, 16);
    }

    static Path write(Path folder, int hidden) {
        Tokenizer tokenizer = tokenizer();
        var special = new SpecialIds(null, List.of(tokenizer.id("<|endoftext|>")), null);
        var config = DecoderConfig.llama(tokenizer.idBound(), hidden, 3 * hidden / 2, 1, 2, 1)
                .withMaxPositionEmbeddings(256)
                .withSpecial(special);
        try (var model = Decoder.fresh(config, 7)) {
            FolderWriter.write(folder, model, FolderParts.of(tokenizer, special), DType.FLOAT32);
        }
        return folder;
    }

    static Tokenizer tokenizer() {
        var training = ByteLevelBpeTraining.gpt2(PIECES);
        return training.tokenizer(training.train(
                List.of("the cat sat on the mat and the dog sat too", "the mat and the cat and the dog"),
                TrainingProgress.SILENT));
    }
}
