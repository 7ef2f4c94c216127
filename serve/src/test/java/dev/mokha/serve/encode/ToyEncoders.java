package dev.mokha.serve.encode;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.Featurizer;
import dev.mokha.language.encoder.Labels;
import dev.mokha.language.encoder.Problem;
import dev.mokha.language.encoder.SequenceClassifier;
import dev.mokha.language.folder.EncoderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.nn.Params;
import dev.mokha.tensor.DType;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordPieceTraining;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Small encoders of random weights: `vectors`, `classes` (three), `judge` (a cross-encoder), `tags` (each of
/// two may hold).
public final class ToyEncoders {
    /// Tokens that they read.
    public static final int LONGEST = 32;

    private ToyEncoders() {}

    /// Writes them.
    public static SequencedMap<String, Path> write(Path folder) {
        var training = WordPieceTraining.bert(60);
        Tokenizer tokenizer = training.tokenizer(
                training.train(List.of("the cat sat on the mat and a dog sat on the cat"), TrainingProgress.SILENT));
        var bert = BertConfig.bert(tokenizer.idBound(), 2, 64).withInitializerRange(0.3);
        var config = new BertConfig(
                bert.family(),
                bert.vocabSize(),
                bert.hiddenSize(),
                bert.numHiddenLayers(),
                bert.numAttentionHeads(),
                bert.intermediateSize(),
                bert.hiddenAct(),
                0,
                0,
                LONGEST,
                bert.typeVocabSize(),
                bert.initializerRange(),
                bert.layerNormEps(),
                bert.padTokenId(),
                bert.tieWordEmbeddings(),
                bert.classifierDropout(),
                bert.other());
        var folders = new LinkedHashMap<String, Path>();
        var parts = EncoderParts.of(tokenizer);
        try (var model = new Featurizer(config, Params.fresh(1))) {
            folders.put("vectors", folder.resolve("vectors"));
            FolderWriter.write(folder.resolve("vectors"), model, parts, DType.FLOAT32);
        }
        var heads = new LinkedHashMap<String, Labels>();
        heads.put("classes", Labels.of(List.of("good", "bad", "ugly")));
        heads.put("judge", Labels.numbered(1, Problem.REGRESSION));
        heads.put("tags", new Labels(List.of("old", "new"), Problem.MULTI_LABEL));
        heads.forEach((name, labels) -> {
            try (var model = new SequenceClassifier(config, labels, Params.fresh(name.length()))) {
                folders.put(name, folder.resolve(name));
                FolderWriter.write(folder.resolve(name), model, parts, DType.FLOAT32);
            }
        });
        return folders;
    }
}
