package dev.mokha.serve.http;

import dev.mokha.language.folder.GenerationConfig;
import dev.mokha.language.generate.Ending;
import dev.mokha.language.generate.Penalties;
import dev.mokha.language.generate.Sampling;
import dev.mokha.language.generate.Stage;
import dev.mokha.language.generate.TokenRules;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How tokens are chosen and when to end, as OpenAI names it, and vLLM what OpenAI has not. What nobody says
/// is as the model's `generation_config.json` says it, else temperature 1 and no cuts.
final class SamplingFields {
    /// More and longer stop texts would cost every user's tokens time.
    private static final int STOPS = 16;

    private static final int STOP_LENGTH = 256;
    private static final int BIASES = 1024;

    private final Fields fields;
    private final GenerationConfig config;
    private final int vocabSize;

    private SamplingFields(Fields fields, GenerationConfig config, int vocabSize) {
        this.fields = fields;
        this.config = config;
        this.vocabSize = vocabSize;
    }

    /// @param longest answer where none is asked for
    static Sampling read(Fields fields, GenerationConfig config, int vocabSize, int longest) {
        return new SamplingFields(fields, config, vocabSize).read(longest);
    }

    private Sampling read(int longest) {
        Ending ending = ending(longest);
        @Nullable Long seed = fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE);
        double temperature = or(fields.number("temperature", 0, 100), or(config.temperature(), 1));
        return Sampling.random(1, temperature, seed == null ? UUID.randomUUID().getLeastSignificantBits() : seed)
                .withEnding(ending)
                .with(new Stage.TopK(topK()))
                .with(new Stage.TopP(topP()))
                .with(new Stage.MinP(or(fields.number("min_p", 0, 1), or(config.minP(), 0))))
                .with(new Stage.Typical(positive("typical_p", 1, 1)))
                .withPenalties(new Penalties(
                        positive("repetition_penalty", 100, or(config.repetitionPenalty(), 1)),
                        or(fields.number("presence_penalty", -2, 2), 0),
                        or(fields.number("frequency_penalty", -2, 2), 0)))
                .withRules(TokenRules.none().withBias(bias()));
    }

    private static double or(@Nullable Double value, double otherwise) {
        return value == null ? otherwise : value;
    }

    private double topP() {
        return positive("top_p", 1, or(config.topP(), 1));
    }

    /// vLLM's -1 and 0 are all.
    private int topK() {
        @Nullable Integer usual = config.topK();
        return Math.max(0, fields.integer("top_k", -1, Integer.MAX_VALUE, usual == null ? 0 : usual));
    }

    private double positive(String name, double most, double otherwise) {
        @Nullable Double value = fields.number(name, 0, most);
        if (value != null && value == 0) {
            throw ApiException.field(name, "`" + name + "` is 0; it must be above 0 and at most " + (long) most);
        }
        return or(value, otherwise);
    }

    private Ending ending(int longest) {
        int max = fields.integer("max_tokens", 1, Integer.MAX_VALUE, 0);
        int alias = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE, 0);
        if (max > 0 && alias > 0 && max != alias) {
            throw ApiException.field(
                    "max_completion_tokens",
                    "`max_tokens` is " + max + " and `max_completion_tokens` " + alias + "; give one of them");
        }
        int length = Math.max(max, alias) > 0
                ? Math.max(max, alias)
                : config.maxNewTokens() == null ? longest : config.maxNewTokens();
        int min = fields.integer("min_tokens", 0, length, 0);
        var stopIds = new HashSet<>(fields.list("stop_token_ids", "it must be a list of token ids", this::id));
        Ending ending = Ending.after(length)
                .withMinNewTokens(min)
                .withIds(stopIds)
                .withTexts(stops(), fields.flag("include_stop_str_in_output", false));
        return fields.flag("ignore_eos", false) ? ending.withoutEndOfText() : ending;
    }

    private @Nullable Integer id(JsonNode value) {
        return value.isIntegralNumber()
                        && value.canConvertToInt()
                        && value.intValue() >= 0
                        && value.intValue() < vocabSize
                ? value.intValue()
                : null;
    }

    private List<String> stops() {
        @Nullable JsonNode value = fields.take("stop");
        String must = "it must be a string or a list of at most " + STOPS + " strings, each of 1 to " + STOP_LENGTH
                + " characters";
        if (value == null) {
            return List.of();
        }
        List<JsonNode> all = value.isArray() ? value.valueStream().toList() : List.of(value);
        for (JsonNode one : all) {
            if (!one.isString()
                    || one.stringValue().isEmpty()
                    || one.stringValue().length() > STOP_LENGTH
                    || all.size() > STOPS) {
                throw fields.wrong("stop", value, must);
            }
        }
        return all.stream().map(JsonNode::stringValue).toList();
    }

    private Map<Integer, Double> bias() {
        @Nullable JsonNode value = fields.take("logit_bias");
        if (value == null) {
            return Map.of();
        }
        String must = "it must be an object of at most " + BIASES + " token ids below " + vocabSize
                + " with numbers between -100 and 100";
        if (!value.isObject() || value.size() > BIASES) {
            throw fields.wrong("logit_bias", value, must);
        }
        var all = new HashMap<Integer, Double>();
        value.propertyStream().forEach(entry -> {
            String id = entry.getKey();
            double number = entry.getValue().isNumber() ? entry.getValue().doubleValue() : Double.NaN;
            if (!id.matches("\\d{1,9}") || Integer.parseInt(id) >= vocabSize || !(Math.abs(number) <= 100)) {
                throw fields.wrong("logit_bias", value, must);
            }
            all.put(Integer.valueOf(id), number);
        });
        return all;
    }
}
