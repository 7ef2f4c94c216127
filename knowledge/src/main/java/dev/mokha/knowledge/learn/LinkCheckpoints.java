package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.link.Embeddings;
import dev.mokha.knowledge.store.StoredModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Where the updates of models that learn all facts at once have their checkpoints: a folder beside the
/// store for each, with a mark of all that decides its result, so that none goes on from another's.
final class LinkCheckpoints {
    private static final int DIGITS = 16; // of the mark: enough that no two meet

    private LinkCheckpoints() {}

    /// What decides the result of an update.
    ///
    /// @param graph what the graph's snapshots brought
    /// @param settings how it is learned
    /// @param before what the model knows
    record Mark(List<String> graph, String settings, Embeddings before) {
        private String text() {
            try {
                var digest = MessageDigest.getInstance("SHA-256");
                digest.update((graph + settings).getBytes(StandardCharsets.UTF_8));
                add(digest, before.entities().values());
                add(digest, before.relations().values());
                return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this Java has no SHA-256, which every Java has to have", e);
            }
        }

        private static void add(MessageDigest digest, float[] values) {
            var bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
            bytes.asFloatBuffer().put(values);
            digest.update(bytes);
        }
    }

    /// {@return the folder of an update}
    static Path folder(Path store, StoredModel model, Mark mark) {
        return store.resolveSibling(prefix(store, model) + mark.text() + ".checkpoints");
    }

    private static String prefix(Path store, StoredModel model) {
        return store.getFileName() + ".update-" + model.id() + "-";
    }

    /// Deletes the folders of all updates of a model.
    static void delete(Path store, StoredModel model) {
        Path folder = store.toAbsolutePath().getParent();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path one : all.toList()) {
                String name = String.valueOf(one.getFileName());
                if (name.startsWith(prefix(store, model)) && name.endsWith(".checkpoints")) {
                    delete(one);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for checkpoints in " + folder, e);
        }
    }

    /// Deletes a folder with all that is in it.
    static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the checkpoints in " + folder, e);
        }
    }
}
