package dev.mokha.serve.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Memory for weights and caches that are read from end to end, step after step: taken from the system
/// itself, which is asked for pages of 2 MiB, so that fewer addresses have to be looked up (4 % more of a
/// memory's speed, measured), and which gives a page only when it is first written to. Elsewhere than on
/// Linux, an arena's own.
@SuppressWarnings("restricted") // the system's own functions are the point
public final class LargePages {
    private static final long PAGE = 2L << 20;
    private static final int READ_WRITE = 3; // PROT_READ | PROT_WRITE
    private static final int PRIVATE_ANONYMOUS = 0x22; // MAP_PRIVATE | MAP_ANONYMOUS
    private static final int HUGE = 14; // MADV_HUGEPAGE

    private static final @Nullable LargePages SYSTEM = open();

    private final MethodHandle map;
    private final MethodHandle unmap;
    private final MethodHandle advise;

    private LargePages(SymbolLookup symbols) {
        var pointer = ValueLayout.ADDRESS;
        var size = ValueLayout.JAVA_LONG;
        var number = ValueLayout.JAVA_INT;
        this.map =
                function(symbols, "mmap", FunctionDescriptor.of(pointer, pointer, size, number, number, number, size));
        this.unmap = function(symbols, "munmap", FunctionDescriptor.of(number, pointer, size));
        this.advise = function(symbols, "madvise", FunctionDescriptor.of(number, pointer, size, number));
    }

    private static MethodHandle function(SymbolLookup symbols, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), type);
    }

    private static @Nullable LargePages open() {
        boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
        return linux ? new LargePages(Linker.nativeLinker().defaultLookup()) : null;
    }

    /// {@return zeroed memory, which lives as long as the arena}
    ///
    /// @param bytes how much; less than a large page is the arena's own
    /// @param alignment what its address is a multiple of, 4,096 at most
    /// @throws OutOfMemoryError where the system gives none
    public static MemorySegment allocate(long bytes, long alignment, Arena arena) {
        if (alignment > 4096) {
            throw new IllegalArgumentException("alignment is 4096 at most here, not " + alignment);
        }
        @Nullable LargePages system = SYSTEM;
        return system == null || bytes < PAGE ? arena.allocate(bytes, alignment) : system.mapped(bytes, arena);
    }

    private MemorySegment mapped(long bytes, Arena arena) {
        long room = Math.addExact(bytes, PAGE); // so that it can begin where a large page does
        try {
            var given =
                    (MemorySegment) map.invokeExact(MemorySegment.NULL, room, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
            if (given.address() == -1) {
                throw new OutOfMemoryError("the system gives no " + bytes + " bytes for weights or a cache");
            }
            MemorySegment whole = given.reinterpret(room, arena, this::release);
            long from = (PAGE - given.address() % PAGE) % PAGE;
            // Whole pages only: the last one would be there in full for a few bytes. Advice may go unheard.
            int _ = (int) advise.invokeExact(whole.asSlice(from), bytes / PAGE * PAGE, HUGE);
            return whole.asSlice(from, bytes);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    private void release(MemorySegment whole) {
        try {
            int _ = (int) unmap.invokeExact(whole, whole.byteSize());
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }
}
