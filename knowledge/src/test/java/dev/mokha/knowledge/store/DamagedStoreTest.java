package dev.mokha.knowledge.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever happened to the bytes of a store: it is read, or refused with a message that names it; nothing
/// else.
final class DamagedStoreTest {
    private static final int TRIES = Integer.getInteger("mokha.damaged", 60);
    private static final long SEED = Long.getLong("mokha.seed", 11);

    @TempDir
    private Path folder;

    @Test
    void bytesThatChangedAreReadOrRefused() throws IOException {
        byte[] whole = Files.readAllBytes(store(folder.resolve("whole.db")));
        int refused = 0;
        for (int i = 0; i < TRIES; i++) {
            var random = new Random(SEED + i);
            byte[] bytes = whole.clone();
            if (i % 5 == 4) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            for (int flips = 1 << random.nextInt(10); flips > 0 && bytes.length > 0; flips--) {
                // Half of them where the tables are described, and where most goes wrong.
                int place = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 4096) : bytes.length);
                bytes[place] = (byte) random.nextInt();
            }
            Path file = folder.resolve("damaged.db");
            Files.write(file, bytes);
            try {
                readAndWrite(file);
            } catch (StoreException e) {
                refused++;
                assertThat(e).as("seed %d", SEED + i).hasMessageContaining("damaged.db");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + (SEED + i), e);
            }
            for (String ending : new String[] {"", "-wal", "-shm", "-journal"}) {
                Files.deleteIfExists(folder.resolve("damaged.db" + ending));
            }
        }
        assertThat(refused).isBetween(TRIES / 4, TRIES);
    }

    private static Path store(Path file) {
        try (var store = GraphStore.create(file)) {
            for (int day = 0; day < 3; day++) {
                try (var writer = store.write()) {
                    writer.begin("day " + day);
                    for (int i = 0; i < 300; i++) {
                        writer.fact(new Fact("e" + i, "r" + day, "e" + i * 7 % 100), i, "", Split.TRAIN);
                        writer.mention("e" + i, "called " + i, i);
                    }
                    if (day > 0) {
                        writer.remove(new Fact("e5", "r" + (day - 1), "e35"));
                    }
                    writer.commit();
                }
            }
        }
        return file;
    }

    private static void readAndWrite(Path file) {
        try (var store = GraphStore.open(file)) {
            int snapshots = store.snapshots().size();
            for (int i = 0; i < snapshots; i++) {
                store.delta(i);
                store.facts(i, Split.TRAIN);
                store.forEach(i, _ -> {});
            }
            store.entities();
            store.relations();
            store.prefixes();
            store.entity("e5").ifPresent(entity -> {
                store.neighbours(entity, 10);
                store.degree(entity);
                store.mentions(entity);
            });
            store.mentioned("called 7");
            try (var writer = store.write()) {
                writer.begin("next");
                for (int i = 0; i < 100; i++) {
                    writer.fact(new Fact("e" + i * 9, "r0", "new " + i), i, "", Split.VALID);
                }
                writer.mention("e1", "one", 1);
                writer.commit();
            }
        }
    }
}
