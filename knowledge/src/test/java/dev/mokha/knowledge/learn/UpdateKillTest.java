package dev.mokha.knowledge.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.LearnedSnapshot;
import dev.mokha.knowledge.store.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whoever is killed in the middle of an update leaves the store before it or after it: facts, vectors,
/// counts and figures of the same snapshots.
final class UpdateKillTest {
    private static final int KILLS = 4;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"lkge", "link"})
    void aStoreIsNeverBetweenTwoUpdates(String method) throws IOException, InterruptedException {
        Path file = folder.resolve("graph.db");
        for (int kill = 0; kill < KILLS; kill++) {
            int told = updateAndKill(file, method, 3 + 11 * kill);
            try (var graph = GraphStore.open(file)) {
                StoredModel model = graph.models().find(KilledUpdater.MODEL).orElseThrow();
                var snapshots = graph.snapshots();
                assertThat(model.learned()).isGreaterThanOrEqualTo(told).isEqualTo(snapshots.size() - 1);
                int entities = snapshots.getLast().entities();
                assertThat(graph.entities()).hasSize(entities);
                for (String table : method.equals("lkge")
                        ? List.of("entity.vectors", "entity.counts")
                        : List.of("entity.vectors")) {
                    int[] rows = new int[1];
                    graph.models()
                            .readAll(
                                    graph.models().part(model, table).orElseThrow(),
                                    (row, _) -> assertThat(row).isEqualTo(rows[0]++));
                    assertThat(rows[0]).as(table).isEqualTo(entities);
                }
                assertThat(graph.history().learned(model))
                        .extracting(LearnedSnapshot::snapshot)
                        .containsExactlyElementsOf(
                                IntStream.range(0, snapshots.size()).boxed().toList());
                assertThat(graph.history().figures(model))
                        .isNotEmpty()
                        .allMatch(figure -> figure.learned() < snapshots.size());
            }
        }
    }

    /// Waits until the updater has told of two updates, and a while; {@return the last snapshot it told of}
    private static int updateAndKill(Path file, String method, int millis) throws IOException, InterruptedException {
        var child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledUpdater.class.getName(),
                        file.toString(),
                        method)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var lines = child.inputReader()) {
            String first = lines.readLine();
            String second = lines.readLine();
            assertThat(first).as("the updater began").isNotNull();
            assertThat(second).as("the updater goes on").isNotNull();
            Thread.sleep(millis);
            child.destroyForcibly().waitFor();
            return Integer.parseInt(second);
        }
    }
}
