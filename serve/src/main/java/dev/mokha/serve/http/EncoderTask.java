package dev.mokha.serve.http;

import dev.mokha.language.encoder.Sequence;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A request to an encoder that was read: what is computed, and how that becomes an answer.
interface EncoderTask {
    /// {@return what is computed, at least one}
    List<Sequence> sequences();

    /// Writes the answer, but for what all answers have.
    ///
    /// @param rows one for each sequence
    void write(List<float[]> rows, ObjectNode answer);

    /// Reads a body.
    static EncoderTask read(EncoderRoute route, EncoderTexts texts, Fields fields) {
        EncoderTask task = switch (route) {
            case EMBEDDINGS -> EmbeddingTask.read(texts, fields);
            case RERANK -> RerankTask.read(texts, fields);
            case SCORE -> ScoreTask.read(texts, fields);
            case CLASSIFY -> ClassifyTask.read(texts, fields);
        };
        fields.text("user");
        fields.ignore(List.of("request_id"));
        fields.end();
        return task;
    }
}
