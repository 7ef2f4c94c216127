package dev.mokha.language.masking;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mokha.language.corpus.CorpusException;
import dev.mokha.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Any bytes are read or refused by name; nothing else is thrown.
final class ExampleFileFuzzTest {
    @FuzzTest
    void anyFileIsReadOrRefused(byte[] bytes) throws IOException {
        readOrRefuse(bytes);
    }

    /// Checksums keep random bytes out, so these go behind them.
    @FuzzTest
    void anyRecordIsReadOrRefused(byte[] bytes) {
        recordReadOrRefused(bytes);
    }

    @Property(tries = 3000)
    void damagedRecordsAreReadOrRefused(@ForAll long seed) throws IOException {
        byte[] whole = Files.readAllBytes(Golden.path("tfrecord/examples.tfrecord"));
        var random = new Random(seed);
        byte[] record = new byte[250 - random.nextInt(4)];
        System.arraycopy(whole, 12, record, 0, record.length);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            record[random.nextInt(record.length)] = (byte) random.nextInt(256);
        }
        recordReadOrRefused(record);
    }

    private static void recordReadOrRefused(byte[] record) {
        try {
            Masked example = ExampleRecord.read(record);
            if (example.original().length != example.length()) {
                throw new AssertionError("an example of two lengths");
            }
        } catch (RecordReader.Fault _) {
            // refused, as it may be
        }
    }

    private static void readOrRefuse(byte[] bytes) throws IOException {
        for (String ending : new String[] {".tfrecord", ".tfrecord.gz"}) {
            Path file = Files.createTempFile("fuzz", ending);
            try {
                Files.write(file, bytes);
                ExampleFile.forEach(file, Masked::original);
            } catch (CorpusException _) {
                // refused, as it may be
            } finally {
                Files.delete(file);
            }
        }
    }
}
