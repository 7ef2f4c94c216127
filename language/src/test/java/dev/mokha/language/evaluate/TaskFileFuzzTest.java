package dev.mokha.language.evaluate;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.io.TempDir;

/// Any bytes as a task file, as its data, or as what a template gave: read, or refused as what they are;
/// nothing else is thrown. Without the fuzzer's environment variable (`JAZZER_FUZZ=1`) the committed inputs
/// run as a plain test.
final class TaskFileFuzzTest {
    private static final byte[] TASK = BuiltInTasks.yaml("arabicmmlu").getBytes(StandardCharsets.UTF_8);

    @TempDir
    static Path folder;

    @FuzzTest
    void anyTaskFileIsReadOrRefused(byte[] bytes) {
        read(bytes);
    }

    @FuzzTest
    void anyDataIsReadOrRefused(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("data"), bytes);
        for (DataFiles.Form form : DataFiles.Form.values()) {
            try {
                new DataFiles(form, Map.of("test", List.of("data")), null, ',')
                        .rows("test", List.of(file.getParent()), "fuzz");
            } catch (EvaluationException _) {
                // refused, as it may be
            }
        }
    }

    @FuzzTest
    void anyTextIsALiteralOrRefused(byte[] bytes) {
        try {
            PythonLiteral.read(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            // refused, as it may be
        }
    }

    /// A task file of which some bytes are others.
    @Property(tries = 300)
    void aDamagedTaskFileIsReadOrRefused(
            @ForAll @IntRange(max = 5_000) int at, @ForAll byte other, @ForAll @IntRange(max = 40) int gone) {
        byte[] damaged = TASK.clone();
        int from = at % damaged.length;
        damaged[from] = other;
        int to = Math.min(damaged.length, from + gone);
        byte[] shorter = new byte[damaged.length - (to - from)];
        System.arraycopy(damaged, 0, shorter, 0, from);
        System.arraycopy(damaged, to, shorter, from, damaged.length - to);
        read(shorter);
    }

    private static void read(byte[] bytes) {
        try {
            TaskFile.read(new String(bytes, StandardCharsets.UTF_8), "fuzz.yaml");
        } catch (EvaluationException _) {
            // refused, as it may be
        }
    }
}
