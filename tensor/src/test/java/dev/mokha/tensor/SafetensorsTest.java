package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsReadInTheOrderOfTheFileWideTypesFirst() {
        try (var _ = Scope.open("test")) {
            var tensors = new LinkedHashMap<String, Tensor>();
            tensors.put("flags", Tensors.of(new boolean[] {true, false, true}, 3));
            tensors.put("weight", Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
            tensors.put("turned", tensors.get("weight").transpose(0, 1));
            tensors.put("scalar", Tensors.scalar(2.5, DType.BFLOAT16));
            tensors.put("none", Tensors.zeros(0, 4));
            tensors.put("ids", Tensors.of(new long[] {7, -1}, 2));
            Safetensors.write(folder.resolve(Safetensors.FILE), tensors, Map.of("made by", "a test"));
            try (var read = Safetensors.open(folder)) {
                assertThat(read.names()).containsExactly("ids", "weight", "turned", "none", "scalar", "flags");
                assertThat(read.metadata()).containsEntry("format", "pt").containsEntry("made by", "a test");
                assertThat(read.info("turned")).hasToString("Stored[dtype=FLOAT32, shape=[3, 2]]");
                tensors.forEach((name, tensor) -> {
                    assertThat(read.tensor(name).dtype()).isEqualTo(tensor.dtype());
                    assertThat(read.tensor(name).shape()).isEqualTo(tensor.shape());
                    assertThat(read.tensor(name).toDoubles()).isEqualTo(tensor.toDoubles());
                });
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeKeepsItsBytes(DType dtype) {
        try (var _ = Scope.open("test")) {
            Tensor tensor = Tensors.empty(dtype, Device.CPU, 3);
            for (long i = 0; i < tensor.bytes().byteSize(); i++) {
                tensor.bytes().set(ValueLayout.JAVA_BYTE, i, (byte) (dtype == DType.BOOL ? i % 2 : 17 * i + 3));
            }
            Path file = folder.resolve("one.safetensors");
            Safetensors.write(file, Map.of("x", tensor), Map.of());
            try (var read = Safetensors.open(file)) {
                assertThat(read.info("x").dtype()).isEqualTo(dtype);
                assertThat(read.tensor("x").dtype()).isEqualTo(dtype);
                assertThat(read.tensor("x").bytes().mismatch(tensor.bytes())).isEqualTo(-1);
            }
        }
    }

    @Test
    void theWrittenBytesAreThoseOfTheFormat() throws IOException {
        Path file = folder.resolve("one.safetensors");
        try (var _ = Scope.open("test")) {
            Safetensors.write(file, Map.of("a", Tensors.of(new boolean[] {true}, 1)), Map.of());
        }
        String header = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"a\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[0,1]}}";
        header += " ".repeat(Math.floorMod(-header.length(), 8));
        var expected = ByteBuffer.allocate(8 + header.length() + 1);
        expected.put((byte) header.length()).position(8);
        expected.put(header.getBytes(StandardCharsets.UTF_8)).put((byte) 1);
        assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
    }

    @Test
    void misalignedElementsAreCopiedAndAlignedOnesAreTheFile() throws IOException {
        String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                + "\"b\":{\"dtype\":\"U16\",\"shape\":[2],\"data_offsets\":[1,5]}}";
        Path file = Files.write(
                folder.resolve("odd"),
                SafetensorsBytes.file(header + " ".repeat(Math.floorMod(-header.length(), 8)), 5));
        try (var _ = Scope.open("test");
                var read = Safetensors.open(file)) {
            assertThat(read.tensor("b").toLongs()).containsExactly(0x0201, 0x0403);
            assertThat(read.tensor("a").bytes().address())
                    .isEqualTo(read.tensor("a").bytes().address());
            assertThat(read.tensor("b").bytes().address())
                    .isNotEqualTo(read.tensor("b").bytes().address());
        }
    }

    @Test
    void aTensorStaysValidWhenItsFileIsClosedUntilItsScopeIs() {
        Path file = folder.resolve(Safetensors.FILE);
        Tensor weight;
        try (var _ = Scope.open("reading")) {
            Safetensors.write(file, Map.of("weight", Tensors.of(new float[] {1, 2, 3}, 3)), Map.of());
            var read = Safetensors.open(file);
            weight = read.tensor("weight");
            read.close();
            read.close();
            assertThatThrownBy(() -> read.tensor("weight"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was closed")
                    .hasMessageContaining("'weight'");
            assertThat(weight.narrow(0, 1, 2).toFloats()).containsExactly(2, 3);
        }
        assertThatThrownBy(weight::toFloats).hasMessageContaining("'reading'");
    }

    @Test
    void writingIntoATensorNeverChangesTheFileNorAnotherTensorsHistory() {
        Path file = folder.resolve(Safetensors.FILE);
        try (var _ = Scope.open("test")) {
            var tensors = new LinkedHashMap<String, Tensor>();
            tensors.put("a", Tensors.of(new float[] {1, 2}, 2));
            tensors.put("b", Tensors.of(new float[] {3, 4}, 2));
            Safetensors.write(file, tensors, Map.of());
            try (var read = Safetensors.open(file)) {
                Tensor a = read.tensor("a").requiresGrad(true);
                Tensor square = a.mul(a).sum();
                read.tensor("b").fillInPlace(0); // shares the mapping, not the count of changes
                square.backward();
                assertThat(Objects.requireNonNull(a.grad()).toFloats()).containsExactly(2, 4);
                a.mulInPlace(2);
                assertThat(read.tensor("a").toFloats()).containsExactly(2, 4);
            }
            try (var again = Safetensors.open(file)) {
                assertThat(again.tensor("a").toFloats()).containsExactly(1, 2);
            }
        }
    }

    @Test
    void closingFreesEverything() {
        Path file = folder.resolve(Safetensors.FILE);
        try (var _ = Scope.open("warm-up")) {
            Safetensors.write(file, Map.of("a", Tensors.ones(4)), Map.of());
        }
        long before = Engine.liveHandles();
        for (int i = 0; i < 100; i++) {
            try (var _ = Scope.open("test");
                    var read = Safetensors.open(file)) {
                read.tensor("a").add(read.tensor("a"));
            }
        }
        assertThat(Engine.liveHandles()).isLessThanOrEqualTo(before);
    }

    @Test
    void anotherThreadMayUseTheTensors() {
        Path file = folder.resolve(Safetensors.FILE);
        try (var _ = Scope.open("test")) {
            Safetensors.write(file, Map.of("a", Tensors.of(new float[] {5}, 1)), Map.of());
        }
        try (var read = Safetensors.open(file)) {
            var value = CompletableFuture.supplyAsync(
                    () -> {
                        try (var _ = Scope.open("elsewhere")) {
                            return read.tensor("a").item();
                        }
                    },
                    task -> Thread.ofPlatform().start(task));
            assertThat(value.join()).isEqualTo(5);
        }
    }

    @Test
    void aFileOfMoreThanTwoGigabytesIsMappedWhole() throws IOException {
        long big = 3L << 30;
        byte[] header = ("{\"big\":{\"dtype\":\"U8\",\"shape\":[" + big + "],\"data_offsets\":[0," + big + "]},"
                        + "\"last\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[" + big + "," + (big + 8) + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] front = SafetensorsBytes.file(header.length, header, 0);
        Path file = folder.resolve("big");
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(front), 0);
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 0, 0, 0, 0, 0, 0}), front.length + big); // a hole before
        }
        try (var _ = Scope.open("test");
                var read = Safetensors.open(file)) {
            assertThat(read.tensor("last").itemLong()).isEqualTo(0x0201);
            assertThat(read.tensor("big").narrow(0, big - 4, 4).sum().itemLong())
                    .isZero();
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void aFileCutShortOrReplacedAfterOpeningIsRefused() throws IOException {
        Path file = folder.resolve(Safetensors.FILE);
        try (var _ = Scope.open("test")) {
            Safetensors.write(file, Map.of("a", Tensors.ones(4)), Map.of());
            try (var read = Safetensors.open(file);
                    var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - 1);
                assertThatThrownBy(() -> read.tensor("a"))
                        .isInstanceOf(SafetensorsException.class)
                        .hasMessageContaining("when it was opened and has");
            }
            Safetensors.write(file, Map.of("a", Tensors.ones(4)), Map.of());
            Path other = folder.resolve("other");
            Safetensors.write(other, Map.of("b", Tensors.ones(4)), Map.of());
            try (var read = Safetensors.open(file)) {
                Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
                assertThatThrownBy(() -> read.tensor("a"))
                        .isInstanceOf(SafetensorsException.class)
                        .hasMessageContaining("was replaced after it was opened");
            }
        }
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve(Safetensors.FILE);
        try (var _ = Scope.open("test")) {
            Safetensors.write(file, Map.of("a", Tensors.ones(1)), Map.of());
            byte[] before = Files.readAllBytes(file);
            Tensor closed = Tensors.ones(2);
            closed.close();
            assertThatThrownBy(() -> Safetensors.write(file, Map.of("a", closed), Map.of()))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> SafetensorsWriter.replace(file, channel -> {
                        channel.write(ByteBuffer.allocate(3));
                        throw new IOException("disk full");
                    }))
                    .isInstanceOf(SafetensorsException.class)
                    .hasMessageContaining("disk full");
            assertThat(Files.readAllBytes(file)).isEqualTo(before);
            try (var left = Files.list(folder)) {
                assertThat(left).containsExactly(file);
            }
            assertThatThrownBy(() ->
                            Safetensors.write(folder.resolve("no/such/file"), Map.of("a", Tensors.ones(1)), Map.of()))
                    .isInstanceOf(SafetensorsException.class)
                    .hasMessageContaining("cannot be written");
        }
    }

    @Test
    void theReservedNameIsRefused() {
        try (var _ = Scope.open("test")) {
            assertThatThrownBy(() ->
                            Safetensors.write(folder.resolve("x"), Map.of("__metadata__", Tensors.ones(1)), Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("__metadata__");
        }
    }

    @Test
    void anUnknownNameIsRefused() {
        Path file = folder.resolve(Safetensors.FILE);
        try (var _ = Scope.open("test")) {
            Safetensors.write(file, Map.of("a", Tensors.ones(1)), Map.of());
            try (var read = Safetensors.open(file)) {
                assertThatThrownBy(() -> read.info("b"))
                        .isInstanceOf(SafetensorsException.class)
                        .hasMessageContaining("has no tensor 'b' among its 1");
            }
        }
    }
}
