package dev.mokha.tensor;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch;

/// Starts libtorch once, with the fastest BLAS on the class path, and says what was started.
///
/// MKL, where its jar is there, replaces OpenBLAS: it halves float32 attention and triples one-row products
/// (`docs/engine.md`). The user sets no property for it; one that is set wins. The property `mokha.threads` limits the
/// threads of one operation, all cores otherwise.
public final class Engine {
    private static final String THREADS = "mokha.threads";
    private static final String BLAS = "org.bytedeco.openblas.load";

    static {
        if (System.getProperty(BLAS) == null && present("org.bytedeco.mkl.global.mkl_rt")) {
            System.setProperty(BLAS, "mkl");
        }
        // Scopes free native memory; JavaCPP's own limits would only call System.gc() on large models.
        defaultTo("org.bytedeco.javacpp.maxBytes", "0");
        defaultTo("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        try {
            Loader.load(torch.class);
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "libtorch could not be loaded on " + Loader.getPlatform()
                            + "; Mokha ships it for linux-x86_64, macosx-arm64 and windows-x86_64",
                    e);
        }
        torch.set_num_threads(
                Math.max(1, Integer.getInteger(THREADS, Runtime.getRuntime().availableProcessors())));
    }

    private Engine() {}

    /// Loads libtorch when that has not happened yet. Every entry to this package calls it.
    public static void start() {
        // The static block above has run by now.
    }

    /// {@return the number of threads that one operation may use}
    public static int threads() {
        return torch.get_num_threads();
    }

    /// Sets the number of threads that one operation may use. Equal results need equal numbers.
    public static void threads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, was " + threads);
        }
        torch.set_num_threads(threads);
    }

    /// {@return `mkl` or `openblas`: what does float32 products}
    public static String blas() {
        return "mkl".equals(System.getProperty(BLAS)) ? "mkl" : "openblas";
    }

    /// {@return libtorch's own account of its build}
    public static String describe() {
        return torch.show_config().getString();
    }

    /// {@return the number of native objects that are alive: what a leak check compares}
    public static long liveHandles() {
        return Pointer.totalCount();
    }

    /// {@return the resident memory of this process in bytes, without the pages of mapped files}
    public static long residentBytes() {
        return Pointer.physicalBytes();
    }

    private static boolean present(String name) {
        try {
            Class.forName(name, false, Engine.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static void defaultTo(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
