package dev.mokha.serve.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The C kernels as the build made them, or as they were shipped: a resource that is copied out and linked.
@SuppressWarnings("restricted") // native code is the point
final class NativeLibrary {
    private final SymbolLookup symbols;

    private NativeLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /// {@return the library for this machine; null where there is none}
    static @Nullable NativeLibrary load() {
        String machine = (System.getProperty("os.name") + "-" + System.getProperty("os.arch")).toLowerCase(Locale.ROOT);
        String resource = "libmokha-" + machine.replace("amd64", "x86_64") + ".so";
        try (@Nullable InputStream library = NativeLibrary.class.getResourceAsStream(resource)) {
            if (library == null) {
                return null;
            }
            Path copy = Files.createTempFile("mokha", ".so");
            try {
                Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
                return new NativeLibrary(SymbolLookup.libraryLookup(copy, Arena.global()));
            } finally {
                Files.deleteIfExists(copy); // the linker keeps what it has mapped
            }
        } catch (IOException | IllegalArgumentException e) { // nowhere to copy it, or the linker refuses it
            System.getLogger(NativeLibrary.class.getName())
                    .log(System.Logger.Level.WARNING, "the kernels in C cannot be used: {0}", e.getMessage());
            return null;
        }
    }

    /// {@return a function}
    /// @param parameters a letter each: i an int, l an int64_t, f a float, p a pointer
    MethodHandle function(String name, String parameters) {
        return function(name, FunctionDescriptor.ofVoid(layouts(parameters)));
    }

    /// {@return a function that gives an int64_t}
    MethodHandle longFunction(String name, String parameters) {
        return function(name, FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts(parameters)));
    }

    /// {@return whether this machine has the instructions}
    boolean runsHere() {
        try {
            return (int) function("mokha_runs_here", FunctionDescriptor.of(ValueLayout.JAVA_INT))
                            .invokeExact()
                    != 0;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private MethodHandle function(String name, FunctionDescriptor type) {
        MemorySegment address = symbols.find(name)
                .orElseThrow(() -> new IllegalStateException("the kernels have no function " + name
                        + ": the library and the classes are of different builds"));
        return Linker.nativeLinker().downcallHandle(address, type);
    }

    private static MemoryLayout[] layouts(String parameters) {
        return parameters.chars().mapToObj(NativeLibrary::layout).toArray(MemoryLayout[]::new);
    }

    private static MemoryLayout layout(int letter) {
        return switch (letter) {
            case 'i' -> ValueLayout.JAVA_INT;
            case 'l' -> ValueLayout.JAVA_LONG;
            case 'f' -> ValueLayout.JAVA_FLOAT;
            case 'p' -> ValueLayout.ADDRESS;
            default -> throw new IllegalArgumentException("no parameter is of kind " + (char) letter);
        };
    }

    /// {@return what a call of a function without checked exceptions can throw}
    static RuntimeException failed(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }
}
