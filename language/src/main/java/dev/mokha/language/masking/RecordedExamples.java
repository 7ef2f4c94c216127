package dev.mokha.language.masking;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.masking.RecordReader.Fault;
import dev.mokha.nn.fit.Batches;
import dev.mokha.nn.fit.Shuffled;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The examples of official files by number, to train on what another program made: 8 bytes each in memory,
/// read from the file when asked for. Files must not be compressed, since a compressed one has no place to
/// go to.
public final class RecordedExamples implements AutoCloseable {
    private final List<Path> files;
    private final List<FileChannel> channels = new ArrayList<>();
    private final int[] ends;
    private long[] places = new long[1024];
    private int size;

    private RecordedExamples(List<Path> files) {
        this.files = List.copyOf(files);
        this.ends = new int[files.size()];
    }

    /// Opens files and finds their examples.
    ///
    /// @throws CorpusException naming the file and the record that is none
    public static RecordedExamples open(List<Path> files) {
        var examples = new RecordedExamples(files);
        try {
            for (int i = 0; i < files.size(); i++) {
                examples.find(files.get(i));
                examples.ends[i] = examples.size;
            }
        } catch (CorpusException e) {
            examples.close();
            throw e;
        }
        if (examples.size == 0) {
            examples.close();
            throw new CorpusException("there is no example in " + files);
        }
        return examples;
    }

    private void find(Path file) {
        if (ExampleFile.isGzip(file)) {
            throw new CorpusException(file + " is compressed and cannot be read out of order; unpack it (gunzip)");
        }
        int first = size;
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            channels.add(channel);
            long length = channel.size();
            for (long at = 0; at < length; ) {
                byte[] head = bytes(channel, at, RecordReader.HEAD);
                long end = at + RecordReader.length(head) + RecordWriter.OVERHEAD;
                if (end > length) {
                    throw new Fault("the file ends in the middle of it");
                }
                add(at);
                at = end;
            }
        } catch (Fault e) {
            throw ExampleFile.broken(file, size - first + 1L, e);
        } catch (IOException e) {
            throw new CorpusException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private void add(long place) {
        if (size == places.length) {
            places = Arrays.copyOf(places, Math.addExact(size, size / 2));
        }
        places[size++] = place;
    }

    /// {@return how many there are in all files}
    public int size() {
        return size;
    }

    /// {@return the example of a number, from 0}
    /// @throws CorpusException naming the file and the record when it is none
    public Masked example(int number) {
        int file = 0;
        while (number >= ends[file]) {
            file++;
        }
        FileChannel channel = channels.get(file);
        try {
            int length = RecordReader.length(bytes(channel, places[number], RecordReader.HEAD));
            byte[] frame = bytes(channel, places[number], length + RecordWriter.OVERHEAD);
            byte[] record = new RecordReader(new ByteArrayInputStream(frame)).next();
            if (record == null) {
                throw new Fault("it is gone");
            }
            return ExampleRecord.read(record);
        } catch (Fault e) {
            throw ExampleFile.broken(files.get(file), number - (file == 0 ? 0 : ends[file - 1]) + 1L, e);
        } catch (IOException e) {
            throw new CorpusException("cannot read " + files.get(file) + ": " + e.getMessage(), e);
        }
    }

    /// {@return the examples in a new order each epoch, their masks as they are}
    public Batches<List<Masked>> batches(int batchSize, long seed) {
        var examples = new Shuffled.Examples(size, batchSize);
        return new Shuffled<>(
                examples,
                seed,
                numbers -> Arrays.stream(numbers).mapToObj(this::example).toList());
    }

    @Override
    public void close() {
        for (FileChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new CorpusException("cannot close a file of examples: " + e.getMessage(), e);
            }
        }
    }

    private static byte[] bytes(FileChannel channel, long at, int length) throws IOException, Fault {
        byte[] bytes = new byte[length];
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new Fault(
                        buffer.position() < RecordReader.HEAD
                                ? "the file ends in the middle of its length"
                                : "the file ends in the middle of it");
            }
        }
        return bytes;
    }
}
