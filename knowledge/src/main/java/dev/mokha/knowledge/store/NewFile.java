package dev.mokha.knowledge.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A store that is not there yet. It is written beside its place, under a name of its own, and moved there
/// when it is whole and on the disk: whoever fails or is killed before leaves nothing in its place.
///
/// What looks a fact up by something other than the fact itself is sorted when all of them are there, which
/// takes less time than to keep it sorted with each.
final class NewFile {
    private static final String ENDING = ".new";

    private final Path file;
    private final Path part;
    private final Database database;
    private final List<String> indexes = new ArrayList<>();

    NewFile(Path file) {
        this.file = file;
        removeThoseOfTheDead();
        this.part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ENDING);
        this.database = Database.unshared(part);
        try {
            Schema.prepare(database, file);
            var names = new ArrayList<String>();
            database.query(
                    row -> {
                        names.add(row.getString(1));
                        indexes.add(row.getString(2));
                    },
                    "select name, sql from sqlite_schema where type = 'index' and sql like 'create index%'");
            names.forEach(name -> database.update("drop index " + name));
        } catch (StoreException e) {
            delete();
            throw e;
        }
    }

    Database database() {
        return database;
    }

    /// Ends the transaction, puts the file in its place, and lets go of it.
    ///
    /// @throws StoreException when there is a file meanwhile
    void settle() {
        if (Files.exists(file)) {
            throw late(null);
        }
        indexes.forEach(database::update);
        database.update("commit");
        database.close();
        try {
            force(part, StandardOpenOption.WRITE);
            Files.move(part, file);
            force(folder(), StandardOpenOption.READ);
        } catch (FileAlreadyExistsException e) {
            throw late(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private StoreException late(@Nullable Throwable cause) {
        return new StoreException(
                file + " was made by another process meanwhile; import again, to add to what is there", cause);
    }

    private Path folder() {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
    }

    private static void force(Path path, StandardOpenOption mode) throws IOException {
        try (var channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }

    /// Throws it away.
    void delete() {
        database.close();
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Removes what was left by writers that were killed: nobody has it open, as a writer that lives does.
    private void removeThoseOfTheDead() {
        String start = file.getFileName() + ".";
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder(), path -> {
            String name = String.valueOf(path.getFileName());
            return name.startsWith(start) && name.endsWith(ENDING);
        })) {
            for (Path left : all) {
                if (!Database.isBeingWritten(left)) {
                    Files.deleteIfExists(left);
                }
            }
        } catch (IOException e) {
            throw new StoreException(file + " cannot be made; is its folder there, and may it be written?", e);
        }
    }
}
