package dev.mokha.cli;

import dev.mokha.language.embed.NpyFile;
import dev.mokha.language.embed.TokenFeatures;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Writes vectors as they come; a file takes its name only when it is whole.
final class VectorWriter implements AutoCloseable {
    private final Format format;
    private final PrintWriter out;
    private final @Nullable Path target;
    private final @Nullable Path part;
    private final List<float[]> rows = new ArrayList<>();
    private boolean begun;

    /// How vectors are written.
    enum Format {
        JSONL,
        CSV,
        NPY,
        SAFETENSORS;

        /// {@return what a name ends in; JSON lines for any other and for none}
        static Format of(@Nullable Path file) {
            String name = file == null ? "" : file.toString().toLowerCase(Locale.ROOT);
            return name.endsWith(".csv")
                    ? CSV
                    : name.endsWith(".npy") ? NPY : name.endsWith(".safetensors") ? SAFETENSORS : JSONL;
        }

        boolean isBinary() {
            return this == NPY || this == SAFETENSORS;
        }
    }

    private VectorWriter(Format format, PrintWriter out, @Nullable Path target, @Nullable Path part) {
        this.format = format;
        this.out = out;
        this.target = target;
        this.part = part;
    }

    /// @param target standard output when null
    static VectorWriter to(@Nullable Path target, Format format, PrintWriter standard) {
        if (target == null) {
            return new VectorWriter(format, standard, null, null);
        }
        Path part = target.resolveSibling("." + target.getFileName() + ".part");
        try {
            return new VectorWriter(
                    format, new PrintWriter(Files.newBufferedWriter(part, StandardCharsets.UTF_8)), target, part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void vectors(List<String> texts, List<float[]> vectors) {
        for (int i = 0; i < vectors.size(); i++) {
            float[] vector = vectors.get(i);
            switch (format) {
                case JSONL -> {
                    Map<String, Object> json = new LinkedHashMap<>();
                    json.put("text", texts.get(i));
                    json.put("embedding", vector);
                    line(JsonMapper.shared().writeValueAsString(json));
                }
                case CSV -> csv(texts.get(i), vector);
                case NPY, SAFETENSORS -> rows.add(vector);
            }
        }
    }

    private void csv(String text, float[] vector) {
        var line = new StringBuilder();
        if (!begun) {
            line.append("text");
            for (int k = 0; k < vector.length; k++) {
                line.append(",e").append(k);
            }
            line.append('\n');
            begun = true;
        }
        line.append('"').append(text.replace("\"", "\"\"")).append('"');
        for (float value : vector) {
            line.append(',').append(value);
        }
        line(line.toString());
    }

    /// One text's tokens, with the keys of the official file.
    void tokens(int number, TokenFeatures features) {
        var tokens = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < features.tokens().size(); i++) {
            var layers = new ArrayList<Map<String, Object>>();
            for (TokenFeatures.Layer layer : features.layers()) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("index", layer.index());
                json.put("values", layer.vectors().get(i));
                layers.add(json);
            }
            Map<String, Object> token = new LinkedHashMap<>();
            token.put("token", features.tokens().get(i));
            token.put("layers", layers);
            tokens.add(token);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("linex_index", number);
        json.put("features", tokens);
        line(JsonMapper.shared().writeValueAsString(json));
    }

    private void line(String text) {
        out.print(text);
        out.print('\n');
    }

    /// Gives the file its name.
    void finish() {
        out.flush();
        if (target == null || part == null) {
            return;
        }
        boolean failed = out.checkError();
        out.close();
        try {
            if (failed) {
                throw new IOException("cannot write " + part + "; is the disk full?");
            }
            if (format == Format.NPY) {
                NpyFile.write(part, rows);
            } else if (format == Format.SAFETENSORS) {
                safetensors(part);
            }
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void safetensors(Path file) {
        int width = rows.getFirst().length;
        float[] flat = new float[Math.multiplyExact(rows.size(), width)];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, flat, i * width, width);
        }
        try (var _ = Scope.open("vectors")) {
            Safetensors.write(file, Map.of("embeddings", Tensors.of(flat, rows.size(), width)), Map.of());
        }
    }

    @Override
    public void close() {
        if (part != null) {
            out.close();
            try {
                Files.deleteIfExists(part);
            } catch (IOException _) {
                // a leftover with a name of its own harms nobody
            }
        }
    }
}
