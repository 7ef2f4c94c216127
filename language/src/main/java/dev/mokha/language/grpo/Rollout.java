package dev.mokha.language.grpo;

import dev.mokha.language.generate.BatchGenerator.Continuation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Completions of some prompts, several of each, with what they are judged by: plain numbers, which outlive a
/// step and can be written into a checkpoint.
///
/// @param prompts the numbers of the prompts
/// @param drawn their completions, those of the first prompt first
/// @param scores what the completions got
/// @param old log-probabilities of all tokens, completion after completion, under the model that drew them;
///     null where that is the model that learns
/// @param reference the same under the frozen model; null without one
@SuppressWarnings("ArrayRecordComponent") // numbers on their way to tensors; equality is not asked for
record Rollout(
        int[] prompts,
        List<Continuation> drawn,
        Rewards.Scores scores,
        double @Nullable [] old,
        double @Nullable [] reference) {
    private static final int MOST = 1 << 30;

    /// {@return how many completions a prompt has}
    int group() {
        return drawn.size() / prompts.length;
    }

    int tokens() {
        return drawn.stream().mapToInt(one -> one.ids().size()).sum();
    }

    /// {@return the same with log-probabilities}
    Rollout with(double @Nullable [] old, double @Nullable [] reference) {
        return new Rollout(prompts, drawn, scores, old, reference);
    }

    /// {@return all of it as bytes}
    static byte[] write(List<Rollout> rollouts) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(new GZIPOutputStream(bytes))) {
            out.writeInt(rollouts.size());
            for (Rollout rollout : rollouts) {
                rollout.write(out);
            }
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private void write(DataOutputStream out) throws IOException {
        write(out, prompts);
        out.writeInt(drawn.size());
        for (Continuation one : drawn) {
            out.writeBoolean(one.ended());
            write(out, one.ids().stream().mapToInt(Integer::intValue).toArray());
        }
        write(out, scores.total());
        out.writeInt(scores.each().size());
        for (double[] each : scores.each()) {
            write(out, each);
        }
        write(out, old);
        write(out, reference);
    }

    private static void write(DataOutputStream out, int[] values) throws IOException {
        out.writeInt(values.length);
        for (int value : values) {
            out.writeInt(value);
        }
    }

    private static void write(DataOutputStream out, double @Nullable [] values) throws IOException {
        out.writeInt(values == null ? -1 : values.length);
        if (values != null) {
            for (double value : values) {
                out.writeDouble(value);
            }
        }
    }

    /// {@return what [#write] wrote}
    /// @throws IllegalArgumentException when these are other bytes
    static List<Rollout> read(byte[] bytes) {
        try (var in = new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(bytes)))) {
            int count = in.readInt();
            List<Rollout> rollouts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                rollouts.add(read(in));
            }
            return rollouts;
        } catch (IOException e) {
            throw new IllegalArgumentException("these bytes are no completions: " + e.getMessage(), e);
        }
    }

    private static Rollout read(DataInputStream in) throws IOException {
        int[] prompts = ints(in);
        if (prompts.length == 0) {
            throw new IOException("there is no prompt");
        }
        int completions = in.readInt();
        List<Continuation> drawn = new ArrayList<>();
        for (int i = 0; i < completions; i++) {
            boolean ended = in.readBoolean();
            drawn.add(new Continuation(Arrays.stream(ints(in)).boxed().toList(), ended));
        }
        double[] total = required(in);
        int rewards = in.readInt();
        List<double[]> each = new ArrayList<>();
        for (int i = 0; i < rewards; i++) {
            each.add(required(in));
        }
        return new Rollout(prompts, drawn, new Rewards.Scores(total, each), doubles(in), doubles(in));
    }

    private static int[] ints(DataInputStream in) throws IOException {
        int count = in.readInt();
        IntBuffer read = bytes(in, count, Integer.BYTES).asIntBuffer();
        int[] values = new int[count];
        read.get(values);
        return values;
    }

    private static double[] required(DataInputStream in) throws IOException {
        double @Nullable [] values = doubles(in);
        if (values == null) {
            throw new IOException("numbers are missing");
        }
        return values;
    }

    private static double @Nullable [] doubles(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0) {
            return null;
        }
        DoubleBuffer read = bytes(in, count, Double.BYTES).asDoubleBuffer();
        double[] values = new double[count];
        read.get(values);
        return values;
    }

    /// What is there is read before memory is taken for it, as a damaged file can promise anything.
    private static ByteBuffer bytes(DataInputStream in, int count, int each) throws IOException {
        if (count < 0 || count > MOST / each) {
            throw new IOException(count + " numbers are no such count");
        }
        byte[] bytes = in.readNBytes(count * each);
        if (bytes.length < count * each) {
            throw new IOException("they end early");
        }
        return ByteBuffer.wrap(bytes);
    }
}
