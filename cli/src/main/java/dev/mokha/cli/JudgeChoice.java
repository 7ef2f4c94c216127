package dev.mokha.cli;

import dev.mokha.cli.facts.JsonFiles;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.judge.Endpoint;
import dev.mokha.language.judge.EndpointJudge;
import dev.mokha.language.judge.Judge;
import dev.mokha.language.judge.ModelJudge;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Who judges, as the command line names it.
sealed interface JudgeChoice {
    /// {@return the judge}
    Judge open();

    /// An endpoint.
    ///
    /// @param keyFrom the environment variable that holds the key
    /// @param request JSON
    record Remote(
            String endpoint, String model, String keyFrom, Duration timeout, int tries, int maxTokens, String request)
            implements JudgeChoice {
        @Override
        public Judge open() {
            if (!(JsonFiles.parse(request, "--request") instanceof ObjectNode more)) {
                throw new IllegalArgumentException("--request is a JSON object such as {\"top_p\": 1}, not " + request);
            }
            @Nullable String key = System.getenv(keyFrom);
            if (key == null && !keyFrom.equals(JudgeCommand.USUAL_KEY)) {
                throw new IllegalArgumentException(
                        "--key-from names " + keyFrom + ", which is not set in the environment; export it");
            }
            return new EndpointJudge(new Endpoint(Endpoint.uri(endpoint), model, maxTokens, timeout, tries, more), key);
        }
    }

    /// A model folder.
    record Local(Path folder, int maxTokens) implements JudgeChoice {
        @Override
        public Judge open() {
            return new ModelJudge(LanguageModel.load(folder), folder, maxTokens);
        }
    }
}
