package dev.mokha.serve.http;

import dev.mokha.serve.engine.Beams;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A search by beams: `use_beam_search` and what belongs to it, as vLLM names it, and transformers means it.
final class BeamFields {
    /// Powers beyond this rank by length alone.
    private static final double PENALTY = 10;

    private final Fields fields;

    private BeamFields(Fields fields) {
        this.fields = fields;
    }

    /// {@return the search; null where tokens are chosen one by one}
    ///
    /// @param width answers that are followed at a time
    static @Nullable Beams read(Fields fields, int width) {
        boolean wanted = fields.flag("use_beam_search", false);
        return wanted ? new BeamFields(fields).search(width) : none(fields);
    }

    /// Clients send what belongs to a search without one, where it says nothing.
    private static @Nullable Beams none(Fields fields) {
        String must = "it belongs to a search; add `use_beam_search`: true, or leave it out";
        fields.only("length_penalty", must, Set.of("1", "1.0"));
        fields.only("early_stopping", must, Set.of("false"));
        return null;
    }

    private Beams search(int width) {
        String drawn = "a search by beams draws nothing; leave it out";
        fields.only("temperature", drawn, Set.of("0", "0.0", "1", "1.0"));
        fields.only("top_p", drawn, Set.of("1", "1.0"));
        fields.only("top_k", drawn, Set.of("-1", "0"));
        fields.only("min_p", drawn, Set.of("0", "0.0"));
        fields.only("typical_p", drawn, Set.of("1", "1.0"));
        String ends = "a search by beams has no stop texts; leave them out, or name ids in `stop_token_ids`";
        fields.only("stop", ends, Set.of("[]"));
        fields.only("stream", "beams are known only at the end; leave it out", Set.of("false"));
        @Nullable Double penalty = fields.number("length_penalty", -PENALTY, PENALTY);
        return new Beams(width, penalty == null ? 1 : penalty, ending());
    }

    private Beams.Ending ending() {
        @Nullable JsonNode value = fields.take("early_stopping");
        if (value == null) {
            return Beams.Ending.ESTIMATED;
        }
        return switch (value.toString()) {
            case "true" -> Beams.Ending.FIRST;
            case "false" -> Beams.Ending.ESTIMATED;
            case "\"never\"" -> Beams.Ending.CERTAIN;
            default -> throw fields.wrong("early_stopping", value, "it must be true, false or \"never\"");
        };
    }
}
