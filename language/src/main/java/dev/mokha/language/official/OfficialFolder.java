package dev.mokha.language.official;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.EncoderModel;
import dev.mokha.language.encoder.Featurizer;
import dev.mokha.language.encoder.Labels;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.encoder.MaskedLanguageModel.Heads;
import dev.mokha.language.encoder.Problem;
import dev.mokha.language.encoder.SequenceClassifier;
import dev.mokha.language.encoder.SpanModel;
import dev.mokha.language.folder.EncoderJson;
import dev.mokha.language.folder.EncoderParts;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.Safetensors;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// A BERT as google-research/bert publishes it: `bert_config.json`, `vocab.txt` and `bert_model.ckpt.index` with its
/// data file, or the same tensors in a `.safetensors` file.
///
/// `hidden_act` says `gelu` there, by which the official code means the tanh approximation; folders that others
/// converted keep the word and so compute the erf, about 1e-3 apart in the logits.
///
/// @param path the folder
/// @param config the encoder's shape
/// @param checkpoint the file with the weights: `.index` or `.safetensors`
public record OfficialFolder(Path path, BertConfig config, Path checkpoint) {
    private static final String CONFIG = "bert_config.json";
    private static final String VOCAB = "vocab.txt";

    /// Opens a folder.
    ///
    /// @throws IllegalArgumentException when a file is missing, or says what cannot be read here
    public static OfficialFolder open(Path path) {
        Path config = path.resolve(CONFIG);
        if (!Files.exists(config)) {
            throw new IllegalArgumentException(path + " is no official BERT folder: it has no " + CONFIG);
        }
        try {
            return new OfficialFolder(path, EncoderJson.readOfficial(Files.readString(config)), checkpoint(path));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + config + ": " + e.getMessage(), e);
        } catch (CheckpointException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(config + ": " + e.getMessage(), e);
        }
    }

    private static Path checkpoint(Path path) throws IOException {
        try (var files = Files.list(path)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".index")
                            || file.toString().endsWith(".safetensors"))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new CheckpointException(path + " has no weights: no file ends in .ckpt.index or .safetensors");
            }
            List<Path> indexes = found.stream()
                    .filter(file -> file.toString().endsWith(".index"))
                    .toList();
            if (indexes.size() > 1 || (indexes.isEmpty() && found.size() > 1)) {
                throw new CheckpointException(
                        path + " has several checkpoints, " + found + "; leave the one that is meant");
            }
            return indexes.isEmpty() ? found.getFirst() : indexes.getFirst();
        }
    }

    /// {@return the weights under Hugging Face's names}
    public Weights weights() {
        return OfficialNames.over(
                checkpoint.toString().endsWith(".index")
                        ? TensorFlowCheckpoint.open(checkpoint)
                        : Weights.of(Safetensors.open(checkpoint)));
    }

    /// Makes the model that the checkpoint holds: with its pretraining heads, with the classifier of
    /// `run_classifier.py` (its labels numbered), with the span head of `run_squad.py`, or without a head.
    public EncoderModel model(Loading loading) {
        Weights weights = weights();
        Set<String> names = weights.names();
        if (names.contains("classifier.weight")) {
            int labels = (int) weights.shape("classifier.weight")[0];
            Problem problem = labels == 1 ? Problem.REGRESSION : Problem.SINGLE_LABEL;
            return new SequenceClassifier(config, Labels.numbered(labels, problem), Params.from(weights, loading));
        }
        if (names.contains("qa_outputs.weight")) {
            return new SpanModel(config, Params.from(weights, loading));
        }
        if (names.contains("cls.predictions.transform.dense.weight")) {
            boolean next = names.contains("cls.seq_relationship.weight");
            return new MaskedLanguageModel(
                    config,
                    Params.from(weights, loading),
                    next ? Heads.MASKED_LANGUAGE_AND_NEXT_SENTENCE : Heads.MASKED_LANGUAGE);
        }
        return new Featurizer(config, Params.from(weights, loading));
    }

    /// {@return what a Hugging Face folder of this model holds beside it: the tokenizer, where there is a `vocab.txt`}
    public EncoderParts parts() {
        Path vocab = path.resolve(VOCAB);
        return Files.exists(vocab) ? EncoderParts.of(Tokenizer.load(vocab)) : EncoderParts.none();
    }
}
