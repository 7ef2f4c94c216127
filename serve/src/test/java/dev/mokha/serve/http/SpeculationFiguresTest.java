package dev.mokha.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.serve.draft.Draft;
import dev.mokha.serve.engine.Cascade;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.Toy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What callers and dashboards hear of drafts, and of a cascade nothing.
class SpeculationFiguresTest {
    private static final String ASKED = "'max_tokens': 21, 'temperature': 0, 'ignore_eos': true";

    @TempDir
    Path folder;

    /// The model drafts for itself: all four drafts of a step are right, five tokens a step behind the first.
    @Test
    void draftsAreCountedUnderTheUsualNames() {
        Toy.write(folder, 0.3);
        var options = ServedToy.exact()
                .withSpeculation(guess ->
                        guess.with(new Draft.Model(folder)).withTokens(4).withAdaptive(false));
        try (var toy = ServedToy.start(folder, options, http -> http)) {
            JsonNode usage = toy.client().complete(ASKED).json().get("usage");
            assertThat(usage.at("/completion_tokens_details/accepted_prediction_tokens")
                            .intValue())
                    .isEqualTo(16);
            assertThat(usage.at("/completion_tokens_details/rejected_prediction_tokens")
                            .intValue())
                    .isZero();
            String figures = toy.client().get("/metrics").response().body();
            assertThat(figures)
                    .contains("vllm:spec_decode_num_drafts_total{model_name=\"toy\"} 4.0")
                    .contains("vllm:spec_decode_num_draft_tokens_total{model_name=\"toy\"} 16.0")
                    .contains("vllm:spec_decode_num_accepted_tokens_total{model_name=\"toy\"} 16.0");
        }
    }

    @Test
    void aCascadeAnswersAsItsSmallModelWhereThatIsSure() {
        Path small = Toy.write(folder.resolve("small"), 0.2);
        Path large = Toy.write(folder.resolve("large"), 0.3);
        String alone;
        try (var toy = ServedToy.start(small)) {
            alone = text(toy.client());
        }
        try (var first = Engine.open(small, ServedToy.exact());
                var second = Engine.open(large, ServedToy.exact());
                var server = HttpServer.start(second, new Cascade(first, second, -1000), HttpOptions.local(0, "toy"))) {
            Client client = Client.of(server);
            assertThat(text(client)).isEqualTo(alone);
            assertThat(client.complete(ASKED + ", 'stream': true").events()).isNotEmpty();
            client.http().close();
        }
    }

    private static String text(Client client) {
        return client.complete(ASKED).json().at("/choices/0/text").stringValue();
    }
}
