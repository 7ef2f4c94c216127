package dev.mokha.tensor;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/// Where a tensor lives: the processor, or one of the GPUs.
///
/// @param kind the processor or CUDA
/// @param index which GPU, from 0; 0 for the processor
public record Device(Kind kind, int index) {
    /// The kinds of device that the natives on the class path may offer.
    public enum Kind {
        CPU,
        CUDA
    }

    public static final Device CPU = new Device(Kind.CPU, 0);

    public Device {
        if (index < 0 || (kind == Kind.CPU && index != 0)) {
            throw new IllegalArgumentException("there is no device " + kind + ":" + index);
        }
    }

    /// {@return the GPU with this index}
    /// @throws IllegalStateException when the natives were built without CUDA or no such GPU is there
    public static Device cuda(int index) {
        Engine.start();
        if (!torch.hasCUDA() || torch.getNumGPUs() <= index) {
            throw new IllegalStateException("no GPU " + index
                    + ": the native library on the class path sees none; build with -Pcuda on a machine that has one");
        }
        return new Device(Kind.CUDA, index);
    }

    /// {@return the first GPU when there is one, else the processor}
    public static Device best() {
        Engine.start();
        return torch.hasCUDA() && torch.getNumGPUs() > 0 ? new Device(Kind.CUDA, 0) : CPU;
    }

    /// How much memory a device has.
    ///
    /// @param free bytes that nobody has taken
    /// @param total bytes of it all
    public record Memory(long free, long total) {}

    /// {@return the device's memory; of the processor all counts as free, as files that are kept in it
    /// give way}
    public Memory memory() {
        if (kind == Kind.CUDA) {
            Engine.start();
            try (var info = torch.getMemoryInfo((byte) index)) {
                return new Memory(info.first(), info.second());
            }
        }
        long total = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 4L << 30;
        return new Memory(total, total);
    }

    /// Reads `cpu`, `cuda`, `cuda:1` or `auto`.
    ///
    /// @throws IllegalArgumentException when the text is none of these
    public static Device parse(String text) {
        if (text.equals("cpu")) {
            return CPU;
        }
        if (text.equals("auto")) {
            return best();
        }
        if (text.matches("cuda(:\\d{1,3})?")) {
            return cuda(text.length() == 4 ? 0 : Integer.parseInt(text.substring(5)));
        }
        throw new IllegalArgumentException("unknown device '" + text + "'; one of cpu, cuda, cuda:N, auto");
    }

    DeviceType type() {
        return kind == Kind.CPU ? DeviceType.CPU : DeviceType.CUDA;
    }

    static Device of(org.bytedeco.pytorch.Device device) {
        return device.is_cuda() ? new Device(Kind.CUDA, Math.max(0, device.index())) : CPU;
    }

    /// libtorch's processor has no index: to it, `cpu:0` is another device than `cpu`, and a move there
    /// is a copy.
    org.bytedeco.pytorch.Device torch() {
        return new org.bytedeco.pytorch.Device(type().value, (byte) (kind == Kind.CPU ? -1 : index));
    }

    @Override
    public String toString() {
        return kind == Kind.CPU ? "cpu" : "cuda:" + index;
    }
}
