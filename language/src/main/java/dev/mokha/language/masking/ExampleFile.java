package dev.mokha.language.masking;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.masking.RecordReader.Fault;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/// Examples in the file of the official builder, `create_pretraining_data.py`: TFRecord frames around
/// `tf.train.Example`s, gzipped when the name ends in `.gz`. Programs that train on that builder's files
/// read these, and these methods read its.
public final class ExampleFile {
    private ExampleFile() {}

    /// To what examples are padded in a file.
    ///
    /// @param maxLength tokens: `max_seq_length`
    /// @param maxPredictions masked tokens: `max_predictions_per_seq`
    public record Shape(int maxLength, int maxPredictions) {
        public Shape {
            if (maxLength < 1 || maxPredictions < 1) {
                throw new IllegalArgumentException(
                        "examples have at least 1 token and 1 prediction, not " + maxLength + " and " + maxPredictions);
            }
        }

        void requireFits(Masked example) {
            if (example.length() > maxLength || example.positions().length > maxPredictions) {
                throw new IllegalArgumentException("an example of " + example.length() + " tokens and "
                        + example.positions().length + " predictions does not fit in " + maxLength + " and "
                        + maxPredictions + "; make the file's longer, or the examples shorter");
            }
        }
    }

    /// What writes examples, given something to write each with.
    public interface Source {
        /// Hands every example over, in order.
        void forEach(Consumer<Masked> use);
    }

    /// Writes examples to a file that appears only when it is whole.
    ///
    /// @return how many there are
    public static long write(Path target, Shape shape, Source examples) {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        long[] count = {0};
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            try (OutputStream file = Files.newOutputStream(partial);
                    OutputStream packed = isGzip(target) ? new GZIPOutputStream(file, 1 << 16) : file;
                    OutputStream out = new BufferedOutputStream(packed, 1 << 16)) {
                var writer = new RecordWriter(out);
                examples.forEach(example -> {
                    try {
                        writer.write(ExampleRecord.write(example, shape));
                    } catch (IOException e) {
                        throw new CorpusException("cannot write " + target + ": " + e.getMessage(), e);
                    }
                    count[0]++;
                });
            }
            try {
                Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException _) {
                Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
            }
            return count[0];
        } catch (IOException e) {
            throw new CorpusException("cannot write " + target + ": " + e.getMessage(), e);
        } finally {
            remove(partial);
        }
    }

    private static void remove(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            throw new CorpusException("cannot remove " + partial + ": " + e.getMessage(), e);
        }
    }

    /// Reads every example in order, holding one at a time, without its padding.
    ///
    /// @throws CorpusException naming the file and the record that is none
    public static void forEach(Path file, Consumer<Masked> use) {
        long number = 0;
        try (InputStream raw = Files.newInputStream(file);
                InputStream bytes =
                        new BufferedInputStream(isGzip(file) ? new GZIPInputStream(raw, 1 << 16) : raw, 1 << 16)) {
            var reader = new RecordReader(bytes);
            number = 1;
            for (byte[] record = reader.next(); record != null; record = reader.next()) {
                use.accept(ExampleRecord.read(record));
                number++;
            }
        } catch (Fault e) {
            throw broken(file, number, e);
        } catch (ZipException e) {
            throw new CorpusException(file + " is not gzipped, though its name ends in .gz: rename it", e);
        } catch (IOException e) {
            throw new CorpusException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    static CorpusException broken(Path file, long record, Fault fault) {
        return new CorpusException(
                file + ", record " + record + ": " + fault.getMessage()
                        + "; make the file again with create_pretraining_data.py or mokha pretraining-data",
                fault);
    }

    static boolean isGzip(Path file) {
        return file.getFileName().toString().endsWith(".gz");
    }
}
