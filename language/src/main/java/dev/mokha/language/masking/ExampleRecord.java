package dev.mokha.language.masking;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.mokha.language.masking.RecordReader.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// A `tf.train.Example` with the features of the official builder, each a list of numbers:
///
/// | feature | type | numbers |
/// |---|---|---|
/// | `input_ids`, `input_mask`, `segment_ids` | int64 | maximal length; 0 where padded |
/// | `masked_lm_positions`, `masked_lm_ids` | int64 | maximal predictions; 0 where padded |
/// | `masked_lm_weights` | float | maximal predictions; 1, or 0 where padded |
/// | `next_sentence_labels` | int64 | 1: whether the second part is random |
///
/// On the wire an Example holds Features (1), which holds map entries (1) of a name (1) and a Feature (2),
/// which holds a list of floats (2) or of 64-bit integers (3), which holds the numbers (1), packed or one by
/// one.
final class ExampleRecord {
    private static final int FLOATS = 2;
    private static final int INTEGERS = 3;

    private ExampleRecord() {}

    static byte[] write(Masked example, ExampleFile.Shape shape) {
        int length = shape.maxLength();
        int predictions = shape.maxPredictions();
        shape.requireFits(example);
        float[] weights = new float[predictions];
        Arrays.fill(weights, 0, example.positions().length, 1);
        int[] mask = new int[length];
        Arrays.fill(mask, 0, example.length(), 1);
        try {
            var features = new ByteArrayOutputStream(5 * length + 12 * predictions + 200);
            var out = CodedOutputStream.newInstance(features);
            integers(out, "input_ids", Arrays.copyOf(example.ids(), length));
            integers(out, "input_mask", mask);
            integers(out, "segment_ids", Arrays.copyOf(example.segments(), length));
            integers(out, "masked_lm_positions", Arrays.copyOf(example.positions(), predictions));
            integers(out, "masked_lm_ids", Arrays.copyOf(example.labels(), predictions));
            floats(out, "masked_lm_weights", weights);
            integers(out, "next_sentence_labels", new int[] {example.randomNext() ? 1 : 0});
            out.flush();
            return nested(1, features.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
    }

    private static void integers(CodedOutputStream out, String name, int[] values) throws IOException {
        int size = 0;
        for (int value : values) {
            size += CodedOutputStream.computeInt32SizeNoTag(value);
        }
        byte[] packed = new byte[size];
        var list = CodedOutputStream.newInstance(packed);
        for (int value : values) {
            list.writeInt32NoTag(value);
        }
        entry(out, name, nested(INTEGERS, nested(1, packed)));
    }

    private static void floats(CodedOutputStream out, String name, float[] values) throws IOException {
        byte[] packed = new byte[Float.BYTES * values.length];
        var list = CodedOutputStream.newInstance(packed);
        for (float value : values) {
            list.writeFloatNoTag(value);
        }
        entry(out, name, nested(FLOATS, nested(1, packed)));
    }

    private static void entry(CodedOutputStream out, String name, byte[] feature) throws IOException {
        int size = CodedOutputStream.computeStringSize(1, name) + CodedOutputStream.computeByteArraySize(2, feature);
        byte[] entry = new byte[size];
        var inside = CodedOutputStream.newInstance(entry);
        inside.writeString(1, name);
        inside.writeByteArray(2, feature);
        out.writeByteArray(1, entry);
    }

    private static byte[] nested(int field, byte[] message) throws IOException {
        byte[] out = new byte[CodedOutputStream.computeByteArraySize(field, message)];
        CodedOutputStream.newInstance(out).writeByteArray(field, message);
        return out;
    }

    /// {@return the example of a record, without its padding}
    /// @throws Fault when it is none of masked language modelling
    static Masked read(byte[] record) throws Fault {
        var features = new HashMap<String, Numbers>();
        try {
            var example = CodedInputStream.newInstance(record);
            fields(example, (field, in) -> {
                if (field == 1) {
                    fields(in, (inner, entry) -> {
                        if (inner == 1) {
                            entry(entry, features);
                        } else {
                            entry.skipRawBytes(entry.getBytesUntilLimit());
                        }
                    });
                }
            });
        } catch (IOException e) {
            throw new Fault("it is no tf.train.Example: " + e.getMessage(), e);
        }
        return FeatureChecks.example(features);
    }

    /// Numbers of a feature, and whether they are floats.
    static final class Numbers {
        private long[] values = new long[128];
        private int size;
        private boolean floats;

        private void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        int size() {
            return size;
        }

        boolean floats() {
            return floats;
        }

        long integer(int i) {
            return values[i];
        }

        float real(int i) {
            return Float.intBitsToFloat((int) values[i]);
        }
    }

    private static void entry(CodedInputStream in, Map<String, Numbers> features) throws IOException {
        String[] name = {""};
        var numbers = new Numbers();
        fields(in, (field, inside) -> {
            if (field == 1) {
                name[0] = new String(inside.readRawBytes(inside.getBytesUntilLimit()), StandardCharsets.UTF_8);
            } else if (field == 2) {
                fields(inside, (type, list) -> list(type, list, numbers));
            }
        });
        features.put(name[0], numbers);
    }

    private static void list(int type, CodedInputStream in, Numbers into) throws IOException {
        if (type != FLOATS && type != INTEGERS) {
            return;
        }
        if (into.floats != (type == FLOATS)) {
            into.floats = type == FLOATS;
            into.size = 0; // of several lists the last kind counts
        }
        while (!in.isAtEnd()) {
            int tag = in.readTag();
            boolean packed = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
            if (WireFormat.getTagFieldNumber(tag) != 1) {
                in.skipField(tag);
                continue;
            }
            if (!packed) {
                into.add(number(in, into.floats));
                continue;
            }
            int limit = in.pushLimit(in.readRawVarint32());
            while (!in.isAtEnd()) {
                into.add(number(in, into.floats));
            }
            in.popLimit(limit);
        }
    }

    private static long number(CodedInputStream in, boolean real) throws IOException {
        return real ? in.readRawLittleEndian32() : in.readRawVarint64();
    }

    /// What to do with the bytes of a field; what it leaves is skipped.
    private interface Field {
        void read(int number, CodedInputStream in) throws IOException;
    }

    /// Reads the nested messages up to the present limit and skips every other field.
    private static void fields(CodedInputStream in, Field use) throws IOException {
        while (!in.isAtEnd()) {
            int tag = in.readTag();
            if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                in.skipField(tag);
                continue;
            }
            int limit = in.pushLimit(in.readRawVarint32());
            use.read(WireFormat.getTagFieldNumber(tag), in);
            in.skipRawBytes(in.getBytesUntilLimit());
            in.popLimit(limit);
        }
    }
}
