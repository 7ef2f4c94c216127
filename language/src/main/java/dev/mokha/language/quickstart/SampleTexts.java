package dev.mokha.language.quickstart;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.GenerationConfig;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a model makes of a few beginnings, in both languages: for people to look at.
final class SampleTexts {
    private static final int NEW_TOKENS = 48;
    private static final Map<String, List<String>> PROMPTS = Map.of(
            "en", List.of("The city was founded in", "It was a cold evening, and she"),
            "ar", List.of("تقع المدينة في", "كان من أهم"));

    private SampleTexts() {}

    /// {@return for each prompt its language, the prompt and the continuation}
    @SuppressWarnings("resource") // the decoder stays the caller's
    static List<Map<String, String>> of(Decoder model, Tokenizer tokenizer) {
        var speaker = new LanguageModel(model, tokenizer, GenerationConfig.of(Quickstart.special()), null);
        List<Map<String, String>> samples = new ArrayList<>();
        for (String language : List.of("en", "ar")) {
            for (String prompt : PROMPTS.getOrDefault(language, List.of())) {
                Map<String, String> sample = new LinkedHashMap<>();
                sample.put("language", language);
                sample.put("prompt", prompt);
                sample.put(
                        "text",
                        speaker.generate(
                                        prompt,
                                        Sampling.random(NEW_TOKENS, 0.7, 1)
                                                .withTopP(0.9)
                                                .withRepetitionPenalty(1.1))
                                .text());
                samples.add(sample);
            }
        }
        return samples;
    }
}
