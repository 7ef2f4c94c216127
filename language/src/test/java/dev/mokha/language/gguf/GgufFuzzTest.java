package dev.mokha.language.gguf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Any bytes as a GGUF file: read, or refused as what they are.
final class GgufFuzzTest {
    private static final Path BLOCKS =
            Path.of(System.getProperty("mokha.root", ".."), "fixtures", "gguf", "blocks.gguf");

    @FuzzTest
    void anyFileIsReadOrRefused(byte[] bytes) throws IOException {
        read(bytes);
    }

    @Property(tries = 300)
    void aFileWithOneOtherByteIsReadOrRefused(@ForAll @IntRange(max = 6303) int at, @ForAll byte other)
            throws IOException {
        byte[] bytes = Files.readAllBytes(BLOCKS);
        bytes[at] = other;
        read(bytes);
    }

    @Property(tries = 300)
    void aModelWithOneOtherByteIsReadOrRefused(@ForAll @IntRange(max = 3000) int at, @ForAll byte other)
            throws IOException {
        for (String fixture : new String[] {"model-llama3", "tokenizer-llama2", "tokenizer-qwen2"}) {
            byte[] bytes = Files.readAllBytes(BLOCKS.resolveSibling(fixture + ".gguf"));
            bytes[at] = other;
            read(bytes);
        }
    }

    private static void read(byte[] bytes) throws IOException {
        Path path = Files.write(Files.createTempFile("fuzz", ".gguf"), bytes);
        try (var file = GgufFile.open(path)) {
            file.tensors().keySet().forEach(file::floats);
        } catch (GgufException _) {
            // refused, as it may be
        }
        try (var file = GgufFile.open(path)) {
            if (file.metadata().containsKey(TokenizerReader.TOKENS)) {
                new TokenizerReader(file.keys()).read().encodeIds("A text: كلام");
            }
        } catch (GgufException _) {
            // refused, as it may be
        }
        try (var model = GgufModel.open(path)) {
            model.weights().values().forEach(weight -> weight.floats(0, 1));
            model.generation();
            model.chatTemplate();
        } catch (GgufException _) {
            // refused, as it may be
        } finally {
            Files.delete(path);
        }
    }
}
