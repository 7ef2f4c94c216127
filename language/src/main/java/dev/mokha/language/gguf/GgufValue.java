package dev.mokha.language.gguf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/// A value of a file's metadata as it is written. llama.cpp asks for each key's very type, so it is part of it.
public final class GgufValue {
    private static final int INT32 = 5;
    private static final int UINT32 = 4;
    private static final int FLOAT32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private final byte[] bytes;

    private GgufValue(byte[] bytes) {
        this.bytes = bytes;
    }

    /// A whole number of 32 bits, none below 0.
    public static GgufValue uint32(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("an unsigned number is not " + number);
        }
        return of(UINT32, ints(number));
    }

    /// A whole number of 32 bits.
    public static GgufValue int32(int number) {
        return of(INT32, ints(number));
    }

    /// A number, rounded to float32.
    public static GgufValue float32(double number) {
        return of(FLOAT32, ints(Float.floatToRawIntBits((float) number)));
    }

    /// Yes or no.
    public static GgufValue bool(boolean flag) {
        return of(BOOL, new byte[] {(byte) (flag ? 1 : 0)});
    }

    /// A text.
    public static GgufValue text(String text) {
        return of(STRING, string(text));
    }

    /// A list of texts.
    public static GgufValue texts(List<String> texts) {
        return list(STRING, texts, (out, text) -> out.writeBytes(string(text)));
    }

    /// A list of whole numbers of 32 bits.
    public static GgufValue int32s(List<Integer> numbers) {
        return list(INT32, numbers, (out, number) -> out.writeBytes(ints(number)));
    }

    /// A list of numbers, rounded to float32.
    public static GgufValue float32s(List<Float> numbers) {
        return list(FLOAT32, numbers, (out, number) -> out.writeBytes(ints(Float.floatToRawIntBits(number))));
    }

    /// A value as another file has it.
    static GgufValue copy(MemorySegment typeAndValue) {
        return new GgufValue(typeAndValue.toArray(ValueLayout.JAVA_BYTE));
    }

    /// {@return the type and the value}
    byte[] bytes() {
        return bytes.clone();
    }

    private static GgufValue of(int type, byte[] value) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(ints(type));
        out.writeBytes(value);
        return new GgufValue(out.toByteArray());
    }

    private static <T> GgufValue list(int type, List<T> values, BiConsumer<ByteArrayOutputStream, T> write) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(ints(type));
        out.writeBytes(longs(values.size()));
        values.forEach(value -> write.accept(out, value));
        return of(ARRAY, out.toByteArray());
    }

    /// A text as keys and names are written too.
    static byte[] string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + utf8.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(utf8.length)
                .put(utf8)
                .array();
    }

    static byte[] ints(int number) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array();
    }

    static byte[] longs(long number) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
    }
}
