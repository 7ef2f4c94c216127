package dev.mokha.language.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads what stands before a GGUF file's numbers. Every count and offset is checked against the file's size
/// before anything is made of it.
final class GgufHeaderReader {
    static final int MAGIC = 0x46554747; // "GGUF", read as a little-endian number
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int LARGEST_NAME = 1 << 16;
    private static final int MOST_DIMENSIONS = 4;
    private static final String ALIGNMENT = "general.alignment";

    private final Path path;
    private final MemorySegment bytes;
    private long at;

    GgufHeaderReader(Path path, MemorySegment bytes) {
        this.path = path;
        this.bytes = bytes;
    }

    /// What a header holds.
    ///
    /// @param values the type and value of each key, as they lie in the file
    record Header(Map<String, Object> metadata, Map<String, MemorySegment> values, Map<String, GgufTensor> tensors) {}

    Header read() {
        if (bytes.byteSize() < 24 || uint32() != MAGIC) {
            throw new GgufException(path, "is no GGUF file: it does not begin with GGUF");
        }
        long version = uint32();
        if (version != 2 && version != 3) {
            throw new GgufException(path, "is GGUF of version " + version + "; 2 and 3 are known, little-endian");
        }
        long tensorCount = count("tensors", 24);
        long keyCount = count("keys", 13);
        Map<String, Object> metadata = new LinkedHashMap<>();
        Map<String, MemorySegment> values = new LinkedHashMap<>();
        for (long i = 0; i < keyCount; i++) {
            String key = string(LARGEST_NAME);
            long from = at;
            metadata.put(key, value(uint32(), key));
            values.put(key, bytes.asSlice(from, at - from));
        }
        List<Listed> infos = new ArrayList<>();
        for (long i = 0; i < tensorCount; i++) {
            infos.add(info());
        }
        long alignment = metadata.get(ALIGNMENT) instanceof Long set ? set : 32;
        if (alignment < 1 || alignment > 1 << 20 || Long.bitCount(alignment) != 1) {
            throw new GgufException(path, "has " + ALIGNMENT + " " + alignment + ", which is no power of 2");
        }
        long data = (at + alignment - 1) / alignment * alignment;
        Map<String, GgufTensor> tensors = new LinkedHashMap<>();
        for (Listed info : infos) {
            if (tensors.put(info.name, placed(info, data)) != null) {
                throw new GgufException(path, "has two tensors called '" + info.name + "'");
            }
        }
        return new Header(Collections.unmodifiableMap(metadata), values, Collections.unmodifiableMap(tensors));
    }

    /// A tensor as the header lists it, its offset counted from the first one's.
    private record Listed(String name, List<Long> shape, GgufType type, long offset) {}

    private Listed info() {
        String name = string(LARGEST_NAME);
        long dimensions = uint32();
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
            throw new GgufException(path, "has a tensor '" + name + "' of " + dimensions + " dimensions");
        }
        List<Long> shape = new ArrayList<>();
        for (long i = 0; i < dimensions; i++) {
            long size = int64();
            if (size < 1) {
                throw new GgufException(
                        path, "has a tensor '" + name + "' with a size of " + Long.toUnsignedString(size));
            }
            shape.add(size);
        }
        GgufType type = type(uint32(), name);
        if (shape.getFirst() % type.block() != 0) {
            throw new GgufException(
                    path,
                    "has a tensor '" + name + "' with rows of " + shape.getFirst() + ", which are no whole blocks of "
                            + type.block() + " as " + type + " needs");
        }
        return new Listed(name, shape.reversed(), type, int64());
    }

    private GgufType type(long number, String name) {
        return Arrays.stream(GgufType.values())
                .filter(type -> type.number() == number)
                .findFirst()
                .orElseThrow(() -> new GgufException(
                        path,
                        "stores '" + name + "' as type " + number + ", which is not known here; there are "
                                + Arrays.toString(GgufType.values())
                                + ": convert it, such as with llama-quantize --allow-requantize"));
    }

    private GgufTensor placed(Listed info, long data) {
        try {
            var tensor = new GgufTensor(info.name, info.shape, info.type, Math.addExact(data, info.offset));
            if (info.offset >= 0 && Math.addExact(tensor.offset(), tensor.bytes()) <= bytes.byteSize()) {
                return tensor;
            }
        } catch (ArithmeticException _) { // beyond the largest long, so beyond the file too
        }
        throw new GgufException(
                path, "ends before its tensor '" + info.name + "' does; it was cut short, or is damaged");
    }

    private Object value(long type, String key) {
        return switch ((int) type) {
            case 0 -> (long) (uint8() & 0xFF);
            case 1 -> (long) uint8();
            case 2 -> (long) (int16() & 0xFFFF);
            case 3 -> (long) int16();
            case 4 -> uint32();
            case 5 -> (long) (int) uint32();
            case 6 -> (double) Float.intBitsToFloat((int) uint32());
            case 7 -> uint8() != 0;
            case 8 -> string(Integer.MAX_VALUE);
            case 9 -> list(key);
            case 10, 11 -> int64();
            case 12 -> Double.longBitsToDouble(int64());
            default ->
                throw new GgufException(path, "has a value of type " + type + " in '" + key + "'; 0 to 12 are known");
        };
    }

    private List<Object> list(String key) {
        long type = uint32();
        if (type == 9) {
            throw new GgufException(path, "has a list of lists in '" + key + "', which is not known here");
        }
        long length = count("values of '" + key + "'", 1);
        List<Object> values = new ArrayList<>();
        for (long i = 0; i < length; i++) {
            values.add(value(type, key));
        }
        return Collections.unmodifiableList(values);
    }

    /// {@return a count of things that take at least so many bytes each}
    private long count(String what, int least) {
        long count = int64();
        if (count < 0 || count > (bytes.byteSize() - at) / least) {
            throw new GgufException(
                    path, "claims " + Long.toUnsignedString(count) + " " + what + ", more than it has bytes for");
        }
        return count;
    }

    private String string(int largest) {
        long length = int64();
        if (length < 0 || length > largest) {
            throw new GgufException(path, "has a text of " + Long.toUnsignedString(length) + " bytes at byte " + at);
        }
        ByteBuffer text = bytes.asSlice(take(length), length).asByteBuffer();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw new GgufException(path, "has a text that is not UTF-8 before byte " + at, e);
        }
    }

    private byte uint8() {
        return bytes.get(ValueLayout.JAVA_BYTE, take(1));
    }

    private short int16() {
        return bytes.get(SHORT, take(2));
    }

    private long uint32() {
        return Integer.toUnsignedLong(bytes.get(INT, take(4)));
    }

    private long int64() {
        return bytes.get(LONG, take(8));
    }

    /// {@return where the next bytes begin}
    private long take(long length) {
        if (length > bytes.byteSize() - at) {
            throw new GgufException(path, "ends in the middle of its header, at byte " + at + "; it was cut short");
        }
        long from = at;
        at += length;
        return from;
    }
}
