package dev.mokha.serve.engine;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.serve.adapter.Adapter;
import dev.mokha.serve.adapter.AdapterFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The adapters of an engine, which come and go while it works. Any thread may ask; the engine does not wait.
///
/// Unloading takes the name away at once: nobody new gets the adapter. Who has it already goes on with it,
/// and its memory is given back with the last of them. Keys and values are shared among requests of the same
/// loaded adapter only: not with the base model, and not with what had the same name before.
public final class Adapters {
    private static final int LONGEST_NAME = 200;
    private static final double MIB = 1 << 20;

    private final DecoderConfig config;
    private final AdapterLimits limits;
    private final boolean experts;
    private final Map<String, Held> byName = new LinkedHashMap<>();
    private final List<Held> unloaded = new ArrayList<>(); // and still used
    private long loads;
    private boolean closed;

    /// @param experts whether they may change a mixture's experts
    Adapters(DecoderConfig config, AdapterLimits limits, boolean experts) {
        this.experts = experts;
        this.config = config;
        this.limits = limits;
    }

    /// An adapter that is loaded.
    ///
    /// @param folder where it came from
    /// @param bytes in memory
    /// @param running requests that compute with it
    /// @param waiting requests that want it and have not begun
    public record Loaded(String name, Path folder, int rank, long bytes, int running, int waiting) {}

    /// One adapter; guarded by the lock of its [Adapters].
    static final class Held {
        final String name;
        final String id;
        final Path folder;
        final int rank;
        final long bytes;
        private volatile @Nullable Adapter adapter; // null while it is read
        private int users;
        private int running;
        private boolean unloaded;

        Held(String name, String id, Path folder, int rank, long bytes) {
            this.name = name;
            this.id = id;
            this.folder = folder;
            this.rank = rank;
            this.bytes = bytes;
        }

        Adapter adapter() {
            Adapter there = adapter;
            if (there == null) {
                throw new IllegalStateException("adapter '" + name + "' is not in memory");
            }
            return there;
        }

        Loaded loaded() {
            return new Loaded(name, folder, rank, bytes, running, users - running);
        }
    }

    /// Loads an adapter from a folder that PEFT wrote. On the caller's thread; requests go on meanwhile.
    ///
    /// @param name by which requests ask for it
    /// @throws IllegalArgumentException when the folder is none, or not for this model, the name is taken, or
    ///     there is no room for it; nothing has changed then
    public Loaded load(String name, Path folder) {
        if (name.isBlank() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("'" + name + "' is no name for an adapter: it has 1 to " + LONGEST_NAME
                    + " characters that can be seen");
        }
        requireFree(name);
        try (var opened = AdapterFolder.open(folder, config)) {
            if (!experts && opened.changesExperts()) {
                throw new IllegalArgumentException(
                        "adapter '" + name + "' in " + folder + " changes a mixture's experts,"
                                + " which are not changed on a device; serve it with --device cpu, or merge it with the model");
            }
            Held held = reserve(name, folder, opened);
            try {
                return publish(held, opened.pack());
            } catch (RuntimeException | Error e) {
                giveUp(held);
                throw e;
            }
        }
    }

    private synchronized void requireFree(String name) {
        if (closed) {
            throw new IllegalStateException("the engine stopped");
        }
        if (byName.containsKey(name)) {
            throw new IllegalArgumentException("there is an adapter '" + name + "' already; unload it first");
        }
        if (byName.size() >= limits.most()) {
            throw new IllegalArgumentException("there is room for " + limits.most()
                    + " adapters, which are loaded; unload one, or allow more (--max-adapters)");
        }
    }

    private synchronized Held reserve(String name, Path folder, AdapterFolder opened) {
        requireFree(name); // as others may have come meanwhile
        long used = bytes();
        if (opened.bytes() > limits.bytes() - used) {
            throw new IllegalArgumentException("adapter '" + name + "' takes " + mib(opened.bytes()) + " MiB, and "
                    + mib(used) + " of the " + mib(limits.bytes())
                    + " MiB for adapters are in use; unload one, or allow more (--adapter-memory)");
        }
        var held = new Held(name, name + '\n' + ++loads, folder, opened.lora().rank(), opened.bytes());
        byName.put(name, held);
        return held;
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / MIB);
    }

    private synchronized Loaded publish(Held held, Adapter adapter) {
        if (closed) {
            adapter.close();
            throw new IllegalStateException("the engine stopped");
        }
        held.adapter = adapter;
        return held.loaded();
    }

    private synchronized void giveUp(Held held) {
        byName.remove(held.name, held);
    }

    /// Unloads an adapter; who has it goes on with it.
    ///
    /// @throws UnknownAdapterException when there is none of this name
    public synchronized void unload(String name) {
        Held held = require(name);
        byName.remove(name);
        held.unloaded = true;
        unloaded.add(held);
        freeIfUnused(held);
    }

    private Held require(String name) {
        @Nullable Held held = byName.get(name);
        if (held == null || held.adapter == null) {
            throw new UnknownAdapterException(
                    name, list().stream().map(Loaded::name).toList());
        }
        return held;
    }

    private void freeIfUnused(Held held) {
        if (held.unloaded && held.users == 0 && unloaded.remove(held)) {
            held.adapter().close();
            held.adapter = null;
        }
    }

    /// {@return what is loaded, in the order of loading}
    public synchronized List<Loaded> list() {
        return byName.values().stream()
                .filter(held -> held.adapter != null)
                .map(Held::loaded)
                .toList();
    }

    /// {@return the bytes of all in memory, those that were unloaded and are still used included}
    public synchronized long bytes() {
        return byName.values().stream().mapToLong(held -> held.bytes).sum()
                + unloaded.stream().mapToLong(held -> held.bytes).sum();
    }

    /// {@return how many there may be}
    public AdapterLimits limits() {
        return limits;
    }

    /// Takes an adapter for a request.
    ///
    /// @throws UnknownAdapterException when there is none of this name
    synchronized AdapterLease acquire(String name) {
        Held held = require(name);
        held.users++;
        return new AdapterLease(this, held);
    }

    synchronized void begin(Held held) {
        held.running++;
    }

    synchronized void release(Held held, boolean begun) {
        held.users--;
        held.running -= begun ? 1 : 0;
        freeIfUnused(held);
    }

    /// Releases all; nobody may be computing.
    synchronized void close() {
        closed = true;
        for (Held held : byName.values()) {
            if (held.adapter != null) {
                held.unloaded = true;
                unloaded.add(held);
            }
        }
        byName.clear();
        for (Held held : List.copyOf(unloaded)) {
            held.users = 0;
            freeIfUnused(held);
        }
    }
}
