package dev.mokha.knowledge.learn;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The most memory that this process held at once since it was last asked to begin: all of the process
/// where the system tells (Linux), else the Java heap.
final class PeakMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");
    private static final String PEAK = "VmHWM:";
    private static final String BEGIN_ANEW = "5";

    private PeakMemory() {}

    /// Begins anew, where the system allows it.
    static void begin() {
        ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
        try {
            if (Files.isWritable(CLEAR)) {
                Files.writeString(CLEAR, BEGIN_ANEW);
            }
        } catch (IOException _) {
            // then the peak is that of the whole run
        }
    }

    /// {@return bytes}
    static long bytes() {
        try {
            for (String line : Files.isReadable(STATUS) ? Files.readAllLines(STATUS) : List.<String>of()) {
                if (line.startsWith(PEAK)) {
                    return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException _) {
            // the heap it is
        }
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }
}
