package dev.mokha.cli.call;

import dev.mokha.cli.facts.JsonFiles;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The arguments of a Hugging Face call: integer matrices by name, all of the shape `[batch, time]`.
///
/// @param file where they came from
/// @param matrices by name
public record CallInput(Path file, Map<String, Matrix> matrices) {
    private static final List<String> KEYS =
            List.of("input_ids", "attention_mask", "token_type_ids", "position_ids", "labels");

    /// Rows of equal length, one after another.
    static final class Matrix {
        private final long rows;
        private final long columns;
        private final long[] values;

        Matrix(long rows, long columns, long[] values) {
            this.rows = rows;
            this.columns = columns;
            this.values = values;
        }

        /// `[rows, columns]`
        Tensor tensor() {
            return Tensors.of(values, rows, columns);
        }
    }

    /// Reads a JSON object of lists of lists, or of single lists for a batch of one.
    public static CallInput read(Path file) {
        var matrices = new LinkedHashMap<String, Matrix>();
        for (var property : JsonFiles.object(file).properties()) {
            String key = property.getKey();
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException(file + " has the key \"" + key + "\"; known: " + KEYS);
            }
            matrices.put(key, matrix(property.getValue(), file + ", \"" + key + "\""));
        }
        Matrix ids = matrices.get("input_ids");
        if (ids == null) {
            throw new IllegalArgumentException(file + " has no \"input_ids\": a list of lists of token ids");
        }
        matrices.forEach((key, matrix) -> {
            if (matrix.rows != ids.rows || matrix.columns != ids.columns) {
                throw new IllegalArgumentException(file + ", \"" + key + "\" is " + matrix.rows + " x " + matrix.columns
                        + ", but input_ids is " + ids.rows + " x " + ids.columns);
            }
        });
        var input = new CallInput(file, matrices);
        input.requireNoTypes();
        return input;
    }

    private static Matrix matrix(JsonNode node, String where) {
        if (!node.isArray() || node.isEmpty()) {
            throw new IllegalArgumentException(where + " is no list of lists of integers, or an empty one");
        }
        boolean nested = node.get(0).isArray();
        int rows = nested ? node.size() : 1;
        int columns = nested ? node.get(0).size() : node.size();
        if (columns == 0) {
            throw new IllegalArgumentException(where + " has empty rows");
        }
        long[] values = new long[Math.multiplyExact(rows, columns)];
        for (int r = 0; r < rows; r++) {
            JsonNode row = nested ? node.get(r) : node;
            if (!row.isArray() || row.size() != columns) {
                throw new IllegalArgumentException(where + ", row " + r + " has not the " + columns
                        + " integers of the first; pad rows to one length and mask the padding");
            }
            for (int c = 0; c < columns; c++) {
                if (!row.get(c).canConvertToLong() || !row.get(c).isIntegralNumber()) {
                    throw new IllegalArgumentException(
                            where + " has " + row.get(c) + " in row " + r + ", column " + c + ", expected an integer");
                }
                values[r * columns + c] = row.get(c).longValue();
            }
        }
        return new Matrix(rows, columns, values);
    }

    /// The embedding has no row for other ids.
    public void requireWithin(int vocab) {
        for (long id : need("input_ids").values) {
            if (id < 0 || id >= vocab) {
                throw new IllegalArgumentException(
                        file + " has the id " + id + "; the model knows 0 to " + (vocab - 1));
            }
        }
        Matrix labels = matrices.get("labels");
        for (long id : labels == null ? new long[0] : labels.values) {
            if (id != -100 && (id < 0 || id >= vocab)) {
                throw new IllegalArgumentException(file + " has the label " + id + "; the model knows 0 to "
                        + (vocab - 1) + ", and -100 for none");
            }
        }
    }

    /// A decoder has no segments; tokenizers that write zeros for them do no harm.
    private void requireNoTypes() {
        Matrix types = matrices.get("token_type_ids");
        for (long type : types == null ? new long[0] : types.values) {
            if (type != 0) {
                throw new IllegalArgumentException(
                        file + " has the token type " + type + "; a decoder has none: leave token_type_ids out");
            }
        }
    }

    /// {@return what the model reads}
    public TokenBatch batch() {
        return new TokenBatch(need("input_ids").tensor(), tensor("attention_mask"), tensor("position_ids"), null);
    }

    /// {@return the labels, `[batch, time]`, or null}
    public @Nullable Tensor labels() {
        return tensor("labels");
    }

    private @Nullable Tensor tensor(String key) {
        Matrix matrix = matrices.get(key);
        return matrix == null ? null : matrix.tensor();
    }

    private Matrix need(String key) {
        Matrix matrix = matrices.get(key);
        if (matrix == null) {
            throw new IllegalArgumentException(file + " has no \"" + key + "\"");
        }
        return matrix;
    }
}
