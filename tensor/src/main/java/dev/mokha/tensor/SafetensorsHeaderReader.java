package dev.mokha.tensor;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Reads the JSON of a safetensors header token by token and checks every value where it stands. Keys that the format
/// does not know are skipped inside a tensor, as the reference implementation does.
final class SafetensorsHeaderReader {
    private static final int DEEPEST = 8;
    private static final int MOST_DIMENSIONS = 64; // libtorch's own limit
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(40)
                    .maxNameLength((int) SafetensorsHeader.LONGEST)
                    .maxStringLength((int) SafetensorsHeader.LONGEST)
                    .build())
            .build();

    private final Path file;
    private final long dataBytes;
    private final Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    SafetensorsHeaderReader(Path file, long dataBytes) {
        this.file = file;
        this.dataBytes = dataBytes;
    }

    Map<String, SafetensorsHeader.Entry> entries() {
        return entries;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    void read(byte[] header) {
        requireUtf8(header);
        if (header.length == 0 || header[0] != '{') {
            throw wrong("its header does not begin with '{'");
        }
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), header)) {
            json.nextToken();
            boolean metadataSeen = false;
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                json.nextToken();
                if (!name.equals("__metadata__")) {
                    readTensor(json, name);
                } else if (metadataSeen) {
                    throw wrong("its header has '__metadata__' twice");
                } else {
                    metadataSeen = true;
                    readMetadata(json);
                }
            }
            if (json.nextToken() != null) {
                throw wrong("its header goes on after the closing '}'");
            }
        } catch (JacksonException e) {
            throw new SafetensorsException(file, "its header is no valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private void readTensor(JsonParser json, String name) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw wrong(name, "is " + json.currentToken() + ", expected an object with dtype, shape and data_offsets");
        }
        DType dtype = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        for (String key = json.nextName(); key != null; key = json.nextName()) {
            json.nextToken();
            switch (key) {
                case "dtype" -> {
                    requireFirst(dtype, name, key);
                    dtype = readDType(json, name);
                }
                case "shape" -> {
                    requireFirst(shape, name, key);
                    shape = readNumbers(json, name, key, MOST_DIMENSIONS);
                }
                case "data_offsets" -> {
                    requireFirst(offsets, name, key);
                    offsets = readNumbers(json, name, key, 2);
                }
                default -> json.skipChildren();
            }
        }
        if (dtype == null || shape == null || offsets == null) {
            throw wrong(name, "lacks " + (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
        }
        if (entries.put(name, entry(name, dtype, shape, offsets)) != null) {
            throw wrong(name, "appears twice");
        }
    }

    private SafetensorsHeader.Entry entry(String name, DType dtype, List<Long> shape, List<Long> offsets) {
        if (offsets.size() != 2) {
            throw wrong(name, "has data_offsets " + offsets + ", expected [begin, end]");
        }
        long begin = offsets.get(0);
        long end = offsets.get(1);
        if (begin > end || end > dataBytes) {
            throw wrong(
                    name,
                    "has data_offsets " + offsets + ", expected a range within the " + dataBytes + " bytes of data");
        }
        long needed = bytesOf(name, dtype, shape);
        if (end - begin != needed) {
            throw wrong(
                    name,
                    "of shape " + shape + " and type " + dtype.label() + " needs " + needed
                            + " bytes, its data_offsets " + offsets + " hold " + (end - begin));
        }
        return new SafetensorsHeader.Entry(new Safetensors.Stored(dtype, shape), begin, end);
    }

    /// The product must not overflow even where a zero hides it: libtorch multiplies the sizes into strides.
    private long bytesOf(String name, DType dtype, List<Long> shape) {
        try {
            long count = 1;
            long bytes = dtype.bytes();
            for (long size : shape) {
                count = Math.multiplyExact(count, size);
                bytes = Math.multiplyExact(bytes, Math.max(size, 1));
            }
            return count == 0 ? 0 : bytes;
        } catch (ArithmeticException e) {
            throw new SafetensorsException(
                    file,
                    "tensor " + SafetensorsException.quoted(name) + " has shape " + shape
                            + ", more elements than 64 bits count",
                    e);
        }
    }

    private DType readDType(JsonParser json, String name) {
        String label = json.currentToken() == JsonToken.VALUE_STRING ? json.getString() : "" + json.currentToken();
        for (DType dtype : DType.values()) {
            if (dtype.label().equals(label)) {
                return dtype;
            }
        }
        var known = new ArrayList<String>();
        for (DType dtype : DType.values()) {
            known.add(dtype.label());
        }
        throw wrong(name, "has dtype " + SafetensorsException.quoted(label) + ", expected one of " + known);
    }

    private List<Long> readNumbers(JsonParser json, String name, String key, int most) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw wrong(name, "has " + key + " " + json.currentToken() + ", expected an array of integers");
        }
        var numbers = new ArrayList<Long>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            boolean integer = json.currentToken() == JsonToken.VALUE_NUMBER_INT;
            if (!integer || json.getNumberType() == NumberType.BIG_INTEGER || json.getLongValue() < 0) {
                throw wrong(
                        name,
                        "has " + SafetensorsException.quoted("" + json.getString()) + " in " + key
                                + ", expected integers from 0 to 2^63 - 1");
            }
            if (numbers.size() == most) {
                throw wrong(name, "has more than " + most + " numbers in " + key);
            }
            numbers.add(json.getLongValue());
        }
        return numbers;
    }

    private void readMetadata(JsonParser json) {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("its '__metadata__' is " + json.currentToken() + ", expected an object of strings");
        }
        for (String key = json.nextName(); key != null; key = json.nextName()) {
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw wrong("its '__metadata__' has " + json.currentToken() + " under "
                        + SafetensorsException.quoted(key) + ", expected a string");
            }
            if (metadata.put(key, json.getString()) != null) {
                throw wrong("its '__metadata__' has " + SafetensorsException.quoted(key) + " twice");
            }
        }
    }

    private void requireUtf8(byte[] header) {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var in = ByteBuffer.wrap(header);
        var out = CharBuffer.allocate(1 << 13);
        CoderResult result;
        do {
            result = decoder.decode(in, out.clear(), true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw wrong("its header is not UTF-8 at byte " + (Long.BYTES + in.position()));
        }
    }

    private void requireFirst(@Nullable Object before, String name, String key) {
        if (before != null) {
            throw wrong(name, "has " + key + " twice");
        }
    }

    private SafetensorsException wrong(String problem) {
        return new SafetensorsException(file, problem);
    }

    private SafetensorsException wrong(String tensor, String problem) {
        return new SafetensorsException(file, "tensor " + SafetensorsException.quoted(tensor) + " " + problem);
    }
}
