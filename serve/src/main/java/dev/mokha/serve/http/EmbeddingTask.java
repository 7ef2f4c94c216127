package dev.mokha.serve.http;

import dev.mokha.language.encoder.Sequence;
import dev.mokha.serve.encode.Head;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/embeddings`: vectors, as numbers or as base64 of little-endian float32.
///
/// @param size numbers of a vector
record EmbeddingTask(List<Sequence> sequences, Head.Vectors head, int size, boolean normalize, boolean base64)
        implements EncoderTask {
    static EmbeddingTask read(EncoderTexts texts, Fields fields) {
        if (!(texts.encoder().head() instanceof Head.Vectors head)) {
            throw new IllegalStateException(texts.encoder().name() + " gives no vectors");
        }
        List<Sequence> sequences = texts.inputs(fields);
        @Nullable Long size = fields.whole("dimensions", 1, head.width());
        @Nullable String format = fields.text("encoding_format");
        if (format != null && !format.equals("float") && !format.equals("base64")) {
            throw ApiException.field(
                    "encoding_format", "`encoding_format` is \"" + format + "\"; it must be \"float\" or \"base64\"");
        }
        return new EmbeddingTask(
                sequences,
                head,
                size == null ? head.width() : size.intValue(),
                fields.flag("normalize", head.normalize()),
                "base64".equals(format));
    }

    @Override
    public void write(List<float[]> rows, ObjectNode answer) {
        ArrayNode data = answer.put("object", "list").putArray("data");
        for (int i = 0; i < rows.size(); i++) {
            float[] vector = head.vector(rows.get(i), size, normalize);
            ObjectNode one = data.addObject().put("object", "embedding").put("index", i);
            if (base64) {
                one.put("embedding", base64(vector));
            } else {
                ArrayNode numbers = one.putArray("embedding");
                for (float number : vector) {
                    numbers.add(number);
                }
            }
        }
    }

    private static String base64(float[] vector) {
        var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
