package dev.mokha.cli;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.folder.EncoderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.nn.Params;
import dev.mokha.tensor.DType;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordPieceTraining;
import java.nio.file.Path;
import java.util.List;

/// A BERT of random weights with a WordPiece tokenizer: a whole Hugging Face folder.
final class TinyEncoder {
    private TinyEncoder() {}

    static Path write(Path folder) {
        var training = WordPieceTraining.bert(80);
        Tokenizer tokenizer = training.tokenizer(
                training.train(List.of("good bad film the a good film a bad film sana"), TrainingProgress.SILENT));
        try (var model = new MaskedLanguageModel(
                BertConfig.tiny(tokenizer.idBound()), Params.fresh(3), MaskedLanguageModel.Heads.MASKED_LANGUAGE)) {
            FolderWriter.write(folder, model, EncoderParts.of(tokenizer), DType.FLOAT32);
        }
        return folder;
    }
}
