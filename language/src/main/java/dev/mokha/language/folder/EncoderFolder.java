package dev.mokha.language.folder;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.BertFamily;
import dev.mokha.language.encoder.EncoderConfig;
import dev.mokha.language.encoder.EncoderModel;
import dev.mokha.language.encoder.Featurizer;
import dev.mokha.language.encoder.Labels;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.encoder.ModernBertConfig;
import dev.mokha.language.encoder.MultipleChoice;
import dev.mokha.language.encoder.ReplacedTokenDetector;
import dev.mokha.language.encoder.SequenceClassifier;
import dev.mokha.language.encoder.SpanModel;
import dev.mokha.language.encoder.TokenClassifier;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.Safetensors;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.normal.Normalizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An encoder as Hugging Face keeps it: a folder with `config.json`, `model.safetensors` or its shards, and often a
/// tokenizer.
///
/// Opening one reads its configuration only. A model with a head is made of the folder's weights when they hold that
/// head, or of its encoder and a fresh head when `loading` says that the head may be drawn.
///
/// @param path the folder
/// @param config the encoder's shape
/// @param architecture the class that transformers opens it with, such as `BertForMaskedLM`; null when unsaid
/// @param labels the classes of its head, where it names some
public record EncoderFolder(
        Path path,
        EncoderConfig config,
        @Nullable String architecture,
        @Nullable Labels labels) {
    private static final String VOCAB = "vocab.txt";

    /// {@return whether a folder holds an encoder rather than a decoder}
    /// @throws IllegalArgumentException when it is no model folder
    public static boolean isEncoder(Path path) {
        String json = ModelFolder.requiredConfig(path);
        try {
            return EncoderJson.knows(JsonKeys.parse(json, "config.json").string("model_type"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }

    /// Opens a folder.
    ///
    /// @throws IllegalArgumentException when it has no `config.json`, or one that is malformed or of another kind
    ///     of model; the message names the file
    public static EncoderFolder open(Path path) {
        String json = ModelFolder.requiredConfig(path);
        try {
            EncoderJson.Content content = EncoderJson.read(json);
            return new EncoderFolder(path, content.config(), content.architecture(), content.labels());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }

    /// Makes the model that the folder says it holds: the class that transformers opens it with decides.
    ///
    /// @throws IllegalArgumentException when it does not say, or names a class that is not computed here
    public EncoderModel model(Loading loading) {
        String name = architecture == null ? "" : architecture;
        String task = name.replaceFirst("^.*?(?=For[A-Z]|Model$)", "");
        return switch (task) {
            case "ForPreTraining" ->
                config instanceof BertConfig bert && bert.family() == BertFamily.ELECTRA
                        ? new ReplacedTokenDetector(bert, Params.from(weights(), loading))
                        : maskedLanguageModel(loading);
            case "ForMaskedLM", "ForNextSentencePrediction" -> maskedLanguageModel(loading);
            case "ForSequenceClassification" -> sequenceClassifier(loading);
            case "ForTokenClassification" -> tokenClassifier(loading);
            case "ForMultipleChoice" -> multipleChoice(loading);
            case "ForQuestionAnswering" -> spanModel(loading);
            case "Model" -> featurizer(loading);
            default ->
                throw new IllegalArgumentException(path + ": architectures in config.json is " + architecture
                        + "; it should be one of Model, ForMaskedLM, ForPreTraining, ForNextSentencePrediction,"
                        + " ForSequenceClassification, ForTokenClassification, ForMultipleChoice,"
                        + " ForQuestionAnswering behind a family's name, such as BertForMaskedLM");
        };
    }

    /// Makes the encoder without a head.
    public Featurizer featurizer(Loading loading) {
        return new Featurizer(config, Params.from(weights(), loading));
    }

    /// Makes the encoder with its pooler.
    ///
    /// @throws IllegalArgumentException for a family that has none, or when the folder lacks its weights
    public Featurizer pooledFeaturizer(Loading loading) {
        return Featurizer.pooled(config, Params.from(weights(), loading));
    }

    /// Makes the model that predicts masked tokens, and, where the folder has that head, the next sentence.
    public MaskedLanguageModel maskedLanguageModel(Loading loading) {
        Weights weights = weights();
        boolean next = weights.names().contains("cls.seq_relationship.weight");
        boolean masked = !next || weights.names().contains("cls.predictions.transform.dense.weight");
        var heads = !masked
                ? MaskedLanguageModel.Heads.NEXT_SENTENCE
                : next
                        ? MaskedLanguageModel.Heads.MASKED_LANGUAGE_AND_NEXT_SENTENCE
                        : MaskedLanguageModel.Heads.MASKED_LANGUAGE;
        return new MaskedLanguageModel(config, Params.from(weights, loading), heads);
    }

    /// Makes the classifier that this folder holds.
    ///
    /// @throws IllegalArgumentException when it does not say its labels, or has no such head
    public SequenceClassifier sequenceClassifier(Loading loading) {
        return new SequenceClassifier(config, requiredLabels(), Params.from(weights(), loading));
    }

    /// Makes a classifier of this folder's encoder with a fresh head for other labels.
    public SequenceClassifier sequenceClassifier(Labels labels, Loading loading) {
        return new SequenceClassifier(
                config,
                labels,
                Params.from(
                        weightsWithout("^(classifier|pre_classifier)\\."), loading.drawing(SequenceClassifier.HEAD)));
    }

    /// Makes the labeller of tokens that this folder holds.
    ///
    /// @throws IllegalArgumentException when it does not say its labels, or has no such head
    public TokenClassifier tokenClassifier(Loading loading) {
        return new TokenClassifier(config, requiredLabels(), Params.from(weights(), loading));
    }

    /// Makes a labeller of tokens of this folder's encoder with a fresh head for other labels.
    public TokenClassifier tokenClassifier(Labels labels, Loading loading) {
        return new TokenClassifier(
                config, labels, Params.from(weightsWithout("^classifier\\."), loading.drawing(TokenClassifier.HEAD)));
    }

    /// Makes the model that chooses among continuations; a head that the folder lacks is drawn where
    /// `loading` lets it.
    public MultipleChoice multipleChoice(Loading loading) {
        return new MultipleChoice(config, Params.from(weights(), loading));
    }

    /// Makes the model that finds answers; a head that the folder lacks is drawn where `loading` lets it.
    public SpanModel spanModel(Loading loading) {
        return new SpanModel(config, Params.from(weights(), loading));
    }

    /// {@return the folder's weights under the names that transformers gives them today: with the encoder's
    /// prefix, and `weight` and `bias` for the `gamma` and `beta` of old norms}
    public Weights weights() {
        String prefix = switch (config) {
            case BertConfig bert -> bert.family().prefix();
            case ModernBertConfig _ -> "model";
        };
        return EncoderWeights.of(Weights.of(Safetensors.open(path)), prefix);
    }

    /// {@return the folder's weights without those whose name matches, such as another task's head}
    public Weights weightsWithout(String regex) {
        return EncoderWeights.without(weights(), regex);
    }

    private Labels requiredLabels() {
        if (labels == null) {
            throw new IllegalArgumentException(path + " does not say its labels: config.json has no id2label;"
                    + " it holds no fine-tuned classifier");
        }
        return labels;
    }

    /// {@return whether there is a `tokenizer.json` or a `vocab.txt`}
    public boolean hasTokenizer() {
        return ModelFolder.hasTokenizer(path) || Files.exists(path.resolve(VOCAB));
    }

    /// Reads the tokenizer. For a `vocab.txt` alone, `do_lower_case` in `tokenizer_config.json` is obeyed.
    ///
    /// @throws IllegalArgumentException when the folder has none
    public Tokenizer tokenizer() {
        if (ModelFolder.hasTokenizer(path) || !hasTokenizer()) {
            return ModelFolder.tokenizer(path);
        }
        Tokenizer guessed = Tokenizer.load(path.resolve(VOCAB));
        return tokenizerConfig().get("do_lower_case") instanceof Boolean lower
                ? guessed.toBuilder()
                        .normalizer(new Normalizer.Bert(true, true, null, lower))
                        .build()
                : guessed;
    }

    /// {@return the keys of `tokenizer_config.json`; empty when there is no such file}
    public Map<String, Object> tokenizerConfig() {
        return ModelFolder.tokenizerConfig(path);
    }

    /// {@return all of this folder but the model: what a copy with other weights takes along}
    public EncoderParts parts() {
        return new EncoderParts(labels, hasTokenizer() ? tokenizer() : null, tokenizerConfig(), null);
    }
}
