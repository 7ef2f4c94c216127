package dev.mokha.serve.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NativeLibraryTest {
    @Test
    void theShippedLibraryIsOfTheSourceBesideIt() throws Exception {
        Path main = Path.of(System.getProperty("mokha.root"), "serve", "src", "main");
        byte[] source = Files.readAllBytes(main.resolve("native/kernels.c"));
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(source));
        String shipped = Files.readString(
                main.resolve("resources/dev/mokha/serve/kernel/libmokha-linux-x86_64.so"), StandardCharsets.ISO_8859_1);
        assertThat(shipped.contains("mokha-kernels-" + sum))
                .as("run native/build.sh with the library in resources, and commit it")
                .isTrue();
    }
}
