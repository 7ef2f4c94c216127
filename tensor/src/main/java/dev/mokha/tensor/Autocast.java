package dev.mokha.tensor;

import org.bytedeco.pytorch.global.torch;

/// Mixed precision on this thread: while open, products and convolutions run in bfloat16 or float16, and what
/// loses by it (norms, softmax, losses) in float32; weights stay float32. See
/// [Micikevicius et al. 2018](https://arxiv.org/abs/1710.03740).
public final class Autocast implements AutoCloseable {
    private final Device device;
    private final boolean before;
    private final torch.ScalarType dtypeBefore;

    private Autocast(Device device, DType dtype, boolean on) {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("autocast belongs to an OS thread and would leak from a virtual thread");
        }
        Engine.start();
        this.device = device;
        this.before = torch.is_autocast_enabled(device.type());
        this.dtypeBefore = torch.get_autocast_dtype(device.type());
        torch.set_autocast_dtype(device.type(), dtype.torch());
        torch.set_autocast_enabled(device.type(), on);
        torch.increment_nesting();
    }

    /// Products on `device` run in bfloat16 until the result is closed.
    public static Autocast bfloat16(Device device) {
        return new Autocast(device, DType.BFLOAT16, true);
    }

    /// Products on `device` run in their operands' own type until the result is closed: for what bfloat16 is
    /// too coarse for, within what else runs in it.
    public static Autocast off(Device device) {
        return new Autocast(device, dtype(device), false);
    }

    /// {@return whether products on this device run in lower precision now, on this thread}
    public static boolean isOn(Device device) {
        Engine.start();
        return torch.is_autocast_enabled(device.type());
    }

    /// {@return the type that products on this device run in while autocast is on}
    public static DType dtype(Device device) {
        Engine.start();
        return DType.of(torch.get_autocast_dtype(device.type()));
    }

    /// Drops the low-precision copies of weights that are kept while autocast is on. Those made while
    /// gradients were off have no history, and would be used again when gradients are on.
    public static void forgetWeights() {
        Engine.start();
        torch.clear_cache();
    }

    /// Restores the mode that stood before, and drops the cached low-precision copies of the weights.
    @Override
    public void close() {
        if (torch.decrement_nesting() == 0) {
            torch.clear_cache();
        }
        torch.set_autocast_enabled(device.type(), before);
        torch.set_autocast_dtype(device.type(), dtypeBefore);
    }
}
