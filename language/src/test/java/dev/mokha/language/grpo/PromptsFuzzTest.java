package dev.mokha.language.grpo;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mokha.language.corpus.CorpusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// Any bytes as prompts, or as a reward on the command line: read, or refused as what they are.
final class PromptsFuzzTest {
    @TempDir
    static Path folder;

    @FuzzTest
    void anyFileIsReadOrRefused(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("prompts"), bytes);
        try {
            new Prompts("prompt", true, "Count.").read(file);
        } catch (CorpusException _) {
            // refused, as it may be
        }
    }

    @FuzzTest
    void anyPositionIsReadOrRefused(byte[] bytes) {
        try {
            Rollout.read(bytes);
        } catch (IllegalArgumentException _) {
            // refused, as it may be
        }
    }
}
