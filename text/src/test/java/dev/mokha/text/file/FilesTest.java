package dev.mokha.text.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
    @TempDir
    Path folder;

    @Test
    void aTextReplacesWhatWasThereAndLeavesNothingBeside() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "old");
        WholeFile.write(file, "جديد");
        assertThat(Files.readString(file)).isEqualTo("جديد");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed() {
        Path nowhere = folder.resolve("none/a.txt");
        assertThatThrownBy(() -> WholeFile.write(nowhere, "x"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(nowhere.toString());
    }

    @Test
    void bytesTellWhatIsGzippedAndNamesDoNot() throws IOException {
        byte[] text = "سلام\n".getBytes(StandardCharsets.UTF_8);
        assertThat(read(Files.write(folder.resolve("plain.gz"), text))).isEqualTo(text);
        assertThat(read(Files.write(folder.resolve("packed.txt"), gzip(text)))).isEqualTo(text);
        assertThat(read(Files.write(folder.resolve("empty"), new byte[0]))).isEmpty();
        assertThat(read(Files.write(folder.resolve("one"), new byte[] {0x1f}))).containsExactly(0x1f);
    }

    @Test
    void whatOnlyBeginsAsGzipIsRefused() throws IOException {
        Path file = Files.write(folder.resolve("broken"), new byte[] {0x1f, (byte) 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9});
        assertThatThrownBy(() -> Gunzipped.open(file)).isInstanceOf(ZipException.class);
    }

    private static byte[] read(Path file) throws IOException {
        try (var in = Gunzipped.open(file)) {
            return in.readAllBytes();
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var packed = new GZIPOutputStream(out)) {
            packed.write(bytes);
        }
        return out.toByteArray();
    }
}
