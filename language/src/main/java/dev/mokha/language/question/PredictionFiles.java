package dev.mokha.language.question;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.text.file.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The files that BERT's `run_squad.py` writes, byte for byte in its layout, and that the official
/// scorers read.
public final class PredictionFiles {
    /// Question id to answer.
    public static final String PREDICTIONS = "predictions.json";

    /// Question id to candidates with their logits.
    public static final String N_BEST = "nbest_predictions.json";

    /// Question id to the odds of no answer; for SQuAD 2.0 only.
    public static final String NULL_ODDS = "null_odds.json";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private PredictionFiles() {}

    /// Writes the predictions of a set of questions; each file appears whole or not at all.
    ///
    /// @param folder made if it isn't there
    /// @param predictions by question id, in order
    public static void write(Path folder, Map<String, Prediction> predictions) {
        try {
            Files.createDirectories(folder);
            writeJson(folder.resolve(PREDICTIONS), each(predictions, Prediction::text));
            writeJson(
                    folder.resolve(N_BEST),
                    each(
                            predictions,
                            p -> p.nBest().stream().map(PredictionFiles::entry).toList()));
            if (predictions.values().stream().noneMatch(p -> Double.isNaN(p.nullOdds()))) {
                writeJson(folder.resolve(NULL_ODDS), each(predictions, Prediction::nullOdds));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write predictions to " + folder, e);
        }
    }

    private static Map<String, Object> each(Map<String, Prediction> predictions, Function<Prediction, Object> of) {
        Map<String, Object> out = new LinkedHashMap<>();
        predictions.forEach((id, prediction) -> out.put(id, of.apply(prediction)));
        return out;
    }

    private static Map<String, Object> entry(Candidate candidate) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("text", candidate.text());
        out.put("probability", candidate.probability());
        out.put("start_logit", candidate.startLogit());
        out.put("end_logit", candidate.endLogit());
        return out;
    }

    private static void writeJson(Path file, Map<String, Object> value) {
        WholeFile.write(file, PythonJson.write(value) + "\n");
    }

    /// Reads a `predictions.json`.
    ///
    /// @throws CorpusException naming the file and the question
    public static Map<String, String> readAnswers(Path file) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (var entry : entries(file)) {
            if (!entry.getValue().isString()) {
                throw new CorpusException(
                        file + ": the answer to '" + entry.getKey() + "' is " + shown(entry.getValue())
                                + "; predictions are {\"question id\": \"answer\"}, with \"\" for no answer");
            }
            answers.put(entry.getKey(), entry.getValue().stringValue());
        }
        return answers;
    }

    /// Reads a `null_odds.json`, or probabilities of no answer.
    ///
    /// @throws CorpusException naming the file and the question
    public static Map<String, Double> readOdds(Path file) {
        Map<String, Double> odds = new LinkedHashMap<>();
        for (var entry : entries(file)) {
            if (!entry.getValue().isNumber()) {
                throw new CorpusException(file + ": the odds of '" + entry.getKey() + "' are " + shown(entry.getValue())
                        + "; the file must be {\"question id\": number}");
            }
            odds.put(entry.getKey(), entry.getValue().doubleValue());
        }
        return odds;
    }

    private static Iterable<Map.Entry<String, JsonNode>> entries(Path file) {
        try {
            String text = Files.readString(file);
            JsonNode root = JSON.readTree(text);
            if (!root.isObject()) {
                throw new CorpusException(file + (text.isBlank() ? " is empty" : " is no JSON object")
                        + "; a file of predictions is one object, {\"question id\": …}");
            }
            return List.copyOf(root.properties());
        } catch (NoSuchFileException e) {
            throw new CorpusException("there is no file " + file, e);
        } catch (CharacterCodingException e) {
            throw new CorpusException(file + " is not UTF-8; convert it first (iconv -t UTF-8)", e);
        } catch (IOException e) {
            throw new CorpusException("cannot read " + file + ": " + e, e);
        } catch (JacksonException e) {
            throw new CorpusException(file + ": not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
