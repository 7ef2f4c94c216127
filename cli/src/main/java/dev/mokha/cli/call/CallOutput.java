package dev.mokha.cli.call;

import dev.mokha.cli.facts.JsonFiles;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Tensor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The results of a model call: nested lists in JSON, or tensors in a safetensors file; float32 either way.
public final class CallOutput {
    private static final JsonFactory JSON = new JsonFactory();

    private CallOutput() {}

    /// Writes every output.
    ///
    /// @param file safetensors when it ends so, else JSON; null writes JSON to `out`
    public static void write(Map<String, Tensor> outputs, @Nullable Path file, PrintWriter out) {
        var floats = new LinkedHashMap<String, Tensor>();
        outputs.forEach((name, tensor) -> floats.put(name, tensor.to(DType.FLOAT32)));
        if (file == null) {
            json(floats, out);
            out.println();
            out.flush();
        } else if (file.toString().endsWith(".safetensors")) {
            Safetensors.write(file, floats, Map.of());
        } else {
            var text = new StringWriter();
            json(floats, text);
            JsonFiles.write(file, text.toString());
        }
    }

    private static void json(Map<String, Tensor> outputs, Writer out) {
        var generator = JSON.createGenerator(ObjectWriteContext.empty(), out);
        generator.configure(tools.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET, false);
        generator.writeStartObject();
        outputs.forEach((name, tensor) -> {
            generator.writeName(name);
            values(generator, tensor.toFloats(), tensor.shape(), 0, 0);
        });
        generator.writeEndObject();
        generator.close();
    }

    /// Writes the part of a tensor below `from`; {@return the index behind it}
    private static int values(JsonGenerator json, float[] values, long[] shape, int dim, int from) {
        if (dim == shape.length) {
            json.writeNumber(values[from]); // the shortest decimal that reads back as the same float
            return from + 1;
        }
        int at = from;
        json.writeStartArray();
        for (long i = 0; i < shape[dim]; i++) {
            at = values(json, values, shape, dim + 1, at);
        }
        json.writeEndArray();
        return at;
    }
}
