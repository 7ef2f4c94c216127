package dev.mokha.tensor;

import static dev.mokha.tensor.SafetensorsBytes.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each way in which a safetensors file can be wrong, on bytes written by hand, and what the error says.
class SafetensorsMalformedTest {
    @TempDir
    private Path folder;

    static Stream<Arguments> malformed() {
        String a = "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}";
        return Stream.of(
                arguments("empty", new byte[0], "has 0 bytes"),
                arguments("shorter than a length", new byte[7], "has 7 bytes"),
                arguments("a length without a header", file(10, new byte[0], 0), "claims a header of 10 bytes"),
                arguments("a negative length", file(-1, "{}".getBytes(StandardCharsets.UTF_8), 0), "18446744073709551"),
                arguments("an enormous length", file(100_000_001, new byte[2], 0), "100000001 bytes; at most"),
                arguments("no header", file("", 0), "does not begin with '{'"),
                arguments("a header that is an array", file("[]", 0), "does not begin with '{'"),
                arguments("a space first", file(" {}", 0), "does not begin with '{'"),
                arguments("an open object", file("{", 0), "no valid JSON"),
                arguments("not JSON", file("{a:1}", 0), "no valid JSON"),
                arguments("text after the object", file("{}{}", 0), "goes on after"),
                arguments("zero bytes after the object", file("{}\0\0", 0), "no valid JSON"),
                arguments("too deep", file("{\"a\":{\"x\":" + "[".repeat(9) + "]".repeat(9) + "}}", 0), "depth"),
                arguments("not UTF-8", file(4, new byte[] {'{', '"', (byte) 0xFF, '"'}, 0), "not UTF-8 at byte 10"),
                arguments("a tensor that is a number", file("{\"a\":1}", 0), "'a' is VALUE_NUMBER_INT"),
                arguments("a tensor that is empty", file("{\"a\":{}}", 0), "'a' lacks dtype"),
                arguments("no shape", file("{\"a\":{\"dtype\":\"U8\"}}", 0), "'a' lacks shape"),
                arguments("no offsets", file("{\"a\":{\"dtype\":\"U8\",\"shape\":[]}}", 0), "'a' lacks data_offsets"),
                arguments("an unknown type", tensor("Q4", "[2]", "[0,2]", 2), "dtype 'Q4', expected one of [F64, F32"),
                arguments("a type in lower case", tensor("u8", "[2]", "[0,2]", 2), "dtype 'u8'"),
                arguments("a type that is no string", file("{\"a\":{\"dtype\":8}}", 0), "dtype 'VALUE_NUMBER_INT'"),
                arguments("a shape that is no array", tensor("U8", "2", "[0,2]", 2), "expected an array of integers"),
                arguments("a negative size", tensor("U8", "[-2]", "[0,2]", 2), "'-2' in shape"),
                arguments("a fractional size", tensor("U8", "[2.0]", "[0,2]", 2), "'2.0' in shape"),
                arguments("a size that is text", tensor("U8", "[\"2\"]", "[0,2]", 2), "'2' in shape"),
                arguments("a size past 64 bits", tensor("U8", "[18446744073709551618]", "[0,2]", 2), "in shape"),
                arguments("a nested shape", tensor("U8", "[[2]]", "[0,2]", 2), "in shape"),
                arguments("65 dimensions", tensor("U8", ones(65), "[0,1]", 1), "more than 64 numbers in shape"),
                arguments("an overflowing product", tensor("U8", "[4294967296,4294967296]", "[0,2]", 2), "64 bits"),
                arguments("an overflow in bytes", tensor("F64", "[2305843009213693952]", "[0,0]", 0), "64 bits"),
                arguments(
                        "an overflow behind a zero", tensor("U8", "[0,9007199254740992,4096]", "[0,0]", 0), "64 bits"),
                arguments("one offset", tensor("U8", "[2]", "[2]", 2), "expected [begin, end]"),
                arguments("three offsets", tensor("U8", "[2]", "[0,1,2]", 2), "more than 2 numbers in data_offsets"),
                arguments("a negative offset", tensor("U8", "[2]", "[-1,1]", 2), "'-1' in data_offsets"),
                arguments("falling offsets", tensor("U8", "[2]", "[2,0]", 2), "[2, 0], expected a range"),
                arguments("offsets past the end", tensor("U8", "[3]", "[0,3]", 2), "within the 2 bytes of data"),
                arguments("too few bytes", tensor("F32", "[2]", "[0,4]", 4), "needs 8 bytes, its data_offsets [0, 4]"),
                arguments("too many bytes", tensor("U8", "[1]", "[0,2]", 2), "needs 1 bytes"),
                arguments("bytes for nothing", tensor("U8", "[0]", "[0,2]", 2), "needs 0 bytes"),
                arguments("no bytes for a scalar", tensor("U8", "[]", "[0,0]", 0), "needs 1 bytes"),
                arguments("a gap at the front", tensor("U8", "[2]", "[1,3]", 3), "expected 0: there is a gap"),
                arguments("bytes behind the last", tensor("U8", "[2]", "[0,2]", 3), "its tensors end at byte 2"),
                arguments("data of no tensor", file("{}", 1), "its tensors end at byte 0"),
                arguments(
                        "a name twice",
                        file(a + ",\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[2,2]}}", 2),
                        "twice"),
                arguments("a key twice", file("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 0), "has dtype twice"),
                arguments(
                        "an overlap",
                        file(a + ",\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}", 3),
                        "'b' begins at byte 1 of the data, expected 2: it overlaps"),
                arguments(
                        "the same bytes twice",
                        file(a + ",\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2),
                        "it overlaps"),
                arguments(
                        "a gap between",
                        file(a + ",\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[3,4]}}", 4),
                        "there is a gap"),
                arguments(
                        "metadata that is text",
                        file("{\"__metadata__\":\"pt\"}", 0),
                        "'__metadata__' is VALUE_STRING"),
                arguments(
                        "metadata with a number",
                        file("{\"__metadata__\":{\"n\":1}}", 0),
                        "under 'n', expected a string"),
                arguments(
                        "metadata twice", file("{\"__metadata__\":{},\"__metadata__\":{}}", 0), "'__metadata__' twice"),
                arguments("a metadata key twice", file("{\"__metadata__\":{\"n\":\"1\",\"n\":\"2\"}}", 0), "'n' twice"),
                arguments("a name to disturb a log", file("{\"a\\n\\u001b[2J\":1}", 0), "'a\uFFFD\uFFFD[2J'"));
    }

    private static byte[] tensor(String dtype, String shape, String offsets, int dataBytes) {
        return file(
                "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}".formatted(dtype, shape, offsets),
                dataBytes);
    }

    private static String ones(int count) {
        return "[1" + ",1".repeat(count - 1) + "]";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void aMalformedFileIsRefusedWithItsNameAndTheReason(String what, byte[] bytes, String reason) throws IOException {
        Path file = Files.write(folder.resolve("bad.safetensors"), bytes);
        assertThatThrownBy(() -> Safetensors.open(file))
                .as(what)
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("bad.safetensors")
                .hasMessageContaining(reason);
    }

    @Test
    void unusualButValidFilesAreRead() throws IOException {
        assertThat(names("{}", 0)).isEmpty();
        assertThat(names("{}   \n", 0)).isEmpty();
        assertThat(names("{\"__metadata__\":null}", 0)).isEmpty();
        assertThat(names("{\"\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 1))
                .containsExactly("");
        assertThat(names("{\"وزن\":{\"shape\":[0,5],\"data_offsets\":[0,0],\"x\":{\"y\":[]},\"dtype\":\"F64\"}}", 0))
                .containsExactly("وزن");
    }

    private Iterable<String> names(String header, int dataBytes) throws IOException {
        try (var read = Safetensors.open(Files.write(folder.resolve("ok"), file(header, dataBytes)))) {
            return read.names();
        }
    }

    @Test
    void whatIsNoFileIsRefused() {
        assertThatThrownBy(() -> Safetensors.open(folder.resolve("none.safetensors")))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> Safetensors.open(folder))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("neither model.safetensors nor model.safetensors.index.json");
    }

    static Stream<Arguments> malformedIndexes() {
        return Stream.of(
                arguments("empty", "", "no JSON object"),
                arguments("an array", "[]", "no JSON object"),
                arguments("no map", "{\"metadata\":{}}", "no 'weight_map'"),
                arguments("a map that is text", "{\"weight_map\":\"a\"}", "VALUE_STRING as 'weight_map'"),
                arguments("a number for a shard", "{\"weight_map\":{\"a\":1}}", "expected the name"),
                arguments("a shard elsewhere", "{\"weight_map\":{\"a\":\"../b.safetensors\"}}", "beside the index"),
                arguments("an absolute shard", "{\"weight_map\":{\"a\":\"/b.safetensors\"}}", "beside the index"),
                arguments("a pickled shard", "{\"weight_map\":{\"a\":\"b.bin\"}}", "'b.bin'"),
                arguments("a shard that is missing", "{\"weight_map\":{\"a\":\"b.safetensors\"}}", "does not exist"),
                arguments("text after it", "{\"weight_map\":{}} x", "no valid JSON"),
                arguments(
                        "a name twice",
                        "{\"weight_map\":{\"a\":\"b.safetensors\",\"a\":\"c.safetensors\"}}",
                        "Duplicate"),
                arguments("too deep", "[".repeat(5000), "no JSON object"),
                arguments("too deep inside", "{\"x\":" + "[".repeat(5000), "depth"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedIndexes")
    void aMalformedIndexIsRefusedWithTheReason(String what, String text, String reason) throws IOException {
        Files.writeString(folder.resolve(Safetensors.INDEX), text);
        assertThatThrownBy(() -> Safetensors.open(folder))
                .as(what)
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void anIndexThatNamesATensorItsShardLacksIsRefused() throws IOException {
        Files.writeString(folder.resolve(Safetensors.INDEX), "{\"weight_map\":{\"a\":\"b.safetensors\"}}");
        Files.write(folder.resolve("b.safetensors"), file("{}", 0));
        assertThatThrownBy(() -> Safetensors.open(folder))
                .hasMessageContaining("'a'")
                .hasMessageContaining("not have it");
    }
}
