package dev.mokha.knowledge.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A writer killed at any moment leaves a store of whole snapshots, none that it had told of missing.
final class KillTest {
    private static final int KILLS = 4;

    @TempDir
    private Path folder;

    @Test
    void whoeverIsKilledLeavesWholeSnapshots() throws IOException, InterruptedException {
        Path file = folder.resolve("graph.db");
        for (int kill = 0; kill < KILLS; kill++) {
            int told = writeAndKill(file, 3 + 7 * kill);
            try (var store = GraphStore.open(file)) {
                var snapshots = store.snapshots();
                assertThat(snapshots.size()).isGreaterThan(told);
                for (Snapshot snapshot : snapshots) {
                    assertThat(snapshot.added()).isEqualTo(KilledWriter.FACTS);
                    assertThat(store.delta(snapshot.number()).train()).hasSize(KilledWriter.FACTS);
                    assertThat(store.delta(snapshot.number()).removed()).hasSize((int) snapshot.removed());
                }
                assertThat(store.entities()).hasSize(snapshots.getLast().entities());
                assertThatNothingIsBeyond(store, snapshots.size());
            }
        }
    }

    private static void assertThatNothingIsBeyond(GraphStore store, int snapshots) {
        store.forEach(snapshots - 1, fact -> assertThat(fact.since()).isLessThan(snapshots));
    }

    /// Waits until the writer has told of two snapshots, and a while; {@return the last it told of}
    private static int writeAndKill(Path file, int millis) throws IOException, InterruptedException {
        var child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var lines = child.inputReader()) {
            String first = lines.readLine();
            String second = lines.readLine();
            assertThat(first).as("the writer began").isNotNull();
            assertThat(second).as("the writer goes on").isNotNull();
            Thread.sleep(millis);
            child.destroyForcibly().waitFor();
            return Integer.parseInt(second);
        }
    }
}
