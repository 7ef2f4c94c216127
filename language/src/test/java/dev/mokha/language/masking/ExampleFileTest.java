package dev.mokha.language.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.mokha.language.corpus.CorpusException;
import dev.mokha.testkit.Golden;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The official file against bytes that `fixtures/tfrecord/make.py` wrote, and against damage.
final class ExampleFileTest {
    private static final ExampleFile.Shape SHAPE = new ExampleFile.Shape(16, 4);
    private static final Path OFFICIAL = Golden.path("tfrecord/examples.tfrecord");

    @TempDir
    private Path folder;

    @Test
    void whatAnIndependentProgramWroteIsRead() {
        assertThat(read(OFFICIAL)).isEqualTo(expected());
    }

    @Test
    void theSameExamplesGiveTheSameBytes() throws IOException {
        Path file = folder.resolve("new/ours.tfrecord");
        assertThat(ExampleFile.write(file, SHAPE, use -> expected().forEach(use)))
                .isEqualTo(3);
        assertThat(file).hasSameBinaryContentAs(OFFICIAL);
        try (var inside = Files.list(file.getParent())) {
            assertThat(inside).containsExactly(file);
        }
    }

    @Test
    void gzippedItIsTheSame() {
        Path file = folder.resolve("ours.tfrecord.gz");
        ExampleFile.write(file, SHAPE, use -> expected().forEach(use));
        assertThat(read(file)).isEqualTo(expected());
    }

    @Test
    void anEmptyFileHoldsNoExample() throws IOException {
        Path file = Files.createFile(folder.resolve("empty.tfrecord"));
        assertThat(read(file)).isEmpty();
    }

    @Test
    void nothingIsLeftOfAFileThatFails() {
        Path file = folder.resolve("ours.tfrecord");
        var small = new ExampleFile.Shape(15, 4);
        assertThatThrownBy(
                        () -> ExampleFile.write(file, small, use -> expected().forEach(use)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16 tokens")
                .hasMessageContaining("make the file's longer");
        assertThat(folder).isEmptyDirectory();
    }

    /// Any order of features, numbers not packed, features that nobody asked for: all of it is protocol
    /// buffers.
    @Test
    void otherWritersOfTheSameMessagesAreRead() throws IOException {
        Map<String, byte[]> features = new TreeMap<>();
        features.put("aaa", message(bytes -> bytes.writeByteArray(1, new byte[] {10, 3, 1, 2, 3})));
        features.put("input_ids", unpacked(101, 7, 102, 0));
        features.put("input_mask", unpacked(1, 1, 1, 0));
        features.put("masked_lm_ids", unpacked(9, 0));
        features.put("masked_lm_positions", unpacked(1, 0));
        features.put("masked_lm_weights", unpackedFloats(1, 0));
        features.put("next_sentence_labels", unpacked(1));
        features.put("segment_ids", unpacked(0, 0, 0, 0));
        Path file = file(example(features));
        assertThat(read(file))
                .containsExactly(
                        Masked.of(Sequence.pair(new int[] {101, 7, 102}, 3, true), new int[] {1}, new int[] {9}));
    }

    @Test
    void everyWrongFeatureIsNamed() throws IOException {
        refused("input_ids", unpacked(101, 7), "input_mask has 4 numbers, not 2 as input_ids");
        refused("input_mask", unpacked(0, 0, 0, 0), "input_mask is all 0");
        refused("input_mask", unpacked(1, 0, 1, 0), "input_mask is not 1s and then 0s: number 2 is 1");
        refused("segment_ids", unpacked(0, 0, 0, 1), "segment_ids are not 0s, then 1s");
        refused("segment_ids", unpacked(1, 1, 1, 0), "no 0 at the first token");
        refused("masked_lm_positions", unpacked(3, 0), "do not ascend within its 3 tokens: 3");
        refused("masked_lm_positions", unpacked(1), "masked_lm_ids has 2 numbers, not 1");
        refused("masked_lm_ids", unpacked(-1, 0), "number 0 of its masked_lm_ids is -1");
        refused("input_ids", unpacked(101, 1L << 40, 102, 0), "number 1 of its input_ids is 1099511627776");
        refused("masked_lm_weights", unpackedFloats(1, 0.5f), "not 1s and then 0s: number 1 is 0.5");
        refused("masked_lm_weights", unpacked(1, 0), "2 integers; they have to be 2 floats");
        refused("next_sentence_labels", unpacked(2), "next_sentence_labels is 2, neither 0 nor 1");
        refused("next_sentence_labels", unpackedFloats(1), "next_sentence_labels are floats");
        refused("input_ids", null, "has no feature input_ids; it has [input_mask,");
    }

    private void refused(String name, byte @Nullable [] feature, String message) throws IOException {
        Map<String, byte[]> features = new TreeMap<>(valid());
        if (feature == null) {
            features.remove(name);
        } else {
            features.put(name, feature);
        }
        Path file = file(example(valid()), example(features));
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(CorpusException.class)
                .hasMessageStartingWith(file + ", record 2: ")
                .hasMessageContaining(message)
                .hasMessageContaining("make the file again");
    }

    @Test
    void everyCutIsNoticed() throws IOException {
        byte[] whole = Files.readAllBytes(OFFICIAL);
        List<Integer> ends = new ArrayList<>();
        for (int at = 0; at < whole.length; at += length(whole, at) + RecordWriter.OVERHEAD) {
            ends.add(at);
        }
        assertThat(ends).hasSize(3);
        for (int length = 1; length < whole.length; length++) {
            if (ends.contains(length)) {
                continue; // whole records: nobody can tell
            }
            Path file = Files.write(folder.resolve("cut.tfrecord"), Arrays.copyOf(whole, length));
            int cut = length;
            long record = ends.stream().filter(end -> end < cut).count();
            assertThatThrownBy(() -> read(file))
                    .as("cut to " + length)
                    .isInstanceOf(CorpusException.class)
                    .hasMessageContaining(", record " + record + ": the file ends in the middle of");
        }
    }

    @Test
    void everyFlippedByteIsNoticed() throws IOException {
        byte[] whole = Files.readAllBytes(OFFICIAL);
        for (int at = 0; at < whole.length; at++) {
            byte[] broken = whole.clone();
            broken[at] ^= 0x10;
            Path file = Files.write(folder.resolve("flipped.tfrecord"), broken);
            assertThatThrownBy(() -> read(file))
                    .as("byte " + at)
                    .isInstanceOf(CorpusException.class)
                    .hasMessageContaining("checksum");
        }
    }

    @Test
    void anAbsurdLengthIsNotBelieved() throws IOException {
        byte[] head = new byte[12];
        var bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(-2);
        bytes.putInt(RecordWriter.maskedCrc(head, 8));
        Path file = Files.write(folder.resolve("absurd.tfrecord"), head);
        assertThatThrownBy(() -> read(file)).hasMessageContaining("record 1: it claims 18446744073709551614 bytes");
    }

    @Test
    void aCutGzipAndANameThatLiesAreRefused() throws IOException {
        Path file = folder.resolve("ours.tfrecord.gz");
        ExampleFile.write(file, SHAPE, use -> expected().forEach(use));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 20));
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("the compressed data end or break here");
        Files.write(file, Files.readAllBytes(OFFICIAL));
        assertThatThrownBy(() -> read(file)).hasMessageContaining("is not gzipped, though its name ends in .gz");
    }

    private static int length(byte[] file, int at) {
        return (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(at);
    }

    static List<Masked> read(Path file) {
        List<Masked> examples = new ArrayList<>();
        ExampleFile.forEach(file, examples::add);
        return examples;
    }

    private static List<Masked> expected() {
        List<Masked> examples = new ArrayList<>();
        for (JsonNode one : Golden.read("tfrecord/examples.json").at("examples")) {
            var sequence = Sequence.pair(
                    integers(one.get("ids")),
                    one.get("firstLength").intValue(),
                    one.get("randomNext").booleanValue());
            examples.add(Masked.of(sequence, integers(one.get("positions")), integers(one.get("labels"))));
        }
        return examples;
    }

    private static int[] integers(JsonNode list) {
        return list.valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    private static Map<String, byte[]> valid() throws IOException {
        return Map.of(
                "input_ids", unpacked(101, 7, 102, 0),
                "input_mask", unpacked(1, 1, 1, 0),
                "segment_ids", unpacked(0, 0, 0, 0),
                "masked_lm_positions", unpacked(1, 0),
                "masked_lm_ids", unpacked(9, 0),
                "masked_lm_weights", unpackedFloats(1, 0),
                "next_sentence_labels", unpacked(0));
    }

    private Path file(byte[]... records) throws IOException {
        Path file = folder.resolve("written.tfrecord");
        try (var out = Files.newOutputStream(file)) {
            var writer = new RecordWriter(out);
            for (byte[] record : records) {
                writer.write(record);
            }
        }
        return file;
    }

    private static byte[] example(Map<String, byte[]> features) throws IOException {
        return message(fields -> fields.writeByteArray(1, message(entries -> {
            for (var feature : features.entrySet()) {
                entries.writeByteArray(1, message(entry -> {
                    entry.writeString(1, feature.getKey());
                    entry.writeByteArray(2, feature.getValue());
                }));
            }
        })));
    }

    private static byte[] unpacked(long... values) throws IOException {
        return message(feature -> feature.writeByteArray(3, message(list -> {
            for (long value : values) {
                list.writeInt64(1, value);
            }
        })));
    }

    private static byte[] unpackedFloats(float... values) throws IOException {
        return message(feature -> feature.writeByteArray(2, message(list -> {
            for (float value : values) {
                list.writeFloat(1, value);
            }
        })));
    }

    private static byte[] message(Fields fields) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        fields.writeTo(out);
        out.flush();
        return bytes.toByteArray();
    }

    /// The fields of a message.
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }
}
